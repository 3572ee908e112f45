"""Excel's conversions between text and numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.expressions import ErrorValue, is_number
from xlperf.expressions.value_types import Fault, general, logical, number, number_of_text, text


@pytest.mark.parametrize("error", list(ErrorValue))
def test_errors_read_and_print(error: ErrorValue) -> None:
    assert ErrorValue.parse(str(error).lower()) is error


def test_seven_errors() -> None:
    assert {str(error) for error in ErrorValue} == {
        *("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
    }
    with pytest.raises(ValueError, match="SPILL"):
        ErrorValue.parse("#SPILL!")


@pytest.mark.parametrize(
    ("string", "value"),
    [
        ("5", 5.0),
        (" -5.50 ", -5.5),
        ("+.5", 0.5),
        ("5.", 5.0),
        ("1,234,567.8", 1234567.8),
        ("98.49%", 0.9849),
        ("50 %", 0.5),
        ("1e3", 1000.0),
        ("1.5E-2", 0.015),
        ("2024-12-31", 45657.0),
        ("2024/1/2", 45293.0),
        ("2024年1月2日", 45293.0),
    ],
)
def test_text_that_is_a_number(string: str, value: float) -> None:
    assert number_of_text(string) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    "string",
    [
        *("", " ", "五", "５", "1_000", "nan", "inf", "1e999", "12,34", "1,23.5", "5%%", "--5", "0x10", "——"),
        *("2024-02-30", "2024-1/2", "2024年1月", "2024.4.3", "5万元", "1\u3000"),
    ],
)
def test_text_that_is_none(string: str) -> None:
    with pytest.raises(Fault) as caught:
        number_of_text(string)
    assert caught.value.error is ErrorValue.VALUE


@pytest.mark.parametrize(
    ("value", "string"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5.0, "5"),
        (-1253.78, "-1253.78"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (1e15, "1000000000000000"),
        (123456789012345.6, "123456789012346"),
        (1e16, "1E+16"),
        (1.23456789012345678e20, "1.23456789012346E+20"),
        (0.00001, "0.00001"),
        (1e-10, "0.0000000001"),
        (1.5e-20, "1.5E-20"),
    ],
)
def test_number_as_text(value: float, string: str) -> None:
    assert general(value) == string


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_number_as_text_keeps_fifteen_digits(value: float) -> None:
    assert number_of_text(general(value)) == float(f"{value:.15g}") + 0.0


@pytest.mark.parametrize(
    ("cell", "as_number", "as_text", "as_truth"),
    [
        (None, 0.0, "", False),
        (True, 1.0, "TRUE", True),
        (3, 3.0, "3", True),
        (0.0, 0.0, "0", False),
        ((2.5,), 2.5, "2.5", True),
        (["true"], None, "true", True),
        ("x", None, "x", None),
        ((1.0, 2.0), None, None, None),
        (ErrorValue.NA, None, None, None),
    ],
)
def test_conversions(cell: object, as_number: object, as_text: object, as_truth: object) -> None:
    for convert, expected in ((number, as_number), (text, as_text), (logical, as_truth)):
        if expected is None:
            with pytest.raises(Fault):
                convert(cell)
        else:
            assert convert(cell) == expected


def test_truth_values_and_text_are_no_numbers() -> None:
    assert [is_number(cell) for cell in (1.0, 1, True, "1", None, ErrorValue.NUM)] == [True, True] + [
        False
    ] * 4
