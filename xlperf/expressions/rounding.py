"""Rounding on the 15 significant digits a spreadsheet knows, half away from zero."""

from decimal import ROUND_HALF_UP, Context, Decimal

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
