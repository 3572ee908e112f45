"""Serial numbers of dates against known days and the standard library."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.expressions.value_types import is_weekend, parts_of, serial_of


@pytest.mark.parametrize(
    ("serial", "parts"),
    [
        (1, (1900, 1, 1)),
        (59, (1900, 2, 28)),
        (61, (1900, 3, 1)),
        (36526, (2000, 1, 1)),
        (45292, (2024, 1, 1)),
        (45853, (2025, 7, 15)),
        (2958465, (9999, 12, 31)),
    ],
)
def test_known_days(serial: int, parts: tuple[int, int, int]) -> None:
    assert serial_of(*parts) == serial
    assert parts_of(serial) == parts
    assert parts_of(serial + 0.99) == parts


def test_days_that_only_excel_has() -> None:
    assert parts_of(0) == (1900, 1, 0)
    assert parts_of(60) == (1900, 2, 29)
    assert serial_of(1900, 2, 29) is None


def test_outside_the_calendar() -> None:
    assert parts_of(-0.5) is None
    assert parts_of(2958466) is None
    assert serial_of(1899, 12, 31) is None
    assert serial_of(2024, 13, 1) is None


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_against_the_standard_library(day: date) -> None:
    serial = serial_of(day.year, day.month, day.day)
    assert serial is not None
    assert parts_of(serial) == (day.year, day.month, day.day)
    assert date(1899, 12, 30) + timedelta(days=serial) == day
    assert is_weekend(int(serial)) == (day.weekday() >= 5)
