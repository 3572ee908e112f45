"""Functions of truth values, numbers and dates.

Dates are serial numbers of the 1900 date system; weekends are Saturday and Sunday.
"""

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_UP

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
    """条件成立取第 2 个参数，否则取第 3 个（省略为 FALSE）；只算取用的一个."""
    return then() if condition else otherwise()


@FUNCTIONS.excel("IFERROR", ArgumentKind.LAZY, ArgumentKind.LAZY, result=ArgumentKind.SCALAR)
def unless_error(value: Callable[[], Scalar], otherwise: Callable[[], Scalar]) -> Scalar:
    """第 1 个参数是错误值时取第 2 个."""
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
    """全部成立；区域里的文本和空单元格不计."""
    return all(list(_conditions(arguments)))


@FUNCTIONS.excel("OR", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.LOGICAL)
def some(*arguments: Cells | Scalar) -> bool:
    """至少一个成立；区域里的文本和空单元格不计."""
    return any(list(_conditions(arguments)))


@FUNCTIONS.excel("NOT", ArgumentKind.LOGICAL, result=ArgumentKind.LOGICAL)
def negation(condition: bool) -> bool:
    """条件不成立."""
    return not condition


@FUNCTIONS.excel("ISBLANK", ArgumentKind.ANY, result=ArgumentKind.LOGICAL)
def is_blank(value: Value) -> bool:
    """单元格是空的；空文本不算."""
    return value is None


@FUNCTIONS.excel("ISNUMBER", ArgumentKind.ANY, result=ArgumentKind.LOGICAL)
def holds_number(value: Value) -> bool:
    """是数值；像数的文本不算."""
    return is_number(value)


@FUNCTIONS.excel("ISTEXT", ArgumentKind.ANY, result=ArgumentKind.LOGICAL)
def holds_text(value: Value) -> bool:
    """是文本."""
    return isinstance(value, str)


@FUNCTIONS.excel("ISERROR", ArgumentKind.ANY, result=ArgumentKind.LOGICAL)
def holds_error(value: Value) -> bool:
    """是错误值."""
    return isinstance(value, ErrorValue)


_N = ArgumentKind.NUMBER


@FUNCTIONS.excel("ROUND", _N, _N, result=_N)
def round_(value: float, digits: float) -> float:
    """四舍五入到指定小数位，5 一律远离零进位."""
    return round_half_up(value, int(digits))


@FUNCTIONS.excel("ROUNDDOWN", _N, _N, result=_N)
def round_down(value: float, digits: float) -> float:
    """向零舍去到指定小数位."""
    return round_decimal(value, int(digits), ROUND_DOWN)


@FUNCTIONS.excel("ROUNDUP", _N, _N, result=_N)
def round_up(value: float, digits: float) -> float:
    """远离零进位到指定小数位."""
    return round_decimal(value, int(digits), ROUND_UP)


@FUNCTIONS.excel("INT", _N, result=_N)
def floor(value: float) -> float:
    """不大于该数的最大整数."""
    return round_decimal(value, 0, ROUND_FLOOR)


@FUNCTIONS.excel("MOD", _N, _N, result=_N)
def remainder(value: float, divisor: float) -> float:
    """余数，符号随除数."""
    return subtract(value, floor(divide(value, divisor)) * divisor)


@FUNCTIONS.excel("ABS", _N, result=_N)
def absolute(value: float) -> float:
    """绝对值."""
    return abs(value)


@FUNCTIONS.excel("N", ArgumentKind.SCALAR, result=_N)
def plain_number(value: Scalar) -> float:
    """数值和逻辑值转为数，文本为 0."""
    return 0.0 if isinstance(value, str) else number(value)


_LEAST_YEAR, _YEARS_END = 1900, 10_000


@FUNCTIONS.excel("DATE", _N, _N, _N, result=_N)
def date(year: float, month: float, day: float) -> float:
    """由年、月、日得到日期；月、日可以越界进位."""
    years = int(year) + (_LEAST_YEAR if 0 <= year < _LEAST_YEAR else 0)
    carried, months = divmod(int(month) - 1, 12)
    first = serial_of(years + carried, months + 1, 1) if 0 < years + carried < _YEARS_END else None
    if first is None or not 0 <= first + int(day) - 1 <= LAST_SERIAL:
        raise Fault(ErrorValue.NUM)
    return first + int(day) - 1


def _parts(serial: float) -> tuple[int, int, int]:
    parts = parts_of(serial)
    if parts is None:
        raise Fault(ErrorValue.NUM)
    return parts


@FUNCTIONS.excel("YEAR", _N, result=_N)
def year_of(serial: float) -> float:
    """日期的年."""
    return float(_parts(serial)[0])


@FUNCTIONS.excel("MONTH", _N, result=_N)
def month_of(serial: float) -> float:
    """日期的月."""
    return float(_parts(serial)[1])


@FUNCTIONS.excel("DAY", _N, result=_N)
def day_of(serial: float) -> float:
    """日期的日."""
    return float(_parts(serial)[2])


def _days_off(holidays: Cells) -> set[int]:
    for cell in holidays:
        if isinstance(cell, ErrorValue):
            raise Fault(cell)
    return {int(cell) for cell in holidays if is_number(cell)}


def _day(serial: float) -> int:
    _parts(serial)
    return int(serial)


@FUNCTIONS.excel("NETWORKDAYS", _N, _N, optional=(ArgumentKind.RANGE,), result=_N)
def workdays_between(start: float, end: float, holidays: Cells = ()) -> float:
    """两日之间（含首尾）的工作日数；第 3 个参数列出放假日."""
    first, last = _day(start), _day(end)
    off = _days_off(holidays)
    low, high = min(first, last), max(first, last)
    weeks, rest = divmod(high - low + 1, 7)
    days = 5 * weeks + sum(not is_weekend(day) for day in range(high - rest + 1, high + 1))
    days -= sum(low <= day <= high and not is_weekend(day) for day in off)
    return float(days if first <= last else -days)


@FUNCTIONS.excel("WORKDAY", _N, _N, optional=(ArgumentKind.RANGE,), result=_N)
def workday_after(start: float, days: float, holidays: Cells = ()) -> float:
    """若干工作日之后（负数为之前）的日期；第 3 个参数列出放假日."""
    day, off = _day(start), _days_off(holidays)
    left, step = abs(int(days)), 1 if days > 0 else -1
    while left:
        day += step
        if not 0 <= day <= LAST_SERIAL:
            raise Fault(ErrorValue.NUM)
        left -= not is_weekend(day) and day not in off
    return float(day)
