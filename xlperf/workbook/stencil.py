"""One form with given table sizes as text with holes: values in, the XML of a filled sheet out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from openpyxl.utils import get_column_letter

from xlperf.completion import Completed
from xlperf.errors import DeclarationError
from xlperf.expressions import Value
from xlperf.forms import Cell, Field, Form, Profile, place
from xlperf.forms.layout import PlacedRow
from xlperf.workbook.cells import formula_cell, plain_cell
from xlperf.workbook.display import display, line_text
from xlperf.workbook.relocate import Relocation
from xlperf.workbook.room import Room, room_of
from xlperf.workbook.runs import Levels, level_runs
from xlperf.workbook.sheetxml import BlankRow, BlankSheet

_PATTERNS_KEPT = 256


@dataclass(frozen=True, slots=True)
class _TextSlot:
    """A cell to fill with text: ``hole`` is its place in the pieces.

    ``plain`` cells show their value as it is; ``room`` is None where no text can need a higher row.
    """

    hole: int
    id: str
    field: Field
    plain: bool
    room: Room | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A sheet row with cells to fill; ``hole`` is the place of its height in points.

    ``table`` is "" outside tables; ``index`` counts the rows of a table. Numbers and levels are
    (hole, id), formulas (hole, id, ``<f>`` element), sentences (hole, layout cell).
    """

    hole: int
    height: float
    table: str
    index: int
    numbers: list[tuple[int, str]] = field(default_factory=list)
    texts: list[_TextSlot] = field(default_factory=list)
    levels: list[_TextSlot] = field(default_factory=list)
    formulas: list[tuple[int, str, str]] = field(default_factory=list)
    sentences: list[tuple[int, Cell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """What the level columns of a table come to: merges, (hole, cell XML), a least height per row."""

    merges: tuple[str, ...]
    cells: list[tuple[int, str]]
    heights: list[float]


class Stencil:
    """The sheet of ``form`` with ``counts`` rows in its tables; 0 keeps the rows of the blank.

    ``relocation`` leads from addresses of the blank to addresses of this sheet.
    """

    def __init__(self, form: Form, blank: BlankSheet, counts: Mapping[str, int], profile: Profile) -> None:
        self._form, self._profile = form, profile
        self._tables = [form.tables[table] for table, count in counts.items() if count]
        self._origin = place(form)
        self._placement = place(form, {table.id: counts[table.id] for table in self._tables})
        self._pattern = lru_cache(_PATTERNS_KEPT)(self._level_pattern)
        self.relocation = Relocation(self._origin, self._placement)
        self._pieces = [blank.head_at(self.relocation)]
        self._lines = self._compile(blank.rows)
        before, after = blank.tail_at(self.relocation)
        self._write(before)
        self._merges_hole = self._hole()
        self._write(after)
        self._fixed_merges = self._placement.static_merges()
        for table in form.tables.values():
            if table not in self._tables:
                self._fixed_merges += self._placement.run_merges(table.id, table.default_rows)

    def fill(self, completed: Completed) -> str:
        """The sheet's XML with the values of a record whose tables have this stencil's sizes."""
        record, pieces = completed.record, self._pieces.copy()
        merges = self._fixed_merges.copy()
        heights: dict[str, list[float]] = {}
        for table in self._tables:
            keys = tuple([tuple([row.get(level) for level in table.levels]) for row in record.tables[table.id]])
            pattern = self._pattern(table.id, keys)
            merges += pattern.merges
            heights[table.id] = pattern.heights
            for hole, xml in pattern.cells:
                pieces[hole] = xml
        for line in self._lines:
            if line.table:
                row = record.tables[line.table][line.index]
                self._fill_line(line, row, heights[line.table][line.index], pieces)
            else:
                self._fill_line(line, record.fields, line.height, pieces)
                _fill_formulas(line, record.fields, completed.published, pieces)
        pieces[self._merges_hole] = _merge_cells(merges)
        return "".join(pieces)

    def _fill_line(self, line: _Line, values: Mapping[str, Value], height: float, pieces: list[str]) -> None:
        for hole, name in line.numbers:
            pieces[hole] = plain_cell(values.get(name))
        for slot in line.texts:
            value = values.get(slot.id)
            if not slot.plain:
                value = display(slot.field, value, values, self._profile, self._form)
            pieces[slot.hole] = plain_cell(value)
            room = slot.room
            if room is not None and isinstance(value, str) and (len(value) > room.safe or "\n" in value):
                height = max(height, room.height(value))
        if height > line.height:
            pieces[line.hole] = f"{height:g}"

    def _level_pattern(self, name: str, keys: Sequence[Levels]) -> _Pattern:
        runs = level_runs(self._placement, self._form.tables[name], keys, self._profile)
        cells, heights = [], []
        for line in self._lines:
            if line.table == name:
                lone = runs.lone[line.index]
                cells += [(slot.hole, plain_cell(runs.labels[line.index][slot.id])) for slot in line.levels]
                needed = [slot.room.height(lone[slot.id]) for slot in line.levels if slot.room and slot.id in lone]
                heights.append(max([line.height, *needed]))
        return _Pattern(runs.merges, cells, heights)

    def _compile(self, rows: Mapping[int, BlankRow]) -> list[_Line]:
        numbers = {(placed.row.id, placed.index): placed.number for placed in self._origin.rows}
        filled = {table.id for table in self._tables}
        lines = []
        for placed in self._placement.rows:
            grown = placed.row.table in filled
            blank = rows[numbers[placed.row.id, 0 if grown else placed.index]]
            if grown or not placed.row.table:
                lines.append(self._compile_row(placed, blank))
            else:
                self._copy_row(placed.number, blank)
        return lines

    def _copy_row(self, number: int, blank: BlankRow) -> None:
        cells = "".join(f'<c r="{letter}{number}"{cell.style}{cell.rest}' for letter, cell in blank.cells.items())
        self._write(f'<row r="{number}" ht="{blank.height:g}" customHeight="1">{cells}</row>')

    def _compile_row(self, placed: PlacedRow, blank: BlankRow) -> _Line:
        height = placed.row.height if placed.row.table else blank.height
        layout = {get_column_letter(cell.first): cell for cell in placed.row.cells if cell.field or cell.line}
        self._write(f'<row r="{placed.number}" ht="')
        line = _Line(self._hole(f"{height:g}"), height, placed.row.table, placed.index or 0)
        self._write('" customHeight="1">')
        for letter, found in blank.cells.items():
            self._write(f'<c r="{letter}{placed.number}"{found.style}')
            cell = layout.get(letter)
            if cell is None:
                self._write(found.rest)
            elif cell.line:
                line.sentences.append((self._hole(), cell))
            else:
                self._add_slot(line, placed, cell, found.formula)
        self._write("</row>")
        return line

    def _add_slot(self, line: _Line, placed: PlacedRow, cell: Cell, formula: str) -> None:
        table = self._form.tables.get(line.table)
        shown = (table.columns if table else self._form.fields)[cell.field]
        plain = not (shown.display or shown.placeholder)
        hole = self._hole()
        if table is not None and formula:
            raise DeclarationError(f"{self._form.id}/{shown.id}", "批量填写不支持表内的公式列，请改成 virtual")
        if formula:
            line.formulas.append((hole, shown.id, formula))
        elif shown.type.number and plain:
            line.numbers.append((hole, shown.id))
        else:
            room = room_of(self._form, placed.row, cell, shown, line.height)
            slots = line.levels if table is not None and shown.id in table.levels else line.texts
            slots.append(_TextSlot(hole, shown.id, shown, plain, room))

    def _write(self, text: str) -> None:
        self._pieces[-1] += text

    def _hole(self, usual: str = "") -> int:
        self._pieces += (usual, "")
        return len(self._pieces) - 2


def _fill_formulas(
    line: _Line, fields: Mapping[str, Value], published: frozenset[str], pieces: list[str]
) -> None:
    for hole, name, formula in line.formulas:
        value = fields.get(name)
        pieces[hole] = plain_cell(value) if name in published else formula_cell(formula, value)
    for hole, cell in line.sentences:
        pieces[hole] = plain_cell(line_text(cell, fields))


def _merge_cells(areas: Sequence[str]) -> str:
    cells = "".join([f'<mergeCell ref="{area}"/>' for area in areas])
    return f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'
