"""Days on which China works: the holidays and swapped weekends of the State Council, year by year."""

from datetime import date, timedelta

from chinese_calendar.constants import holidays, workdays

_YEARS = frozenset(day.year for day in holidays)
_SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether ``day`` is worked on; LookupError with the year for a year without a published calendar."""
    if day.year not in _YEARS:
        raise LookupError(day.year)
    return day in workdays or (day.weekday() < _SATURDAY and day not in holidays)


def workdays_after(deadline: date, day: date) -> int:
    """How many workdays ``day`` is late: those after ``deadline`` up to and with ``day``; 0 in time.

    Raises LookupError as ``is_workday`` does.
    """
    return sum(is_workday(deadline + timedelta(days=ahead)) for ahead in range(1, (day - deadline).days + 1))


def workday_after(day: date, count: int) -> date:
    """The day that is ``count`` workdays, 1 or more, after ``day``.

    Raises LookupError as ``is_workday`` does.
    """
    left = count
    while left > 0:
        day += timedelta(days=1)
        left -= is_workday(day)
    return day
