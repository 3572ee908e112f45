"""Text as people type it → clean text and its kind (nothing, words, a level-1 label), and names → their keys.

``name_key`` leaves out what nobody means by a name of a unit, project or sheet; ``likely_names`` proposes
names where more than that differs.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache

from xlperf.notation.declared_words import notation, one_of

_FULL_WIDTH = range(0xFF01, 0xFF5F)
_TO_HALF_WIDTH = 0xFEE0


def normalise(text: str) -> str:
    """Bring ``text`` to one spelling: figures half width, blanks plain and trimmed, line breaks out.

    Chinese punctuation of prose stays full width. Applying it twice changes nothing more.
    """
    return text.translate(_characters()).strip()


def seen(text: str) -> str:
    """``text`` without the characters that show nothing (zero width, direction marks)."""
    return text if text.isascii() else _unseen().sub("", text)


def unseen(text: str) -> tuple[str, ...]:
    """What shows nothing in ``text``, each kind once, as it is reported: U+200B（零宽空格）."""
    if text.isascii():
        return ()
    names = notation()["characters"]["unseen"]
    found = dict.fromkeys(_unseen().findall(text))
    return tuple(f"U+{ord(mark):04X}（{names[mark]}）" for mark in found)


@lru_cache(maxsize=16384)
def label_key(text: str) -> str:
    """A label as it is compared: half width, without any blanks; "" when it has no letter or digit."""
    plain = "".join(normalise(text).split())
    return plain if any(map(str.isalnum, plain)) else ""


@lru_cache(maxsize=8192)
def is_nothing(text: str | None) -> bool:
    """Whether the cell says that there is nothing: blank, ——, /, *, 无. A 0 is a figure, not nothing."""
    if text is None:
        return True
    flat = "".join(normalise(text).split())
    return not flat.strip(notation()["nothing"]["marks"]) or flat.upper() in _nothing_words()


@lru_cache(maxsize=8192)
def level1_label(text: str) -> tuple[str, float | None]:
    """Split "产出指标（50分）" into the name, without blanks, and its points (None where not printed)."""
    flat = "".join(normalise(text).split())
    if match := _points_pattern().fullmatch(flat):
        return match["name"], float(match["bracketed"] or match["bare"])
    return flat, None


@cache
def _characters() -> dict[int, str]:
    declared = notation()["characters"]
    table = {code: chr(code - _TO_HALF_WIDTH) for code in _FULL_WIDTH} | _standard(declared["same_as"])
    table.update(dict.fromkeys(map(ord, declared["blank"]), " "))
    table.update(dict.fromkeys(map(ord, declared["dropped"]), ""))
    for kept in declared["full_width_kept"]:
        table.pop(ord(kept), None)
    return table


def _standard(same_as: Mapping[str, str]) -> dict[int, str]:
    """Each character → the standard one that it is the same as; ``same_as`` is the other way round."""
    return {ord(other): standard for standard, others in same_as.items() for other in others}


@cache
def _unseen() -> re.Pattern[str]:
    return re.compile(f"[{''.join(map(re.escape, notation()['characters']['unseen']))}]")


@cache
def _nothing_words() -> frozenset[str]:
    return frozenset(word.upper() for word in notation()["nothing"]["words"])


@cache
def _points_pattern() -> re.Pattern[str]:
    declared = notation()["levels"]
    opening, closing = (one_of(pair[side] for pair in declared["brackets"]) for side in (0, 1))
    points, number = one_of(declared["points"]), r"[0-9]{1,3}(?:\.[0-9]{1,4})?"
    return re.compile(
        f"(?P<name>.*?)(?:{opening}(?P<bracketed>{number}){points}?{closing}|(?<![0-9.])(?P<bare>{number}){points})"
    )


LONGEST = 200
"""Characters of a name that are compared: longer texts are no names."""
_MOST_PROPOSED, _MOST_COMPARED = 3, 5000
_ALIKE = 0.8
_SHORT_FORM = 0.5
"""A short form has at least this share of the letters of the full name."""


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """``text`` in one spelling: "" for no name; equal for two spellings of one name.

    Width, compatibility forms, radicals, brackets, blanks, line breaks, invisible characters and case make
    no difference, nor do ○ and O for 〇, nor a code or a level such as [101001] or 市直- before the name.
    """
    plain = _bare(text)
    if plain.isdecimal():
        return plain
    while (prefix := _prefix().match(plain)) and prefix.end() < len(plain):
        plain = plain[prefix.end() :]
    return plain


def is_same_name(name: str, other: str) -> bool:
    """Whether two names are one name in two spellings; an empty name is no name."""
    key = name_key(name)
    return bool(key) and key == name_key(other)


def is_short_form(name: str, other: str) -> bool:
    """Whether one of two names is the other without its beginning, such as the place."""
    short, long = sorted((name_key(name), name_key(other)), key=len)
    return bool(short) and (short == long or (len(short) >= _shortest() and long.endswith(short)))


def likely_names(name: str, known: Iterable[str]) -> list[str]:
    """Those of ``known`` that ``name`` probably means though more than the spelling differs.

    At most three of the best kind found: an aside in brackets, a place before the name, a short form, or
    letters mistyped. Of a name too short for that (教育局) the only one that ends with it, else that has it.
    Empty when none is like it.
    """
    key = name_key(name)
    others = [(other, name_key(other)) for other in known]
    if len(key) < _shortest():
        return _only_longer(key, others)
    for is_like in (_without_asides, _ends_like, _is_shortened):
        found = [other for other, other_key in others if other_key and is_like(key, other_key)]
        if found:
            return found[:_MOST_PROPOSED]
    if len(others) > _MOST_COMPARED:
        return []
    close = get_close_matches(key, [other_key for _, other_key in others], _MOST_PROPOSED, _ALIKE)
    return [other for other, other_key in others if other_key in close][:_MOST_PROPOSED]


def _only_longer(key: str, others: Sequence[tuple[str, str]]) -> list[str]:
    if len(key) < notation()["names"]["least"] or key.isascii():
        return []
    ending = [other for other, other_key in others if _aside().sub("", other_key).endswith(key)]
    found = ending or [other for other, other_key in others if key in other_key]
    return found if len(found) == 1 else []


def _without_asides(key: str, other: str) -> bool:
    return _aside().sub("", key) == _aside().sub("", other)


def _ends_like(key: str, other: str) -> bool:
    return is_short_form(_aside().sub("", key), _aside().sub("", other))


def _is_shortened(key: str, other: str) -> bool:
    """Whether the shorter has only letters of the longer, in their order, and ends like it."""
    short, long = sorted((key, other), key=len)
    if len(short) < max(_shortest(), _SHORT_FORM * len(long)) or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).translate(_name_characters())
    return "".join(letter for letter in plain if letter.isprintable() and not letter.isspace()).casefold()


def formula_spellings() -> list[tuple[str, str]]:
    """Pairs of a character and its standard spelling, "" for none, that formulas replace one after the other.

    They are a part of what ``name_key`` does: formulas replace character by character, in few levels.
    """
    return [(letter, _bare(letter)) for letter in notation()["names"]["in_formulas"]]


def _shortest() -> int:
    return notation()["names"]["shortest"]


@cache
def _name_characters() -> dict[int, str]:
    declared = notation()["names"]
    return dict.fromkeys(map(ord, declared["dropped"]), "") | _standard(declared["same_as"])


@cache
def _prefix() -> re.Pattern[str]:
    """A code of three digits or more that is no year, or a level, in brackets or before a separator."""
    declared = notation()["names"]
    separator = f"[{re.escape(declared['separators'])}]"
    code = "(?!(?:19|20)[0-9]{2}(?![0-9a-z]))(?=[a-z-]{0,4}[0-9]{3})[0-9a-z]{3,20}(?:-[0-9a-z]{1,20}){0,3}"
    levels = one_of(declared["levels"])
    return re.compile(rf"\({code}\){separator}?|\({levels}\)|{code}{separator}(?![0-9])|{levels}{separator}")


@cache
def _aside() -> re.Pattern[str]:
    return re.compile(rf"\({one_of(notation()['names']['asides'])}\)")
