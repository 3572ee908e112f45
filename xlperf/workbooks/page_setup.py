"""A form's page declaration to print set-up, sheet view and protection."""

from typing import Literal, cast

from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.model import Page
from xlperf.declarations.texts import texts_of

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
