"""Whole rows inserted as Excel inserts them: cells, formulas, names, merges, limits, heights move along."""

import re
from collections.abc import Callable
from copy import copy

from openpyxl import Workbook
from openpyxl.formula.tokenizer import Token, Tokenizer
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.worksheet import Worksheet

_REFERENCE = re.compile(r"(\$?)([A-Z]{1,3})(\$?)([0-9]+)")
_WHOLE_ROWS = re.compile(r"(\$?)([0-9]+):(\$?)([0-9]+)")


def insert_rows(book: Workbook, sheet: Worksheet, at: int, count: int) -> None:
    """Insert ``count`` rows above row ``at`` of ``sheet``, with the format of the row above."""
    merges = [str(area) for area in sheet.merged_cells.ranges]
    for area in merges:
        sheet.unmerge_cells(area)
    heights = {row: dimension.height for row, dimension in sheet.row_dimensions.items() if dimension.height}
    sheet.insert_rows(at, count)
    for row in sorted((row for row in heights if row >= at), reverse=True):
        sheet.row_dimensions[row + count].height = heights[row]
    for row in range(at, at + count):
        sheet.row_dimensions[row].height = heights.get(at - 1)
        for cell in sheet[at - 1]:
            sheet.cell(row, cell.column)._style = copy(cell._style)
    for area in merges:
        sheet.merge_cells(shifted(area, at, count))
    for validation in sheet.data_validations.dataValidation:
        ranges = str(validation.sqref).split()
        validation.sqref = MultiCellRange([CellRange(shifted(area, at, count)) for area in ranges])
    _formulas(book, sheet.title, lambda reference: shifted(reference, at, count))


def shifted(reference: str, at: int, count: int) -> str:
    """A reference after rows were inserted above ``at``: ends at or below it move down."""

    def row(text: str) -> str:
        return str(int(text) + count if int(text) >= at else int(text))

    if match := _WHOLE_ROWS.fullmatch(reference):
        return f"{match[1]}{row(match[2])}:{match[3]}{row(match[4])}"
    return _REFERENCE.sub(lambda match: f"{match[1]}{match[2]}{match[3]}{row(match[4])}", reference)


def _formulas(book: Workbook, title: str, moved: Callable[[str], str]) -> None:
    """Let every formula and name of the workbook follow what moved on the sheet ``title``."""
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.data_type == "f" and isinstance(cell.value, str):
                    cell.value = _followed(cell.value, title, sheet.title, moved)
        for name in sheet.defined_names.values():
            name.attr_text = _followed(f"={name.attr_text}", title, sheet.title, moved)[1:]
    for name in book.defined_names.values():
        name.attr_text = _followed(f"={name.attr_text}", title, "", moved)[1:]


def _followed(formula: str, title: str, home: str, moved: Callable[[str], str]) -> str:
    if home != title and title not in formula:
        return formula
    tokens = Tokenizer(formula).items
    return "=" + "".join(
        _moved(token.value, title, home, moved) if token.subtype == Token.RANGE else token.value
        for token in tokens
    )


def _moved(operand: str, title: str, home: str, moved: Callable[[str], str]) -> str:
    sheet, mark, area = operand.rpartition("!")
    named = sheet.strip("'").replace("''", "'") if mark else home
    is_area = _WHOLE_ROWS.fullmatch(area) or all(_REFERENCE.fullmatch(part) for part in area.split(":"))
    return f"{sheet}{mark}{moved(area)}" if named == title and is_area else operand
