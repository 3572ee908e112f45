"""Cells and pages of the problem list: styles by role, widths, heights, print set-up.

A page is A4, one page wide, with the headings on each page; no text of a cell can become a formula.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import texts_of
from xlperf.ooxml.text_heights import TALLEST, text_height
from xlperf.outputs.finding_texts import xml_text
from xlperf.workbooks.sheet_setup import print_one_page_wide

TEXT_SIZE = 10
"""Points of the font that lists are printed in."""


def lay_out(
    sheet: Worksheet,
    widths: Sequence[float],
    title: str,
    *,
    landscape: bool = True,
    repeats_heading: bool = True,
) -> None:
    """Set the widths (in characters) of columns A, B … and how the sheet is printed."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    print_one_page_wide(sheet, "landscape" if landscape else "portrait")
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.8, bottom=0.7, header=0.4, footer=0.3)
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(title))
    if repeats_heading:
        sheet.print_title_rows = "1:1"


def fit_height(sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Make ``row`` high enough for each wrapped text of (text, column width).

    Spreadsheet programs do this only when a person edits the row.
    """
    sheet.row_dimensions[row].height = needed_height(texts)


def needed_height(texts: Iterable[tuple[str, float]]) -> float:
    """The height in points of a row that shows each wrapped text of (text, column width)."""
    return min(max((text_height(text, width, TEXT_SIZE) for text, width in texts), default=0), TALLEST)


FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_TEXT = 32_767
_DIGITS = 15
"""Digits that a number has at most in a cell."""
_PRINTED = re.compile(r"-?(?:0|[1-9][0-9]{0,2}(?:(,)[0-9]{3})+|[1-9][0-9]*)(?:\.([0-9]+))?(%)?")
_RIGHT = "right"
"""What is at the right keeps off the next column."""
_THIN = Side(style="thin", color="BFBFBF")


@dataclass(frozen=True, slots=True)
class CellRole:
    """How cells of one kind look."""

    bold: bool = False
    size: float = 10
    colour: str = "000000"
    fill: str = ""
    align: str = "left"
    underline: bool = False
    border: bool = True


TITLE = CellRole(bold=True, size=16, border=False)
CAPTION = CellRole(bold=True, size=12, border=False)
PLAIN = CellRole(border=False)
HEADING = CellRole(bold=True, colour="FFFFFF", fill="1F4E78", align="center")
TEXT = CellRole()
CENTRE = CellRole(align="center")
FIGURE = CellRole(align="right")
UNIT = CellRole(bold=True, fill="D9E2EC", border=False)
LINK = CellRole(colour="0563C1", align="center", underline=True)
TOTAL = CellRole(bold=True, fill="F2F2F2")
TOTAL_FIGURE = CellRole(bold=True, fill="F2F2F2", align="right")
SEVERITY = {
    Severity.ERROR: CellRole(bold=True, colour="9C0006", fill="FFC7CE", align="center"),
    Severity.WARNING: CellRole(bold=True, colour="7F6000", fill="FFEB9C", align="center"),
    Severity.NOTE: CellRole(bold=True, colour="1F4E78", fill="DDEBF7", align="center"),
}


def printed_figure(text: str) -> tuple[float, str] | None:
    """The number that is printed as ``text``, and the number format in which it looks the same."""
    match = _PRINTED.fullmatch(text)
    if match is None or sum(char.isdigit() for char in text) > _DIGITS:
        return None
    grouped, decimals, percent = match.groups()
    digits = len(decimals or "")
    form = ("#,##0" if grouped else "0") + ("." + "0" * digits if digits else "") + (percent or "")
    value = float(text.replace(",", "").removesuffix("%"))
    return (round(value / 100, digits + 2) if percent else value), form


class CellWriter:
    """Writes values with their styles on one sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self._model = cache(self._make_model)

    def write(
        self, row: int, column: int, value: str | float, role: CellRole = TEXT, number: str = "General"
    ) -> Cell:
        """Put a number in the format ``number``, or a text that stays text whatever it begins with."""
        if isinstance(value, str):
            return self._write_text(row, column, value, role)
        cell = self._styled(row, column, role, number, False)
        cell.value = value
        return cell

    def write_formula(
        self, row: int, column: int, formula: str, role: CellRole = FIGURE, number: str = "General"
    ) -> Cell:
        """Put a formula, which begins with "="."""
        cell = self._styled(row, column, role, number, False)
        cell.value = formula
        return cell

    def style(self, role: CellRole, number: str = "General", *, quoted: bool = False) -> int:
        """The number of a style in the workbook; ``quoted``: of texts that a program would calculate."""
        style: int = self._model(role, number, quoted).style_id
        return style

    def write_row(
        self, row: int, values: Sequence[str | float], text: CellRole, figure: CellRole = FIGURE
    ) -> None:
        """Put ``values`` side by side from column A, texts and figures in their roles."""
        for column, value in enumerate(values, start=1):
            self.write(row, column, value, text if isinstance(value, str) else figure)

    def _write_text(self, row: int, column: int, value: str, role: CellRole) -> Cell:
        text = xml_text(value)[:LONGEST_TEXT]
        cell = self._styled(row, column, role, "General", text.startswith(FORMULA_STARTS))
        if text:
            cell.value = text
            cell.data_type = "s"
        return cell

    def _styled(self, row: int, column: int, role: CellRole, number: str, quoted: bool) -> Cell:
        cell: Cell = self.sheet.cell(row, column)  # type: ignore[assignment]
        cell._style = self._model(role, number, quoted)._style  # type: ignore[attr-defined]
        return cell

    def _make_model(self, role: CellRole, number: str, quoted: bool) -> Cell:
        """A loose cell whose style the cells of one look share: far quicker than styling each."""
        cell = Cell(self.sheet, 1, 1)
        cell.font = Font(
            name=texts_of("styles")["normal"]["name"],
            size=role.size,
            bold=role.bold,
            color=role.colour,
            underline="single" if role.underline else None,
        )
        if role.fill:
            cell.fill = PatternFill("solid", fgColor=role.fill)
        if role.border:
            cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        indent = int(role.align == _RIGHT)
        cell.alignment = Alignment(
            horizontal=role.align, vertical="center", wrap_text=role.border, indent=indent
        )
        cell.number_format = number
        cell.quotePrefix = quoted
        return cell
