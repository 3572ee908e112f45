"""Sheets of a received workbook → which profile they follow and which form each one is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlperf.declarations.model import Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.intake.align import (
    Alignment,
    Labels,
    align,
    labels_of,
    likeness,
)
from xlperf.intake.certainty import thresholds
from xlperf.intake.column_remap import relay
from xlperf.intake.own_files import helper_titles
from xlperf.intake.places import preferred
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.sheet_cells import Sheet

_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Recognised:
    """A sheet and how the form it was taken for lies on it; None when it resembles none."""

    sheet: Sheet
    alignment: Alignment | None


def profile_of(book: Book, wanted: Profile | None) -> Profile | None:
    """The profile named by the workbook itself, else ``wanted``, else the one most alike.

    Of profiles that are equally alike the one of the place and year that the file names is meant, else
    the most general.

    None when no sheet resembles any form of any profile.
    """
    named = book.properties.get(PROFILE_PROPERTY, "")
    if named in profile_ids():
        return load_profile(named)
    if wanted is not None:
        return wanted
    profiles = [load_profile(name) for name in profile_ids()]
    forms = [form for profile in profiles for form in profile.forms.values()]
    labels = [labels_of(sheet, forms) for sheet in book.sheets]
    scored = [(_resemblance(labels, profile), preferred(book, profile), profile) for profile in profiles]
    score, _, best = max(scored, key=lambda entry: entry[:2])
    return best if score >= thresholds().enough else None


def _resemblance(sheets: Sequence[Labels], profile: Profile) -> float:
    alike = (max((likeness(one, form) for one in sheets), default=0.0) for form in profile.forms.values())
    return round(sum(alike), _DIGITS)


def recognise(book: Book, profile: Profile) -> list[Recognised]:
    """The form of each sheet, by its texts; the tab name only decides what is tried first."""
    return [_recognised(sheet, book, profile) for sheet in book.sheets]


_KNOWN: dict[tuple[int, int, frozenset[int], Labels], tuple[Alignment, Profile]] = {}
"""Alignments of sheets on which nothing is unusual; the next sheet with the same labels shares them."""
_MOST_KNOWN = 1024


def _recognised(sheet: Sheet, book: Book, profile: Profile) -> Recognised:
    labels = labels_of(sheet, profile.forms.values())
    signature = (id(profile), sheet.first_row, sheet.repeated, labels)
    if signature in _KNOWN:
        return Recognised(sheet, _KNOWN[signature][0])
    form = _form_of(sheet, labels, profile.forms)
    if form is None or (not sheet.name.startswith(form.sheet) and sheet.name in helper_titles()):
        return Recognised(sheet, None)
    alignment = align(sheet, labels, form, lambda: book.names_on(sheet.name))
    if PROFILE_PROPERTY not in book.properties and not alignment.is_as_declared:
        relay(alignment, labels, sheet)
    if alignment.is_as_declared:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[signature] = (alignment, profile)
    return Recognised(sheet, alignment)


def _form_of(sheet: Sheet, labels: Labels, forms: Mapping[str, Form]) -> Form | None:
    best, score = None, thresholds().enough
    for form in sorted(forms.values(), key=lambda form: not sheet.name.startswith(form.sheet)):
        alike = likeness(labels, form)
        if alike >= thresholds().certain:
            return form
        if alike > score:
            best, score = form, alike
    return best
