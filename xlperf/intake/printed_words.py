"""Numbers as counting words, codes of symbol fonts as what they show: words of pages.json and word.json."""

from collections.abc import Sequence

from xlperf.declarations.source import text_of, texts_of

_GROUP = 4
_LARGEST = 10**12
PRIVATE = range(0xF000, 0xF100)
"""Codes at which Word keeps the letters of symbol fonts."""


def note(name: str, **context: str) -> str:
    """The note called ``name`` with its gaps filled from ``context``."""
    return text_of("pages", "notes", name, **context)


def counted(number: int, formal: bool = False, short_ten: bool = True) -> str:
    """``number`` in Chinese numerals, 壹贰叁 where ``formal``; beyond 12 digits, and below 0, in figures.

    ``short_ten``: 10 to 19 are written 十 to 十九, not 一十.
    """
    if not 0 <= number < _LARGEST:
        return str(number)
    words = texts_of("pages")["numerals"]
    digits = words["formal_digits"] if formal else words["digits"]
    places = words["formal_places"] if formal else words["places"]
    parts: list[str] = []
    rest = number
    for group in words["groups"]:
        rest, four = divmod(rest, 10**_GROUP)
        gap = digits[0] if rest and 0 < four < 10 ** (_GROUP - 1) else ""
        parts.append(f"{gap}{_four(four, digits, places)}{group}" if four else "")
    text = "".join(reversed(parts)) or digits[0]
    return text[1:] if short_ten and text.startswith(digits[1] + places[1]) else text


def spelled(digits: str) -> str:
    """Figures one by one, as years are printed: 2024 → 二〇二四."""
    names = texts_of("pages")["numerals"]["year_digits"]
    return "".join(names[int(digit)] if digit.isdecimal() else digit for digit in digits)


def _four(number: int, digits: str, places: list[str]) -> str:
    text, gap = "", False
    for place in range(_GROUP - 1, -1, -1):
        digit = number // 10**place % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + places[place]
        gap = not digit
    return text


def symbol(fonts: Sequence[str], code: int) -> tuple[str, str]:
    """What the first of some symbol fonts that has a code shows for it, and a note where none is known to.

    A letter outside of symbol fonts shows itself.
    """
    words = texts_of("word")
    plain = code - PRIVATE.start if code in PRIVATE else code
    known = [words["fonts"][font] for font in fonts if font in words["fonts"]]
    for shown in known:
        if (key := f"{plain:02X}") in shown:
            return shown[key], ""
    if code not in PRIVATE and not known and code > ord(" ") and chr(code).isprintable():
        return chr(code), ""
    return words["unknown"], note("unknown_symbol", font="、".join(fonts), code=f"{code:04X}")
