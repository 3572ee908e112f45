"""Reads one cell's text as one quantity ("≥ 50次", "1.2万亩", "98.49%"), and the amounts of money in prose.

The whole text must be the quantity; a figure inside a sentence is no quantity of the cell. In prose only
money counts: "2023年支出1203.5万元" → 1203.5 万元.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from xlperf.notation.declared_words import by_word, notation, one_of
from xlperf.notation.text import normalise
from xlperf.notation.typed_values import (
    decimal_of,
    decimals,
    is_column_of_figures,
    number_pattern,
    parse_date,
    printed,
    scale,
    unit_pattern,
)

_LONGEST_LABEL = 16


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value with its comparator and unit.

    ``comparator`` is one of = >= <= > <. ``value`` is in ``unit``: money in 万元, percent and ‰ as a
    fraction (95% → 0.95), 1.2万亩 → 12000 亩. ``digits`` are the decimals as printed ("98.49%" → 2) and
    ``step`` is the last printed digit in the scale of ``value`` (0.0001 there). ``raw`` is the text read.
    """

    comparator: str
    value: float
    unit: str
    digits: int
    raw: str
    step: float = field(default=1.0, compare=False)


def parse_quantity(text: str | float | None, *, percent_format: bool = False) -> Quantity | None:
    """The quantity a cell holds, or None when it holds words, a date, a sentence or nothing.

    ``percent_format`` says that the cell shows its *number* as a percentage (0.9849 → 98.49%).
    """
    if text is None or isinstance(text, bool):
        return None
    if isinstance(text, int | float):
        return _of_number(text, percent_format)
    return _of_text(text)


def parse_amount(text: str | float | None) -> Quantity | None:
    """The quantity in a money cell: in 万元 where a money unit is printed, else with the unit ""."""
    quantity = parse_quantity(text)
    if quantity and quantity.comparator == "=" and quantity.unit in ("", notation()["money"]["unit"]):
        return quantity
    return None


def make_quantity(comparator: str, number: Decimal, factor: Decimal, unit: str, raw: str) -> Quantity:
    """A quantity from its printed number and the factor that brings it to ``unit``."""
    digits = decimals(number)
    return Quantity(comparator, float(number * factor), unit, digits, raw, float(factor.scaleb(-digits)))


def agree(found: Iterable[str]) -> str | None:
    """One comparator from all that a text prints, the first leading; None when they contradict."""
    said = [comparator for comparator in found if comparator != "="]
    if len({comparator[0] for comparator in said}) > 1:
        return None
    return said[0] if said else "="


def _of_number(number: float, percent_format: bool) -> Quantity | None:
    value = decimal_of(number)
    if value is None:
        return None
    if percent_format:
        return make_quantity("=", value.scaleb(2), Decimal("0.01"), "%", str(value))
    return make_quantity("=", value, Decimal(1), "", str(value))


@lru_cache(maxsize=16384)
def _of_text(text: str) -> Quantity | None:
    if is_column_of_figures(text):
        return None
    numbers = notation()["numbers"]
    flat = normalise(text)
    match = _pattern().fullmatch(numbers["spelled"].get(flat, flat))
    if match is None or (match["unit"] in notation()["unit_phrases"]["calendar"] and parse_date(text)):
        return None
    comparator = agree(_comparators_of(match))
    if comparator is None:
        return None
    number = printed(match["number"])
    part = match["part"] or numbers["parts_before"].get(match["part_before"])
    if part:
        return make_quantity(comparator, number, 1 / Decimal(numbers["parts"][part]), part, text)
    factor, unit = scale(match["multiplier"] or "", match["unit"] or match["scaled_unit"] or "")
    return make_quantity(comparator, number, factor, unit + _per(match["per"]), text)


def _comparators_of(match: re.Match[str]) -> list[str]:
    meanings = comparator_words()
    return [
        meanings[place.split("_")[0]][match[place].lower()]
        for place in ("before", "after", "inside", "inside_money")
        if match[place]
    ]


def _per(printed_before: str | None) -> str:
    phrases = notation()["unit_phrases"]
    names = "".join((printed_before or "").split()).split(phrases["per"])[1:]
    return "".join(phrases["per_sign"] + scale("", name)[1] for name in names)


@cache
def comparator_words() -> dict[str, dict[str, str]]:
    """For each place (before, inside, after) the comparator that a word means."""
    declared = notation()["comparators"]
    return {
        "before": by_word(declared["before"]),
        "inside": by_word(declared["inside"]),
        "after": by_word(declared["after"]),
    }


