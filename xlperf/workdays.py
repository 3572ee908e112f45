"""Days on which China works: the holidays and swapped weekends of the State Council, year by year."""

from datetime import date, timedelta

from chinese_calendar import is_workday


def workdays_after(deadline: date, day: date) -> int:
    """How many workdays ``day`` is late: those after ``deadline`` up to and with ``day``; 0 in time.

    Raises LookupError with the year as its argument for a year without a published calendar.
    """
    late = 0
    current = deadline
    while current < day:
        current += timedelta(days=1)
        try:
            late += is_workday(current)
        except NotImplementedError:
            raise LookupError(current.year) from None
    return late
