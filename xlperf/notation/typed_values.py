"""Figures and dates as people type them → values: 1,203.50, 98.49%, 3万; 2023年12月前 as a span of days.

The pieces of pattern and the arithmetic of figures are shared by single quantities and by money in prose.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from xlperf.notation.declared_words import by_word, notation, one_of
from xlperf.notation.text import normalise, seen

SIGNIFICANT_DIGITS = 15
"""Digits a spreadsheet keeps of a number; longer runs are identity numbers, not amounts."""
_GROUP = 3
_MARKS_OF_AMOUNTS = ".,"
_LARGEST = 9.99999999999999e307


def parse_number(text: str | float | None) -> tuple[float, int] | None:
    """The number in ``text`` and its printed decimals; 98.49% gives (0.9849, 2). None for anything else."""
    if text is None or isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        if (number := decimal_of(text)) is None:
            return None
        return float(number), decimals(number)
    found = printed_number(text)
    return found and (found.value, found.decimals)


def decimal_of(number: float) -> Decimal | None:
    """A cell's number as a spreadsheet prints it in full (15 digits); None for NaN and what no cell holds."""
    return Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}") if abs(number) <= _LARGEST else None


def decimals(number: Decimal) -> int:
    """How many decimals ``number`` is written with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


class PrintedNumber(NamedTuple):
    """``value`` is a fraction where ``part`` is % or ‰; ``decimals`` are those printed before it."""

    value: float
    decimals: int
    part: str


@cache
def number_pattern() -> str:
    """Pattern of an unsigned number."""
    comma = f"[{re.escape(notation()['numbers']['thousands'])}]"
    whole = rf"[0-9]{{1,3}}(?:{comma}[0-9]{{3}}){{1,4}}(?![0-9])|[0-9]{{1,{SIGNIFICANT_DIGITS}}}(?![0-9])"
    decimal_places = rf"\.[0-9]{{1,{SIGNIFICANT_DIGITS}}}(?![0-9])"
    return f"(?:(?:{whole})(?:{decimal_places})?|{decimal_places})"


def printed(number: str) -> Decimal:
    """The value of text that matched ``number_pattern`` with an optional sign."""
    for comma in notation()["numbers"]["thousands"]:
        number = number.replace(comma, "")
    return Decimal(number)


@lru_cache(maxsize=512)
def scale(multiplier: str, unit: str) -> tuple[Decimal, str]:
    """Factor and standard unit behind a number: 万, 亩 → (10000, "亩"); "", 元 → (0.0001, "万元")."""
    money = notation()["money"]
    factor = Decimal(notation()["numbers"]["multipliers"].get(multiplier, 1))
    if not unit and multiplier in money["bare_multipliers"]:
        unit = money["words"][0]
    standard = _standard_units()
    spelled = [unit] if unit.lower() in standard else _joins().split(unit)
    names = [standard.get(part.lower(), part) for part in spelled]
    if names[0] == money["unit"]:
        factor /= money["words_in_one_unit"]
    return factor, "".join(names)


@cache
def unit_pattern() -> str:
    """Pattern of a unit or of units joined ("篇、条", "元/亩")."""
    single = one_of(_standard_units())
    return rf"{single}(?:\s*+{one_of(notation()['unit_phrases']['joins'])}\s*+{single})*"


@cache
def _joins() -> re.Pattern[str]:
    return re.compile(rf"\s*+({one_of(notation()['unit_phrases']['joins'])})\s*+")


@cache
def _standard_units() -> dict[str, str]:
    money = notation()["money"]
    units = {unit: [unit, *others] for unit, others in notation()["units"].items()}
    return by_word(units | {money["unit"]: money["words"]})


@cache
def _plain_number() -> re.Pattern[str]:
    parts = one_of(notation()["numbers"]["parts"])
    return re.compile(rf"(?P<number>[+-]?{number_pattern()})\s*+(?P<part>{parts})?")


@lru_cache(maxsize=16384)
def printed_number(text: str) -> PrintedNumber | None:
    """The number that ``text`` shows and nothing else; None for anything else.

    Read as a person does: characters that show nothing, a currency sign before it, digits in groups by
    commas or blanks, and an accountant's minus, (198.68) or △198.68. A bracketed number without comma
    or decimal point, such as (1), counts items and is None; so is one figure under another.
    """
    if is_column_of_figures(text):
        return None
    match = _plain_number().fullmatch(_with_plain_sign(normalise(_ungrouped(seen(text)))))
    if match is None:
        return None
    number, part = printed(match["number"]), match["part"] or ""
    return PrintedNumber(float(number / notation()["numbers"]["parts"].get(part, 1)), decimals(number), part)


def is_column_of_figures(text: str) -> bool:
    """Whether one figure is under another, so that without the line break they would read as one."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return any(above[-1].isdigit() and below[0].isdigit() for above, below in pairwise(lines))


