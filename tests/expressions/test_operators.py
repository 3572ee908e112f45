"""Arithmetic and comparison as spreadsheets do them, computed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.expressions import value_of
from xlperf.expressions import ErrorValue
from xlperf.expressions.operators import add, near, order, printed_alike, subtract

SCOPE = {"空": None, "文空": "", "零": 0.0, "真": True}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("0.1+0.2=0.3", True),
        ("0.1+0.2-0.3", 0.0),
        ("0.1+0.2<=0.3", True),
        ("0.1+0.2>0.3", False),
        ("34.76+27.8+0.23=62.79", True),
        ("1.1-1.1000000001=0", False),
        ("100000000000001-100000000000000", 1.0),
        ("1/0", ErrorValue.DIV0),
        ("0/0", ErrorValue.DIV0),
        ("1E+308*10", ErrorValue.NUM),
        ("1E+308+1E+308", ErrorValue.NUM),
        ("1E+308/0.01", ErrorValue.NUM),
        ("10^400", ErrorValue.NUM),
        ("0^0", ErrorValue.NUM),
        ("0^-1", ErrorValue.DIV0),
        ("(-8)^0.5", ErrorValue.NUM),
        ("(-2)^3", -8.0),
        ("(-8)^(1/3)", -2.0),
        ("(-32)^0.2", -2.0),
        ("(-8)^-(1/3)", -0.5),
        ("(-27)^(2/3)", ErrorValue.NUM),
        ("(-8)^1E-320", ErrorValue.NUM),
        ("4^0.5", 2.0),
        ('"5"+1', 6.0),
        ('"50%"+0', 0.5),
        ('" 1,200.5 "*2', 2401.0),
        ('"2024-12-31"-"2024-12-01"', 30.0),
        ('"x"+1', ErrorValue.VALUE),
        ('""+1', ErrorValue.VALUE),
        ("空+1", 1.0),
        ("真+1", 2.0),
        ('--"5"', 5.0),
        ('+"5"', "5"),
        ('空&"x"', "x"),
        ("1/3&真", "0.333333333333333TRUE"),
        ("空=0", True),
        ('空=""', True),
        ("空=FALSE", True),
        ("空=空", True),
        ('空<"a"', True),
        ("空>-1", True),
        ("文空=0", False),
        ("文空=空", True),
        ('"a"="A"', True),
        ('"a"<"B"', True),
        ('"Ａ"="A"', False),
        ('1="1"', False),
        ('"z">99999', True),
        ('TRUE>"z"', True),
        ("TRUE=1", False),
        ("FALSE<TRUE", True),
        ("1<>1", False),
        ('"甲"<>"乙"', True),
    ],
)
def test_value(formula: str, value: object) -> None:
    assert value_of(formula, SCOPE) == value


AMOUNTS = st.integers(-(10**11), 10**11).map(lambda cents: cents / 100)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_amounts_in_cents_add_up(first: float, second: float, third: float) -> None:
    """A total of amounts of two decimals equals the amount written for it, where no digit cancels."""
    written = round(first * 100 + second * 100 + third * 100) / 100
    assert near(add(add(first, second), third), written) or abs(written) < 0.1 * max(
        abs(first), abs(second), abs(third)
    )


@given(AMOUNTS, AMOUNTS)
def test_subtraction_undoes_addition(first: float, second: float) -> None:
    assert subtract(add(first, second), second) == pytest.approx(first, abs=1e-5)
    assert subtract(first, first) == 0.0


SCALARS = st.one_of(st.none(), st.booleans(), st.floats(-1e9, 1e9), st.text("aAbB5", max_size=3))


@given(SCALARS, SCALARS)
def test_order_is_antisymmetric(left: object, right: object) -> None:
    assert order(left, right) == -order(right, left)
    assert order(left, left) == 0


@pytest.mark.parametrize(
    ("left", "right", "digits", "alike"),
    [
        (2.675, 2.68, 2, True),  # as ROUND has it; the double is a little below the tie
        (2.665, 2.67, 2, True),
        (0.125, 0.13, 2, True),
        (-0.125, -0.13, 2, True),
        (2.674, 2.68, 2, False),
        (0.98485, 0.9849, 4, True),
        ("优", "优", 2, True),
        (1.0, None, 0, False),
        (None, None, 0, True),
    ],
)
def test_printed_alike_rounds_half_away_from_zero(left, right, digits, alike) -> None:
    assert printed_alike(left, right, digits) is alike
