"""Texts and column widths to the row height that shows them whole."""

import math
from collections.abc import Mapping

from xlperf.declarations.model import Form, Row
from xlperf.declarations.texts import texts_of
from xlperf.workbooks.cell_styles import Look, look_of

TALLEST = 409.0
"""The greatest row height that Excel takes, in points."""
_LINE_SPACING = 1.4
_PADDING = 3.0
_MARGIN = 1.0


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
            needed = max(needed, text_height(text, width, look_of(row, cell, fields.get(cell.field))))
    return min(needed, TALLEST)


def text_height(text: str, width: float, look: Look) -> float:
    """Points that ``text`` takes in a cell ``width`` column units wide (one unit: one digit)."""
    normal: float = texts_of("styles")["normal"]["size"]
    room = (width - _MARGIN - look.indent) * normal / look.size
    lines = text.split("\n")
    count = sum(max(1, math.ceil(_units(line) / room)) for line in lines) if look.wrap else len(lines)
    return round(look.size * _LINE_SPACING * count + _PADDING, 1)


def _units(text: str) -> int:
    """Width in columns: two for what takes two bytes in a Chinese encoding, as fonts draw it."""
    return len(text.encode("gb18030", "replace"))
