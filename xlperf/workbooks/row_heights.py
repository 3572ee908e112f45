"""Texts and column widths to the row height that shows them whole."""

from collections.abc import Mapping

from xlperf.declarations.model import Form, Row
from xlperf.ooxml.text_height import TALLEST, text_height
from xlperf.workbooks.cell_styles import Look, look_of


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
