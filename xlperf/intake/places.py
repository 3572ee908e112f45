"""A received file → which of several profiles that fit it alike is meant: by the place and year it names.

A place is the most specific part of a profile's: 湖南省岳阳市岳阳楼区 is meant where 岳阳楼区 is named.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from xlperf.declarations.model import Profile
from xlperf.intake.xlsx_reader import Book

_PARTS = re.compile(r".+?(?:省|自治区|市|州|盟|区|县|旗)")
_LONGEST = 60
_PARAGRAPHS = 20
Preference = tuple[int, bool, int]
"""How much of the place is named, whether the year is too, and how general the profile is; more is better."""


def preferred(book: Book, profile: Profile) -> Preference:
    """What speaks for ``profile`` beside the labels of its forms; a place that is not named, nothing."""
    return preferred_by(named(book), profile)


def preferred_by(text: str, profile: Profile) -> Preference:
    """The same by a text alone, such as the title of a report."""
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
    parts = _PARTS.findall(place)
    if not parts or parts[-1] not in text:
        return 0, False, generality
    return sum(part in text for part in parts), str(year) in text, generality
