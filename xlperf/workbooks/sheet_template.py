"""One form with given table sizes as text with positions: values in, the XML of a filled sheet out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from openpyxl.utils import get_column_letter

from xlperf.core.errors import DeclarationError
from xlperf.declarations.evaluation import Completed
from xlperf.declarations.form_layout import PlacedRow, place, run_starts
from xlperf.declarations.forms_and_rules import Cell, Field, Form, Profile, Table
from xlperf.declarations.records import Row
from xlperf.declarations.source import text_of
from xlperf.declarations.value_display import display, line_text
from xlperf.expressions import Value
from xlperf.expressions.value_types import LONGEST_TEXT
from xlperf.ooxml.text_heights import TALLEST
from xlperf.workbooks.sheet_setup import Room, one_page, room_of
from xlperf.workbooks.sheet_xml import (
    BlankRow,
    BlankSheet,
    Relocation,
    formula_cell,
    is_simple,
    plain_cell,
    simple_cell,
    sized_cell,
)

Levels = tuple[Value, ...]


_PATTERNS_KEPT = 256
_PAGES_HIGH = re.compile(r'(fitToHeight="\d")')


@dataclass(frozen=True, slots=True)
class _FieldCell:
    """How a field or column shows text, and how much of it fits.

    ``plain`` cells show their value as it is; ``room`` is None where no text can need a higher row;
    ``height`` is that of the row in points. Texts of at most ``safe`` characters, without line
    breaks, are written without looking further.
    """

    field: Field
    plain: bool
    room: Room | None
    height: float

    @property
    def safe(self) -> int:
        """0 for cells that show something else than their value."""
        return 0 if not self.plain else LONGEST_TEXT // 2 if self.room is None else self.room.safe


@dataclass(frozen=True, slots=True)
class _TableColumn:
    """A column of a table to fill: for each row the positions of its cell and of its row's height."""

    field_cell: _FieldCell
    positions: list[int] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _LevelPattern:
    """The level columns of a table: merges, (position, cell XML), (position, needed height)."""

    merges: tuple[str, ...]
    cells: list[tuple[int, str]]
    heights: list[tuple[int, float]]


