"""How much text a cell takes before its row must grow: a quick look first, the exact height after."""

from dataclasses import dataclass

from xlperf.declarations.model import Cell, Field, Form, Row
from xlperf.ooxml.text_height import TALLEST
from xlperf.workbooks.cell_styles import Look, look_of
from xlperf.workbooks.row_heights import height_of


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
