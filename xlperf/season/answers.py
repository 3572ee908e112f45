"""A received file → what its unit wrote about findings, on the sheet of a copy or in a letter of ours."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from xlperf.declarations.findings import Finding, Link, columns
from xlperf.declarations.source import texts_of
from xlperf.intake.book import marked_sheets
from xlperf.intake.fixed_texts import letter_table
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.open_any import word_of, workbook_of, workbook_package
from xlperf.intake.page import Page
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.outputs.annotated_workbook import LISTING_MARK
from xlperf.outputs.finding_texts import one_line
from xlperf.season.season_records import UnitAnswer

_ANSWER, _MESSAGE, _MARK = "answer", "message", "fingerprint"
_SALUTATION = "：:"
_LONGEST = 2000
_MOST = 5000
"""Answers that are read of one file."""
_SHORTEST_START = 30
"""Characters by which a message that was cut is known again."""

Table = Mapping[int, Mapping[str, str]]
"""Row → column → text."""


@dataclass(frozen=True, slots=True)
class FileAnswers:
    """The answers in a file. ``is_letter``: it is a letter of ours; ``unit`` is whom that was written to."""

    answers: Sequence[UnitAnswer] = field(default_factory=list)
    is_letter: bool = False
    unit: str = ""


def answers_in(source: str | Opened, limits: Limits) -> FileAnswers:
    """The answers in a file, which is opened unless it has been; none in one that cannot be read, which the
    check reports.
    """
    try:
        opened = source if isinstance(source, Opened) else open_file(source, limits)
        package = workbook_package(opened)
        if package is not None:
            sheets = marked_sheets(package, LISTING_MARK, limits)
            return FileAnswers([found for sheet in sheets for found in _in_table(_rows(sheet))])
        book = workbook_of(opened, limits)
        if book is not None:
            title = texts_of("annotate")["sheet"]["name"]
            listed = [sheet for sheet in book.sheets if sheet.name.startswith(title)]
            return FileAnswers([found for sheet in listed for found in _in_table(_rows(sheet))])
        return _in_pages(word_of(opened, limits)[0].document.pages)
    except Refused:
        return FileAnswers()


def _rows(sheet: Sheet) -> Table:
    rows: dict[int, dict[str, str]] = {}
    for row, letters, text in sheet.texts():
        rows.setdefault(row, {})[letters] = text
    return rows


def _in_table(rows: Table) -> Iterator[UnitAnswer]:
    """The answers under the headings of a list of findings."""
    headings = {column.heading: column.shows for column in columns()}
    places: dict[str, str] = {}
    for number in sorted(rows):
        row = rows[number]
        if not places:
            shown = {headings[text]: at for at, text in row.items() if text in headings}
            places = shown if {_ANSWER, _MESSAGE} <= shown.keys() else {}
            continue
        texts = {shows: row.get(at, "") for shows, at in places.items()}
        if texts[_ANSWER].strip():
            yield _answer(texts.get(_MARK, ""), texts[_MESSAGE], texts[_ANSWER])


def _in_pages(pages: Sequence[Page]) -> FileAnswers:
    """The answers in a letter of ours."""
    page = letter_table(pages)
    if page is None:
        return FileAnswers()
    names = list(texts_of("returns")["headings"])
    message, answer = names.index(_MESSAGE), names.index(_ANSWER)
    rows: dict[int, dict[int, str]] = {}
    for cell in page.cells:
        rows.setdefault(cell.r0, {})[cell.c0] = cell.text
    found = [
        _answer("", row.get(message, ""), row[answer])
        for number, row in sorted(rows.items())
        if number and row.get(answer, "").strip()
    ]
    return FileAnswers(found[:_MOST], True, _written_to(page.before))


def _written_to(paragraphs: Sequence[str]) -> str:
    """The unit that a letter addresses: the first paragraph that ends as a salutation does."""
    lines = (text.strip() for text in paragraphs)
    return next((line[:-1] for line in lines if line.endswith(tuple(_SALUTATION))), "")


def _answer(mark: str, message: str, text: str) -> UnitAnswer:
    return UnitAnswer(mark.strip(), one_line(message), one_line(text)[:_LONGEST])


def is_empty(text: str) -> bool:
    """Whether an answer says nothing: no words, or nothing but declared phrases and words around them."""
    bare = _bare(text)
    words = _phrases() | _fillers()
    ends = {0}
    for start in range(len(bare)):
        if start in ends:
            ends.update(start + len(word) for word in words if bare.startswith(word, start))
    return len(bare) in ends


@cache
def _phrases() -> frozenset[str]:
    return frozenset(map(_bare, texts_of("returns")["empty"]))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(map(_bare, texts_of("returns")["around_empty"]))


def _bare(text: str) -> str:
    """The letters of a text, without punctuation, blanks and figures."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalpha())


class UnitAnswers:
    """The answers of one unit, by what they are about."""

    def __init__(self, answers: Iterable[UnitAnswer]) -> None:
        self._by_mark: dict[str, str] = {}
        self._by_message: dict[str, str] = {}
        self._cut: dict[str, str] = {}
        self.empty: list[str] = []
        for answer in answers:
            if is_empty(answer.text):
                self.empty.append(answer.text)
                continue
            if answer.mark:
                self._keep(self._by_mark, answer.mark, answer.text)
            message = _same(answer.message)
            self._keep(self._by_message, message, answer.text)
            if message.endswith("…") and len(message) > _SHORTEST_START:
                self._keep(self._cut, message.rstrip("…"), answer.text)

    @staticmethod
    def _keep(kept: dict[str, str], key: str, text: str) -> None:
        """Of two answers the one that says more."""
        kept[key] = max(kept.get(key, ""), text, key=len)

    def to(self, finding: Finding) -> str:
        """The answer to a finding, "" where there is none."""
        message = _same(finding.message)
        same = (other for other in finding.linked(Link.PLACE) if other.code == finding.code)
        marks = [found.fingerprint for found in (finding, *same)]
        found = [self._by_mark.get(mark) for mark in marks] + [self._by_message.get(message)]
        texts = [text for text in found if text]
        texts += [text for start, text in self._cut.items() if message.startswith(start)]
        return max(texts, key=len, default="")


def _same(message: str) -> str:
    """A message without the blanks that programs add and take away, and without what is listed under it."""
    plain = "".join(message.split())
    cut = (plain.find(f"{heading}：") for heading in texts_of("reports")["links"].values())
    return plain[: min((place for place in cut if place > 0), default=len(plain))]
