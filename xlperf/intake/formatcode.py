"""A number format code → its sections, each a row of pieces: literals, digits, dates."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from xlperf.intake.words import page_words

LITERAL, DIGIT, POINT, COMMA, PERCENT, EXPONENT, SLASH, DATE, HALF, ELAPSED, TEXT, GENERAL = range(12)
"""Kinds of pieces; a SLASH may be that of a fraction or of a date."""
_LONGEST = 255
"""Letters that a format code has at most in Excel."""
_PIECE = re.compile(
    r'(?P<quoted>"[^"]*"?)|[\\!](?P<escaped>.)|(?P<room>_.)|(?P<filled>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|G/通用格式)|(?P<half>上午/下午|am/pm|a/p)|(?P<exponent>e[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|aaaa?|e+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
_SINGLE = {".": POINT, ",": COMMA, "%": PERCENT, "/": SLASH, "@": TEXT, "0": DIGIT, "#": DIGIT, "?": DIGIT}


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a section: a kind of above, and its text."""

    kind: int
    text: str


@dataclass(slots=True)
class Section:
    """One section of a code. ``condition`` is an operator with its number; ``chinese`` is 1 or 2 for
    [DBNum1] and [DBNum2]; ``drops_sign``: a negative number is printed without its sign.
    """

    pieces: list[Piece] = field(default_factory=list)
    condition: tuple[str, float] | None = None
    chinese: int = 0
    drops_sign: bool = False

    def has(self, *kinds: int) -> bool:
        """Whether any piece is of one of ``kinds``."""
        return any(piece.kind in kinds for piece in self.pieces)


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of ``code``, at least one; a code that is too long counts as General."""
    found = [Section()]
    for match in _PIECE.finditer(code if len(code) <= _LONGEST else page_words()["general"][0]):
        if match["other"] == ";":
            found.append(Section())
        elif match["bracket"] is not None:
            _bracket(found[-1], match["bracket"])
        else:
            found[-1].pieces.extend(_pieces(match))
    if len(found) > 1 and found[1].condition is None and found[0].condition is None:
        found[1].drops_sign = True
    return tuple(found)


def _pieces(match: re.Match[str]) -> Iterator[Piece]:
    name = match.lastgroup or ""
    text = match[name]
    if name == "quoted":
        yield Piece(LITERAL, text.strip('"'))
    elif name == "room":
        yield Piece(LITERAL, " ")
    elif name == "general":
        yield Piece(GENERAL, text)
    elif name == "half":
        yield Piece(HALF, text.lower())
    elif name == "exponent":
        yield Piece(EXPONENT, text)
    elif name == "date":
        yield Piece(DATE, text.lower())
    elif name != "filled":
        kind = _SINGLE.get(text, LITERAL) if name == "other" else LITERAL
        yield Piece(kind, text)


def _bracket(section: Section, text: str) -> None:
    """Take in what stands in brackets: a currency, a condition, an elapsed time, a numeral system."""
    plain = text.lower()
    if text.startswith("$"):
        section.pieces.append(Piece(LITERAL, text[1:].partition("-")[0]))
    elif condition := _CONDITION.fullmatch(text):
        section.condition = condition[1], float(condition[2])
    elif plain and set(plain) in ({"h"}, {"m"}, {"s"}):
        section.pieces.append(Piece(ELAPSED, plain[0]))
    elif plain in ("dbnum1", "dbnum2"):
        section.chinese = int(plain[-1])
