"""Reads printed figures: digits with thousands signs, parts (%), multipliers and units, to values.

The pieces of pattern and the arithmetic here are shared by single quantities and by money in prose.
"""

import re
from decimal import Decimal
from functools import cache, lru_cache

from xlperf.notation.text import normalise
from xlperf.notation.words import by_word, notation, one_of

SIGNIFICANT_DIGITS = 15
"""Digits a spreadsheet keeps of a number; longer runs are identity numbers, not amounts."""
_LARGEST = 9.99999999999999e307


def parse_number(text: str | float | None) -> tuple[float, int] | None:
    """The number in ``text`` and its printed decimals; 98.49% gives (0.9849, 2). None for anything else."""
    if text is None or isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        if (number := decimal_of(text)) is None:
            return None
        return float(number), decimals(number)
    return _parse_number_text(text)


def decimal_of(number: float) -> Decimal | None:
    """A cell's number as a spreadsheet prints it in full (15 digits); None for NaN and what no cell holds."""
    return Decimal(f"{number:.{SIGNIFICANT_DIGITS}g}") if abs(number) <= _LARGEST else None


def decimals(number: Decimal) -> int:
    """How many decimals ``number`` is written with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


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
def _parse_number_text(text: str) -> tuple[float, int] | None:
    match = _plain_number().fullmatch(normalise(text))
    if match is None:
        return None
    number = printed(match["number"])
    return float(number / notation()["numbers"]["parts"].get(match["part"], 1)), decimals(number)
