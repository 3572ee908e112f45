"""A planned helper sheet to its XML, made once; for each unit only the values that differ are written in."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from xlperf.expressions import Value
from xlperf.workbook.cells import formula_cell, plain_cell
from xlperf.workbook.frame import head, tail
from xlperf.workbook.palette import Palette
from xlperf.working.model import NO_SLOT, PlannedCell, PlannedSheet


@dataclass(frozen=True, slots=True)
class Hole:
    """Where the end of a formula cell stands in the XML of its sheet, in bytes, and its ``<f>``."""

    start: int
    end: int
    formula: str


class HelperSheet:
    """The XML of ``planned``; ``holes`` are its formula cells by slot."""

    def __init__(self, planned: PlannedSheet, palette: Palette) -> None:
        self.holes: dict[int, Hole] = {}
        self._pieces: list[bytes] = []
        self._fixed = [head(planned)]
        self._length = 0
        self._compile(planned, palette)
        self._fixed.append(tail(planned, palette))
        self._settle()
        self._xml = b"".join(self._pieces)
        self._pieces.clear()

    def fill(self, values: Iterable[tuple[int, Value]]) -> bytes:
        """The XML with other values in some slots than the plan has, given from low slots to high."""
        xml, done = self._xml, 0
        pieces: list[bytes] = []
        for slot, value in values:
            hole = self.holes[slot]
            pieces += (xml[done : hole.start], formula_cell(hole.formula, value).encode())
            done = hole.end
        pieces.append(xml[done:])
        return b"".join(pieces)

    def _compile(self, planned: PlannedSheet, palette: Palette) -> None:
        starts = {name: f'" s="{number}"' for name, number in palette.cells.items()}
        letters = {number: get_column_letter(number) for number, _ in zip(count(1), planned.widths)}
        write = self._fixed.append
        for number, row in enumerate(planned.rows, 1):
            write(f'<row r="{number}" ht="{row.height:g}" customHeight="1">')
            for cell in row.cells:
                write(f'<c r="{letters[cell.column]}{number}{starts[cell.style]}')
                self._write_cell(cell)
            write("</row>")

    def _write_cell(self, cell: PlannedCell) -> None:
        if not cell.formula:
            self._fixed.append(plain_cell(cell.value))
            return
        formula = f"<f>{escape(cell.formula)}</f>"
        rest = formula_cell(formula, cell.value)
        if cell.slot == NO_SLOT:
            self._fixed.append(rest)
            return
        self._settle()
        start = self._length
        self._add(rest.encode())
        self.holes[cell.slot] = Hole(start, self._length, formula)

    def _settle(self) -> None:
        self._add("".join(self._fixed).encode())
        self._fixed.clear()

    def _add(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._length += len(piece)
