"""Widths, heights and print set-up of a sheet: A4, one page wide, the headings on each page."""

from collections.abc import Iterable, Sequence

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.ooxml.text_height import TALLEST, text_height
from xlperf.workbooks.page_setup import print_one_page_wide

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
