"""One form with given table sizes as text with holes: values in, the XML of a filled sheet out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from openpyxl.utils import get_column_letter

from xlperf.core.errors import DeclarationError
from xlperf.declarations.cell_display import display, line_text
from xlperf.declarations.completion import Completed
from xlperf.declarations.model import Cell, Field, Form, Profile, Table
from xlperf.declarations.placement import PlacedRow, place
from xlperf.declarations.records import Row
from xlperf.expressions import Value
from xlperf.workbooks.cell_xml import (
    LONGEST_TEXT,
    formula_cell,
    is_simple,
    plain_cell,
    simple_cell,
)
from xlperf.workbooks.level_runs import Levels, level_runs
from xlperf.workbooks.relocate import Relocation
from xlperf.workbooks.sheet_xml import BlankRow, BlankSheet
from xlperf.workbooks.text_room import Room, room_of

_PATTERNS_KEPT = 256


@dataclass(frozen=True, slots=True)
class _Slot:
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
class _Column:
    """A column of a table to fill: for each row the holes of its cell and of its row's height."""

    slot: _Slot
    holes: list[int] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What the level columns of a table come to: merges, (hole, cell XML), (hole, needed height)."""

    merges: tuple[str, ...]
    cells: list[tuple[int, str]]
    heights: list[tuple[int, float]]


class Stencil:
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
        self._numbers: list[tuple[int, str]] = []
        self._texts: list[tuple[int, int, str, _Slot]] = []  # holes of the cell and of the height
        self._formulas: list[tuple[int, str, str]] = []
        self._sentences: list[tuple[int, Cell]] = []
        self._columns: dict[str, dict[str, _Column]] = {table.id: {} for table in self._tables}
        self._pieces = [blank.head_at(self.relocation)]
        self._compile(blank.rows)
        before, after = blank.tail_at(self.relocation)
        self._write(before)
        self._merges_hole = self._hole()
        self._write(after)
        self._fixed_merges = self.placement.static_merges()
        for table in form.tables.values():
            if table.id not in self._columns:
                self._fixed_merges += self.placement.run_merges(table.id, table.default_rows)

    def fill(self, completed: Completed) -> str:
        """The sheet's XML with the values of a record whose tables have this stencil's sizes."""
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
            for hole, xml in pattern.cells:
                pieces[hole] = xml
            self._fill_columns(table, rows, heights, pieces)
        for hole, height in heights.items():
            pieces[hole] = f"{height:g}"
        pieces[self._merges_hole] = _merge_cells(merges)
        return "".join(pieces)

    def _fill_fields(
        self, fields: Row, published: frozenset[str], heights: dict[int, float], pieces: list[str]
    ) -> None:
        get = fields.get
        for hole, name in self._numbers:
            pieces[hole] = plain_cell(get(name))
        for hole, row_hole, name, slot in self._texts:
            needed = self._fill_text(slot, get(name), fields, hole, pieces)
            if needed > slot.height:
                heights[row_hole] = max(needed, heights.get(row_hole, 0.0))
        for hole, name, formula in self._formulas:
            pieces[hole] = plain_cell(get(name)) if name in published else formula_cell(formula, get(name))
        for hole, cell in self._sentences:
            pieces[hole] = plain_cell(line_text(cell, fields))

    def _fill_columns(
        self, table: Table, rows: Sequence[Row], heights: dict[int, float], pieces: list[str]
    ) -> None:
        for name, column in self._columns[table.id].items():
            if name in table.levels:
                continue
            slot, safe = column.slot, column.slot.safe
            for hole, row_hole, row in zip(column.holes, column.heights, rows, strict=True):
                value = row.get(name)
                if type(value) is str and 0 < len(value) <= safe and is_simple(value):
                    pieces[hole] = simple_cell(value)
                elif type(value) is float and slot.plain:
                    pieces[hole] = plain_cell(value)
                elif (needed := self._fill_text(slot, value, row, hole, pieces)) > slot.height:
                    heights[row_hole] = max(needed, heights.get(row_hole, 0.0))

    def _fill_text(self, slot: _Slot, value: Value, row: Row, hole: int, pieces: list[str]) -> float:
        """Fill one cell and say what height its row needs, 0 for no more than it has."""
        shown = value if slot.plain else display(slot.field, value, row, self._profile, self._form)
        pieces[hole] = plain_cell(shown)
        if (
            slot.room is None
            or type(shown) is not str
            or (len(shown) <= slot.room.safe and "\n" not in shown)
        ):
            return 0.0
        return slot.room.height(shown)

    def _level_pattern(self, name: str, keys: Sequence[Levels]) -> _Pattern:
        table = self._form.tables[name]
        runs = level_runs(self.placement, table, keys, self._profile)
        cells: list[tuple[int, str]] = []
        heights: dict[int, float] = {}
        for level in table.levels:
            column = self._columns[table.id][level]
            for hole, row_hole, labels, lone in zip(
                column.holes, column.heights, runs.labels, runs.lone, strict=True
            ):
                cells.append((hole, plain_cell(labels[level])))
                needed = column.slot.room.height(lone[level]) if column.slot.room and level in lone else 0.0
                if needed > column.slot.height:
                    heights[row_hole] = max(needed, heights.get(row_hole, 0.0))
        return _Pattern(runs.merges, cells, list(heights.items()))

    def _compile(self, rows: Mapping[int, BlankRow]) -> None:
        numbers = {(placed.row.id, placed.index): placed.number for placed in self._origin.rows}
        for placed in self.placement.rows:
            grown = placed.row.table in self._columns
            blank = rows[numbers[placed.row.id, 0 if grown else placed.index]]
            height = placed.row.height if grown else blank.height
            self._write(f'<row r="{placed.number}" ht="')
            row_hole = self._hole(f"{height:g}")
            self._write('" customHeight="1">')
            layout = {get_column_letter(cell.first): cell for cell in placed.row.cells}
            for letter, found in blank.cells.items():
                self._write(f'<c r="{letter}{placed.number}"{found.style}')
                cell = layout.get(letter)
                if cell is not None and cell.line:
                    self._sentences.append((self._hole(), cell))
                elif cell is not None and cell.field and (grown or not placed.row.table):
                    self._add_slot(placed, cell, found.formula, height, row_hole)
                else:
                    self._write(found.rest)
            self._write("</row>")

    def _add_slot(self, placed: PlacedRow, cell: Cell, formula: str, height: float, row_hole: int) -> None:
        table = self._form.tables.get(placed.row.table)
        shown = (table.columns if table else self._form.fields)[cell.field]
        plain = not (shown.display or shown.placeholder)
        hole = self._hole()
        if table is not None:
            if formula:
                raise DeclarationError(
                    f"{self._form.id}/{shown.id}", "批量填写不支持表内的公式列，请改成 virtual"
                )
            columns = self._columns[table.id]
            if shown.id not in columns:
                columns[shown.id] = _Column(self._slot(placed, cell, shown, plain, height))
            columns[shown.id].holes.append(hole)
            columns[shown.id].heights.append(row_hole)
        elif formula:
            self._formulas.append((hole, shown.id, formula))
        elif shown.type.number and plain:
            self._numbers.append((hole, shown.id))
        else:
            self._texts.append((hole, row_hole, shown.id, self._slot(placed, cell, shown, plain, height)))

    def _slot(self, placed: PlacedRow, cell: Cell, shown: Field, plain: bool, height: float) -> _Slot:
        return _Slot(shown, plain, room_of(self._form, placed.row, cell, shown, height), height)

    def _write(self, text: str) -> None:
        self._pieces[-1] += text

    def _hole(self, usual: str = "") -> int:
        self._pieces += (usual, "")
        return len(self._pieces) - 2


def _merge_cells(areas: Sequence[str]) -> str:
    cells = "".join([f'<mergeCell ref="{area}"/>' for area in areas])
    return f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'
