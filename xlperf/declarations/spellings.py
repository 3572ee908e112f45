"""schemas/notation.json → what formulas need of it: lists to search, characters to replace, words."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache

from xlperf.notation.declared_words import notation
from xlperf.notation.number_reading import scale

Pairs = Sequence[tuple[str, str]]
_DIGITS = "0123456789"
_SHIFT = ord("０") - ord("0")
_SYMBOLS = "%=<>."
_LONGEST_LITERAL = 255
_CONTROL = 32
_MEANINGS = {">=": "at_least", "<=": "at_most", ">": "greater", "<": "less"}


@cache
def lists() -> Mapping[str, str]:
    """Formula texts for the holes of readings.json: "|次|个|" and single words, as literals."""
    declared, words = notation(), notation()["comparators"]["before"]
    brackets = declared["levels"]["brackets"][0]
    calendar = declared["unit_phrases"]["calendar"]
    found = {
        "before": _searched(word for meaning in words.values() for word in meaning),
        "units": _searched(unit for unit in declared["units"] if unit not in calendar),
        "calendar": _searched(calendar),
        "money": _searched(_money()),
        "money_unit": literal(declared["money"]["unit"]),
        "points": _searched(declared["levels"]["points"]),
        "opening": literal(brackets[0]),
        "closing": literal(brackets[1]),
    }
    return found | {f"before_{name}": _searched(words[sign]) for sign, name in _MEANINGS.items()}


@cache
def replacements(name: str) -> Pairs:
    """Pairs of formula texts, old and new, to be replaced one after the other."""
    characters = notation()["characters"]
    blank, dropped = characters["blank"], characters["dropped"]
    wide = "".join(chr(ord(digit) + _SHIFT) for digit in _DIGITS)
    match name:
        case "blanks":
            return [*_each(blank, " "), *_each(dropped, "")]
        case "blanks_out":
            return _each(f" {blank}{dropped}", "")
        case "half_width":
            same = {char: chr(ord(char) + _SHIFT) + characters["same_as"].get(char, "") for char in _SYMBOLS}
            digits = zip(wide, _DIGITS, strict=True)
            return [
                *((literal(old), literal(new)) for old, new in digits),
                *(pair for new, others in same.items() for pair in _each(others, new)),
            ]
        case "figures_out":
            return _each(f"{_DIGITS}.", "")
        case "any_digits_out":
            return _each(_DIGITS + wide, "")
        case "brackets":
            first, *others = notation()["levels"]["brackets"]
            return [pair for other in others for side in (0, 1) for pair in _each(other[side], first[side])]
    raise KeyError(name)


@cache
def choices(name: str) -> Pairs:
    """Pairs of formula texts, a value and what it means."""
    numbers = notation()["numbers"]
    if name == "spelled":
        return [(literal(word), literal(meaning)) for word, meaning in numbers["spelled"].items()]
    return [(literal(part), str(divisor)) for part, divisor in numbers["parts"].items()]


def literal(text: str) -> str:
    """``text`` as a formula: one string, or several joined where Excel takes none so long."""
    starts = range(0, max(len(text), 1), _LONGEST_LITERAL)
    pieces = (text[start : start + _LONGEST_LITERAL] for start in starts)
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)


def _searched(words: Iterable[str]) -> str:
    return literal(f"|{'|'.join(words)}|")


def _each(characters: str, new: str) -> Pairs:
    return [(_character(char), literal(new)) for char in characters if char != new]


def _character(char: str) -> str:
    """Control characters do not survive in the text of a file."""
    return f"CHAR({ord(char)})" if ord(char) < _CONTROL else literal(char)


def _money() -> list[str]:
    """What is written behind an amount that is in the standard unit of money already."""
    money = notation()["money"]
    return [
        multiplier + word
        for multiplier in money["bare_multipliers"]
        for word in ("", *money["words"])
        if scale(multiplier, word) == (Decimal(1), money["unit"])
    ]
