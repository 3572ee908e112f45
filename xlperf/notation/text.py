"""Text as people type it → clean text and its kind: nothing, words, a level-1 label."""

import re
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
    return text if text.isascii() else text.translate(_unseen())


def unseen(text: str) -> tuple[str, ...]:
    """What shows nothing in ``text``, each kind once, as it is reported: U+200B（零宽空格）."""
    if text.isascii():
        return ()
    names = notation()["characters"]["unseen"]
    return tuple(f"U+{ord(mark):04X}（{names[mark]}）" for mark in dict.fromkeys(text) if mark in names)


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
    table = {code: chr(code - _TO_HALF_WIDTH) for code in _FULL_WIDTH}
    for standard, others in declared["same_as"].items():
        table.update(dict.fromkeys(map(ord, others), standard))
    table.update(dict.fromkeys(map(ord, declared["blank"]), " "))
    table.update(dict.fromkeys(map(ord, declared["dropped"]), ""))
    for kept in declared["full_width_kept"]:
        table.pop(ord(kept), None)
    return table


@cache
def _unseen() -> dict[int, None]:
    return dict.fromkeys(map(ord, notation()["characters"]["unseen"]))


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
