"""Functions of single numbers: rounding, remainder, absolute value.

All that round look at the 15 significant digits a spreadsheet shows, as LibreOffice does: 0.29*100 is
29 to ROUNDDOWN and INT although the double is 28.999999999999996.
"""

from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_UP

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.operators import divide, subtract
from xlperf.expressions.rounding import round_decimal, round_half_up
from xlperf.expressions.value_types import Scalar, number

FUNCTIONS = FunctionRegistry()
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