@cache
def _pattern() -> re.Pattern[str]:
    """label? lead? 每U? comparator? number (% | multiplier? unit?) comparator? done? mark?"""
    numbers, words, phrases = notation()["numbers"], notation()["words"], notation()["unit_phrases"]
    place = {name: one_of(meaning) for name, meaning in comparator_words().items()}
    label_character = rf"(?!{place['before']})[^0-9\s，。；、：:()（）]"
    label = f"(?:{label_character}){{0,{_LONGEST_LABEL}}}?{one_of(words['label_endings'])}[:：]?"
    lead = one_of(words["lead"] + words["done"])
    unit, multiplier = unit_pattern(), one_of(numbers["multipliers"])
    pieces = [
        f"(?:{label})?",
        rf"(?:{lead}\s*+){{0,2}}",
        rf"(?P<per>(?:{phrases['per']}\s*+{unit}\s*+)*)",
        f"(?P<before>{place['before']})?",
        f"(?:{lead})?",
        f"(?P<part_before>{one_of(numbers['parts_before'])})?",
        f"(?P<number>[+-]?{number_pattern()})",
        f"(?:(?P<part>{one_of(numbers['parts'])})",
        rf"|(?P<inside>{place['inside']})?\s*+(?:(?P<unit>{unit})",
        rf"|(?P<multiplier>{multiplier})\s*+(?P<inside_money>{place['inside']})?\s*+(?P<scaled_unit>{unit})?)?)",
        f"(?:{one_of(notation()['comparators']['between'])})?",
        f"(?P<after>{place['after']})?",
        f"(?:{one_of(words['done'])})?",
        f"[{re.escape(words['closing'])}]?",
    ]
    before, measure, after = pieces[:7], "".join(pieces[7:10]), pieces[10:]
    return re.compile(r"\s*+".join([*before, measure, *after]), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount and its place in the normalised text, ``start`` to ``end`` (not included)."""

    start: int
    end: int
    quantity: Quantity


def mentions_in(flat: str) -> list[Mention]:
    """Every amount printed with 元, 万元 or 亿元 in normalised text, in order, in 万元; not prices (元/亩).

    ``comparator`` is what the words next to it say: 400万元以上 is >=, 10余万元 is >, 3-5万元 <= 5万元.
    """
    found = []
    for match in _money_pattern().finditer(flat):
        start, end = match.start("larger" if match["larger"] else "number"), match.end("money")
        comparator = agree(
            meaning[match[group].lower()]
            for place, meaning in comparator_words().items()
            for group in (place, f"{place}_multiplier")
            if group in match.re.groupindex and match[group]
        )
        if _range_before().search(flat, max(0, start - _LONGEST_LABEL), start):
            comparator = "<="
        factor, unit = scale(match["multiplier"] or "", match["money"])
        number = printed(match["number"])
        if match["larger"]:
            number += printed(match["larger"]) * scale(match["larger_multiplier"], match["money"])[0] / factor
        found.append(
            Mention(start, end, make_quantity(comparator or "=", number, factor, unit, flat[start:end]))
        )
    return found


@cache
def _range_before() -> re.Pattern[str]:
    """The lower end of a range and the mark after it, at the end of a text: 3-, 3万元至."""
    multiplier, money = one_of(notation()["numbers"]["multipliers"]), one_of(notation()["money"]["words"])
    ranges = one_of(notation()["dates"]["ranges"])
    return re.compile(rf"[0-9]\s*(?:{multiplier})?\s*(?:{money})?\s*{ranges}\s*\Z")


@cache
def _money_pattern() -> re.Pattern[str]:
    """comparator? (number 亿)? number (余? 万)? 余? 元 comparator?; a dash is a minus only after a mark."""
    place = {name: one_of(meaning) for name, meaning in comparator_words().items()}
    numbers = notation()["numbers"]
    multiplier = one_of(numbers["multipliers"])
    pieces = [
        rf"(?:(?P<before>{place['before']})\s*+)?(?<![0-9.{re.escape(numbers['thousands'])}])",
        rf"(?:(?P<larger>{number_pattern()})\s*+(?P<larger_multiplier>{multiplier}))?",
        rf"(?P<number>(?:(?<![\w%])-)?{number_pattern()})",
        rf"(?:(?P<inside_multiplier>{place['inside']})?\s*+(?P<multiplier>{multiplier}))?",
        f"(?P<inside>{place['inside']})?",
        f"(?P<money>{one_of(notation()['money']['words'])})",
        f"(?!{re.escape(notation()['unit_phrases']['per_sign'])})(?P<after>{place['after']})?",
    ]
    return re.compile(r"\s*+".join(pieces))
