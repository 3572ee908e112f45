"""A table of an accounting system with a subject a row → a table with a row a unit, cells where they lie."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers.grids import Grid, Plain, shown
from xlperf.ledgers.layout import LedgerLayout, SheetLayout
from xlperf.ledgers.matching import BETWEEN, HeadMatcher
from xlperf.ledgers.reports import rows_text
from xlperf.ledgers.tables import LedgerTable

_HEADER_WITHIN = 10


@dataclass(slots=True)
class Export:
    """The table turned round. ``unknown`` are sheet rows by subjects that are no declared ones, ``repeated``
    addresses of values that an earlier row gave.
    """

    table: LedgerTable
    unknown: dict[str, list[int]] = field(default_factory=dict)
    repeated: list[str] = field(default_factory=list)

    def findings(self, place: Location) -> list[Finding]:
        """What was not read of it."""
        found = [
            finding("L132", place, subject, rows=rows_text(rows))
            for subject, rows in self.unknown.items()
            if subject
        ]
        if self.repeated:
            cell = self.repeated[0]
            place = Location(place.file, place.sheet, cell)
            found.append(finding("L133", place, count=len(self.repeated), cells="、".join(self.repeated[:3])))
        return found


@dataclass(slots=True)
class _Shape:
    """The columns of such a table, from 1: the keys by heading, the subject's, the values' by period."""

    header: int
    keys: dict[int, str]
    subject: int
    values: dict[int, tuple[str, str]]
    period: int = 0


def turned(grid: Grid, layout: LedgerLayout, matcher: HeadMatcher) -> Export | None:
    """The grid as a table with a row a unit; None where it has no column of subjects."""
    shape = _shape(grid, layout, matcher)
    return None if shape is None else _Turner(grid, layout, matcher, shape).export()


def _shape(grid: Grid, layout: LedgerLayout, matcher: HeadMatcher) -> _Shape | None:
    for number, row in enumerate(grid.top(_HEADER_WITHIN), 1):
        shape = _shape_of_row(number, row, layout, matcher)
        if shape is not None:
            return shape
    return None


def _shape_of_row(
    number: int, row: Sequence[Plain], layout: LedgerLayout, matcher: HeadMatcher
) -> _Shape | None:
    exports = layout.exports
    columns = layout.sheets[exports.sheet].columns
    keys: dict[int, str] = {}
    subject = period = amount = 0
    values: dict[int, tuple[str, str]] = {}
    for column, cell in enumerate(row, 1):
        if not isinstance(cell, str):
            continue
        head = layout.headings.read(cell)
        found = matcher.match(cell)
        declared = columns.get(found.head)
        if found.head and (declared is None or declared.role):
            keys[column] = found.head
        elif of_period := matcher.period(cell):
            values[column] = (of_period, head.unit)
        elif head.key in exports.subject and not subject:
            subject = column
        elif head.key in exports.period:
            period = column
        elif head.key in exports.amount:
            amount = column
    if period and amount and not values:
        values = {amount: ("", layout.headings.read(str(row[amount - 1])).unit)}
    is_export = bool(
        subject and keys and values and (period or "" not in [found for found, _ in values.values()])
    )
    return _Shape(number, keys, subject, values, period) if is_export else None


class _Turner:
    """Turns the rows of one grid round."""

    def __init__(self, grid: Grid, layout: LedgerLayout, matcher: HeadMatcher, shape: _Shape) -> None:
        self._grid, self._layout, self._matcher, self._shape = grid, layout, matcher, shape
        self._sheet: SheetLayout = layout.sheets[layout.exports.sheet]
        self._rows: dict[tuple[str, ...], int] = {}
        self._numbers: list[int] = []
        self._cells: dict[str, list[Plain]] = {}
        self._places: dict[tuple[str, int], str] = {}
        self._units: dict[str, str] = {}
        self._shown: dict[str, dict[int, str]] = {}

    def export(self) -> Export:
        """The table and what was left out."""
        unknown: dict[str, list[int]] = {}
        repeated: list[str] = []
        rows = self._grid.rows
        for number in range(self._shape.header + 1, len(rows) + 1):
            row = rows[number - 1]
            subject = self._text(row, self._shape.subject)
            index = self._index(number, row)
            if not subject or index is None:
                continue
            for column, (of_period, unit) in self._shape.values.items():
                if row[column - 1] is None:
                    continue
                period = of_period or self._matcher.period(self._text(row, self._shape.period))
                head = self._matcher.match(f"{subject}{BETWEEN}{period}").head if period else ""
                address = f"{get_column_letter(column)}{number}"
                if not head:
                    what = subject if period else f"{subject}{BETWEEN}{self._text(row, self._shape.period)}"
                    unknown.setdefault(what, []).append(number)
                elif (head, index) in self._places:
                    repeated.append(address)
                    self._cells[head][index] = None
                else:
                    self._put(head, index, row[column - 1], address, unit)
        letters = {head: get_column_letter(column) for column, head in self._shape.keys.items()}
        letters |= {head: "A" for head in self._cells if head not in letters}
        table = LedgerTable(
            self._sheet, self._grid.name, letters, self._units, self._numbers, self._full(), self._shown,
            self._places, is_part=True,
        )  # fmt: skip
        return Export(table, {text: sorted(set(found)) for text, found in unknown.items()}, repeated)

    def _index(self, number: int, row: Sequence[Plain]) -> int | None:
        """The place of the unit that a row is of; None for a row without one."""
        shown = self._grid.shown
        keys = tuple(shown.get((number, column)) or self._text(row, column) for column in self._shape.keys)
        if not any(keys) or any(self._layout.headings.read(key).key in self._layout.totals for key in keys):
            return None
        if keys not in self._rows:
            self._rows[keys] = len(self._numbers)
            self._numbers.append(number)
            for key, head in zip(keys, self._shape.keys.values(), strict=True):
                self._cells.setdefault(head, []).append(key or None)
        return self._rows[keys]

    def _put(self, head: str, index: int, cell: Plain, address: str, unit: str) -> None:
        column = self._cells.setdefault(head, [])
        column += [None] * (index + 1 - len(column))
        column[index] = cell
        self._places[head, index] = address
        if unit and unit != self._layout.base_unit:
            self._units[head] = unit

    def _full(self) -> dict[str, list[Plain]]:
        count = len(self._numbers)
        return {head: [*cells, *[None] * (count - len(cells))] for head, cells in self._cells.items()}

    @staticmethod
    def _text(row: Sequence[Plain], column: int) -> str:
        cell = row[column - 1] if 0 < column <= len(row) else None
        return " ".join(shown(cell).split())
