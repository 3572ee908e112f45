"""ROUND is Decimal('%.15g' % value), half away from zero, whichever way it is computed.

Where that has no digit left to round it is the double itself.
"""

import math
from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xlperf.expressions import round_half_up


def by_definition(value: float, digits: int) -> float:
    places = Decimal(1).scaleb(-digits)
    known = Decimal("%.15g" % value)  # noqa: UP031
    exact = known.adjusted() - 14 > -digits
    rounded = (Decimal(value) if exact else known).quantize(places, ROUND_HALF_UP, Context(prec=1100))
    return float(rounded) + 0.0


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (2.5, 0, 3.0),
        (-2.5, 0, -3.0),
        (1.005, 2, 1.01),
        (2.675, 2, 2.68),
        (0.97105 * 100, 2, 97.11),
        (8818.77 / 12200 * 100, 2, 72.29),
        (18084750 / 10000, 2, 1808.48),
        (98.49 / 100 * 10, 2, 9.85),
        (1253.78 / 1278.45, 4, 0.9807),
        (1234.5, -2, 1200.0),
        (1250.0, -2, 1300.0),
        (49.0, -2, 0.0),
        (0.0, 2, 0.0),
        (1e300, 2, 1e300),
        (123456789012345.0, 2, 123456789012345.0),
        (1.5, 400, 1.5),
        (1.5, -400, 0.0),
        (1000000000000775.0, 2, 1000000000000775.0),
        (1000000000000775.5, 0, 1000000000000776.0),
        (0.1 + 0.2, 15, 0.3),
        (0.1 + 0.2, 20, 0.1 + 0.2),
    ],
)
def test_known(value: float, digits: int, rounded: float) -> None:
    assert round_half_up(value, digits) == rounded


def test_never_a_negative_zero() -> None:
    assert math.copysign(1, round_half_up(-0.001, 2)) == 1.0
    assert math.copysign(1, round_half_up(-0.0, 2)) == 1.0
    assert math.copysign(1, round_half_up(-1e-20, 15)) == 1.0


DIGITS = st.integers(-6, 16)


@settings(max_examples=500)
@given(st.floats(allow_nan=False, allow_infinity=False), DIGITS)
@example(-5e-324, 0)
def test_any_double(value: float, digits: int) -> None:
    assert round_half_up(value, digits) == by_definition(value, digits)


@settings(max_examples=1000)
@given(st.integers(-(10**11), 10**11), st.integers(0, 6), st.integers(-20, 20))
def test_ties_and_their_neighbours(units: int, digits: int, steps: int) -> None:
    """A tie at ``digits`` decimals, moved by up to 20 doubles either way."""
    value = (units + 0.5) / 10**digits
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.inf if steps > 0 else -math.inf)
    assert round_half_up(value, digits) == by_definition(value, digits)


@settings(max_examples=1000)
@given(st.integers(0, 10**10), st.integers(1, 10**10), st.sampled_from([1, 10, 100]), st.integers(0, 4))
def test_ratios_of_amounts(done: int, planned: int, scale: int, digits: int) -> None:
    value = (done / 100) / (planned / 100) * scale
    assert round_half_up(value, digits) == by_definition(value, digits)
