"""A table of an accounting system with a subject a row → a table with a row a unit, cells where they lie."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.ledgers.grids import Grid, Plain, shown
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.matching import BETWEEN, HeadMatcher
from xlperf.ledgers.reports import areas_text, rows_text
from xlperf.ledgers.tables import LedgerTable, title_units

_HEADER_WITHIN = 10


@dataclass(slots=True)
class ExportShape:
    """The columns of such a table, from 1: headings of keys, the subject's, periods and units of values."""

    header: int
    keys: dict[int, str]
    subject: int
    values: dict[int, tuple[str, str]]
    period: int = 0


def export_shape(grid: Grid, layout: LedgerLayout, matcher: HeadMatcher) -> ExportShape | None:
    """Where a table with a subject a row has its columns; None for any other table."""
    for number, row in enumerate(grid.top(_HEADER_WITHIN), 1):
        shape = _shape_of_row(number, row, layout, matcher)
        if shape is not None:
            return shape
    return None


def _shape_of_row(
    number: int, row: Sequence[Plain], layout: LedgerLayout, matcher: HeadMatcher
) -> ExportShape | None:
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
    return ExportShape(number, keys, subject, values, period) if is_export else None


class TurnedExport:
    """One grid turned round; ``unit`` is the money unit that the sheet's name gives, "" for none.

    ``_unknown`` are sheet rows by subjects that are no declared ones, ``_repeated`` addresses of values that
    an earlier row gave, ``_blank`` rows by the column in which they have nothing, ``_totals`` those of totals
    by their words, ``_merged`` the ranges that were filled down, by column. ``_values`` are the periods and
    units of the columns that are read: not of those without a unit where the sheet names two.
    """

    def __init__(
        self, grid: Grid, shape: ExportShape, layout: LedgerLayout, matcher: HeadMatcher, unit: str
    ) -> None:
        self._grid, self._layout, self._matcher, self._shape = grid, layout, matcher, shape
        of_sheet = [unit] if unit else title_units(grid, shape.header, layout)
        self._values = {
            column: (period, own or next(iter(of_sheet), ""))
            for column, (period, own) in shape.values.items()
            if own or len(of_sheet) <= 1
        }
        self._lines = grid.rows
        self._rows: dict[tuple[str, ...], int] = {}
        self._numbers: list[int] = []
        self._cells: dict[str, dict[int, Plain]] = defaultdict(dict)
        self._places: dict[tuple[str, int], str] = {}
        self._units: dict[str, str] = {}
        self._unknown: dict[str, list[int]] = defaultdict(list)
        self._repeated: list[str] = []
        self._blank: dict[int, list[int]] = defaultdict(list)
        self._totals: dict[str, list[int]] = defaultdict(list)
        self._merged: dict[int, list[str]] = defaultdict(list)

    def table(self) -> LedgerTable:
        """The table with a row a unit, each cell where the grid has it."""
        self._fill_down()
        for number, row in enumerate(self._lines[self._shape.header :], self._shape.header + 1):
            given = {column: row[column - 1] for column in self._values if row[column - 1] is not None}
            index = self._index(number) if given else None
            for column, cell in given.items() if index is not None else ():
                self._put(number, column, index or 0, cell)
        letters = {head: get_column_letter(column) for column, head in self._shape.keys.items()}
        count = range(len(self._numbers))
        return LedgerTable(
            self._layout.sheets[self._layout.exports.sheet],
            self._grid.name,
            dict.fromkeys(self._cells, "A") | letters,
            self._units,
            self._numbers,
            {head: [cells.get(index) for index in count] for head, cells in self._cells.items()},
            places=self._places,
            is_part=True,
        )

    def _fill_down(self) -> None:
        """Give every row of a merged code, name or subject its text."""
        lines, header = self._lines, self._shape.header
        for top, left, bottom, _ in self._grid.merges:
            is_key = left in self._shape.keys or left == self._shape.subject
            if is_key and header < top < bottom and lines[top - 1][left - 1] is not None:
                for row in lines[top:bottom]:
                    row[left - 1] = lines[top - 1][left - 1]
                letter = get_column_letter(left)
                self._merged[left].append(f"{letter}{top}:{letter}{bottom}")

    def _index(self, number: int) -> int | None:
        """The place of the unit that a row is of; None for one without it or a subject, and for totals."""
        looks, shape = self._grid.shown, self._shape
        keys = tuple(looks.get((number, column)) or self._text(number, column) for column in shape.keys)
        subject = self._text(number, shape.subject)
        if total := next((text for text in (*keys, subject) if self._layout.is_total(text)), ""):
            self._totals[total].append(number)
            return None
        if not subject or not any(keys):
            self._blank[next(iter(shape.keys)) if subject else shape.subject].append(number)
            return None
        if keys not in self._rows:
            index = self._rows[keys] = len(self._numbers)
            self._numbers.append(number)
            for key, head in zip(keys, shape.keys.values(), strict=True):
                self._cells[head][index] = key or None
        return self._rows[keys]

    def _put(self, number: int, column: int, index: int, cell: Plain) -> None:
        """Take one value into the row ``index``; two that are given for one place are none."""
        period, unit = self._values[column]
        subject, said = self._text(number, self._shape.subject), self._text(number, self._shape.period)
        period = period or self._matcher.period(said)
        head = self._matcher.match(f"{subject}{BETWEEN}{period}").head if period else ""
        address = f"{get_column_letter(column)}{number}"
        if not head:
            rows = self._unknown[subject if period else f"{subject}{BETWEEN}{said}"]
            rows += [number] if number not in rows[-1:] else []
        elif (head, index) in self._places:
            self._repeated.append(address)
            self._cells[head][index] = None
        else:
            self._cells[head][index] = cell
            self._places[head, index] = address
            if unit not in ("", self._layout.base_unit):
                self._units[head] = unit

    def _text(self, number: int, column: int) -> str:
        return " ".join(shown(self._lines[number - 1][column - 1]).split()) if column else ""

    def findings(self, place: Location) -> list[Finding]:
        """How money was converted and merges were filled, and what was not read."""
        found: list[Finding] = []

        def report(code: str, value: str = "", at: str = "", **names: Any) -> None:
            """One finding at the cell ``at``."""
            found.append(finding(code, replace(place, cell=at), value, **names))

        def heading(column: int) -> str:
            """The text over a column."""
            return self._text(self._shape.header, column)

        for column, (_, unit) in self._values.items():
            if unit not in ("", self._layout.base_unit):
                at = f"{get_column_letter(column)}{self._shape.header}"
                report("L122", at=at, head=heading(column), given=unit)
        if unread := [column for column in self._shape.values if column not in self._values]:
            report("L144", head=heading(unread[0]), count=len(unread))
        for column, areas in self._merged.items():
            at = areas[0].partition(":")[0]
            report("L118", at=at, head=heading(column), count=len(areas), areas=areas_text(areas))
        for word, rows in self._totals.items():
            report("L115", word, f"A{rows[0]}", row=rows_text(rows))
        for column, rows in self._blank.items():
            at = f"{get_column_letter(column)}{rows[0]}"
            report("L110", at=at, head=heading(column), row=rows_text(rows))
        for subject, rows in self._unknown.items():
            report("L132", subject, rows=rows_text(rows))
        if self._repeated:
            cells = "、".join(self._repeated[:3])
            report("L133", at=self._repeated[0], count=len(self._repeated), cells=cells)
        return found
