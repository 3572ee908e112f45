"""One form with given table sizes as text with holes: values in, the XML of a filled sheet out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from xlperf.workbook.runs import Levels, Runs, level_runs
from xlperf.workbook.sheetxml import BlankRow, BlankSheet

_PATTERNS_KEPT = 64
_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Slot:
    """A cell to fill: ``hole`` is its place in the pieces, ``formula`` its ``<f>`` element or "".

    ``plain`` cells show their value as it is; ``room`` is None where no text can need a higher row.
    """

    hole: int
    id: str
    field: Field
    formula: str
    plain: bool
    room: Room | None


@dataclass(frozen=True, slots=True)
class _Line:
    """A sheet row with cells to fill; ``hole`` is the place of its height in points.

    ``table`` is "" outside tables; ``index`` counts the rows of a table.
    """

    hole: int
    height: float
    table: str
    index: int
    slots: tuple[_Slot, ...]
    sentences: tuple[tuple[int, Cell], ...]


class Stencil:
    """The sheet of ``form`` with ``counts`` rows in its tables; 0 keeps the rows of the blank.

    ``relocation`` leads from addresses of the blank to addresses of this sheet.
    """

    def __init__(self, form: Form, blank: BlankSheet, counts: Mapping[str, int], profile: Profile) -> None:
        self._form, self._profile = form, profile
        self._tables = [form.tables[table] for table, count in counts.items() if count]
        self._origin = place(form)
        self._placement = place(form, {table.id: counts[table.id] for table in self._tables})
        self._runs = lru_cache(_PATTERNS_KEPT)(self._level_runs)
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
        merges = self._fixed_merges
        runs: dict[str, Runs] = {}
        for table in self._tables:
            keys = tuple([tuple([row.get(level) for level in table.levels]) for row in record.tables[table.id]])
            runs[table.id] = self._runs(table.id, keys)
            merges = [*merges, *runs[table.id].merges]
        for line in self._lines:
            if line.table:
                run = runs[line.table]
                values = {**record.tables[line.table][line.index], **run.labels[line.index]}
                lone = run.lone[line.index]
            else:
                values, lone = record.fields, _NOTHING
            self._fill_line(line, values, lone, completed.published, pieces)
        pieces[self._merges_hole] = _merge_cells(merges)
        return "".join(pieces)

    def _fill_line(
        self,
        line: _Line,
        values: Mapping[str, Value],
        lone: Mapping[str, str],
        published: frozenset[str],
        pieces: list[str],
    ) -> None:
        height = line.height
        for slot in line.slots:
            value = values.get(slot.id)
            if slot.formula and slot.id not in published:
                pieces[slot.hole] = formula_cell(slot.formula, value)
                continue
            if not slot.plain:
                value = display(slot.field, value, values, self._profile, self._form)
            pieces[slot.hole] = plain_cell(value)
            if slot.room is not None:
                text = lone.get(slot.id) if slot.field.merge else value
                if isinstance(text, str) and (needed := slot.room.height(text)) > height:
                    height = needed
        for hole, cell in line.sentences:
            pieces[hole] = plain_cell(line_text(cell, values))
        pieces[line.hole] = f"{height:g}"

    def _level_runs(self, table: str, keys: Sequence[Levels]) -> Runs:
        return level_runs(self._placement, self._form.tables[table], keys, self._profile)

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
        slots: list[_Slot] = []
        sentences: list[tuple[int, Cell]] = []
        self._write(f'<row r="{placed.number}" ht="')
        hole = self._hole()
        self._write('" customHeight="1">')
        for letter, found in blank.cells.items():
            self._write(f'<c r="{letter}{placed.number}"{found.style}')
            cell = layout.get(letter)
            if cell is None:
                self._write(found.rest)
            elif cell.line:
                sentences.append((self._hole(), cell))
            else:
                slots.append(self._slot(placed, cell, found.formula, height))
        self._write("</row>")
        return _Line(hole, height, placed.row.table, placed.index or 0, tuple(slots), tuple(sentences))

    def _slot(self, placed: PlacedRow, cell: Cell, formula: str, height: float) -> _Slot:
        table = self._form.tables.get(placed.row.table)
        field = (table.columns if table else self._form.fields)[cell.field]
        if table is not None and formula:
            raise DeclarationError(f"{self._form.id}/{field.id}", "批量填写不支持表内的公式列，请改成 virtual 的列")
        level = table is not None and field.id in table.levels
        plain = level or not (field.display or field.placeholder)
        room = room_of(self._form, placed.row, cell, field, height)
        return _Slot(self._hole(), field.id, field, formula, plain, room)

    def _write(self, text: str) -> None:
        self._pieces[-1] += text

    def _hole(self) -> int:
        self._pieces += ("", "")
        return len(self._pieces) - 2


def _merge_cells(areas: Sequence[str]) -> str:
    cells = "".join([f'<mergeCell ref="{area}"/>' for area in areas])
    return f'<mergeCells count="{len(areas)}">{cells}</mergeCells>'
