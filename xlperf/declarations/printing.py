"""Values to the texts of messages: 1253.78, 98.49%, 9.85, 47."""

from functools import cache

from xlperf.declarations.cell_display import plain
from xlperf.declarations.fields import load_vocabulary
from xlperf.declarations.model import FieldType
from xlperf.expressions import Value
from xlperf.expressions.functions.text_formats import text_format
from xlperf.expressions.rounding import round_half_up
from xlperf.expressions.value_types import general

_FIXED = frozenset({"amount", "area"})
ANY_DIGITS = 10
"""Decimals kept of a number without a type, so that 0.1+0.2 prints as 0.3."""


@cache
def type_of(name: str) -> FieldType:
    """The declared type ``name``; KeyError for one that does not exist."""
    return load_vocabulary().types[name]


def printed(value: object, kind: FieldType | None = None) -> str:
    """``value`` as a form prints it: amounts with two decimals, rates in percent, scores kept short.

    Without ``kind``, and for anything but a number, the value as a spreadsheet joins it to a text.
    """
    if isinstance(value, bool):
        return str(value).upper()
    if not isinstance(value, float | int):
        return "" if value is None else str(value)
    rounded = round_half_up(float(value), kind.digits if kind and kind.number else ANY_DIGITS)
    write = text_format(format_of(kind))
    return write(rounded) if write else general(rounded)


def format_of(kind: FieldType | None) -> str:
    """The format of TEXT that prints a number of ``kind``; "" for one that is kept short."""
    if kind is None or not kind.number:
        return ""
    if kind.unit == "%":
        return f"0.{'0' * (kind.digits - 2)}%"
    return f"0.{'0' * kind.digits}" if kind.id in _FIXED else ""


def exactly(value: Value, kind: FieldType) -> str:
    """``value`` with all the decimals it holds, for messages about decimals."""
    if isinstance(value, float) and kind.unit == "%":
        return f"{plain(round_half_up(value * 100, 10))}%"
    return plain(value)
