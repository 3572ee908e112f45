"""Workdays after a deadline: plain weeks, holidays with their swapped weekends, years not published yet."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.core.workdays import is_workday, workdays_after
from xlperf.expressions import compile_expression, parse

DAYS = st.dates(date(2019, 1, 1), date(2025, 12, 31))
EPOCH = date(1899, 12, 30)

NOTICES = {
    "2025-01-26": True,  # 春节调休：1月26日（周日）上班
    "2025-01-28": False,
    "2025-02-04": False,
    "2025-02-08": True,
    "2025-09-28": True,  # 国庆、中秋：10月1日至8日放假，9月28日（周日）、10月11日（周六）上班
    "2025-10-08": False,
    "2025-10-11": True,
    "2024-02-18": True,  # 春节：2月18日（周日）上班
    "2024-05-01": False,
}


@pytest.mark.parametrize(("day", "worked"), NOTICES.items())
def test_days_of_the_notices(day, worked):
    assert is_workday(date.fromisoformat(day)) is worked


@given(DAYS, DAYS, DAYS)
def test_lateness_adds_up(day, other, another):
    first, middle, last = sorted((day, other, another))
    assert workdays_after(first, middle) + workdays_after(middle, last) == workdays_after(first, last)


@given(DAYS, st.integers(0, 400))
def test_in_time_is_no_day_late(deadline, earlier):
    assert workdays_after(deadline, deadline - timedelta(days=earlier)) == 0


@given(st.integers(0, 90), st.integers(0, 90))
def test_where_nothing_is_swapped_it_is_networkdays(start, length):
    """From June to September 2025 there is one holiday, 端午 on Monday 2 June, before these days."""
    deadline = date(2025, 6, 3) + timedelta(days=start)
    day = min(deadline + timedelta(days=length), date(2025, 9, 27))
    scope = {"起": float((deadline - EPOCH).days + 1), "止": float((day - EPOCH).days)}
    days = compile_expression(parse("IF(止<起,0,NETWORKDAYS(起,止))"))(scope)
    assert workdays_after(deadline, day) == days


def test_a_year_without_a_calendar():
    with pytest.raises(LookupError):
        workdays_after(date(2025, 12, 31), date(2999, 1, 2))
