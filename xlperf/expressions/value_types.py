"""What a cell can hold, Excel's conversions between numbers, text and truth values, and its dates.

Inside an evaluation an Excel error travels as the exception ``Fault``; only cells of a range carry
``ErrorValue`` objects as values. A date is the days since 1899-12-31, with the 29 February 1900 that
never was.
"""

import math
import re
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from typing import TypeGuard

_EPOCH = date(1899, 12, 30).toordinal()
_FALSE_LEAP_DAY = 60
LAST_SERIAL = 2_958_465  # 9999-12-31
LONGEST_TEXT = 32_767
"""The most UTF-16 units that a cell takes."""


def serial_of(year: int, month: int, day: int) -> float | None:
    """Return the serial number of a calendar date from 1900 on, or None if there is no such day."""
    try:
        serial = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    if serial <= _FALSE_LEAP_DAY:
        serial -= 1
    return float(serial) if serial > 0 else None


def parts_of(serial: float) -> tuple[int, int, int] | None:
    """Return (year, month, day) of a serial number, or None outside 0 … 9999-12-31.

    0 is 1900-01-00 and 60 is 1900-02-29, as Excel has it.
    """
    days = int(serial // 1)
    if not 0 <= days <= LAST_SERIAL:
        return None
    if days == 0:
        return 1900, 1, 0
    if days == _FALSE_LEAP_DAY:
        return 1900, 2, 29
    if days < _FALSE_LEAP_DAY:
        days += 1
    day = date.fromordinal(_EPOCH) + timedelta(days=days)
    return day.year, day.month, day.day


def is_weekend(serial: int) -> bool:
    """Return whether the day is a Saturday or Sunday."""
    return serial % 7 in (0, 1)


class ErrorValue(Enum):
    """The seven errors of Excel; ``str()`` gives the text of the cell."""

    NULL = "#NULL!"
    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    REF = "#REF!"
    NAME = "#NAME?"
    NUM = "#NUM!"
    NA = "#N/A"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def parse(cls, text: str) -> "ErrorValue":
        """Return the error written as ``text`` in any case; ValueError if it is none."""
        return cls(text.upper())


Value = float | str | bool | None | ErrorValue
Scalar = float | str | bool | None
Cells = list[Value] | tuple[Value, ...]
Operand = Value | Cells
"""A value, or a column of values, as an operator or function takes it."""
_PLAIN = frozenset({float, str, bool})
COLUMN = (list, tuple)
"""The classes of a column, for isinstance: a union would be built again at each call."""


class Fault(Exception):  # noqa: N818 - carries an Excel error, is none of ours
    """An Excel error on its way up to the nearest IFERROR, ISERROR … or to the result."""

    def __init__(self, error: ErrorValue) -> None:
        super().__init__(error)
        self.error = error


def scalar(value: Value | Cells) -> Scalar:
    """Return the one value; a column of one row is its cell, a longer one #VALUE! (Fault)."""
    if value is None or type(value) in _PLAIN:
        return value  # type: ignore[return-value]
    if isinstance(value, COLUMN):
        if len(value) != 1:
            raise Fault(ErrorValue.VALUE)
        value = value[0]
    if isinstance(value, ErrorValue):
        raise Fault(value)
    return value


def probe(value: Value | Cells) -> Value:
    """Return the one value like ``scalar``, but an error as a value instead of a Fault."""
    if value is None or type(value) in _PLAIN:
        return value  # type: ignore[return-value]
    try:
        return scalar(value)
    except Fault as fault:
        return fault.error


def cells(value: Value | Cells) -> Cells:
    """Return the cells a reference covers: a column as it is, a field as one cell."""
    return value if isinstance(value, COLUMN) else (value,)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a cell holds a number (truth values are none)."""
    return type(value) is float or (isinstance(value, float | int) and not isinstance(value, bool))


def number(value: Value | Cells) -> float:
    """Convert as arithmetic does: empty 0, TRUE 1, "5" 5, "50%" 0.5; other text #VALUE! (Fault)."""
    if type(value) is float:
        return value
    if value is None:
        return 0.0
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        return number_of_text(value)
    return number(scalar(value))


def text(value: Value | Cells) -> str:
    """Convert as ``&`` does: empty "", TRUE "TRUE", numbers with up to 15 digits."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return general(value)
    return text(scalar(value))


def logical(value: Value | Cells) -> bool:
    """Convert as IF does: numbers except 0 are TRUE, "true" in any case too; other text #VALUE! (Fault)."""
    if isinstance(value, bool):
        return value
    if value is None:
        return False
    if isinstance(value, float | int):
        return value != 0
    if isinstance(value, str):
        try:
            return {"TRUE": True, "FALSE": False}[value.upper()]
        except KeyError:
            raise Fault(ErrorValue.VALUE) from None
    return logical(scalar(value))


_NUMERAL = re.compile(
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+|(?=\.\d))(?:\.\d*)?(?:[eE][+-]?\d+)?) *(%?)",
    re.ASCII,
)
_DATE = re.compile(r"(\d{4})(?:([-/])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)", re.ASCII)


@lru_cache(maxsize=4096)
def number_of_text(string: str) -> float:
    """Read text as a number the way arithmetic and VALUE do, or raise Fault(#VALUE!).

    Taken: sign, thousands commas, exponent, a percent sign, blanks around, and the full dates
    2024-12-31, 2024/12/31, 2024年12月31日 (as serial numbers).
    """
    stripped = string.strip(" ")
    if numeral := _NUMERAL.fullmatch(stripped):
        value = float(numeral[1].replace(",", ""))
        if math.isfinite(value):
            return value / 100 if numeral[2] else value
    elif date := _DATE.fullmatch(stripped):
        serial = serial_of(int(date[1]), int(date[3] or date[5]), int(date[4] or date[6]))
        if serial is not None:
            return serial
    raise Fault(ErrorValue.VALUE)


def general(value: float) -> str:
    """Return a number as text in the format General, 15 significant digits: 0.1+0.2 is "0.3"."""
    mantissa, _, exponent = f"{value:.14e}".partition("e")
    if -15 < int(exponent) <= 15:
        decimals = min(14 - int(exponent), 29)
        string = f"{float(f'{value:.15g}'):.{max(decimals, 0)}f}"
        string = string.rstrip("0").rstrip(".") if "." in string else string
        return "0" if string == "-0" else string
    return f"{mantissa.rstrip('0').rstrip('.')}E{int(exponent):+03d}" if value else "0"
