"""Tables as a source has them → Grids: frames of text, numbers and None by row and column number.

A number with a format is a date as text, or what it looks like (001).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING

from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter
from xlperf.core.lazy import LazyModule
from xlperf.expressions import ErrorValue
from xlperf.expressions.value_types import general, parts_of
from xlperf.intake.shown import show_number
from xlperf.ledgers import ledger_text
from xlperf.ooxml.styles import GENERAL, Format

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
else:
    np, pd = LazyModule("numpy"), LazyModule("pandas")


Plain = str | float | None
Span = tuple[int, int, int, int]

NO_RESULT, ERROR_VALUE = "L127", "L126"
_ERRORS = frozenset(str(error) for error in ErrorValue)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MISSING = ("NaTType", "NAType")


class Uncalculated(str):
    """The text of a formula whose result the file does not hold; not equal to the same text typed."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uncalculated) and str(self) == str(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((Uncalculated, str(self)))


def shown(cell: Plain) -> str:
    """A cell as text: numbers with up to 15 digits, nothing as ""."""
    if cell is None:
        return ""
    return general(cell) if isinstance(cell, float) else str(cell)


def fault(cell: Plain) -> str:
    """The code of a cell that holds no value but an error, or a formula without result; else ""."""
    if isinstance(cell, Uncalculated):
        return NO_RESULT
    return ERROR_VALUE if cell in _ERRORS else ""


@dataclass(frozen=True)
class Grid:
    """One table as found: ``frame`` has row numbers as index and column numbers as columns, from 1.

    A cell is text, a float, or None; rows and columns without any cell may be left out. ``shown`` is what
    numbers look like whose format adds to their digits (001, 98%), by row and column; ``merges`` are merged
    ranges as (top, left, bottom, right). ``is_hidden``: nobody sees its tab; ``hidden_rows`` and
    ``hidden_columns`` are the numbers of those that nobody sees.
    """

    name: str
    frame: "pd.DataFrame"
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)
    merges: Sequence[Span] = ()
    is_hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()

    @cached_property
    def rows(self) -> list[list[Plain]]:
        """All rows from the first, ``rows[0]`` being sheet row 1."""
        if not self.frame.size:
            return []
        numbers, columns = map(int, self.frame.index), list(map(int, self.frame.columns))
        rows: list[list[Plain]] = [[None] * max(columns) for _ in range(int(self.frame.index.max()))]
        for number, values in zip(numbers, self.frame.to_numpy().tolist(), strict=True):
            for column, value in zip(columns, values, strict=True):
                rows[number - 1][column - 1] = value
        return rows

    def top(self, count: int) -> list[list[Plain]]:
        """The first ``count`` sheet rows, blank ones included."""
        return Grid(self.name, self.frame.loc[self.frame.index <= count]).rows


@dataclass(frozen=True, slots=True)
class SourceTables:
    """All tables of a ledger in their order; ``profile`` is what its document properties name, or ""."""

    grids: Sequence[Grid]
    profile: str = ""


def grid_of_rows(name: str, rows: Iterable[Sequence[object]]) -> Grid:
    """A Grid of rows of any cells, the first being row 1."""
    one_text = cache(plain_text)
    ragged = [[one_text(cell) if isinstance(cell, str) else plain(cell) for cell in row] for row in rows]
    wide = max(map(len, ragged), default=0)
    plains = [row + [None] * (wide - len(row)) for row in ragged]
    frame = pd.DataFrame(plains, dtype=object, index=range(1, len(plains) + 1), columns=range(1, wide + 1))
    return Grid(name, frame)


def plain(cell: object) -> Plain:
    """One cell: trimmed text, a float, or None for nothing; dates become text (2024年4月3日)."""
    if isinstance(cell, str):
        return plain_text(cell)
    if cell is None or type(cell).__name__ in _MISSING:
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float | Decimal):
        number = float(cell)
        return number if math.isfinite(number) else None
    if isinstance(cell, date):
        return date_text(cell.year, cell.month, cell.day)
    return str(cell)