def _with_plain_sign(flat: str) -> str:
    """The number with "-" for an accountant's minus and without its currency sign."""
    numbers = notation()["numbers"]
    flat = flat.lstrip(numbers["currency"]).lstrip()
    inside = flat[1:-1]
    if flat[:1] + flat[-1:] in numbers["brackets"] and any(mark in inside for mark in _MARKS_OF_AMOUNTS):
        return "-" + inside.strip().lstrip(numbers["currency"])
    if flat and flat[0] in numbers["minus"]:
        flat = "-" + flat[1:].lstrip()
    return flat[0] + flat[1:].lstrip(numbers["currency"]) if flat[:1] == "-" else flat


def _ungrouped(text: str) -> str:
    """``text`` without blanks between groups of three digits.

    One ordinary blank between two whole numbers may as well part them, and stays.
    """
    blanks = notation()["numbers"]["blanks"]
    plain = text.translate(dict.fromkeys(map(ord, blanks), " ")).strip()
    first, *groups = plain.split(" ")
    is_sure = len(groups) > 1 or "." in plain or any(blank in text.strip() for blank in blanks)
    if not groups or not is_sure or not first[-1:].isdigit():
        return text
    wholes = [group.partition(".")[0].rstrip("%)") for group in groups]
    lead = "".join(filter(str.isdigit, first))
    in_threes = len(lead) <= _GROUP and all(len(whole) == _GROUP and whole.isdigit() for whole in wholes)
    return "".join((first, *groups)) if in_threes else text


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

    def month_and_day(n: str, mark: str) -> str:
        """Pattern of a month and perhaps a day after ``mark``, its groups named with ``n`` at the end."""
        return (
            rf"(?P<month{n}>[0-9]{{1,2}})\s*+"
            rf"(?:(?:{month}|{mark})\s*+(?P<day{n}>[0-9]{{1,2}})\s*+(?:{day})?|{month})?"
        )

    year = r"(?:19|20)[0-9]{2}"
    year_word = one_of(declared["year"])
    same_mark = "(?(mark)(?P=mark)|[./])"
    done, closing = one_of(notation()["words"]["done"]), re.escape(notation()["words"]["closing"])
    pieces = [
        f"(?:{one_of(declared['lead'])})?",
        f"(?P<year>{year})",
        rf"(?:(?P<year_sign>{year_word}|(?P<mark>{sign}))\s*+(?:{month_and_day('', same_mark)})?)?",
        r"(?:T?\s*+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?",
        f"(?:{one_of(declared['ranges'])}",
        rf"(?=[0-9])(?:(?P<year2>{year})\s*+(?:{year_word}|{sign})?)?\s*+(?:{month_and_day('2', sign)})?)?",
        f"(?P<period>{one_of(declared['periods'])})?",
        f"(?P<whole>{one_of(declared['whole'])})?",
        f"(?P<last_day>{one_of(declared['last_day'])})?",
        f"(?P<open>{one_of(declared['open'])})?",
        f"(?:{done})?[{closing}]?",
    ]
    return re.compile(r"\s*+".join(pieces))
