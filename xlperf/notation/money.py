"""Finds the amounts of money in prose: "2023年支出1203.5万元" → 1203.5 万元."""

import re
from dataclasses import dataclass
from functools import cache

from xlperf.notation.declared_words import notation, one_of
from xlperf.notation.number_reading import number_pattern, printed, scale
from xlperf.notation.quantities import (
    Quantity,
    agree,
    comparator_words,
    make_quantity,
)
from xlperf.notation.text import normalise


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount and its place in the normalised text, ``start`` to ``end`` (not included)."""

    start: int
    end: int
    quantity: Quantity


def money_mentions(text: str) -> list[Quantity]:
    """Every amount printed with 元, 万元 or 亿元, in order, in 万元; prices per unit (元/亩) are left out.

    ``comparator`` is what the words next to it say: 400万元以上 is >=, 10余万元 is >.
    """
    return [mention.quantity for mention in mentions_in(normalise(text))]


def mentions_in(flat: str) -> list[Mention]:
    """The amounts of an already normalised text with their places."""
    found = []
    for match in _pattern().finditer(flat):
        start, end = match.start("number"), match.end("money")
        comparator = agree(
            meaning[match[group].lower()]
            for place, meaning in comparator_words().items()
            for group in (place, f"{place}_multiplier")
            if group in match.re.groupindex and match[group]
        )
        factor, unit = scale(match["multiplier"] or "", match["money"])
        number = printed(match["number"])
        found.append(
            Mention(start, end, make_quantity(comparator or "=", number, factor, unit, flat[start:end]))
        )
    return found


@cache
def _pattern() -> re.Pattern[str]:
    """comparator? number (余? 万)? 余? 元 comparator?; a dash is a minus only after a blank or a mark."""
    place = {name: one_of(meaning) for name, meaning in comparator_words().items()}
    thousands = re.escape(notation()["numbers"]["thousands"])
    pieces = [
        rf"(?:(?P<before>{place['before']})\s*+)?(?<![0-9.{thousands}])(?P<number>(?:(?<![\w%])-)?{number_pattern()})",
        rf"(?:(?P<inside_multiplier>{place['inside']})?\s*+(?P<multiplier>{one_of(notation()['numbers']['multipliers'])}))?",
        f"(?P<inside>{place['inside']})?",
        f"(?P<money>{one_of(notation()['money']['words'])})",
        f"(?!{re.escape(notation()['unit_phrases']['per_sign'])})(?P<after>{place['after']})?",
    ]
    return re.compile(r"\s*+".join(pieces))
