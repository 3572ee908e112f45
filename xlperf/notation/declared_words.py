"""Loads schemas/notation.json, the word lists behind every reading, into typed dictionaries.

A declaration that is wrong raises ``DeclarationError`` naming the file and the place inside it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import TypedDict, cast

from xlperf.core.errors import DeclarationError
from xlperf.core.json_files import text_of_file, valid_json
from xlperf.core.paths import core_text, schemas_dir

_FILE = "notation.json"


class Characters(TypedDict):
    """What normalise does with single characters; ``unseen`` maps those that show nothing to their names."""

    blank: str
    dropped: str
    full_width_kept: str
    unseen: dict[str, str]
    same_as: dict[str, str]


class Nothing(TypedDict):
    """Marks and words that say a cell is empty on purpose."""

    marks: str
    words: list[str]


class Numbers(TypedDict):
    """How figures are grouped, scaled and distinguished from names."""

    thousands: str
    currency: str
    minus: str
    brackets: list[str]
    blanks: str
    spelled: dict[str, str]
    parts: dict[str, int]
    parts_before: dict[str, str]
    multipliers: dict[str, int]


class Comparators(TypedDict):
    """Words of comparison before the number, inside the quantity and after it, by comparator."""

    before: dict[str, list[str]]
    inside: dict[str, list[str]]
    after: dict[str, list[str]]
    between: list[str]


class QuantityWords(TypedDict):
    """Words that may be next to a quantity without changing it."""

    lead: list[str]
    label_endings: list[str]
    done: list[str]
    closing: str


class Money(TypedDict):
    """The unit all money is brought to, and the word it is written with."""

    unit: str
    words: list[str]
    words_in_one_unit: int
    bare_multipliers: list[str]


class UnitPhrases(TypedDict):
    """How units combine."""

    joins: list[str]
    per: str
    per_sign: str
    calendar: list[str]


class Dates(TypedDict):
    """Words of dates and spans; ``periods`` gives first and last month."""

    year: list[str]
    month: list[str]
    day: list[str]
    separators: str
    ranges: list[str]
    lead: list[str]
    whole: list[str]
    last_day: list[str]
    open: list[str]
    periods: dict[str, list[int]]


class Sums(TypedDict):
    """Words and punctuation of statements that split a total."""

    splits: list[str]
    totals: list[str]
    asides: list[str]
    comparisons: list[list[str]]
    stops: str
    groups: str
    items: str
    brackets: list[str]


class Levels(TypedDict):
    """How the points of a level-1 indicator are written behind its name."""

    points: list[str]
    brackets: list[str]


class NameWords(TypedDict):
    """What makes no difference between names of units, projects and sheets."""

    same_as: dict[str, str]
    dropped: str
    in_formulas: str
    levels: list[str]
    separators: str
    asides: list[str]
    shortest: int
    least: int


class Notation(TypedDict):
    """The whole declaration; ``units`` maps each unit to its other spellings."""

    characters: Characters
    nothing: Nothing
    numbers: Numbers
    comparators: Comparators
    words: QuantityWords
    money: Money
    units: dict[str, list[str]]
    unit_phrases: UnitPhrases
    dates: Dates
    sums: Sums
    levels: Levels
    names: NameWords


@cache
def notation() -> Notation:
    """The declaration of this installation, read once; DeclarationError where it is wrong."""
    text = text_of_file(schemas_dir() / _FILE)
    read = cast(Notation, valid_json(text, "notation", _FILE))
    _refuse_repeats(read)
    return read


def one_of(words: Iterable[str]) -> str:
    """A regular expression that takes any of ``words``, the longest that fits first."""
    return "(?:" + "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))) + ")"


def by_word(table: dict[str, list[str]]) -> dict[str, str]:
    """Turn meaning → words into word (lower case) → meaning."""
    return {word.lower(): meaning for meaning, words in table.items() for word in words}


def _refuse_repeats(read: Notation) -> None:
    """Raise DeclarationError for a word that is twice where its meaning would depend on the reader."""
    comparators = read["comparators"]
    tables = {"before": comparators["before"], "inside": comparators["inside"], "after": comparators["after"]}
    lists = {f"comparators/{place}": [*chain(*table.values())] for place, table in tables.items()}
    lists["units"] = [*read["units"], *chain(*read["units"].values()), *read["money"]["words"]]
    for place, words in lists.items():
        if twice := [word for word, count in Counter(words).items() if count > 1]:
            raise DeclarationError(f"{_FILE}：{place}", core_text("source", "word_twice", word=twice[0]))
