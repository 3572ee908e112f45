"""Functions of dates, as serial numbers of the 1900 date system; weekends are Saturday and Sunday."""

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.value_types import (
    LAST_SERIAL,
    Cells,
    ErrorValue,
    Fault,
    is_number,
    is_weekend,
    parts_of,
    serial_of,
)

FUNCTIONS: FunctionRegistry = FunctionRegistry()
_N = ArgumentKind.NUMBER
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
