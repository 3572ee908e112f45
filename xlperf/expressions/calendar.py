"""Dates as Excel counts them: days since 1899-12-31, with the 29 February 1900 that never was."""

from datetime import date, timedelta

_EPOCH = date(1899, 12, 30).toordinal()
_FALSE_LEAP_DAY = 60
LAST_SERIAL = 2_958_465  # 9999-12-31


def serial_of(year: int, month: int, day: int) -> float | None:
    """Return the serial number of a calendar date from 1900 on, or None if there is no such day."""
    try:
        serial = date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    if serial <= _FALSE_LEAP_DAY:
        serial -= 1
    return float(serial) if serial > 0 else None


def parts_of(serial: float) -> tuple[int, int, int] | None:
    """Return (year, month, day) of a serial number, or None outside 0 … 9999-12-31.

    0 is 1900-01-00 and 60 is 1900-02-29, as Excel has it.
    """
    days = int(serial // 1)
    if not 0 <= days <= LAST_SERIAL:
        return None
    if days == 0:
        return 1900, 1, 0
    if days == _FALSE_LEAP_DAY:
        return 1900, 2, 29
    if days < _FALSE_LEAP_DAY:
        days += 1
    day = date.fromordinal(_EPOCH) + timedelta(days=days)
    return day.year, day.month, day.day


def is_weekend(serial: int) -> bool:
    """Return whether the day is a Saturday or Sunday."""
    return serial % 7 in (0, 1)
