"""Addresses on a blank sheet to addresses on the same sheet with longer or shorter tables.

A range that spans a table grows with it; everything below the table moves.
"""

import re

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from xlperf.declarations.form_layout import Placement

_CORNER = r"(\$?[A-Z]{1,3}\$?)(\d+)"
_AREA = re.compile(rf"{_CORNER}(?::{_CORNER})?")
_ROWS = re.compile(r"(\$?)(\d+):(\$?)(\d+)")
_QUALIFIED = re.compile(r"(?:('(?:[^']|'')+'|[^!']+)!)?(.+)")


class Relocation:
    """The row numbers of ``blank`` turned into those of ``target``, another size of the same form."""

    def __init__(self, blank: Placement, target: Placement) -> None:
        self._blank_end, self._end = blank.last_row, target.last_row
        old, new = _blocks(blank), _blocks(target)
        self._blocks = {
            row: (*old[name], *new[name]) for name in old for row in range(old[name][0], old[name][1] + 1)
        }

    def first(self, row: int) -> int:
        """Where a range goes to that begins in ``row``."""
        if row > self._blank_end:
            return row + self._end - self._blank_end
        old_first, _, new_first, new_last = self._blocks[row]
        return min(new_first + row - old_first, new_last)

    def last(self, row: int) -> int:
        """Where a range goes to that ends in ``row``: the end of a table stays its end."""
        if row > self._blank_end:
            return row + self._end - self._blank_end
        _, old_last, _, new_last = self._blocks[row]
        return new_last if row == old_last else self.first(row)

    def areas(self, text: str) -> str:
        """A list of ranges, blank-separated; a single cell in a table's only row grows to a column."""
        return " ".join(self._area(area) for area in text.split())

    def reference(self, text: str) -> str:
        """What a defined name refers to: ranges, whole rows, or a formula."""
        return self._operands(text, grow=True)

    def formula(self, text: str) -> str:
        """A formula without "="; single cells stay single cells."""
        return self._operands(text, grow=False)

    def _operands(self, text: str, *, grow: bool) -> str:
        tokens = Tokenizer(f"={text}").items
        return "".join(
            self._operand(token.value, grow)
            if token.type == Token.OPERAND and token.subtype == Token.RANGE
            else token.value
            for token in tokens
        )

    def _operand(self, text: str, grow: bool) -> str:
        match = _QUALIFIED.fullmatch(text)
        if match is None:
            return text
        sheet = f"{match[1]}!" if match[1] else ""
        if rows := _ROWS.fullmatch(match[2]):
            return f"{sheet}{rows[1]}{self.first(int(rows[2]))}:{rows[3]}{self.last(int(rows[4]))}"
        area = _AREA.fullmatch(match[2])
        if area is None:
            return text
        if area[3] or grow:
            return sheet + self._area(match[2])
        return f"{sheet}{area[1]}{self.first(int(area[2]))}"

    def _area(self, text: str) -> str:
        match = _AREA.fullmatch(text)
        if match is None:
            return text
        column, row = match[1], int(match[2])
        first, last = self.first(row), self.last(int(match[4] or row))
        if match[3] is None and first == last:
            return f"{column}{first}"
        return f"{column}{first}:{match[3] or column}{last}"


def _blocks(placement: Placement) -> dict[str, tuple[int, int]]:
    """Declared row id → its first and last sheet row."""
    blocks: dict[str, tuple[int, int]] = {}
    for placed in placement.rows:
        first = blocks.get(placed.row.id, (placed.number, 0))[0]
        blocks[placed.row.id] = (first, placed.number)
    return blocks
