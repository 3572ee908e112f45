"""Placements to defined names, print areas and print titles of a workbook."""

from openpyxl import Workbook
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.placement import Placement


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
