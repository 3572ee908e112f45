"""Values to the texts of messages: 1253.78, 98.49%, 9.85, 47."""

from functools import cache

from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.rounding import round_half_up
from xlperf.forms import FieldType
from xlperf.forms.fields import load_vocabulary
from xlperf.workbook.display import plain

_FIXED = frozenset({"amount", "area"})


@cache
def type_of(name: str) -> FieldType:
    """The declared type ``name``; KeyError for one that does not exist."""
    return load_vocabulary().types[name]


def printed(value: object, kind: FieldType | None = None) -> str:
    """``value`` as a form prints it: amounts with two decimals, rates in percent, scores kept short.

    Without ``kind``, and for anything but a number, the value as it stands.
    """
    if isinstance(value, bool | str | ErrorValue) or not isinstance(value, float | int):
        return "" if value is None else str(value)
    number = float(value)
    if kind is None or not kind.number:
        return plain(round_half_up(number, 10))
    rounded = round_half_up(number, kind.digits)
    if kind.unit == "%":
        return f"{rounded * 100:.{kind.digits - 2}f}%"
    return f"{rounded:.{kind.digits}f}" if kind.id in _FIXED else plain(rounded)


def exactly(value: Value, kind: FieldType) -> str:
    """``value`` with all the decimals it holds, for messages about decimals."""
    if isinstance(value, float) and kind.unit == "%":
        return f"{plain(round_half_up(value * 100, 10))}%"
    return plain(value)
