"""A received file → the profile it follows: by its seal, by choice, by place and year, else the most alike.

A place is the most specific part of a profile's: 湖南省岳阳市岳阳楼区 is meant where 岳阳楼区 is named.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.intake.book import Book
from xlperf.intake.fixed_texts import labels_of, likeness

if TYPE_CHECKING:
    from xlperf.intake import printed_labels
    from xlperf.intake.reading.form_readings import FormReading
else:
    printed_labels = LazyModule("xlperf.intake.printed_labels")

_LONGEST = 60
_PARAGRAPHS = 20
_DIGITS = 6
BY_SEAL, BY_CHOICE, BY_PLACE = "seal", "choice", "place"
"""By what a profile is named; the wording is in schemas/received.json."""
Preference = tuple[int, bool, int]
"""How much of the place is named, whether the year is too, and how general the profile is; more is better."""


def profile_named(book: Book, forms: Sequence["FormReading"], profile: Profile | None) -> tuple[Profile, str]:
    """The profile of a file and by what it is named: the workbook itself, ``profile`` that was asked for, the
    place and year that it names; else the one whose forms are most like ``forms``, which is guessed ("").
    """
    sealed = book.properties.get(PROFILE_PROPERTY, "")
    if sealed in profile_ids():
        return load_profile(sealed), BY_SEAL
    if profile is not None:
        return profile, BY_CHOICE
    known = [load_profile(name) for name in profile_ids()]
    text = named(book)
    best = max(known, key=lambda candidate: preferred_by(text, candidate))
    place, year, _ = preferred_by(text, best)
    if place and year:
        return best, BY_PLACE
    return max(known, key=_Likeness(book, text, forms, known)), ""


class _Likeness:
    """What speaks for a profile that nothing names: more is better, the first difference decides.

    How much of what was read its forms have, the place and year, how many of its fixed texts are on the
    sheets, how general it is.
    """

    def __init__(
        self, book: Book, text: str, forms: Sequence["FormReading"], profiles: Sequence[Profile]
    ) -> None:
        self._text, self._forms = text, forms
        every = [form for profile in profiles for form in profile.forms.values()]
        self._labels = [labels_of(sheet, every) for sheet in book.sheets]

    def __call__(self, profile: Profile) -> tuple[float, int, bool, float, int]:
        read = sum(_share_read(form, profile) for form in self._forms if form.kind in profile.forms)
        texts = sum(
            max((likeness(labels, form) for labels in self._labels), default=0.0)
            for form in profile.forms.values()
        )
        place, year, generality = preferred_by(self._text, profile)
        return round(read, _DIGITS), place, year, round(texts, _DIGITS), generality


def _share_read(form: "FormReading", profile: Profile) -> float:
    """The share of what was read of a form that the profile's form has, 0 to 1."""
    declared = printed_labels.official_paths(profile.id, form.kind, form.year or profile.year)
    columns = {key for indicator in form.indicators for key in indicator.values}
    found = {*form.fields, *form.empty, *columns}
    return len(found & {*declared.fields, *declared.columns}) / max(len(found), 1)


def preferred_by(text: str, profile: Profile) -> Preference:
    """What speaks for ``profile`` in the ``named`` texts of a book, or in the title of a report.

    A place that is not named is nothing.
    """
    return _preferred(text, profile.place, profile.year, -len(profile.lineage))


def named(book: Book) -> str:
    """All short texts of a book, in which places and years are named, the file's own path among them."""
    return "\n".join("".join(text.split()) for text in _texts(book) if len(text) <= _LONGEST)


def _texts(book: Book) -> Iterator[str]:
    yield book.path[-_LONGEST:]
    yield from book.paragraphs[:_PARAGRAPHS]
    for sheet in book.sheets:
        yield from (text for _, _, text in sheet.texts())


@lru_cache(maxsize=1024)
def _preferred(text: str, place: str, year: int, generality: int) -> Preference:
    parts = re.findall(f".+?(?:{texts_of('received')['place_names']})", place)
    if not parts or parts[-1] not in text:
        return 0, False, generality
    return sum(part in text for part in parts), str(year) in text, generality