def plain_text(text: str) -> str | None:
    """``text`` trimmed, without control characters, line ends as \\n; None for nothing."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNPRINTABLE.sub("", text).strip() or None


def date_text(year: int, month: int, day: int) -> str:
    """A date as ledgers keep it."""
    return ledger_text("date", year=year, month=month, day=day)


_DAYS_FROM_1904 = 1462
_PADDED = re.compile(r"[^#?.,%]*00[^.,%]*")
_MONEY = re.compile("[元圆万亿]")
_LITERAL = re.compile(r'"[^"]+"|\\.')
_CALENDAR = re.compile("[yde]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def is_marked(style: Format) -> bool:
    """Whether a number in this format looks like more than its digits: 001, 98%, 第3号, 12.5万元."""
    if style.date or style.code == GENERAL.code:
        return False
    first = style.code.partition(";")[0]
    return (
        style.percent
        or _MONEY.search(first) is not None
        or _PADDED.fullmatch(first) is not None
        or (not style.digits and bool(_LITERAL.search(first)))
    )


def number_cell(number: float, style: Format, from_1904: bool) -> tuple[Plain, str]:
    """The cell, and the text that it shows where that is more than its digits ("" otherwise)."""
    if not style.date:
        return number, show_number(number, style.code, from_1904).text if is_marked(style) else ""
    has_day = _CALENDAR.search(_QUOTED.sub("", style.code)) is not None
    day = parts_of(int(number) + _DAYS_FROM_1904 * from_1904) if has_day else None
    return (date_text(*day) if day else show_number(number, style.code, from_1904).text), ""


MOST_ROWS, MOST_COLUMNS = 300_000, 200
MOST_CELLS = 20_000_000
"""Rows by columns of one sheet, empty cells included."""


class StrayCellError(ValueError):
    """A cell with content far outside any ledger; ``args`` are its sheet and address."""


class GatheredCells:
    """The cells of one sheet as they come in: rows, columns and values side by side."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self._blocks: list[tuple[NDArray[np.int32], NDArray[np.int16], NDArray[np.object_]]] = []
        self.shown: dict[tuple[int, int], str] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: frozenset[int] = frozenset()

    def add(
        self, rows: "NDArray[np.int32]", columns: "NDArray[np.int16]", values: "NDArray[np.object_]"
    ) -> None:
        """Take cells with content; raise StrayCellError for one that lies far out."""
        far = (rows > MOST_ROWS) | (columns > MOST_COLUMNS)
        if far.any():
            at = int(far.argmax())
            raise StrayCellError(self.sheet, f"{get_column_letter(int(columns[at]))}{rows[at]}")
        self._blocks.append((rows, columns, values))

    def add_all(self, cells: Mapping[tuple[int, int], Plain]) -> None:
        """Take cells by row and column number, as ``add`` does."""
        count = len(cells)
        rows, columns = (np.fromiter((place[axis] for place in cells), np.int32, count) for axis in (0, 1))
        self.add(rows, columns.astype(np.int16), np.fromiter(cells.values(), object, count))

    def frame(self) -> "pd.DataFrame":
        """The cells as a frame; rows and columns without cells are left out."""
        has_row, has_column = np.zeros(MOST_ROWS + 1, bool), np.zeros(MOST_COLUMNS + 1, bool)
        for rows, columns, _ in self._blocks:
            has_row[rows] = has_column[columns] = True
        row_numbers, column_numbers = np.flatnonzero(has_row), np.flatnonzero(has_column)
        if len(row_numbers) * len(column_numbers) > MOST_CELLS:
            raise StrayCellError(self.sheet, f"{get_column_letter(int(column_numbers[-1]))}{row_numbers[-1]}")
        at_row, at_column = np.cumsum(has_row) - 1, np.cumsum(has_column) - 1
        filled = np.full((len(column_numbers), len(row_numbers)), None, object)
        for rows, columns, values in self._blocks:
            filled[at_column[columns], at_row[rows]] = values
        self._blocks.clear()
        return pd.DataFrame(filled.T, index=row_numbers, columns=column_numbers, dtype=object, copy=False)


def spans(areas: Iterable[str]) -> list[Span]:
    """Merged ranges such as A2:A28 by row and column numbers."""
    corners = (area.split(":") for area in areas)
    return [(*coordinate_to_tuple(first), *coordinate_to_tuple(last)) for first, last in corners]


def frame_of(sheet: str, cells: Mapping[tuple[int, int], Plain]) -> "pd.DataFrame":
    """A frame of cells by row and column number; StrayCellError as ``read_frames``."""
    gathered = GatheredCells(sheet)
    gathered.add_all({place: cell for place, cell in cells.items() if cell is not None})
    return gathered.frame()
