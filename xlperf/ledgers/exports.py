"""A table of an accounting system with a subject a row → a table with a row a unit, cells where they lie."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers.grids import Grid, Plain, shown
from xlperf.ledgers.layout import LedgerLayout, SheetLayout
from xlperf.ledgers.matching import BETWEEN, HeadMatcher
from xlperf.ledgers.reports import areas_text, rows_text
from xlperf.ledgers.tables import LedgerTable, title_units

_HEADER_WITHIN = 10


@dataclass(slots=True)
class Export:
    """The table turned round, and what was done to it.

    ``unknown`` are sheet rows by subjects that are no declared ones, ``repeated`` addresses of values that an
    earlier row gave; ``blank`` are rows by the heading under which they have nothing, ``totals`` the words of
    rows of totals; ``merges`` are merged ranges by the heading under which they were filled down. ``units``
    are the money units of the columns of values, with their headings, by address; ``unread`` are headings of
    columns that were not read, as the sheet names two money units.
    """

    table: LedgerTable
    unknown: dict[str, list[int]]
    repeated: list[str]
    blank: Mapping[str, Sequence[int]]
    totals: Mapping[int, str]
    merges: Mapping[str, Sequence[str]]
    units: Mapping[str, tuple[str, str]]
    unread: Sequence[str]

    def findings(self, place: Location) -> list[Finding]:
        """What was not read of it."""
        found = [
            finding("L122", replace(place, cell=cell), head=head, given=unit)
            for cell, (head, unit) in self.units.items()
        ]
        if self.unread:
            found.append(finding("L144", place, head=self.unread[0], count=str(len(self.unread))))
        for head, areas in self.merges.items():
            at = replace(place, cell=areas[0].partition(":")[0])
            found.append(finding("L118", at, head=head, count=str(len(areas)), areas=areas_text(areas)))
        found += [finding("L115", place, word, row=str(row)) for row, word in self.totals.items()]
        found += [finding("L110", place, head=head, row=rows_text(rows)) for head, rows in self.blank.items()]
        found += [
            finding("L132", place, subject, rows=rows_text(rows)) for subject, rows in self.unknown.items()
        ]
        if self.repeated:
            place = replace(place, cell=self.repeated[0])
            found.append(finding("L133", place, count=len(self.repeated), cells="、".join(self.repeated[:3])))
        return found


@dataclass(slots=True)
class _Shape:
    """The columns of such a table, from 1: headings of keys, the subject's, periods and units of values."""

    header: int
    keys: dict[int, str]
    subject: int
    values: dict[int, tuple[str, str]]
    period: int = 0


def turned(grid: Grid, layout: LedgerLayout, matcher: HeadMatcher, unit: str) -> Export | None:
    """The grid as a table with a row a unit; None where it has no column of subjects.

    ``unit`` is the money unit that the sheet's name gives, "" for none.
    """
    shape = export_shape(grid, layout, matcher)
    if shape is None:
        return None
    of_sheet = [unit] if unit else title_units(grid, shape.header, layout)
    return _Turner(grid, layout, matcher, shape, of_sheet).export()


def export_shape(grid: Grid, layout: LedgerLayout, matcher: HeadMatcher) -> _Shape | None:
    """Where a table with a subject a row has its columns; None for any other table."""
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
    """Turns the rows of one grid round; ``units`` are the money units that hold for the whole sheet."""

    def __init__(
        self,
        grid: Grid,
        layout: LedgerLayout,
        matcher: HeadMatcher,
        shape: _Shape,
        units: Sequence[str],
    ) -> None:
        self._grid, self._layout, self._matcher, self._shape = grid, layout, matcher, shape
        self._of_sheet = units
        self._sheet: SheetLayout = layout.sheets[layout.exports.sheet]
        self._rows: dict[tuple[str, ...], int] = {}
        self._numbers: list[int] = []
        self._cells: dict[str, list[Plain]] = {}
        self._places: dict[tuple[str, int], str] = {}
        self._units: dict[str, str] = {}
        self._shown: dict[str, dict[int, str]] = {}
        self._blank: dict[str, list[int]] = {}
        self._totals: dict[int, str] = {}

    def export(self) -> Export:
        """The table and what was left out."""
        unknown: dict[str, list[int]] = {}
        repeated: list[str] = []
        rows = self._grid.rows
        heading = rows[self._shape.header - 1]
        merges = self._fill_down(rows, heading)
        values = {
            column: (period, unit or next(iter(self._of_sheet), ""))
            for column, (period, unit) in self._shape.values.items()
            if unit or len(self._of_sheet) < 2
        }
        for number in range(self._shape.header + 1, len(rows) + 1):
            row = rows[number - 1]
            subject = self._text(row, self._shape.subject)
            given = {column: row[column - 1] for column in values if row[column - 1] is not None}
            index = self._index(number, row, subject, heading) if given else None
            if index is None:
                continue
            for column, cell in given.items():
                of_period, unit = values[column]
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
                    self._put(head, index, cell, address, unit)
        letters = {head: get_column_letter(column) for column, head in self._shape.keys.items()}
        letters |= {head: "A" for head in self._cells if head not in letters}
        table = LedgerTable(
            self._sheet, self._grid.name, letters, self._units, self._numbers, self._full(), self._shown,
            self._places, is_part=True,
        )  # fmt: skip
        unknown = {text: sorted(set(found)) for text, found in unknown.items()}
        units = {
            f"{get_column_letter(column)}{self._shape.header}": (self._text(heading, column), unit)
            for column, (_, unit) in values.items()
            if unit not in ("", self._layout.base_unit)
        }
        unread = [self._text(heading, column) for column in self._shape.values if column not in values]
        return Export(table, unknown, repeated, self._blank, self._totals, merges, units, unread)

    def _fill_down(self, rows: list[list[Plain]], heading: Sequence[Plain]) -> dict[str, list[str]]:
        """Give every row of a merged code, name or subject its text; the merged ranges by heading."""
        filled: dict[str, list[str]] = {}
        for top, left, bottom, _ in self._grid.merges:
            is_key = left in self._shape.keys or left == self._shape.subject
            if is_key and top > self._shape.header and bottom > top and rows[top - 1][left - 1] is not None:
                for number in range(top + 1, min(bottom, len(rows)) + 1):
                    rows[number - 1][left - 1] = rows[top - 1][left - 1]
                letter = get_column_letter(left)
                filled.setdefault(self._text(heading, left), []).append(f"{letter}{top}:{letter}{bottom}")
        return filled

    def _index(self, number: int, row: Sequence[Plain], subject: str, heading: Sequence[Plain]) -> int | None:
        """The place of the unit that a row is of; None for one without it or a subject, and for totals."""
        looks = self._grid.shown
        keys = tuple(looks.get((number, column)) or self._text(row, column) for column in self._shape.keys)
        total = next((text for text in (*keys, subject) if self._layout.is_total(text)), "")
        if total:
            self._totals[number] = total
            return None
        if not subject or not any(keys):
            blank = next(iter(self._shape.keys)) if subject else self._shape.subject
            self._blank.setdefault(self._text(heading, blank), []).append(number)
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
