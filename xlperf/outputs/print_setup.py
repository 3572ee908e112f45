"""Widths, heights and print set-up of a sheet: A4, one page wide, the head on each page."""

import math
from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

_LINE, _PADDING, _HIGHEST = 13.5, 4.5, 409.0  # points


def lay_out(
    sheet: Worksheet, widths: Sequence[float], title: str, *, landscape: bool = True, head: bool = True
) -> None:
    """Set the widths (in characters) of columns A, B … and how the sheet is printed."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.8, bottom=0.7, header=0.4, footer=0.3)
    sheet.print_options.horizontalCentered = True
    sheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(title))
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页，共 &N 页"))
    sheet.sheet_view.showGridLines = False
    if head:
        sheet.print_title_rows = "1:1"


def fit_height(sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Make ``row`` high enough for each wrapped text of (text, column width).

    Spreadsheet programs do this only when a person edits the row.
    """
    sheet.row_dimensions[row].height = needed_height(texts)


def needed_height(texts: Iterable[tuple[str, float]]) -> float:
    """The height in points of a row that shows each wrapped text of (text, column width)."""
    lines = max((sum(_lines(part, width) for part in text.split("\n")) for text, width in texts), default=1)
    return min(lines * _LINE + _PADDING, _HIGHEST)


def _lines(text: str, width: float) -> int:
    """How many lines ``text`` takes; Chinese letters are two characters wide, as in GBK."""
    return max(1, math.ceil(len(text.encode("gbk", "replace")) / (width - 2)))
