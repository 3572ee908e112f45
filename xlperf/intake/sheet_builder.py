"""Values told by another reader, cell by cell → a Sheet, as if they had been stored in a worksheet."""

from collections.abc import Iterable

from xlperf.core.cell_addresses import get_column_letter
from xlperf.expressions import ErrorValue, Value
from xlperf.ooxml.sheet_cells import Sheet, Stored
from xlperf.ooxml.styles import GENERAL, Format

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""


class SheetMaker:
    """Collects the cells of one sheet; rows and columns count from 1."""

    def __init__(self, name: str, state: str = "visible") -> None:
        self.name = name
        self._state = state
        self._cells: dict[str, Stored] = {}
        self._strings: dict[str, int] = {}
        self._formats: list[Format] = [GENERAL]
        self._styles: dict[tuple[Format, str], int] = {(GENERAL, GENERAL.code): 0}

    def __len__(self) -> int:
        return len(self._cells)

    def put(self, row: int, column: int, value: Value, shown: Format = GENERAL) -> None:
        """Store ``value`` as it is shown; None and "" leave the cell without content."""
        if value is None or value == "":
            return
        kind, raw = self._raw(value)
        style = self._style(shown)
        address = f"{get_column_letter(column)}{row}"
        self._cells[address] = Stored(address, str(style), kind, "", "", "", raw, "", "")

    def _style(self, shown: Format) -> int:
        style = self._styles.setdefault((shown, shown.code), len(self._formats))
        if style == len(self._formats):
            self._formats.append(shown)
        return style

    def _raw(self, value: Value) -> tuple[str, str]:
        if isinstance(value, str):
            return "s", str(self._strings.setdefault(value, len(self._strings)))
        if isinstance(value, ErrorValue):
            return "e", str(value)
        if isinstance(value, bool):
            return "b", str(int(value))
        return "", repr(value)

    def sheet(
        self,
        merges: Iterable[Span] = (),
        hidden_rows: Iterable[int] = (),
        hidden_columns: Iterable[int] = (),
        last_row: int = 0,
    ) -> Sheet:
        """The sheet of all cells put so far."""
        return Sheet(
            self.name,
            self._state,
            self._cells,
            tuple(self._strings),
            tuple(self._formats),
            frozenset(hidden_rows),
            frozenset(hidden_columns),
            last_row,
            tuple(_range(span) for span in merges),
        )


def _range(span: Span) -> str:
    top, left, bottom, right = span
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
