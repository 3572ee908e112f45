"""Functions of truth values, numbers and dates.

Dates are serial numbers of the 1900 date system; weekends are Saturday and Sunday.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_UP
from functools import partial

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.operators import divide, round_decimal, round_half_up, subtract
from xlperf.expressions.value_types import (
    LAST_SERIAL,
    Cells,
    ErrorValue,
    Fault,
    Scalar,
    Value,
    is_number,
    is_weekend,
    logical,
    number,
    parts_of,
    serial_of,
)

FUNCTIONS: FunctionRegistry = FunctionRegistry()
_MANY = (ArgumentKind.ARGUMENT,)


@FUNCTIONS.excel(
    "IF", ArgumentKind.LOGICAL, ArgumentKind.LAZY, optional=(ArgumentKind.LAZY,), result=ArgumentKind.SCALAR
)
def choose(condition: bool, then: Callable[[], Scalar], otherwise: Callable[[], Scalar] = bool) -> Scalar:
    """The second argument where the condition holds, else the third (FALSE); only that is evaluated."""
    return then() if condition else otherwise()


@FUNCTIONS.excel("IFERROR", ArgumentKind.LAZY, ArgumentKind.LAZY, result=ArgumentKind.SCALAR)
def unless_error(value: Callable[[], Scalar], otherwise: Callable[[], Scalar]) -> Scalar:
    """The first argument, the second where the first is an error."""
    try:
        return value()
    except Fault:
        return otherwise()


def _conditions(arguments: Iterable[Cells | Scalar]) -> Iterator[bool]:
    met = False
    for argument in arguments:
        if not isinstance(argument, list | tuple):
            met = True
            yield logical(argument)
            continue
        for cell in argument:
            if isinstance(cell, ErrorValue):
                raise Fault(cell)
            if isinstance(cell, bool) or is_number(cell):
                met = True
                yield bool(cell)
    if not met:
        raise Fault(ErrorValue.VALUE)


@FUNCTIONS.excel("AND", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.LOGICAL)
def every(*arguments: Cells | Scalar) -> bool:
    """Whether all conditions hold; texts and blank cells of ranges do not count."""
    return all(list(_conditions(arguments)))


@FUNCTIONS.excel("OR", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.LOGICAL)
def some(*arguments: Cells | Scalar) -> bool:
    """Whether any condition holds; texts and blank cells of ranges do not count."""
    return any(list(_conditions(arguments)))


@FUNCTIONS.excel("NOT", ArgumentKind.LOGICAL, result=ArgumentKind.LOGICAL)
def negation(condition: bool) -> bool:
    """Whether the condition does not hold."""
    return not condition


_KINDS: Mapping[str, Callable[[Value], bool]] = {
    "ISBLANK": lambda value: value is None,
    "ISNUMBER": is_number,
    "ISTEXT": lambda value: isinstance(value, str),
    "ISERROR": lambda value: isinstance(value, ErrorValue),
}
"""An empty text is not blank; a text that looks like a number is none."""
for _name, _test in _KINDS.items():
    FUNCTIONS.excel(_name, ArgumentKind.ANY, result=ArgumentKind.LOGICAL)(_test)


_N = ArgumentKind.NUMBER


@FUNCTIONS.excel("ROUND", _N, _N, result=_N)
def round_(value: float, digits: float) -> float:
    """Round to a number of decimals, half away from zero."""
    return round_half_up(value, int(digits))


@FUNCTIONS.excel("ROUNDDOWN", _N, _N, result=_N)
def round_down(value: float, digits: float) -> float:
    """Round towards zero to a number of decimals."""
    return round_decimal(value, int(digits), ROUND_DOWN)


@FUNCTIONS.excel("ROUNDUP", _N, _N, result=_N)
def round_up(value: float, digits: float) -> float:
    """Round away from zero to a number of decimals."""
    return round_decimal(value, int(digits), ROUND_UP)


@FUNCTIONS.excel("INT", _N, result=_N)
def floor(value: float) -> float:
    """The largest whole number that is not above the value."""
    return round_decimal(value, 0, ROUND_FLOOR)


@FUNCTIONS.excel("MOD", _N, _N, result=_N)
def remainder(value: float, divisor: float) -> float:
    """The remainder, with the sign of the divisor."""
    return subtract(value, floor(divide(value, divisor)) * divisor)


@FUNCTIONS.excel("ABS", _N, result=_N)
def absolute(value: float) -> float:
    """The value without its sign."""
    return abs(value)


@FUNCTIONS.excel("N", ArgumentKind.SCALAR, result=_N)
def plain_number(value: Scalar) -> float:
    """Numbers and truth values as a number, 0 for a text."""
    return 0.0 if isinstance(value, str) else number(value)


_LEAST_YEAR, _YEARS_END = 1900, 10_000


@FUNCTIONS.excel("DATE", _N, _N, _N, result=_N)
def date(year: float, month: float, day: float) -> float:
    """The date of a year, month and day; months and days beyond their range carry over."""
    years = int(year) + (_LEAST_YEAR if 0 <= year < _LEAST_YEAR else 0)
    carried, months = divmod(int(month) - 1, 12)
    first = serial_of(years + carried, months + 1, 1) if 0 < years + carried < _YEARS_END else None
    if first is None or not 0 <= first + int(day) - 1 <= LAST_SERIAL:
        raise Fault(ErrorValue.NUM)
    return first + int(day) - 1


def _part(index: int, serial: float) -> float:
    """The year, month or day of a date, by its place among them."""
    parts = parts_of(serial)
    if parts is None:
        raise Fault(ErrorValue.NUM)
    return float(parts[index])


for _index, _name in enumerate(("YEAR", "MONTH", "DAY")):
    FUNCTIONS.excel(_name, _N, result=_N)(partial(_part, _index))


def _days_off(holidays: Cells) -> set[int]:
    for cell in holidays:
        if isinstance(cell, ErrorValue):
            raise Fault(cell)
    return {int(cell) for cell in holidays if is_number(cell)}


def _day(serial: float) -> int:
    _part(0, serial)
    return int(serial)


@FUNCTIONS.excel("NETWORKDAYS", _N, _N, optional=(ArgumentKind.RANGE,), result=_N)
def workdays_between(start: float, end: float, holidays: Cells = ()) -> float:
    """The workdays from one date to another, both included; the third argument lists holidays."""
    first, last = _day(start), _day(end)
    off = _days_off(holidays)
    low, high = min(first, last), max(first, last)
    weeks, rest = divmod(high - low + 1, 7)
    days = 5 * weeks + sum(not is_weekend(day) for day in range(high - rest + 1, high + 1))
    days -= sum(low <= day <= high and not is_weekend(day) for day in off)
    return float(days if first <= last else -days)


@FUNCTIONS.excel("WORKDAY", _N, _N, optional=(ArgumentKind.RANGE,), result=_N)
def workday_after(start: float, days: float, holidays: Cells = ()) -> float:
    """The date some workdays later (earlier when negative); the third argument lists holidays."""
    day, off = _day(start), _days_off(holidays)
    left, step = abs(int(days)), 1 if days > 0 else -1
    while left:
        day += step
        if not 0 <= day <= LAST_SERIAL:
            raise Fault(ErrorValue.NUM)
        left -= not is_weekend(day) and day not in off
    return float(day)
