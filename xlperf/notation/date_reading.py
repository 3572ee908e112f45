"""Reads dates as people type them (2024、12、31; 2023年12月前; 2024年全年) as spans of days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache

from xlperf.notation.declared_words import notation, one_of
from xlperf.notation.text import normalise

_Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The days ``start`` to ``end``, both included.

    ``open_start`` says that the text sets a limit ("2023年12月前"): any day up to ``end`` is meant, and
    ``start`` is only the first day of the period named. "前" takes in the day or month it names.
    """

    start: date
    end: date
    open_start: bool


def parse_date(text: str | date | datetime | None) -> DateSpan | None:
    """The span a cell names, or None when it is no date (a bare 2024 or 2024.12 is a number)."""
    if text is None:
        return None
    if isinstance(text, date):
        day = text.date() if isinstance(text, datetime) else text
        return DateSpan(day, day, False)
    return _of_text(text)


@lru_cache(maxsize=8192)
def _of_text(text: str) -> DateSpan | None:
    match = _pattern().fullmatch(normalise(text))
    if match is None or not _says_date(match):
        return None
    try:
        first = _span(int(match["year"]), match["month"], match["day"])
        last = _range_end(match) or first
    except ValueError:
        return None
    if match["period"]:
        first_month, last_month = notation()["dates"]["periods"][match["period"]]
        first, last = _span(first[0].year, first_month, None), _span(first[0].year, last_month, None)
    start, end = first[0], last[1]
    if match["last_day"]:
        start = end
    return DateSpan(start, end, bool(match["open"])) if start <= end else None


def _says_date(match: re.Match[str]) -> bool:
    """Distinguish 2024.12前, 2024全年 and 2024-2026年 from the plain numbers 2024 and 2024.12."""
    if match["period"] and match["month"]:
        return False
    tail = match["period"] or match["last_day"] or match["open"] or match["year2"] or match["month2"]
    if match["year_sign"] is None:
        return bool(match["year2"] or match["period"] or match["last_day"])
    if match["year_sign"] == "." and match["day"] is None:
        return match["month"] is not None and bool(tail)
    return match["month"] is not None or match["year_sign"] in notation()["dates"]["year"]


def _range_end(match: re.Match[str]) -> _Span | None:
    if match["year2"] is None and match["month2"] is None:
        return None
    return _span(int(match["year2"] or match["year"]), match["month2"], match["day2"])


def _span(year: int, month: str | int | None, day: str | None) -> _Span:
    """First and last day of a year, month or day; ValueError when the calendar has no such day."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        first = date(year, int(month), 1)
        return first, first.replace(day=calendar.monthrange(year, first.month)[1])
    only = date(year, int(month), int(day))
    return only, only


@cache
def _pattern() -> re.Pattern[str]:
    declared = notation()["dates"]
    month, day = one_of(declared["month"]), one_of(declared["day"])
    sign = f"[{re.escape(declared['separators'])}]"

    def month_and_day(n: str) -> str:
        return (
            rf"(?P<month{n}>[0-9]{{1,2}})\s*+"
            rf"(?:(?:{month}|{sign})\s*+(?P<day{n}>[0-9]{{1,2}})\s*+(?:{day})?|{month})?"
        )

    year = r"(?:19|20)[0-9]{2}"
    year_sign = rf"{one_of(declared['year'])}|{sign}"
    done, closing = one_of(notation()["words"]["done"]), re.escape(notation()["words"]["closing"])
    pieces = [
        f"(?:{one_of(declared['lead'])})?",
        f"(?P<year>{year})",
        rf"(?:(?P<year_sign>{year_sign})\s*+(?:{month_and_day('')})?)?",
        r"(?:T?\s*+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?",
        f"(?:{one_of(declared['ranges'])}",
        rf"(?=[0-9])(?:(?P<year2>{year})\s*+(?:{year_sign})?)?\s*+(?:{month_and_day('2')})?)?",
        f"(?P<period>{one_of(declared['periods'])})?",
        f"(?P<whole>{one_of(declared['whole'])})?",
        f"(?P<last_day>{one_of(declared['last_day'])})?",
        f"(?P<open>{one_of(declared['open'])})?",
        f"(?:{done})?[{closing}]?",
    ]
    return re.compile(r"\s*+".join(pieces))
