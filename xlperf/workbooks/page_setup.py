"""A form's placement and page declaration → defined names, print ranges and set-up, protection."""

from typing import Literal, cast

from openpyxl import Workbook
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.form_layout import Placement
from xlperf.declarations.model import Page
from xlperf.declarations.source import texts_of

A4 = 9
"""The paper's number in page set-ups."""
_ALLOWED = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows")


def set_up_page(sheet: Worksheet, page: Page) -> None:
    """The print set-up that a form declares."""
    print_one_page_wide(sheet, page.orientation)
    sheet.page_margins = PageMargins(**texts_of("styles")["page"]["margins"])
    sheet.sheet_view.zoomScale = 100


def print_one_page_wide(sheet: Worksheet, orientation: str) -> None:
    """A4, one page wide and as many as needed high, centred, pages numbered; no gridlines on screen."""
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = cast("Literal['portrait', 'landscape']", orientation)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.horizontalCentered = True
    footer = HeaderFooterItem()
    footer.center.text = texts_of("styles")["page"]["footer"]
    sheet.oddFooter = footer
    sheet.sheet_view.showGridLines = False


def protect(sheet: Worksheet) -> None:
    """Protect without password: rows may be added and removed, anything may be formatted.

    The attributes of the file format say what is *forbidden*, hence False.
    """
    sheet.protection.sheet = True
    for name in _ALLOWED:
        setattr(sheet.protection, name, False)


def define_names(book: Workbook, sheet: Worksheet, placement: Placement) -> None:
    """Name every field and column: in the workbook for single forms, on the sheet for repeated ones.

    So the formulas of each project sheet find their own cells under the same names.
    """
    names = sheet.defined_names if placement.form.repeated else book.defined_names
    for name, area in placement.names().items():
        names[name] = DefinedName(name, attr_text=f"{quote_sheetname(sheet.title)}!{area}")


def set_print_ranges(sheet: Worksheet, placement: Placement) -> None:
    """Print the whole form and repeat its heading rows on every page."""
    sheet.print_area = placement.print_area
    if placement.form.page.repeat_rows is not None:
        first, last = placement.form.page.repeat_rows
        sheet.print_title_rows = f"{first}:{last}"
