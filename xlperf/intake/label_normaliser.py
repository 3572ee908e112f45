"""Sheets whose labels are worded otherwise → the same sheets with the labels of the forms they are.

Numbering, brackets, units and the year do not matter; synonyms are those of schemas/synonyms.json.
Only labels change; what was filled in stays as it was received. The unit of money is noted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.intake.align import labels_of, likeness
from xlperf.intake.certainty import thresholds
from xlperf.intake.label_index import anchors
from xlperf.intake.places import preferred
from xlperf.intake.xlsx_reader import Book
from xlperf.notation import label_key, parse_number
from xlperf.ooxml.sheet_cells import Sheet, Stored

_LONGEST = 40
_DIGITS = 6
_FIRST_ROWS = 8
_YEAR = re.compile(r"(20[0-9]{2})(?=年)")
_TITLE_YEAR = re.compile(r"^[（(]?(20[0-9]{2})年度")
_LABEL_AND_REST = re.compile(r"(.+?)[：:]\s*(\S+)\s*")
_THIS, _LAST = "本", "上"

Words = Mapping[str, str]
"""Loose key → the text that the form has."""


def relabelled(book: Book, wanted: Profile | None) -> Book:
    """``book`` with the labels of the profile it resembles most; itself where that is no gain.

    A workbook that names its profile keeps its labels: there, a changed label is a finding.
    """
    if book.properties.get(PROFILE_PROPERTY) or not book.sheets:
        return book
    profiles = [wanted] if wanted else [load_profile(name) for name in profile_ids()]
    years = [_year(sheet) for sheet in book.sheets]
    keys = [_keys(sheet, year) for sheet, year in zip(book.sheets, years, strict=True)]

    def alike(profile: Profile) -> tuple[float, int, bool, float, int]:
        forms = profile.forms.values()
        loose = sum(max(_share(one, words_of(form, profile)) for one in keys) for form in forms)
        exact = [labels_of(sheet, forms) for sheet in book.sheets]
        alike = sum(max(likeness(one, form) for one in exact) for form in forms)
        place, year, generality = preferred(book, profile)
        return round(loose, _DIGITS), place, year, round(alike, _DIGITS), generality

    best = max(profiles, key=alike)
    sheets = [
        _relabelled(sheet, best, one, year) for sheet, one, year in zip(book.sheets, keys, years, strict=True)
    ]
    told = [*book.findings, *_of_other_years(book, best, keys)]
    return replace(book, sheets=sheets, year=max(years), findings=told)


def _of_other_years(book: Book, profile: Profile, keys: Sequence[frozenset[str]]) -> Iterator[Finding]:
    """The forms whose title names another year than the titles of most do."""
    titled: list[tuple[str, str, str]] = []
    for sheet, own in zip(book.sheets, keys, strict=True):
        if (
            max(_share(own, words_of(form, profile)) for form in profile.forms.values())
            >= thresholds().enough
        ):
            titled += _title_year(sheet)
    counted = Counter(year for _, _, year in titled)
    usual = max(counted, key=lambda year: (counted[year], year), default="")
    for name, cell, year in titled:
        if year != usual:
            yield finding("T221", Location(book.path, name, cell), year, usual)


def _title_year(sheet: Sheet) -> Sequence[tuple[str, str, str]]:
    """Sheet, cell and year of the first cell above the form that names a year it is about."""
    for row, letters, text in sheet.texts():
        if row < sheet.first_row + _FIRST_ROWS and (found := _TITLE_YEAR.search(label_key(text))):
            return [(sheet.name, f"{letters}{row}", found[1])]
    return []


def words_of(form: Form, profile: Profile) -> Words:
    """The static texts of a form by their loose keys; two texts with the same key are left out."""
    made = _MADE.get(id(form))
    if made is None:
        found: dict[str, set[str]] = {}
        for columns in anchors(form).texts.values():
            for text in columns.values():
                found.setdefault(loose(text, profile.year), set()).add(text)
        words = {key: next(iter(texts)) for key, texts in found.items() if len(texts) == 1}
        made = _MADE[id(form)] = (words, form)
    return made[0]


_MADE: dict[int, tuple[Words, Form]] = {}


@lru_cache(maxsize=16384)
def loose(text: str, year: int) -> str:
    """A label as far as wording does not matter; ``year`` is the one its form is about."""
    names = {year: _THIS, year - 1: _LAST}
    plain = _YEAR.sub(lambda found: names.get(int(found[1]), found[1]), label_key(text))
    for pattern in _noise():
        plain = pattern.sub("", plain)
    return _standard().get(plain, plain)


@cache
def _noise() -> Sequence[re.Pattern[str]]:
    labels = texts_of("labels")["noise"]
    own = texts_of("synonyms")["noise"]
    return [re.compile(pattern) for pattern in (*labels, *own)]


@cache
def _standard() -> Words:
    """Every synonym, as compared, → the first of its group."""
    groups = texts_of("synonyms")["groups"]
    return {label_key(name): label_key(group[0]) for group in groups for name in group}


def _year(sheet: Sheet) -> int:
    """The year that the head of a sheet is about: the latest it names; 0 where it names none."""
    texts = [
        label_key(text)
        for row, _, text in sheet.texts()
        if row < sheet.first_row + _FIRST_ROWS and len(text) <= _LONGEST
    ]
    return max((int(year) for text in texts for year in _YEAR.findall(text)), default=0)


def _keys(sheet: Sheet, year: int) -> frozenset[str]:
    texts = (text for _, _, text in sheet.texts() if len(text) <= _LONGEST)
    return frozenset(key for text in texts for key in (loose(text, year), loose(_label(text), year)) if key)


def _label(text: str) -> str:
    """The label of a cell that holds a label and its figure; else the whole text."""
    found = _LABEL_AND_REST.fullmatch(text)
    return found[1] if found and parse_number(found[2]) else text


def _share(keys: Iterable[str], words: Words) -> float:
    return len(words.keys() & set(keys)) / len(words)


def _relabelled(sheet: Sheet, profile: Profile, keys: frozenset[str], year: int) -> Sheet:
    form = max(profile.forms.values(), key=lambda one: _share(keys, words_of(one, profile)))
    words = words_of(form, profile)
    exact = anchors(form).by_key
    if _share(keys, words) < thresholds().enough:
        return sheet
    strings = list(sheet.strings)
    cells = dict(sheet.cells)
    for row, letters, text in sheet.texts():
        if len(text) > _LONGEST or label_key(text) in exact:
            continue
        label = _label(text)
        declared = words.get(loose(label, year))
        if declared and label_key(label) != label_key(declared):
            address = f"{letters}{row}"
            strings.append(declared + text[len(label) :].lstrip("：:") if label != text else declared)
            style = sheet.cells[address][1]
            cells[address] = Stored(address, style, "s", "", "", "", str(len(strings) - 1), "", "")
    return replace(sheet, cells=cells, strings=strings, is_in_yuan=_is_in_yuan(sheet))


def _is_in_yuan(sheet: Sheet) -> bool:
    """Whether the heads and labels give 元 as the unit of money, and never that of the form."""
    other, own = _money()
    texts = [label_key(text) for _, _, text in sheet.texts() if len(text) <= _LONGEST]
    return any(map(other.search, texts)) and not any(map(own.search, texts))


@cache
def _money() -> tuple[re.Pattern[str], re.Pattern[str]]:
    declared = texts_of("synonyms")["money"]
    return re.compile(declared["other"]), re.compile(declared["own"])
