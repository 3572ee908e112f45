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
    """A4, one page wide and as many as needed high, centred, numbered; no gridlines on screen."""
    declared = texts_of("styles")["page"]
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = cast("Literal['portrait', 'landscape']", page.orientation)
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(**declared["margins"])
    sheet.print_options.horizontalCentered = True
    footer = HeaderFooterItem()
    footer.center.text = declared["footer"]
    sheet.oddFooter = footer
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 100


def protect(sheet: Worksheet) -> None:
    """Protect without password: rows may be added and removed, anything may be formatted.

    The attributes of the file format say what is *forbidden*, hence False.
    """
    sheet.protection.sheet = True
    for name in _ALLOWED:
        setattr(sheet.protection, name, False)
