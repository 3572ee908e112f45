"""A printed text → the same without what shows nothing, or the figure that it is."""

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from xlperf.intake.page import BLANKS
from xlperf.notation import parse_number

Number = float | int
_ACCOUNTANTS_MINUS = re.compile(r"\(([0-9][0-9,.]{0,24})\)|[△▲–−]([0-9][0-9,.]{0,24})")
FULL_MARKS = 100
_CURRENCY = re.compile(r"[¥$]|^=")
_UNIT_BEHIND = re.compile(r"([-+(△▲–−¥]?[0-9][0-9,.]{0,24}\)?%?)([^0-9%.,)]{1,4})")
_SHOWS_NOTHING = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\"“”‘’'「」]+")
_BREAK = re.compile(r"(?<![ \t\u3000])[ \t\u3000]*+\n[ \t\u3000\n]*+")


class PrintedFigure(NamedTuple):
    """``number`` as printed, the ``unit`` printed behind it ("" for none), whether it is a percentage."""

    number: Number
    unit: str = ""
    percent: bool = False
    decimals: int | None = None


def figure(squeezed: str, units: frozenset[str]) -> PrintedFigure | None:
    """The figure that a text without blanks (half width) is, with or without one of ``units`` behind it."""
    if len(squeezed) > 40:
        return None
    if bare := _bare(squeezed):
        return bare
    match = _UNIT_BEHIND.fullmatch(squeezed)
    if match is None or match[2] not in units:
        return None
    bare = _bare(match[1])
    return bare._replace(unit=match[2]) if bare else None


def _bare(text: str) -> PrintedFigure | None:
    text = _CURRENCY.sub("", text).rstrip("。")
    if minus := _ACCOUNTANTS_MINUS.fullmatch(text):
        text = f"-{minus[1] or minus[2]}"
    found = parse_number(text)
    if found is None:
        return None
    return PrintedFigure(neat(found[0]), percent="%" in text, decimals=found[1])


def neat(number: Number) -> Number:
    """A number without float noise, whole numbers as int."""
    rounded = round(float(number), 8)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def times(number: Number, factor: Number) -> Number:
    """A product without float noise."""
    return neat(float(Decimal(repr(float(number))) * Decimal(repr(float(factor)))))


def near(first: object, second: object, tolerance: float = 0.006) -> bool:
    """Whether two values are numbers that differ by no more than ``tolerance``."""
    if not isinstance(first, int | float) or not isinstance(second, int | float):
        return False
    return abs(first - second) <= tolerance + 1e-9


def squeeze(text: str) -> str:
    """A text half width, without blanks, quotes and characters that show nothing."""
    return _SHOWS_NOTHING.sub("", unicodedata.normalize("NFKC", text))


def tidy(text: str) -> str:
    """A text value: blanks at its ends off."""
    return text.strip(BLANKS)


def flat(text: str) -> str:
    """A text value on one line."""
    return _BREAK.sub("", tidy(text.replace("\r", "")))
