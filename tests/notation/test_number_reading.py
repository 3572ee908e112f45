"""Plain numbers: value and printed decimals."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.notation import parse_number


@pytest.mark.parametrize(
    ("text", "value", "digits"),
    [
        ("0", 0.0, 0),
        ("0　", 0.0, 0),
        ("100", 100.0, 0),
        ("1328.5", 1328.5, 1),
        ("1,328.50", 1328.5, 2),
        ("１，３２８．５０", 1328.5, 2),
        ("1,234,567.8", 1234567.8, 1),
        ("５５.00", 55.0, 2),
        ("9.850", 9.85, 3),
        (".5", 0.5, 1),
        ("-0.25", -0.25, 2),
        ("－0.25", -0.25, 2),
        ("+3", 3.0, 0),
        ("98.49%", 0.9849, 2),
        ("98.49 ％", 0.9849, 2),
        ("100%", 1.0, 0),
        ("0.9‰", 0.0009, 1),
        ("(198.68)", -198.68, 2),
        ("（1,200）", -1200.0, 0),
        ("△198.68", -198.68, 2),
        ("▲ 198.68", -198.68, 2),
        ("–198.68", -198.68, 2),
        ("￥198.68", 198.68, 2),
        ("¥-198.68", -198.68, 2),
        ("-￥198.68", -198.68, 2),
        ("1 234 567.80", 1234567.8, 2),
        ("1 234.5", 1234.5, 1),
        ("1\u00a0234", 1234.0, 0),
        ("\u200e198.68", 198.68, 2),
        ("\u202d198.68\u202c", 198.68, 2),
        ("\ufeff198.68", 198.68, 2),
        ("198.68\n", 198.68, 2),
        (1273.05, 1273.05, 2),
        (100, 100.0, 0),
        (100.0, 100.0, 0),
        (0.1 + 0.2, 0.3, 1),
        (-2.5, -2.5, 1),
        (1e20, 1e20, 0),
        (1e-7, 1e-7, 7),
    ],
)
def test_numbers(text, value, digits):
    assert parse_number(text) == (value, digits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "　",
        "——",
        "无",
        "约50",
        "≥50",
        "=100%",
        "80万元",
        "10次",
        "1,32.5",
        "(1)",
        "（2023）",
        "()",
        "100 200",
        "100\n200",
        "1 23.5",
        "¥",
        "△",
        "1,2345",
        "1..5",
        "1.5.2",
        "5.",
        "%",
        "1e5",
        "十",
        "2024-04-03",
        "10-20",
        "430102199001011234",
        None,
        True,
        False,
        math.nan,
        math.inf,
        -math.inf,
    ],
)
def test_not_a_plain_number(text):
    assert parse_number(text) is None


@given(st.decimals(-(10**9), 10**9, places=3))
def test_a_printed_number_is_read_back(number):
    assert parse_number(f"{number:,.3f}") == (float(number), 3)


@given(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-4))
def test_a_cell_number_keeps_the_fifteen_digits_a_spreadsheet_shows(number):
    value, digits = parse_number(number)
    assert value == float(f"{number:.15g}")
    assert digits == 0 or math.isclose(value * 10**digits, round(value * 10**digits), rel_tol=1e-12)


@given(st.text() | st.floats() | st.integers() | st.none())
def test_nothing_a_cell_can_hold_raises(text):
    read = parse_number(text)
    assert read is None or (math.isfinite(read[0]) and read[1] >= 0)