class SheetTemplate:
    """The sheet of ``form`` with ``counts`` rows in its tables; 0 keeps the rows of the blank.

    ``placement`` has its addresses; ``relocation`` leads to them from those of the blank.
    """

    def __init__(self, form: Form, blank: BlankSheet, counts: Mapping[str, int], profile: Profile) -> None:
        self._form, self._profile = form, profile
        self._tables = [form.tables[table] for table, count in counts.items() if count]
        self._origin = place(form)
        self.placement = place(form, {table.id: counts[table.id] for table in self._tables})
        self._pattern = lru_cache(_PATTERNS_KEPT)(self._level_pattern)
        self.relocation = Relocation(self._origin, self.placement)
        self._height = 0.0
        self._numbers: list[tuple[int, str]] = []
        self._texts: list[tuple[int, int, str, _FieldCell]] = []  # positions of the cell and of the height
        self._formulas: list[tuple[int, str, str]] = []
        self._sentences: list[tuple[int, Cell]] = []
        self._columns: dict[str, dict[str, _TableColumn]] = {table.id: {} for table in self._tables}
        self._pieces = [blank.head_at(self.relocation)]
        self._compile(blank.rows)
        before, after = blank.tail_at(self.relocation)
        self._write(before)
        self._merges_position = self._variable_piece()
        before, _, after = _PAGES_HIGH.split(after)
        self._write(before)
        self._pages_position = self._variable_piece()
        self._write(after)
        self._fixed_merges = self.placement.static_merges()
        for table in form.tables.values():
            if table.id not in self._columns:
                self._fixed_merges += self.placement.run_merges(table.id, table.default_rows)

    def fill(self, completed: Completed) -> str:
        """The sheet's XML with the values of a record whose tables have this template's sizes."""
        record, pieces = completed.record, self._pieces.copy()
        merges = self._fixed_merges.copy()
        heights: dict[int, float] = {}
        self._fill_fields(record.fields, completed.published, heights, pieces)
        for table in self._tables:
            rows = record.tables[table.id]
            keys = tuple([tuple([row.get(level) for level in table.levels]) for row in rows])
            pattern = self._pattern(table.id, keys)
            merges += pattern.merges
            heights.update(pattern.heights)
            for position, xml in pattern.cells:
                pieces[position] = xml
            self._fill_columns(table, rows, heights, pieces)
        total = self._height
        for position, height in heights.items():
            total += height - float(pieces[position])
            pieces[position] = f"{height:g}"
        pieces[self._pages_position] = f'fitToHeight="{one_page(self._form, total):d}"'
        pieces[self._merges_position] = _merge_cells(merges)
        return "".join(pieces)

    def _fill_fields(
        self, fields: Row, published: frozenset[str], heights: dict[int, float], pieces: list[str]
    ) -> None:
        get = fields.get
        for position, name in self._numbers:
            pieces[position] = plain_cell(get(name))
        for position, height_position, name, field_cell in self._texts:
            needed = self._fill_text(field_cell, get(name), fields, position, pieces)
            _raise(heights, height_position, needed, field_cell)
        for position, name, formula in self._formulas:
            pieces[position] = (
                plain_cell(get(name)) if name in published else formula_cell(formula, get(name))
            )
        for position, cell in self._sentences:
            pieces[position] = plain_cell(line_text(cell, fields))

    def _fill_columns(
        self, table: Table, rows: Sequence[Row], heights: dict[int, float], pieces: list[str]
    ) -> None:
        for name, column in self._columns[table.id].items():
            if name in table.levels:
                continue
            field_cell, safe = column.field_cell, column.field_cell.safe
            for position, height_position, row in zip(column.positions, column.heights, rows, strict=True):
                value = row.get(name)
                if type(value) is str and 0 < len(value) <= safe and is_simple(value):
                    pieces[position] = simple_cell(value)
                elif type(value) is float and field_cell.plain:
                    pieces[position] = plain_cell(value)
                else:
                    needed = self._fill_text(field_cell, value, row, position, pieces)
                    _raise(heights, height_position, needed, field_cell)

    def _fill_text(
        self, field_cell: _FieldCell, value: Value, row: Row, position: int, pieces: list[str]
    ) -> float:
        """Fill one cell; return the height its row needs, 0 for no more than it has."""
        shown = (
            value if field_cell.plain else display(field_cell.field, value, row, self._profile, self._form)
        )
        room = field_cell.room
        pieces[position] = plain_cell(shown)
        if room is None or type(shown) is not str or not room.may_overflow(shown):
            return 0.0
        height = room.height(shown)
        if height == TALLEST:
            pieces[position] = sized_cell(shown, room.look.font, room.fitting_size(shown))
        return height

    def _level_pattern(self, name: str, keys: Sequence[Levels]) -> _LevelPattern:
        """The level columns of a table whose rows have the level values ``keys``, highest level first.

        A label is shown where its run begins; only one that has no other row may need a higher one.
        """
        table, cells, heights = self._form.tables[name], list[tuple[int, str]](), dict[int, float]()
        rows: list[Row] = [dict(zip(table.levels, key, strict=True)) for key in keys]
        for depth, level in enumerate(table.levels, 1):
            column = self._columns[name][level]
            field_cell = column.field_cell
            cells += [(position, plain_cell(None)) for position in column.positions]
            starts = run_starts([key[:depth] for key in keys])
            for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
                shown = display(field_cell.field, rows[start][level], rows[start], self._profile, self._form)
                cells.append((column.positions[start], plain_cell(shown)))
                if field_cell.room and end - start == 1 and isinstance(shown, str):
                    _raise(heights, column.heights[start], field_cell.room.height(shown), field_cell)
        return _LevelPattern(tuple(self.placement.run_merges(name, rows)), cells, list(heights.items()))

    def _compile(self, rows: Mapping[int, BlankRow]) -> None:
        numbers = {(placed.row.id, placed.index): placed.number for placed in self._origin.rows}
        for placed in self.placement.rows:
            grown = placed.row.table in self._columns
            blank = rows[numbers[placed.row.id, 0 if grown else placed.index]]
            height = placed.row.height if grown else blank.height
            self._write(f'<row r="{placed.number}" ht="')
            self._height += height
            height_position = self._variable_piece(f"{height:g}")
            self._write('" customHeight="1">')
            layout = {get_column_letter(cell.first): cell for cell in placed.row.cells}
            for letter, found in blank.cells.items():
                self._write(f'<c r="{letter}{placed.number}"{found.style}')
                cell = layout.get(letter)
                if cell is not None and cell.line:
                    self._sentences.append((self._variable_piece(), cell))
                elif cell is not None and cell.field and (grown or not placed.row.table):
                    self._add_field(placed, cell, found.formula, height, height_position)
                else:
                    self._write(found.rest)
            self._write("</row>")

    def _add_field(
        self, placed: PlacedRow, cell: Cell, formula: str, height: float, height_position: int
    ) -> None:
        table = self._form.tables.get(placed.row.table)
        shown = (table.columns if table else self._form.fields)[cell.field]
        plain = not (shown.display or shown.placeholder)
        field_cell = _FieldCell(shown, plain, room_of(self._form, placed.row, cell, shown, height), height)
        position = self._variable_piece()
        if table is not None:
            if formula:
                where = f"{self._form.id}/{shown.id}"
                raise DeclarationError(where, text_of("styles", "errors", "column_formula"))
            column = self._columns[table.id].setdefault(shown.id, _TableColumn(field_cell))
            column.positions.append(position)
            column.heights.append(height_position)
        elif formula:
            self._formulas.append((position, shown.id, formula))
        elif shown.type.number and plain:
            self._numbers.append((position, shown.id))
        else:
            self._texts.append((position, height_position, shown.id, field_cell))

    def _write(self, text: str) -> None:
        self._pieces[-1] += text

    def _variable_piece(self, usual: str = "") -> int:
        self._pieces += (usual, "")
        return len(self._pieces) - 2


def _raise(heights: dict[int, float], position: int, needed: float, cell: _FieldCell) -> None:
    """Note at ``position`` that a row must be ``needed`` points high, where ``cell`` has less."""
    if needed > cell.height:
        heights[position] = max(needed, heights.get(position, 0.0))


def _merge_cells(areas: Sequence[str]) -> str:
    cells = "".join([f'<mergeCell ref="{area}"/>' for area in areas])
    return f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'
