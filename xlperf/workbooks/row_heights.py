"""Texts and column widths to the row height that shows them whole."""

from collections.abc import Mapping
from dataclasses import dataclass

from xlperf.declarations.model import Cell, Field, Form, Row
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
