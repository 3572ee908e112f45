"""What Excel, Office.js or a Python caller hands over → a grid of cells, one spelling for each kind."""

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from xlperf.declarations.worksheet_functions import Problem, declared
from xlperf.expressions import ErrorValue


@dataclass(frozen=True, slots=True)
class LaterError:
    """An error that Excel got after its seven, by its text: #SPILL!, #CALC! …"""

    text: str

    def __str__(self) -> str:
        return self.text


Content = float | str | bool | None | date
"""What a cell holds that shows no error."""
Cell = Content | ErrorValue | LaterError
Grid = list[list[Cell]]
"""Rows of equal length, one at least; errors are ErrorValue or LaterError, all numbers float."""

_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")
_ERROR_CODES = range(-2146826288, -2146826000)
"""Numbers under which COM hands over errors; xlwings has texts for the seven, the others stay numbers."""
_NUMBERED_FROM = -2146828288
_LATER = {
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}
"""Excel's own numbers of them (XlCVError)."""


def grid(given: object) -> Grid:
    """``given`` as rows of cells: a scalar is one cell, a flat list one row, None and [] a blank cell.

    Raises Problem for more cells than the declared limit.
    """
    rows = given if isinstance(given, list | tuple) else [given]
    if not any(isinstance(row, list | tuple) for row in rows):
        rows = [rows]
    nested = [row if isinstance(row, list | tuple) else [row] for row in rows]
    width = max(map(len, nested), default=0)
    count = width * len(nested)
    if count > declared().most_cells:
        raise Problem("too_many", count=f"{count:,}", most=f"{declared().most_cells:,}")
    if not count:
        return [[None]]
    return [[*map(cell, row), *[None] * (width - len(row))] for row in nested]


def cell(given: object) -> Cell:  # noqa: PLR0911 - one return a kind of value
    """One value as a cell holds it; "" is a blank."""
    if type(given) is float:
        return given if math.isfinite(given) else ErrorValue.NUM
    if given is None or given == "":
        return None
    if isinstance(given, str):
        return _error(given) if given[0] == "#" and _ERROR.fullmatch(given) else given
    if isinstance(given, bool | date | ErrorValue | LaterError):
        return given
    if isinstance(given, int) and given in _ERROR_CODES:
        number = given - _NUMBERED_FROM
        return LaterError(_LATER.get(number, f"#{number}"))
    if isinstance(given, int | float | Decimal):
        return float(given)
    return str(given)


def _error(text: str) -> ErrorValue | LaterError:
    try:
        return ErrorValue.parse(text)
    except ValueError:
        return LaterError(text)
