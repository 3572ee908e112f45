"""Values, formulas with what they give, links and whole lists → the sheets of a workbook."""

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.expressions import Value
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.problem_cells import (
    FIGURE,
    HEADING,
    PLAIN,
    TEXT,
    TITLE,
    CellRole,
    CellWriter,
    fit_height,
    lay_out,
)


class BookWriter:
    """A workbook in the making, without sheets to begin with."""

    def __init__(self, title: str) -> None:
        self.book = Workbook()
        self.book.remove(self.book.worksheets[0])
        self.book.properties.creator, self.book.properties.title = "xlperf", title
        self.title = title
        self._cached: dict[str, dict[str, str | float]] = {}

    def sheet(self, name: str, place: int | None = None) -> "SheetWriter":
        """A new sheet behind the others, or in the ``place`` counted from 0."""
        return SheetWriter(self.book.create_sheet(name, place), self._cached.setdefault(name, {}))

    def data(self) -> bytes:
        """The workbook as the bytes of an .xlsx file."""
        return workbook_bytes(self.book, self._cached)


class SheetWriter(CellWriter):
    """One sheet; ``values`` takes what its formulas give."""

    def __init__(self, sheet: Worksheet, values: dict[str, str | float]) -> None:
        super().__init__(sheet)
        self._values = values

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        role: CellRole = TEXT,
        number: str = "General",
        *,
        link: str = "",
        file: str = "",
    ) -> Cell:
        """Put a value, nothing for None; a click opens the place ``link`` in the workbook, or ``file``."""
        cell = self.write(row, column, _plain(value), role, number)
        if file:
            cell.hyperlink = file
        return _linked(cell, link)

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
        cell = self.write_formula(row, column, f"={formula}", role, number)
        self._values[cell.coordinate] = _plain(value)
        return _linked(cell, link)

    def calculate(self, address: str, formula: str, value: str | float) -> None:
        """Put a formula, without "=", and what it gives into a cell that has its look."""
        self.sheet[address].value = f"={formula}"
        self._values[address] = value

    def listed(
        self,
        columns: Mapping[str, float],
        rows: Iterable[Sequence[str | float]],
        above: Sequence[str] = (),
        *,
        figure: CellRole = FIGURE,
        frozen: str = "A",
    ) -> None:
        """Fill the sheet with a list: lines of text ``above``, headings with their widths, rows below them.

        ``figure`` is how numbers look, ``frozen`` the first column that moves.
        """
        for number, text in enumerate(above, start=1):
            self.write(number, 1, text, TITLE if number == 1 else PLAIN)
        last = top = len(above) + 1
        self.write_row(top, list(columns), HEADING)
        fit_height(self.sheet, top, columns.items())
        for last, row in enumerate(rows, start=top + 1):
            self.write_row(last, row, TEXT, figure)
            fit_height(self.sheet, last, zip(map(str, row), columns.values(), strict=True))
        self.finish(list(columns.values()), self.sheet.title, f"{frozen}{top + 1}", f"{top}:{top}")
        self.sheet.auto_filter.ref = f"A{top}:{self.sheet.cell(last, len(columns)).coordinate}"

    def finish(self, widths: Sequence[float], title: str, frozen: str, repeated: str) -> None:
        """Set widths and print: A4 landscape, one page wide, ``repeated`` rows on each page."""
        lay_out(self.sheet, widths, title, repeats_heading=False)
        self.sheet.freeze_panes = frozen or None
        self.sheet.print_title_rows = repeated or None


def _plain(value: Value | int) -> str | float:
    """A value as a cell holds it: "" for None."""
    return value if isinstance(value, str | float | int) else "" if value is None else str(value)


def _linked(cell: Cell, link: str) -> Cell:
    if link:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=link)
    return cell
