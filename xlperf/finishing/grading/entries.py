"""The grading table of an earlier run → what a person has written into it since, and what was computed.

A digest of all but what a person is asked to write shows other changes: a workbook that has some is kept.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from openpyxl import Workbook

from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.grading.assessment import AssessedItem
from xlperf.checks.grading.filled import REASON, SCORE, TITLE, grading_tables, matched
from xlperf.checks.grading.scheme import Scheme
from xlperf.checks.grading.score_sheet import DeclaredScoreSheet
from xlperf.declarations.form_layout import place
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.grading.score_cells import TOP, number_of, score_entries
from xlperf.intake.book import Book
from xlperf.intake.reading.form_readings import FormReading, Indicator, PageValue
from xlperf.jobs.unit_folders import folder_name
from xlperf.ooxml.limits import Limits

_conflict = partial(text_of, "grading", "conflicts")
_TABLE, _ENTRIES, _SCORE_ENTRIES = "评分", ("评分", "扣分理由"), ("D", "E")
_EMPTY = (None, "")
_Cell = tuple[str, str, str]
_COMMENTS = "/comments"


class HandEntry(NamedTuple):
    """What a person wrote for an item: a score, or what is none as text; a reason, "" for none."""

    score: float | None = None
    text: str = ""
    reason: str = ""


def table_name(code: str, name: str) -> str:
    """What the grading table of a unit is called, without the suffix of the file."""
    return folder_name(code, name) + str(texts_of("grading")["workbook"]["suffix"])


@dataclass(slots=True)
class HandEntries:
    """What is known of an earlier grading table. ``trouble`` says why it must not be touched, "" for nothing.

    ``entries``, ``computed`` and ``reasons`` are by item id, ``scores`` are points and figures on the score
    sheet by name; ``document`` is the digest of the Word file written then, ``content`` that of the rest of
    the workbook. ``others`` says what else a person has changed, which is not taken over, "" for nothing.
    """

    entries: dict[str, HandEntry] = field(default_factory=dict)
    computed: dict[str, float | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    document: str = ""
    content: str = ""
    trouble: str = ""
    others: str = ""


def read_entries(
    path: Path, scheme: Scheme, limits: Limits, scores: DeclaredScoreSheet | None = None
) -> HandEntries:
    """The entries in the workbook at ``path``; none where there is no file."""
    if not path.exists():
        return HandEntries()
    reading = read_file(path, None, limits)
    received = reading.received
    if received.book is None:
        reason = "；".join(found.message for found in received.findings)
        return HandEntries(trouble=text_of("grading", "conflicts", "unreadable", reason=reason))
    forms = grading_tables(reading)
    record = received.book.tabs().get(texts_of("grading")["workbook"]["record"]["title"])
    if not forms or record is None:
        return HandEntries(trouble=text_of("grading", "conflicts", "foreign", path=path.name))
    found = HandEntries(scores=score_entries(received.book, scores) if scores else {})
    _read_record(reading, found)
    rows = [*matched(forms[0], scheme)]
    found.others = _other_changes(reading, found, scheme, {item.title for item, _ in rows})
    for item, row in rows:
        typed = _typed(reading, forms[0], row, scheme) if SCORE not in row.values else ""
        entry = HandEntry(text=typed) if typed else _entry(row, found.reasons.get(item.id, ""))
        if entry != HandEntry():
            found.entries[item.id] = entry
    return found


def _typed(reading: FileReading, form: FormReading, row: Indicator, scheme: Scheme) -> str:
    """The text in the cell of a score that is no number; "" where the cell is blank or our formula."""
    title = row.values[TITLE].cell
    if reading.received.book is None or title is None:
        return ""
    sheet = reading.received.book.tabs()[form.page.name]
    letter = place(scheme.form).columns[_TABLE, _ENTRIES[0]]
    address = f"{letter}{''.join(filter(str.isdigit, title.place))}"
    value = sheet.value(address) if address in sheet.cells and sheet.formula(address) is None else None
    return value.strip() if isinstance(value, str) else ""


def _other_changes(reading: FileReading, found: HandEntries, scheme: Scheme, titles: Set[str]) -> str:
    """What was changed besides scores, reasons and figures: rows that are gone, and anything else."""
    assert reading.received.book is not None
    gone = [item.title for item in scheme.items if item.title not in titles]
    if gone:
        return text_of("grading", "conflicts", "rows_gone", items="、".join(gone))
    parts = reading.opened.package.parts if reading.opened and reading.opened.package else ()
    has_comments = any(_COMMENTS in part for part in parts)
    is_same = not found.content or digest_as_read(reading.received.book, scheme) == found.content
    return "" if is_same and not has_comments else text_of("grading", "conflicts", "other_changes")


def _read_record(reading: FileReading, found: HandEntries) -> None:
    """What the program computed: rows of item, score, reasons; the digest of the document is in row 1."""
    assert reading.received.book is not None
    sheet = reading.received.book.tabs()[texts_of("grading")["workbook"]["record"]["title"]]
    found.document, found.content = str(sheet.value("B1") or ""), str(sheet.value("C1") or "")
    row = 2
    while name := sheet.value(f"A{row}"):
        score = sheet.value(f"B{row}")
        found.computed[str(name)] = score if isinstance(score, float) else None
        found.reasons[str(name)] = str(sheet.value(f"C{row}") or "")
        row += 1


def _entry(row: Indicator, written: str) -> HandEntry:
    score, reason = row.values.get(SCORE), row.plain(REASON)
    own = reason if isinstance(reason, str) and _squeezed(reason) != _squeezed(written) else ""
    if score is None or _is_ours(score):
        return HandEntry(reason=own)
    number = number_of(score.value)
    if number is None:
        return HandEntry(text=str(score.raw or score.value or "").strip(), reason=own)
    return HandEntry(number, reason=own)


def _is_ours(score: PageValue) -> bool:
    """Whether a score is what our formula gives: one that takes it from the basis."""
    formula = score.cell.formula if score.cell else None
    return formula is not None and texts_of("grading")["workbook"]["basis"]["title"] in formula


def _squeezed(value: object) -> str:
    """A value as any program saves it again, without blanks."""
    return f"{value:.12g}" if isinstance(value, int | float) else "".join(str(value).split())


@dataclass(frozen=True, slots=True)
class FinalItem:
    """A row as it is written: the score that counts, None while there is none, and who gave it."""

    assessed: AssessedItem
    entry: HandEntry
    score: float | None
    conflict: str = ""

    @property
    def is_beyond(self) -> bool:
        """Whether a person wrote a number that cannot be the score."""
        return self.score is None and self.entry.score is not None

    @property
    def reason(self) -> str:
        """The reasons as they are written: a person's own words, else one for each deduction."""
        if self.entry.reason:
            return self.entry.reason
        reasons = self.assessed.reasons
        if len(reasons) < 2:
            return "".join(reasons)
        form = texts_of("grading")["workbook"]["reasons"]
        return "\n".join(form.format(number=n, reason=reason) for n, reason in enumerate(reasons, 1))

    @property
    def by_person(self) -> bool:
        """Whether the score is a person's."""
        return self.entry.score is not None or bool(self.entry.text)


