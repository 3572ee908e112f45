"""A form's placement → defined names, validations, print set-up, protection; texts → row heights."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string, get_column_letter, quote_sheetname
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import Placement
from xlperf.declarations.forms_and_rules import Cell, Field, FieldType, Form, PageSetup, Profile, Row, Table
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import display
from xlperf.ooxml.openpyxl_writing import fit_to_width
from xlperf.ooxml.text_heights import TALLEST, fitting_size, text_height
from xlperf.workbooks.cell_styles import Look, look_of

_ALLOWED = ("formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows")


def set_up_page(sheet: Worksheet, page: PageSetup) -> None:
    """The print set-up that a form declares."""
    print_one_page_wide(sheet, page.orientation)
    sheet.page_margins = PageMargins(**texts_of("styles")["page"]["margins"])
    sheet.sheet_view.zoomScale = 100


def print_one_page_wide(sheet: Worksheet, orientation: str) -> None:
    """A4, one page wide and as many as needed high, centred, pages numbered; no gridlines on screen."""
    fit_to_width(sheet, orientation)
    sheet.page_setup.fitToWidth = 1
    sheet.print_options.horizontalCentered = True
    footer = HeaderFooterItem()
    footer.center.text = texts_of("styles")["page"]["footer"]
    sheet.oddFooter = footer
    sheet.sheet_view.showGridLines = False


_POINTS = 72.0
_COLUMN_UNIT = 6.0
"""Points to a unit of column width: a digit of the normal font is eight pixels wide."""


def one_page(form: Form, height: float) -> bool:
    """Whether the form, its rows ``height`` points high in all, is printed on one page."""
    return fits_one_page(sum(form.columns), height, form.page.orientation)


def fits_one_page(width: float, height: float, orientation: str) -> bool:
    """Whether columns of ``width`` units and rows of ``height`` points can be read when they are printed on
    one page: where its letters would get too small, a sheet takes as many pages as it needs.
    """
    page = texts_of("styles")["page"]
    margins, paper = page["margins"], [page["width"] * _POINTS, page["height"] * _POINTS]
    across, down = reversed(paper) if orientation == "landscape" else paper
    across -= (margins["left"] + margins["right"]) * _POINTS
    down -= (margins["top"] + margins["bottom"]) * _POINTS
    smallest: float = page["smallest_scale"]
    return bool(min(across / (width * _COLUMN_UNIT), down / height) >= smallest)


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

    def fitting_size(self, text: str) -> float:
        """The size in points, that of the look or a smaller one, at which the highest row holds ``text``."""
        return fitting_size(text, self.width, self.look.size, self.look.indent)


def room_of(form: Form, row: Row, cell: Cell, field: Field, height: float) -> Room | None:
    """The space of ``cell`` in a row ``height`` points high; None for numbers and merged rows."""
    if field.type.number or cell.down > 1 or cell.through:
        return None
    return room(sum(form.columns[cell.first - 1 : cell.last]), look_of(row, cell, field), height)


@lru_cache(1024)
def room(width: float, look: Look, height: float) -> Room:
    """The space of a cell ``width`` column units wide in a row ``height`` points high."""
    safe = 0
    while height_of("字" * (safe + 1), width, look) <= height:
        safe += 1
    return Room(width, look, safe)


_LONGEST_LIST = 255


def validations(placement: Placement, profile: Profile) -> list[DataValidation]:
    """All data validations of a sheet with the row counts of ``placement``.

    Numbers are limited as their type declares, one validation for each type; level columns offer
    the profile's indicators and only warn of other names, since units refine them.
    """
    return [*_limits(placement), *_suggestions(placement, profile)]


def _limits(placement: Placement) -> Iterator[DataValidation]:
    cells: dict[FieldType, list[str]] = defaultdict(list)
    for field, addresses in _inputs(placement):
        if field.type.limit is not None:
            cells[field.type].extend(addresses)
    for kind, addresses in cells.items():
        assert kind.limit is not None
        yield _validation(
            kind.name,
            kind.prompt,
            kind.error,
            ranges(addresses),
            type=kind.limit.kind,
            operator="between",
            formula1=f"{kind.limit.min:.15g}",
            formula2=f"{kind.limit.max:.15g}",
            errorStyle="stop",
        )


def _validation(title: str, prompt: str, error: str, area: str, **rule: Any) -> DataValidation:
    """What may be typed into ``area`` by ``rule``, what is said there, and to who types something else."""
    return DataValidation(
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=True,
        promptTitle=title,
        prompt=prompt,
        errorTitle=title,
        error=error,
        sqref=area,
        **rule,
    )


def _inputs(placement: Placement) -> Iterator[tuple[Field, list[str]]]:
    """Every input field and column that has cells of its own, with their addresses."""
    form = placement.form
    for name, address in placement.fields.items():
        if form.fields[name].formula is None:
            yield form.fields[name], [address]
    for (table, column), letter in placement.columns.items():
        if form.tables[table].columns[column].formula is None:
            first, last = placement.spans[table]
            yield form.tables[table].columns[column], [f"{letter}{row}" for row in range(first, last + 1)]


def _suggestions(placement: Placement, profile: Profile) -> Iterator[DataValidation]:
    texts = texts_of("styles")["suggestions"]
    for table in placement.form.tables.values():
        for level in table.levels:
            letter = placement.columns[table.id, level]
            first, last = placement.spans[table.id]
            yield _validation(
                texts["title"],
                texts["prompt"],
                texts["error"],
                f"{letter}{first}:{letter}{last}",
                type="list",
                formula1=_quoted_list(_shown(table, level, placement.form, profile)),
                errorStyle="warning",
            )


def _shown(table: Table, level: str, form: Form, profile: Profile) -> list[str]:
    """What the blank shows in a level column, each text once, in one line: a list item cannot break."""
    column = table.columns[level]
    texts = (str(display(column, row[level], row, profile, form)) for row in table.default_rows)
    return list(dict.fromkeys("".join(text.split()) for text in texts))


def _quoted_list(items: Sequence[str]) -> str:
    text = ",".join(items)
    if len(text) > _LONGEST_LIST or '"' in text:
        raise DeclarationError("indicators", text_of("styles", "errors", "long_list", most=_LONGEST_LIST))
    return f'"{text}"'


def ranges(addresses: Sequence[str]) -> str:
    """A1 addresses to the fewest vertical ranges, blank-separated: B4 B5 B6 D4 → ``B4:B6 D4``."""
    columns: dict[int, list[int]] = defaultdict(list)
    for address in addresses:
        letter, row = coordinate_from_string(address)
        columns[column_index_from_string(letter)].append(row)
    return " ".join(
        _vertical_range(get_column_letter(column), [row for _, row in run])
        for column in sorted(columns)
        for _, run in groupby(enumerate(sorted(columns[column])), key=lambda pair: pair[1] - pair[0])
    )


def _vertical_range(letter: str, rows: Sequence[int]) -> str:
    return f"{letter}{rows[0]}" if len(rows) == 1 else f"{letter}{rows[0]}:{letter}{rows[-1]}"
