"""The operators of Excel on doubles and mixed values, and its rounding; an error is raised as Fault.

Rounding looks at the 15 significant digits a spreadsheet knows, half away from zero. Differences and
comparisons of doubles follow LibreOffice (and, for ``=``, Excel): two numbers that agree in their first 48
bits, about 15 digits, are equal, and their difference is 0. Comparisons take the value of a name as it is:
an error, or a column of more than one row, is raised.
"""

import operator
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal

from xlperf.expressions.value_types import ErrorValue, Fault, Operand, Scalar, Value, scalar

_CONTEXT = Context(prec=800)
_POWERS = tuple(10.0**digits for digits in range(11))
_FAR_DIGITS = 340
_SIGNIFICANT = 15
_FAST_LIMIT = 1e11
_DOUBT = 1e-14


def round_half_up(value: float, digits: int) -> float:
    """Return Excel's ROUND: ``Decimal('%.15g' % value)`` to ``digits`` decimals, half away from zero.

    Far from a tie, plain arithmetic gives the same double: '%.15g' moves a value by at most 5e-15 of
    it, and an integer below 2**53 over a power of ten up to 1e22 is rounded correctly by division.
    """
    if 0 <= digits <= 10:
        power = _POWERS[digits]
        shifted = abs(value) * power + 0.5
        if shifted < _FAST_LIMIT:
            whole = shifted // 1.0
            doubt = shifted * _DOUBT
            if doubt < shifted - whole < 1.0 - doubt:
                return whole / power if value > 0 else 0.0 - whole / power
    return round_decimal(value, digits, ROUND_HALF_UP)


def round_decimal(value: float, digits: int, mode: str) -> float:
    """Round the 15-digit decimal of ``value`` to ``digits`` decimals by a rounding mode of ``decimal``.

    Where even its last digit is coarser than that, it is the double itself that is rounded: 1000000000000775
    to 2 decimals stays what it is.
    """
    if digits > _FAR_DIGITS:
        return value
    known = Decimal(f"{value:.15g}")
    if known.adjusted() - _SIGNIFICANT >= -digits:
        known = Decimal(value)
    places = Decimal((0, (1,), -max(digits, -_FAR_DIGITS)))
    return float(known.quantize(places, mode, _CONTEXT)) + 0.0


def printed_alike(left: Value, right: Value, digits: int) -> bool:
    """Return whether two values are the same; numbers with ``digits`` decimals, as ROUND gives them."""
    if isinstance(left, float) and isinstance(right, float):
        return near(round_half_up(left, digits), round_half_up(right, digits))
    return left == right


_NEAR = 2.0**-48
_INFINITE = float("inf")
_EXACT_INTEGERS = 2.0**53


def near(left: float, right: float) -> bool:
    """Return whether two numbers are equal to about 15 digits; whole numbers must be equal exactly."""
    if left == right:
        return True
    distance = abs(left - right)
    if distance >= abs(left) * _NEAR or distance >= abs(right) * _NEAR:
        return False
    return not (_is_whole(left) and _is_whole(right))


def _is_whole(value: float) -> bool:
    return value.is_integer() and abs(value) <= _EXACT_INTEGERS


def add(left: float, right: float) -> float:
    """Return left + right, 0 where they cancel to 15 digits."""
    total = left + right
    if abs(left) * _NEAR < abs(total) < _INFINITE:
        return total
    return 0.0 if near(left, -right) else finite(total)


def subtract(left: float, right: float) -> float:
    """Return left - right, 0 where they agree to 15 digits."""
    return add(left, -right)


def multiply(left: float, right: float) -> float:
    """Return left * right."""
    return finite(left * right)


def divide(left: float, right: float) -> float:
    """Return left / right; #DIV/0! over 0."""
    if right == 0.0:
        raise Fault(ErrorValue.DIV0)
    return finite(left / right)


def power(base: float, exponent: float) -> float:
    """Return base ^ exponent; 0^0 and even roots of negatives are #NUM!, 0 to a negative #DIV/0!.

    An odd root of a negative number is negative: (-8)^(1/3) is -2.
    """
    if base == 0.0 and exponent <= 0.0:
        raise Fault(ErrorValue.NUM if exponent == 0.0 else ErrorValue.DIV0)
    if base < 0.0 and _is_odd_root(exponent):
        return -power(-base, exponent)
    try:
        result = base**exponent
    except OverflowError:
        raise Fault(ErrorValue.NUM) from None
    if isinstance(result, complex):
        raise Fault(ErrorValue.NUM)
    return finite(result)


def _is_odd_root(exponent: float) -> bool:
    root = 1.0 / exponent if exponent else 0.0
    return 1.0 < abs(root) < _EXACT_INTEGERS and round(root) % 2 == 1 and near(1.0 / round(root), exponent)


def percent(value: float) -> float:
    """Return a hundredth of ``value``."""
    return value / 100.0


def negate(value: float) -> float:
    """Return -value, without a negative zero."""
    return 0.0 - value


def finite(value: float) -> float:
    """Return ``value``, or raise #NUM! where the double overflowed."""
    if -_INFINITE < value < _INFINITE:
        return value
    raise Fault(ErrorValue.NUM)


def join(left: str, right: str) -> str:
    """Return left & right."""
    return left + right


def order(left: Operand, right: Operand) -> int:
    """Return -1, 0 or 1: numbers before text before truth values; empty is 0, "" or FALSE as needed.

    Text is compared without regard to case, by code points (not by the collation of a language).
    """
    left, right = scalar(left), scalar(right)
    if type(left) is float and type(right) is float:
        return 0 if near(left, right) else (left > right) - (left < right)
    if left is None or right is None:
        left, right = _fill_empty(left, right), _fill_empty(right, left)
    kind = _rank(left)
    if kind != _rank(right):
        return -1 if kind < _rank(right) else 1
    if isinstance(left, str) and isinstance(right, str):
        small, great = left.lower(), right.lower()
        return (small > great) - (small < great)
    first, second = float(left or 0.0), float(right or 0.0)
    return 0 if near(first, second) else (first > second) - (first < second)


def _fill_empty(value: Scalar, other: Scalar) -> Scalar:
    if value is not None:
        return value
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0.0


def _rank(value: Scalar) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0


def equal(left: Operand, right: Operand) -> bool:
    """Return left = right."""
    if type(left) is float and type(right) is float:
        return left == right or near(left, right)
    if type(right) is str:
        if type(left) is str:
            return left == right or left.lower() == right.lower()
        if left is None or type(left) is float:
            return left is None and right == ""
    return order(left, right) == 0


def unequal(left: Operand, right: Operand) -> bool:
    """Return left <> right."""
    return not equal(left, right)


def _ordered(name: str, compare: Callable[[float, float], bool]) -> Callable[[Operand, Operand], bool]:
    """Return the comparison ``name``: ``compare`` says which of two numbers, and of ``order`` and 0."""

    def code(left: Operand, right: Operand) -> bool:
        """Return left compared with right."""
        if type(left) is float and type(right) is float and not near(left, right):
            return compare(left, right)
        return compare(order(left, right), 0)

    code.__name__ = name
    return code


less, at_most = _ordered("less", operator.lt), _ordered("at_most", operator.le)
greater, at_least = _ordered("greater", operator.gt), _ordered("at_least", operator.ge)
