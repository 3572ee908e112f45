"""Sheets of a received workbook → which profile they follow and which form each one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlperf.forms import Form, Profile, load_profile, profile_ids
from xlperf.receive.align import Hits, likeness, text_hits
from xlperf.receive.book import Book
from xlperf.receive.sheets import Sheet

PROPERTY_PROFILE = "xlperf.profile"
PROPERTY_VERSION = "xlperf.version"
CERTAIN = 0.9
ENOUGH = 0.4


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet and the form it was taken for; None when it resembles none."""

    sheet: Sheet
    hits: Hits
    form: Form | None


def profile_of(book: Book, wanted: Profile | None) -> Profile | None:
    """The profile named by the workbook itself, else ``wanted``, else the one most alike.

    None when no sheet resembles any form of any profile.
    """
    named = book.properties.get(PROPERTY_PROFILE, "")
    if named in profile_ids():
        return load_profile(named)
    if wanted is not None:
        return wanted
    hits = [text_hits(sheet) for sheet in book.sheets]
    scored = [(_resemblance(hits, profile), profile) for profile in map(load_profile, profile_ids())]
    score, best = max(scored, key=lambda entry: entry[0])
    return best if score >= ENOUGH else None


def _resemblance(hits: Sequence[Hits], profile: Profile) -> float:
    return sum(max((likeness(one, form) for one in hits), default=0.0) for form in profile.forms.values())


def recognise(book: Book, profile: Profile) -> list[Recognised]:
    """The form of each sheet, by its texts; the tab name only decides what is tried first."""
    return [_recognised(sheet, profile.forms) for sheet in book.sheets]


def _recognised(sheet: Sheet, forms: Mapping[str, Form]) -> Recognised:
    hits = text_hits(sheet)
    tried = sorted(forms.values(), key=lambda form: not sheet.name.startswith(form.sheet))
    best, score = None, ENOUGH
    for form in tried:
        alike = likeness(hits, form)
        if alike >= CERTAIN:
            return Recognised(sheet, hits, form)
        if alike > score:
            best, score = form, alike
    return Recognised(sheet, hits, best)
