"""A planned helper sheet to its XML, made once; for each unit only the rows that differ are written again."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import chain
from operator import attrgetter
from typing import NamedTuple
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from xlperf.expressions import Value
from xlperf.workbooks.cell_xml import formula_cell, plain_cell
from xlperf.workbooks.helper_frame import head, tail
from xlperf.workbooks.palette import Palette
from xlperf.workbooks.row_heights import Room, room
from xlperf.workbooks.working.helper_plan import NO_SLOT, PlannedRow, PlannedSheet

_HEIGHT = 1
_SHOWN, _HIDDEN = b"<row ", b'<row hidden="1" '


class _VariableCell(NamedTuple):
    """Where a formula cell ends: its row and the piece of it (both from 0), its ``<f>`` element, and its
    space for text, None where no text can need a higher row.
    """

    row: int
    piece: int
    formula: str
    room: Room | None


class HelperSheet:
    """The XML of ``planned``, with variable cells for the values of formulas.

    Rows in which texts may grow have no fixed height: programs that can fit them do.
    """

    def __init__(self, planned: PlannedSheet, palette: Palette) -> None:
        self._palette = palette
        self._widths = [
            0.0 if number in planned.hidden else width for number, width in enumerate(planned.widths, 1)
        ]
        self._merged = dict(map(self._merge, planned.merges))
        self._room = cache(self._room_of)
        self._variable_cells: dict[int, _VariableCell] = {}
        self._pieces = [self._row(number, row) for number, row in enumerate(planned.rows, 1)]
        self._rows = ["".join(pieces).encode() for pieces in self._pieces]
        self._head, self._tail = head(planned).encode(), tail(planned, palette).encode()

    def fill(self, values: Iterable[tuple[int, Value]], hidden: Iterable[range] = ()) -> bytes:
        """The XML with other values in some slots than the plan has; slots of other sheets are left out.

        The sheet rows of ``hidden``, counted from 1, are not shown.
        """
        changes: dict[int, list[tuple[_VariableCell, Value]]] = defaultdict(list)
        for slot, value in values:
            if cell := self._variable_cells.get(slot):
                changes[cell.row].append((cell, value))
        rows = self._rows.copy()
        for number, changed in changes.items():
            rows[number] = self._changed(self._pieces[number].copy(), changed)
        for number in chain.from_iterable(hidden):
            rows[number - 1] = _HIDDEN + rows[number - 1].removeprefix(_SHOWN)
        return b"".join((self._head, *rows, self._tail))

    def _changed(self, pieces: list[str], changed: list[tuple[_VariableCell, Value]]) -> bytes:
        """A row with these values, higher where a text needs it."""
        points = float(pieces[_HEIGHT])
        for cell, value in changed:
            pieces[cell.piece] = formula_cell(cell.formula, value)
            if cell.room and type(value) is str and cell.room.may_overflow(value):
                points = max(points, cell.room.height(value))
        pieces[_HEIGHT] = f"{points:g}"
        return "".join(pieces).encode()

    def _row(self, number: int, row: PlannedRow) -> list[str]:
        """The pieces of a row: its height is one, and the end of each formula cell."""
        styles, merged, widths = self._palette.cells, self._merged, self._widths
        points, grows = row.height, False
        pieces = [f'<row r="{number}" ht="', "", ""]
        for column, style, value, formula, slot, area in map(_parts, row.cells):
            width = merged.get((number, column), widths[column - 1])
            space = self._room(width, style, row.height)
            if space and type(value) is str and space.may_overflow(value):
                points = max(points, space.height(value))
            pieces.append(f'<c r="{_letter(column)}{number}" s="{styles[style]}"')
            if not formula:
                pieces.append(formula_cell("", value) if area else _constant(value))
                continue
            array = f' t="array" ref="{area}"' if area else ""
            element = f"<f{array}>{escape(formula)}</f>"
            if slot != NO_SLOT:
                grows = grows or space is not None
                self._variable_cells[slot] = _VariableCell(number - 1, len(pieces), element, space)
            pieces.append(f' t="str">{element}<v></v></c>' if value == "" else formula_cell(element, value))
        pieces[_HEIGHT : _HEIGHT + 2] = f"{points:g}", '">' if grows else '" customHeight="1">'
        pieces.append("</row>")
        return pieces

    def _room_of(self, width: float, style: str, height: float) -> Room | None:
        look = self._palette.look(style)
        return room(width, look, height) if look.wrap and width else None

    def _merge(self, area: str) -> tuple[tuple[int, int], float]:
        """Row and column of a merged cell, and its width; 0 where it is several rows high or hidden."""
        cells = CellRange(area)
        width = sum(self._widths[cells.min_col - 1 : cells.max_col])
        return (cells.min_row, cells.min_col), width if cells.min_row == cells.max_row else 0.0


_parts = attrgetter("column", "style", "value", "formula", "slot", "area")
_constant = lru_cache(4096, typed=True)(plain_cell)
_letter = cache(get_column_letter)
