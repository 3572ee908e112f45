"""A planned helper sheet to its XML, made once; for each unit only the values that differ are written in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange

from xlperf.expressions import Value
from xlperf.workbook.cells import formula_cell, plain_cell
from xlperf.workbook.frame import head, tail
from xlperf.workbook.palette import Palette
from xlperf.workbook.room import Room, room
from xlperf.working.model import NO_SLOT, PlannedCell, PlannedRow, PlannedSheet


@dataclass(frozen=True, slots=True)
class _Height:
    """Where the height of a row stands in the XML of its sheet, in bytes, and what it is."""

    start: int
    end: int
    points: float


@dataclass(frozen=True, slots=True)
class _Hole:
    """Where the end of a formula cell stands in the XML of its sheet, in bytes; its ``<f>`` element, the
    height of its row, and its space for text (None where no text can need a higher row).
    """

    start: int
    end: int
    formula: str
    height: _Height
    room: Room | None


class HelperSheet:
    """The XML of ``planned``, with holes for the values of formula cells.

    Rows in which texts may grow have no fixed height: programs that can fit them do.
    """

    def __init__(self, planned: PlannedSheet, palette: Palette) -> None:
        self._palette = palette
        self._widths = [
            0.0 if number in planned.hidden else width for number, width in enumerate(planned.widths, 1)
        ]
        self._merged = dict(map(self._merge, planned.merges))
        self._room = cache(self._room_of)
        self._holes: dict[int, _Hole] = {}
        self._pieces: list[bytes] = []
        self._text = [head(planned)]
        self._length = 0
        for number, row in enumerate(planned.rows, 1):
            self._add_row(number, row)
        self._text.append(tail(planned, palette))
        self._settle()
        self._xml = b"".join(self._pieces)
        self._pieces.clear()

    def fill(self, values: Iterable[tuple[int, Value]]) -> bytes:
        """The XML with other values in some slots than the plan has; slots of other sheets are left out."""
        edits: list[tuple[int, int, str]] = []
        heights: dict[_Height, float] = {}
        for slot, value in values:
            hole = self._holes.get(slot)
            if hole is None:
                continue
            edits.append((hole.start, hole.end, formula_cell(hole.formula, value)))
            if type(value) is str and hole.room and hole.room.may_overflow(value):
                heights[hole.height] = max(hole.room.height(value), heights.get(hole.height, 0.0))
        edits += [
            (height.start, height.end, f"{points:g}")
            for height, points in heights.items()
            if points > height.points
        ]
        return self._edited(sorted(edits))

    def _edited(self, edits: list[tuple[int, int, str]]) -> bytes:
        pieces: list[bytes] = []
        done = 0
        for start, end, text in edits:
            pieces += (self._xml[done:start], text.encode())
            done = end
        return b"".join((*pieces, self._xml[done:]))

    def _add_row(self, number: int, row: PlannedRow) -> None:
        rooms = [self._space(cell, number, row.height) for cell in row.cells]
        height = self._add_height(number, row, rooms)
        grows = any(space and cell.slot != NO_SLOT for cell, space in zip(row.cells, rooms, strict=True))
        self._text.append('">' if grows else '" customHeight="1">')
        for cell, space in zip(row.cells, rooms, strict=True):
            self._text.append(f'<c r="{_letter(cell.column)}{number}" s="{self._palette.cells[cell.style]}"')
            self._add_cell(cell, height, space)
        self._text.append("</row>")

    def _add_height(self, number: int, row: PlannedRow, rooms: Sequence[Room | None]) -> _Height:
        """Begin a row as high as its texts need."""
        points = row.height
        for cell, space in zip(row.cells, rooms, strict=True):
            if space and type(cell.value) is str and space.may_overflow(cell.value):
                points = max(points, space.height(cell.value))
        self._text.append(f'<row r="{number}" ht="')
        self._settle()
        start = self._length
        self._text.append(f"{points:g}")
        self._settle()
        return _Height(start, self._length, points)

    def _add_cell(self, cell: PlannedCell, height: _Height, space: Room | None) -> None:
        if not cell.formula:
            self._text.append(_constant(cell.value))
            return
        formula = f"<f>{escape(cell.formula)}</f>"
        rest = formula_cell(formula, cell.value)
        if cell.slot == NO_SLOT:
            self._text.append(rest)
            return
        self._settle()
        start = self._length
        self._text.append(rest)
        self._settle()
        self._holes[cell.slot] = _Hole(start, self._length, formula, height, space)

    def _space(self, cell: PlannedCell, number: int, height: float) -> Room | None:
        width = self._merged.get((number, cell.column), self._widths[cell.column - 1])
        return self._room(width, cell.style, height)

    def _room_of(self, width: float, style: str, height: float) -> Room | None:
        look = self._palette.look(style)
        return room(width, look, height) if look.wrap and width else None

    def _merge(self, area: str) -> tuple[tuple[int, int], float]:
        """Row and column of a merged cell, and its width; 0 where it is several rows high or hidden."""
        cells = CellRange(area)
        width = sum(self._widths[cells.min_col - 1 : cells.max_col])
        return (cells.min_row, cells.min_col), width if cells.min_row == cells.max_row else 0.0

    def _settle(self) -> None:
        """Move the text written so far to the pieces, so that ``_length`` counts it."""
        piece = "".join(self._text).encode()
        self._text.clear()
        self._pieces.append(piece)
        self._length += len(piece)


_constant = lru_cache(4096, typed=True)(plain_cell)


@cache
def _letter(column: int) -> str:
    return get_column_letter(column)