def final_item(assessed: AssessedItem, earlier: HandEntries) -> FinalItem:
    """The row with a person's entry in place of what is computed, and what is to be said about that."""
    item = assessed.item
    entry = earlier.entries.get(item.id, HandEntry())
    if entry.text:
        said = _conflict("no_number", item=item.title, text=entry.text)
        return FinalItem(assessed, entry, None, said)
    if entry.score is None:
        return FinalItem(assessed, entry, assessed.score)
    if not 0 <= entry.score <= item.points:
        said = _conflict("beyond", item=item.title, score=entry.score, points=item.points)
        return FinalItem(assessed, entry, None, said)
    return FinalItem(assessed, entry, entry.score, _compared(assessed, entry.score, earlier.computed))


def _compared(assessed: AssessedItem, score: float, before: Mapping[str, float | None]) -> str:
    """What is to be said where a person's score is not what the program computes, or computed before."""
    item, now = assessed.item, assessed.score
    if item.id in before and before[item.id] != now:
        values = {"now": _shown(now), "before": _shown(before[item.id]), "score": score}
        return _conflict("changed", item=item.title, **values)
    if now is not None and now != score:
        return _conflict("differs", item=item.title, now=now, score=score)
    return ""


def _shown(score: float | None) -> str:
    return _conflict("no_score") if score is None else _conflict("score", score=score)


def digest_as_written(book: Workbook, scheme: Scheme) -> str:
    """The digest of a workbook that is being made."""
    cells = (
        (
            sheet.title,
            cell.column_letter,
            f"{cell.row} {_squeezed('' if cell.data_type == 'f' else cell.value)}",
        )
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in _EMPTY
    )
    return _digest(cells, scheme)


def digest_as_read(book: Book, scheme: Scheme) -> str:
    """The digest of a workbook that was read."""
    return _digest(_cells(book), scheme)


def _cells(book: Book) -> Iterator[_Cell]:
    for title, sheet in book.tabs().items():
        for address in sheet.cells:
            letter = address.rstrip("0123456789")
            is_formula = sheet.formula(address) is not None
            value = "" if is_formula else sheet.value(address)
            if is_formula or value not in _EMPTY:
                yield title, letter, f"{address.removeprefix(letter)} {_squeezed(value)}"


def _digest(cells: Iterable[_Cell], scheme: Scheme) -> str:
    record = texts_of("grading")["workbook"]["record"]["title"]
    entries = _entry_columns(scheme)
    scores = texts_of("grading")["scores"]["title"]
    kept = (
        cell
        for cell in cells
        if cell[0] != record
        and (cell[1] not in entries.get(cell[0], ()) or (cell[0] == scores and not _may_be_entry(cell[2])))
    )
    return hashlib.sha256("\n".join(map("\t".join, sorted(kept))).encode()).hexdigest()


def _may_be_entry(cell: str) -> bool:
    """Whether a cell of a score sheet, its row and what it shows, is a heading, a formula or a number."""
    row, _, shown = cell.partition(" ")
    return int(row) <= TOP or not shown or number_of(shown) is not None


def _entry_columns(scheme: Scheme) -> Mapping[str, Set[str]]:
    """The columns of each sheet in which a person writes."""
    columns = place(scheme.form).columns
    scores = texts_of("grading")["scores"]["title"]
    return {
        scheme.form.sheet: {columns[_TABLE, name] for name in _ENTRIES},
        scores: frozenset(_SCORE_ENTRIES),
    }
