"""Values, formulas with what they give, and links → the sheets of a workbook; where the lines lie on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.core.files import atomic_write
from xlperf.declarations.source import Texts, texts_of
from xlperf.expressions import Value, native, references
from xlperf.finishing.rollup.layout import Columns, load_rollup
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.problem_cells import FIGURE, TEXT, CellRole, CellWriter, lay_out

IS_NUMBER = '">-1E+300"'
"""The criterion that every number meets and no text."""


def texts() -> Texts:
    """What rollup.json says of the workbook."""
    found: Texts = texts_of("rollup")["workbook"]
    return found


class RollUpBook:
    """The workbook in the making."""

    def __init__(self, title: str) -> None:
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.book.properties.creator, self.book.properties.title = "xlperf", title
        self.title = title
        self._cached: dict[str, dict[str, str | float]] = {}

    def sheet(self, name: str) -> "SheetWriter":
        """A new sheet behind the others."""
        values = self._cached.setdefault(name, {})
        return SheetWriter(self.book.create_sheet(name), values)

    def save(self, path: str | Path) -> None:
        """Write the workbook; raises OutputError."""
        atomic_write(path, workbook_bytes(self.book, self._cached))


class SheetWriter:
    """One sheet; ``values`` takes what its formulas give."""

    def __init__(self, sheet: Worksheet, values: dict[str, str | float]) -> None:
        self.sheet, self._values = sheet, values
        self._cells = CellWriter(sheet)

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        role: CellRole = TEXT,
        number: str = "General",
        *,
        link: str = "",
    ) -> Cell:
        """Put a value; ``link`` is a place in the workbook."""
        shown = value if isinstance(value, str | float) else "" if value is None else str(value)
        return self._linked(self._cells.write(row, column, shown, role, number), link)

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: Value,
        role: CellRole = FIGURE,
        number: str = "General",
        *,
        link: str = "",
    ) -> Cell:
        """Put a formula, without "=", and what it gives."""
        cell = self._cells.write_formula(row, column, f"={formula}", role, number)
        self._values[cell.coordinate] = value if isinstance(value, str | float) else ""
        return self._linked(cell, link)

    def heading(self, row: int, titles: Sequence[str], role: CellRole) -> None:
        """Put the headings of a table side by side from column A."""
        self._cells.write_row(row, list(titles), role)

    def link_to(self, cell: Cell, target: str) -> None:
        """Link a cell to a file."""
        if target:
            cell.hyperlink = target

    def finish(self, widths: Sequence[float], title: str, frozen: str, repeated: str) -> None:
        """Set widths and print: A4 landscape, one page wide, ``repeated`` rows on each page."""
        lay_out(self.sheet, widths, title, repeats_heading=False)
        self.sheet.freeze_panes = frozen or None
        self.sheet.print_title_rows = repeated or None

    @staticmethod
    def _linked(cell: Cell, link: str) -> Cell:
        if link:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=link)
        return cell


@dataclass(frozen=True, slots=True)
class LinePlaces:
    """Where lines lie: rows ``first`` to ``last``, and for each column its sheet and letter."""

    columns: Columns
    first: int
    last: int
    letters: Mapping[str, tuple[str, str]]

    def cell(self, column: str, row: int) -> str:
        """The address of a value."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!{letter}{row}"

    def area(self, column: str) -> str:
        """The address of all values of a column."""
        sheet, letter = self.letters[column]
        return f"{quoted(sheet)}!${letter}${self.first}:${letter}${self.last}"

    def line_formula(self, column: str, row: int) -> str:
        """The formula of a computed value of one line."""
        return self._native(column, lambda name: self.cell(name, row))

    def total_formula(self, column: str) -> str:
        """The sum of a column; of a rate, the rate of the sums over the lines that have all its parts."""
        declared = self.columns.fields[column]
        if declared.formula is None or declared.type.unit != "%":
            return f"SUM({self.area(column)})"
        parts = sorted(name for name in references(declared.formula) if name in self.columns.fields)

        def summed(name: str) -> str:
            """The sum of one part."""
            others = [f"{self.area(part)},{IS_NUMBER}" for part in parts if part != name]
            area = self.area(name)
            return f"SUMIFS({area},{','.join(others)})" if others else f"SUM({area})"

        return self._native(column, summed)

    def mean_formula(self, column: str) -> str:
        """The mean of the numbers of a column, nothing where there are none."""
        area = self.area(column)
        return f'IF(COUNT({area})=0,"",AVERAGE({area}))'

    def counted_formula(self, column: str) -> str:
        """How many lines are in the total of a column."""
        declared = self.columns.fields[column]
        if declared.formula is None or declared.type.unit != "%":
            return f"COUNT({self.area(column)})"
        parts = sorted(name for name in references(declared.formula) if name in self.columns.fields)
        return f"COUNTIFS({','.join(f'{self.area(part)},{IS_NUMBER}' for part in parts)})"

    def doubtful_formula(self, column: str) -> str:
        """How many lines have a doubt in a column."""
        start = texts()["doubtful"].partition("{")[0]
        declared = self.columns.fields[column]
        parts = [column]
        if declared.formula is not None:
            parts = sorted(name for name in references(declared.formula) if name in self.columns.fields)
        counts = []
        for number, part in enumerate(parts):
            others = [f',{self.area(other)},"<>{start}*"' for other in parts[:number]]
            counts.append(f'COUNTIFS({self.area(part)},"{start}*"{"".join(others)})')
        return "+".join(counts)

    def _native(self, column: str, locate: Any) -> str:
        formula, fields = self.columns.fields[column].formula, self.columns.fields
        assert formula is not None
        return native(formula, lambda name: locate(name) if name in fields else _parameter(name))


def _parameter(name: str) -> str:
    return f'"{load_rollup().parameters[name]}"'


def quoted(sheet: str) -> str:
    """A sheet's name as formulas have it."""
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'"


def place_of(sheet: str, row: int, column: int = 1) -> str:
    """A place in the workbook, for links."""
    return f"{quoted(sheet)}!{get_column_letter(column)}{row}"


def width_of(kind: str) -> float:
    """How wide a column of some type is."""
    return float(texts()["widths"][kind])
