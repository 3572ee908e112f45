"""Questions to one workbook, and the workbook to what LibreOffice and formualizer answer.

One sheet holds the values that the questions read, each once; the other the native formulas, one a row.
"""

from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import Any

import formualizer
import openpyxl
from openpyxl.utils import get_column_letter

from tests.engines import FORMUALIZER_ERRORS, recalculate
from tests.parity.package import Formula, write_package
from tests.parity.questions import EMPTY_TEXT, Question, Source
from xlperf.expressions import native

DATA, FORMULAS = "数据", "公式"
WIDTH = 250
"""Values are side by side in so many columns, then a new band of rows begins."""


class Cells:
    """Where values are: bands of columns, each column closed by a mark as tables are by their last line."""

    def __init__(self) -> None:
        self.rows: list[dict[int, Any]] = []
        self._known: dict[Hashable, str] = {}
        self._top = self._used = 0

    def address(self, source: Source) -> str:
        if source.literal:
            value = source.cells[0]
            return f'"{value}"' if isinstance(value, str) else f"{value:.15g}"
        if source.key not in self._known:
            self._known[source.key] = self._place(source)
        return self._known[source.key]

    def _place(self, source: Source) -> str:
        if self._used == WIDTH:
            self._top, self._used = len(self.rows), 0
        self._used += 1
        cells = source.cells or (None,)
        for offset, value in enumerate([*cells, "界"], start=self._top):
            while len(self.rows) <= offset:
                self.rows.append({})
            self.rows[offset][self._used] = Formula('""') if value is EMPTY_TEXT else value
        letter, first = get_column_letter(self._used), self._top + 1
        last = f":${letter}${self._top + len(cells)}" if len(cells) > 1 else ""
        return f"{DATA}!${letter}${first}{last}"


def write_check_workbook(questions: Sequence[Question], path: Path) -> None:
    """``path`` gets the formula of each question in column A of the second sheet, in their order."""
    cells = Cells()
    formulas = [
        Formula(native(question.node, lambda name, read=question.sources: cells.address(read[name])))
        for question in questions
    ]
    write_package({DATA: cells.rows, FORMULAS: ({1: formula} for formula in formulas)}, path)


def libreoffice_answers(path: Path, count: int, out_dir: Path) -> list[Any]:
    """The first ``count`` values of the formula sheet after LibreOffice recalculated everything."""
    book = openpyxl.load_workbook(recalculate(path, out_dir), data_only=True, read_only=True)
    found = [row[0] if row else None for row in book[FORMULAS].iter_rows(max_col=1, values_only=True)]
    return found + [None] * (count - len(found))


def formualizer_answers(path: Path, count: int) -> list[Any]:
    """The first ``count`` values of the formula sheet as formualizer evaluates them."""
    book = formualizer.load_workbook(str(path))
    book.evaluate_all()
    values = (book.get_value(FORMULAS, row, 1) for row in range(1, count + 1))
    return [
        FORMUALIZER_ERRORS.get(value["kind"], value) if isinstance(value, dict) else value for value in values
    ]
