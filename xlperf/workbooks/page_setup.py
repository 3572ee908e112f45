"""A form's placement and page declaration → defined names, print set-up, protection; texts → row heights."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from openpyxl import Workbook
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.form_layout import Placement
from xlperf.declarations.model import Cell, Field, Form, Page, Row
from xlperf.declarations.source import texts_of
from xlperf.workbooks.cell_styles import Look, look_of

A4 = 9
"""The paper's number in page set-ups."""
TALLEST = 409.0
"""The greatest row height that Excel takes, in points."""
_LINE_SPACING, _PADDING, _MARGIN = 1.4, 3.0, 1.0
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


def text_height(text: str, width: float, size: float, *, indent: float = 0, wrap: bool = True) -> float:
    """Points that ``text`` in a font of ``size`` points takes in a column ``width`` units wide.

    A unit is a digit of the default font. The result may be greater than TALLEST.
    """
    normal: float = texts_of("styles")["normal"]["size"]
    room = (width - _MARGIN - indent) * normal / size
    lines = text.split("\n")
    count = sum(max(1, math.ceil(_units(line) / room)) for line in lines) if wrap else len(lines)
    return round(size * _LINE_SPACING * count + _PADDING, 1)


def _units(text: str) -> int:
    """Width in columns: two for what takes two bytes in a Chinese encoding, as fonts draw it."""
    return len(text.encode("gb18030", "replace"))


def row_height(form: Form, row: Row, shown: Mapping[int, object]) -> float:
    """Height of a sheet row in points: the declared one, or more where a text needs it.

    ``shown`` maps the first column (1-based) of a cell to what it shows. Cells merged downwards
    share the heights of several rows and are not looked at; callers leave out merged level cells.
    """
    fields = form.tables[row.table].columns if row.table else form.fields
    needed = row.height
    for cell in row.cells:
        text = shown.get(cell.first)
        if isinstance(text, str) and cell.down == 1 and not cell.through:
            width = sum(form.columns[cell.first - 1 : cell.last])
            needed = max(needed, height_of(text, width, look_of(row, cell, fields.get(cell.field))))
    return min(needed, TALLEST)


def height_of(text: str, width: float, look: Look) -> float:
    """Points that ``text`` takes in a cell of that look, ``width`` column units wide."""
    return text_height(text, width, look.size, indent=look.indent, wrap=look.wrap)


@dataclass(frozen=True, slots=True)
class Room:
    """The space of one cell. Texts of at most ``safe`` characters without a line break always fit."""

    width: float
    look: Look
    safe: int

    def may_overflow(self, text: str) -> bool:
        """Whether ``text`` may need a higher row."""
        return len(text) > self.safe or "\n" in text

    def height(self, text: str) -> float:
        """Points that ``text`` needs, never more than Excel takes."""
        return min(height_of(text, self.width, self.look), TALLEST)


def room_of(form: Form, row: Row, cell: Cell, field: Field, height: float) -> Room | None:
    """The space of ``cell`` in a row ``height`` points high; None for numbers and merged rows."""
    if field.type.number or cell.down > 1 or cell.through:
        return None
    return room(sum(form.columns[cell.first - 1 : cell.last]), look_of(row, cell, field), height)


def room(width: float, look: Look, height: float) -> Room:
    """The space of a cell ``width`` column units wide in a row ``height`` points high."""
    safe = 0
    while height_of("字" * (safe + 1), width, look) <= height:
        safe += 1
    return Room(width, look, safe)
