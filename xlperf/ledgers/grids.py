"""Tables as they stand in a source: rows of plain text, numbers and None."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pandas as pd

Plain = str | float | None

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as it stands: ``rows[0]`` is sheet row 1. A cell is text, a float, or None.

    ``shows_errors`` is False where the source hides error values: such cells are None.
    """

    name: str
    rows: Sequence[Sequence[Plain]]
    shows_errors: bool = True


def plain(cell: object) -> Plain:
    """One cell: trimmed text, a float, or None for nothing; dates become text (2024年4月3日)."""
    if isinstance(cell, str):
        return _UNPRINTABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip() or None
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float | Decimal):
        number = float(cell)
        return number if math.isfinite(number) else None
    if isinstance(cell, date):
        return f"{cell.year}年{cell.month}月{cell.day}日"
    return str(cell)
