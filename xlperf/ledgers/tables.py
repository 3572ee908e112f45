"""A Grid and its declared sheet → columns of cells under declared headings; what is odd about headings."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers import ledger_text
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.grids import Grid, Plain, Span, fault, shown
from xlperf.ledgers.headings import code_and_name
from xlperf.ledgers.layout import Column, LedgerLayout, SheetLayout
from xlperf.ledgers.matching import BETWEEN, HeadMatcher, Match

if TYPE_CHECKING:
    import pandas as pd

_HEADER_WITHIN = 10
_MOST_LEVELS = 3
"""Rows that one heading takes at most, without that of the units."""
_LONGEST_UNIT = 3
_FEWEST_COUNTED = 3


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """A recognised sheet, by columns.

    ``letters`` and ``units`` (money unit or "") are by declared heading, ``numbers`` the sheet rows of the
    data, ``cells`` their cells by heading, ``shown`` what numbers look like (001) by heading and place in
    ``numbers``. ``places`` are the addresses of cells that lie elsewhere than row and column say, as in a
    table turned round. ``titles`` are the sheet rows above the headings. ``is_part``: other sheets give the
    rest of the declared one. ``after`` is the name of an earlier sheet of the same kind, which comes first
    for the units that both have.
    """

    layout: SheetLayout
    name: str
    letters: Mapping[str, str]
    units: Mapping[str, str]
    numbers: Sequence[int]
    cells: Mapping[str, Sequence[Plain]]
    shown: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    places: Mapping[tuple[str, int], str] = field(default_factory=dict)
    titles: Sequence[int] = ()
    is_part: bool = False
    after: str = ""

    def address(self, head: str, index: int) -> str:
        """A1 address of a cell by the place of its row; column A where the sheet has no such column."""
        return self.places.get((head, index)) or f"{self.letters.get(head, 'A')}{self.numbers[index]}"

    def column(self, head: str) -> Sequence[Plain]:
        """The cells under a heading, None for all rows where there is no such column."""
        return self.cells.get(head) or [None] * len(self.numbers)

    def text(self, head: str, index: int) -> Plain:
        """A cell as it looks: the shown text of a number, else the cell."""
        cells = self.cells.get(head)
        return self.shown.get(head, {}).get(index) or (cells[index] if cells else None)

    def words(self, head: str, index: int) -> str:
        """A cell as it looks, on one line; "" for an error and a formula without result."""
        cell = self.text(head, index)
        return "" if fault(cell) else " ".join(shown(cell).split())

    def row_key(self, index: int) -> str:
        """What a row is called: its label, else its project number; "" where it has neither."""
        label = next((head for head, column in self.layout.columns.items() if column.is_label), "")
        return self.words(label or self.layout.head_of("project"), index)


def guess(names: Sequence[str]) -> str:
    """The words that offer ``names`` as what was meant; "" for none."""
    offered = ledger_text("or").join(name for name in names if name)
    return ledger_text("guess", names=offered) if offered else ""


_BRACKETS = "（）()[]【】 "


def joined(above: Iterable[Plain], below: Iterable[Plain]) -> list[Plain]:
    """Two rows of headings as one; a heading above counts for the columns up to the next one."""
    over: Plain = None
    headings: list[Plain] = []
    for upper, lower in zip_longest(above, below):
        over = upper if upper is not None else over
        parts = (upper if lower is None else over, lower)
        headings.append(BETWEEN.join(str(part) for part in parts if part is not None) or None)
    return headings


@dataclass(frozen=True, slots=True)
class HeadingRows:
    """Where a table has its headings: sheet rows ``first`` to ``last``, 0 for none.

    ``texts`` are the headings by column, those of several rows joined, units from a row of their own in
    brackets; ``known`` says how many are.
    """

    first: int = 0
    last: int = 0
    texts: Sequence[Plain] = ()
    known: int = 0


def find_heading(grid: Grid, matcher: HeadMatcher) -> HeadingRows:
    """The headings of a grid; rows are read as one where more is known of them together."""
    rows = grid.top(_HEADER_WITHIN + _MOST_LEVELS)
    counted = []
    for levels in range(1, _MOST_LEVELS + 1):
        for first in range(min(_HEADER_WITHIN, len(rows) - levels + 1)):
            texts = list(reduce(joined, rows[first : first + levels]))
            counted.append(HeadingRows(first + 1, first + levels, texts, sum(map(matcher.is_known, texts))))
    found = max(counted, key=lambda found: found.known, default=HeadingRows())
    below = rows[found.last] if found.known and found.last < len(rows) else []
    if _are_numbers(below):
        return replace(found, last=found.last + 1)
    return found if not _are_units(below, matcher) else _with_units(found, below)


def _are_numbers(row: Sequence[Plain]) -> bool:
    """Whether a row below the headings counts the columns: 1, 2, 3, perhaps after 栏次."""
    texts = [shown(cell) for cell in row if cell is not None]
    counted = texts if texts and texts[0].isdecimal() else texts[1:]
    return len(texts) >= _FEWEST_COUNTED and counted == [str(number) for number in range(1, len(counted) + 1)]


def _are_units(row: Sequence[Plain], matcher: HeadMatcher) -> bool:
    """Whether a row below the headings has nothing but the units of its columns, most of them of money."""
    words = [cell for cell in row if cell is not None]
    count = sum(isinstance(word, str) and bool(matcher.unit(word)) for word in words)
    is_short = all(isinstance(word, str) and len(word.strip(_BRACKETS)) <= _LONGEST_UNIT for word in words)
    return count > len(words) / 2 and is_short


def _with_units(found: HeadingRows, units: Sequence[Plain]) -> HeadingRows:
    texts = [
        f"{text}（{str(unit).strip(_BRACKETS)}）" if text is not None and unit is not None else text
        for text, unit in zip_longest(found.texts, units)
    ]
    return replace(found, last=found.last + 1, texts=texts)


def title_units(grid: Grid, heading: int, layout: LedgerLayout) -> list[str]:
    """The money units that the lines above the row ``heading`` name for the whole sheet, each once."""
    texts = (cell for row in grid.top(max(heading - 1, 0)) for cell in row if isinstance(cell, str))
    found = filter(None, map(layout.notes.title_unit.search, texts))
    return list(dict.fromkeys("".join(match[1].split()) for match in found))


class TableReader:
    """Gives each column of one grid its declared heading. ``findings`` grows with what is odd."""

    def __init__(
        self,
        grid: Grid,
        sheet: SheetLayout,
        matcher: HeadMatcher,
        layout: LedgerLayout,
        answers: Answers,
        place: Location,
        findings: list[Finding],
    ) -> None:
        self._grid, self._sheet, self._matcher = grid, sheet, matcher
        self._layout, self._answers, self._place, self._findings = layout, answers, place, findings
        heading = find_heading(grid, matcher)
        self._first, self._header, self._headings = heading.first, heading.last, heading.texts
        self._columns: dict[int, str] = {}
        self._units: dict[str, str] = {}
        self._has_two_units = False
        self._unread: list[int] = []

    def table(self, unit: str = "", period: str = "", *, is_part: bool = False) -> LedgerTable:
        """The table; ``unit`` and ``period`` are what the sheet's name says of all its columns.

        A table that is a ``part`` of a declared sheet may lack columns.
        """
        self._map_columns(unit or self._title_unit(), period)
        frame = self._data()
        numbers = list(map(int, frame.index))
        cells: dict[str, Sequence[Plain]] = {
            head: [None] * len(numbers) if column in self._unread else frame[column].tolist()
            for column, head in self._columns.items()
            if column in frame.columns
        }
        place = {number: index for index, number in enumerate(numbers)}
        shown: dict[str, dict[int, str]] = {}
        for (row, column), text in self._grid.shown.items():
            if row in place and column in self._columns:
                shown.setdefault(self._columns[column], {})[place[row]] = text
        letters = {head: get_column_letter(column) for column, head in self._columns.items()}
        if self._sheet.row == "unit":
            self._part_codes(cells, letters)
        if not is_part:
            self._report_missing(letters)
        above = [int(number) for number in self._grid.frame.index if number < self._first]
        return LedgerTable(
            self._sheet,
            self._grid.name,
            letters,
            self._units,
            numbers,
            cells,
            shown,
            titles=above,
            is_part=is_part,
        )

    def _part_codes(self, cells: dict[str, Sequence[Plain]], letters: dict[str, str]) -> None:
        """Make codes and names of units out of a column that has both in each cell (001-县教育局)."""
        code, name = self._sheet.head_of("unit"), self._sheet.head_of("name")
        given = next((head for head in (code, name) if head in cells), "")
        texts = [None if cell is None else shown(cell) for cell in cells.get(given, ())]
        parts = {text: code_and_name(text) for text in texts if text and not self._layout.is_total(text)}
        found = {text: both for text, both in parts.items() if both}
        if not found or len({both[0] for both in found.values()}) < len(parts):
            return
        for at, head in enumerate((code, name)):
            if head == given or head not in cells:
                cells[head] = [
                    found[text][at] if text in found else cell
                    for text, cell in zip(texts, cells[given], strict=True)
                ]
                letters[head] = letters[given]

    def spans(self) -> Sequence[Span]:
        """The merged ranges below the heading."""
        return [span for span in self._grid.merges if span[0] > self._header]

    def _data(self) -> "pd.DataFrame":
        """The rows below the heading that have any cell under a known heading."""
        frame = self._grid.frame
        known = [column for column in frame.columns if int(column) in self._columns]
        frame = frame.loc[frame.index > self._header, known]
        frame = self._without_headings(frame)
        return frame[frame.notna().any(axis=1)]

    def _without_headings(self, frame: "pd.DataFrame") -> "pd.DataFrame":
        """The rows without headings that come again, and only those above other headings."""
        key = next((column for column, head in self._columns.items() if head in self._sheet.keys), 0)
        if key not in frame.columns:
            return frame
        cells = frame[key].tolist()
        known = {cell for cell in set(cells) if isinstance(cell, str) and not cell.isascii()}
        known = {cell for cell in known if self._matcher.is_known(cell)}
        again = [int(row) for row, cell in zip(frame.index, cells, strict=True) if cell in known]
        for at, row in enumerate(again):
            given = zip(map(int, frame.columns), frame.loc[[row]].to_numpy()[0].tolist(), strict=True)
            meant = {
                column: self._matcher.match(shown(cell)).head for column, cell in given if cell is not None
            }
            if any(head != self._columns[column] for column, head in meant.items()):
                self._report("L147", key, self._columns[key], row=row)
                return frame.loc[frame.index < row].drop(index=again[:at])
        return frame.drop(index=again)

    def _title_unit(self) -> str:
        """The money unit that the lines above the heading name for the sheet, "" for none or several."""
        found = title_units(self._grid, self._header, self._layout)
        self._has_two_units = len(found) > 1
        return found[0] if len(found) == 1 else ""

    def _map_columns(self, unit: str, period: str) -> None:
        for index, cell in enumerate(self._headings, 1):
            if not isinstance(cell, str):
                continue
            answer = self._answers.answer("headings", self._sheet.name, cell)
            if answer == "" or self._layout.headings.read(cell).key in self._layout.ignored:
                continue
            found = self._matcher.match(cell, period)
            head = answer or found.head
            if not head:
                self._report_unknown(index, cell, found)
            elif head in self._columns.values():
                self._report("L105", index, head)
            else:
                self._columns[index] = head
                self._note_unit(index, head, found.unit or unit)
        if self._unread:
            first = self._unread[0]
            self._report("L144", first, self._columns[first], count=len(self._unread))

    def _report_unknown(self, index: int, cell: str, found: Match) -> None:
        if found.year:
            self._report(
                "L109", index, cell, year=found.year, last=self._layout.year - 1, this=self._layout.year
            )
            return
        self._report("L103", index, cell, guess=guess(found.proposals))
        if found.proposals:
            self._answers.ask(found.proposals, "headings", self._sheet.name, cell)

    def _note_unit(self, index: int, head: str, unit: str) -> None:
        column: Column | None = self._sheet.columns.get(head)
        if column is None or not self._layout.is_amount(column):
            return
        if not unit and self._has_two_units:
            self._unread.append(index)
        elif unit and unit != self._layout.base_unit:
            self._units[head] = unit
            self._report("L122", index, head, given=unit)

    def _report_missing(self, letters: Collection[str]) -> None:
        missing = set(self._sheet.columns).difference(letters)
        keys = missing.intersection(self._sheet.keys)
        if self._has_names() and self._sheet.row != "unit":
            keys.discard(self._sheet.head_of("unit"))
            missing.discard(self._sheet.head_of("unit"))
        headings = [
            head
            for head, column in self._sheet.columns.items()
            if head in (keys or missing) and not (column.optional or column.computed or column.fallback)
        ]
        if headings:
            self._report("L102", 1, "、".join(headings), count=len(headings))

    def _has_names(self) -> bool:
        return any(head not in self._sheet.columns for head in self._columns.values())

    def _report(self, code: str, index: int, head: str, **context: str | int) -> None:
        cell = f"{get_column_letter(index)}{max(self._header, 1)}"
        location = Location(self._place.file, self._grid.name, cell, field=head, label=head)
        names: dict[str, Any] = {"head": head, **context}
        self._findings.append(finding(code, location, **names))
