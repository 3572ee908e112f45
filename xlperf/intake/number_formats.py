"""A number format code → its sections and pieces; a number or date by a section → what the cell prints.

Digit places are 0 # ? with grouping, percent and scaling; dates are as a Chinese Excel writes them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache

from xlperf.declarations.source import texts_of
from xlperf.expressions.value_types import parts_of
from xlperf.intake.printed_words import counted, spelled

LITERAL, DIGIT, POINT, COMMA, PERCENT, EXPONENT, SLASH, DATE, HALF, ELAPSED, TEXT, GENERAL = range(12)
"""Kinds of pieces; a SLASH may be that of a fraction or of a date."""
_LONGEST = 255
"""Letters that a format code has at most in Excel."""
_PIECE = (
    r'(?P<quoted>"[^"]*"?)|[\\!](?P<escaped>.)|(?P<room>_.)|(?P<filled>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>{general})|(?P<half>{half})|(?P<exponent>e[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+|aaaa?|e+)|(?P<other>.)"
)
"""A piece of a code; what General and the halves of a day are called is declared."""
_CONDITION = re.compile(r"(<=|>=|<>|=|<|>)\s?(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
_SINGLE = {".": POINT, ",": COMMA, "%": PERCENT, "/": SLASH, "@": TEXT, "0": DIGIT, "#": DIGIT, "?": DIGIT}
_CONTEXT = Context(prec=400)
_GROUP = 3
_FILLED = {"0": "0", "#": "", "?": " "}
_FROM_1904 = 1462
"""Days between the two epochs."""
_DAY = 86_400
_ELAPSED = {"h": 3600, "m": 60, "s": 1}
_PLACES_OF_SECONDS = 3


@dataclass(frozen=True, slots=True)
class FormatPiece:
    """One piece of a section: a kind of above, and its text."""

    kind: int
    text: str


@dataclass(slots=True)
class FormatSection:
    """One section of a code. ``condition`` is an operator with its number; ``chinese`` is 1 or 2 for
    [DBNum1] and [DBNum2]; ``drops_sign``: a negative number is printed without its sign.
    """

    pieces: list[FormatPiece] = field(default_factory=list)
    condition: tuple[str, float] | None = None
    chinese: int = 0
    drops_sign: bool = False

    def has(self, *kinds: int) -> bool:
        """Whether any piece is of one of ``kinds``."""
        return any(piece.kind in kinds for piece in self.pieces)


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[FormatSection, ...]:
    """The sections of ``code``, at least one; a code that is too long counts as General."""
    found = [FormatSection()]
    for match in _piece().finditer(code if len(code) <= _LONGEST else texts_of("pages")["general"][0]):
        if match["other"] == ";":
            found.append(FormatSection())
        elif match["bracket"] is not None:
            _bracket(found[-1], match["bracket"])
        else:
            found[-1].pieces.extend(_pieces(match))
    if len(found) > 1 and found[1].condition is None and found[0].condition is None:
        found[1].drops_sign = True
    return tuple(found)


@cache
def _piece() -> re.Pattern[str]:
    words = texts_of("pages")
    general, half = (
        "|".join(map(re.escape, names)) for names in (words["general"], words["calendar"]["halves"])
    )
    pattern = _PIECE.replace("{general}", general).replace("{half}", half)
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)


def _pieces(match: re.Match[str]) -> Iterator[FormatPiece]:
    name = match.lastgroup or ""
    text = match[name]
    if name == "quoted":
        yield FormatPiece(LITERAL, text.strip('"'))
    elif name == "room":
        yield FormatPiece(LITERAL, " ")
    elif name == "general":
        yield FormatPiece(GENERAL, text)
    elif name == "half":
        yield FormatPiece(HALF, text.lower())
    elif name == "exponent":
        yield FormatPiece(EXPONENT, text)
    elif name == "date":
        yield FormatPiece(DATE, text.lower())
    elif name != "filled":
        kind = _SINGLE.get(text, LITERAL) if name == "other" else LITERAL
        yield FormatPiece(kind, text)


def _bracket(section: FormatSection, text: str) -> None:
    """Take in what is in brackets: a currency, a condition, an elapsed time, a numeral system."""
    plain = text.lower()
    if text.startswith("$"):
        section.pieces.append(FormatPiece(LITERAL, text[1:].partition("-")[0]))
    elif condition := _CONDITION.fullmatch(text):
        section.condition = condition[1], float(condition[2])
    elif plain and set(plain) in ({"h"}, {"m"}, {"s"}):
        section.pieces.append(FormatPiece(ELAPSED, plain[0]))
    elif plain in ("dbnum1", "dbnum2"):
        section.chinese = int(plain[-1])


@dataclass(frozen=True, slots=True)
class Digits:
    """The printed ``text`` and its ``decimals``."""

    text: str
    decimals: int


@dataclass(slots=True)
class _Layout:
    """The pieces before and after the decimal point, without commas.

    ``thousands`` is how often the number is divided by 1000.
    """

    whole: list[FormatPiece]
    rest: list[FormatPiece]
    has_point: bool
    is_grouped: bool
    thousands: int


def show_digits(section: FormatSection, value: float) -> Digits:
    """``value`` in the digit places of ``section``; a negative one with "-" before everything."""
    layout = _layout(section.pieces)
    percents = sum(piece.kind == PERCENT for piece in section.pieces)
    places = sum(piece.kind == DIGIT for piece in layout.rest)
    scaled = Decimal(f"{abs(value):.15g}").scaleb(2 * percents - _GROUP * layout.thousands)
    exact = scaled.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _CONTEXT)
    whole, _, rest = f"{exact:f}".partition(".")
    decimals = "".join(_decimals(layout.rest, rest))
    printed = sum(map(str.isdecimal, decimals)) if places else 0
    text = "".join([_whole(layout, whole.lstrip("0")), "." if layout.has_point else "", decimals])
    sign = "-" if value < 0 else ""
    return Digits(sign + text, printed)


def _layout(pieces: Sequence[FormatPiece]) -> _Layout:
    places = [index for index, piece in enumerate(pieces) if piece.kind == DIGIT]
    first, last = places[0], places[-1]
    points = [index for index, piece in enumerate(pieces) if piece.kind == POINT]
    point = points[0] if points else len(pieces)
    end_of_whole = max((index for index in places if index < point), default=first)
    is_comma = [piece.kind == COMMA for piece in pieces]
    thousands = 0
    for start in {end_of_whole + 1, last + 1}:
        at = start
        while at < len(pieces) and is_comma[at]:
            at, thousands = at + 1, thousands + 1
    return _Layout(
        [piece for piece in pieces[:point] if piece.kind != COMMA],
        [piece for piece in pieces[point + 1 :] if piece.kind != COMMA],
        bool(points),
        any(is_comma[first:end_of_whole]),
        thousands,
    )


def _whole(layout: _Layout, digits: str) -> str:
    """The digits before the point, filled in from the right; the first place takes all that are left."""
    places = sum(piece.kind == DIGIT for piece in layout.whole)
    if not places:
        return "".join(piece.text for piece in layout.whole) + digits
    texts: list[str] = []
    count = 0
    for piece in reversed(layout.whole):
        if piece.kind != DIGIT:
            texts.append(piece.text)
            continue
        places -= 1
        taken = digits if not places else digits[-1:]
        digits = digits[: len(digits) - len(taken)]
        for digit in reversed(taken or _FILLED[piece.text]):
            texts.append("," if layout.is_grouped and count and count % _GROUP == 0 else "")
            texts.append(digit)
            count += 1
    return "".join(reversed(texts))


def _decimals(pieces: Sequence[FormatPiece], digits: str) -> Iterator[str]:
    """The digits after the point; those that # leaves out are gone, those of ? are blanks."""
    needed = len(digits.rstrip("0"))
    at = 0
    for piece in pieces:
        if piece.kind != DIGIT:
            yield piece.text
            continue
        yield digits[at] if at < needed or piece.text == "0" else _FILLED[piece.text]
        at += 1


def show_date(section: FormatSection, serial: float, from_1904: bool) -> str | None:
    """``serial`` by the pieces of ``section``; None for a number that is no date."""
    is_fine = any(piece.kind == POINT for piece in section.pieces)
    serial += _FROM_1904 * from_1904
    moment = round(serial * _DAY, _PLACES_OF_SECONDS if is_fine else 0)
    day, seconds = divmod(moment, _DAY)
    parts = parts_of(day)
    if parts is None:
        return None
    shown = _Moment(parts, seconds, moment, any(piece.kind == HALF for piece in section.pieces))
    minutes = _minutes(section.pieces)
    texts: list[str] = []
    for index, piece in enumerate(section.pieces):
        if piece.kind == DATE:
            code = piece.text.replace("m", "i") if index in minutes else piece.text
            texts.append(_numeral(shown.part(code), code, section.chinese))
        elif piece.kind == HALF:
            texts.append(texts_of("pages")["calendar"]["halves"][piece.text][seconds >= _DAY / 2])
        elif piece.kind == ELAPSED:
            texts.append(str(int(moment // _ELAPSED[piece.text])))
        elif piece.kind == DIGIT:
            texts.append(f"{seconds % 1:.3f}"[2 : 2 + len(piece.text)])
        elif piece.kind != TEXT:
            texts.append(piece.text)
    return "".join(texts)


class _Moment:
    """A date and time, and its parts as codes name them; minutes are "i"."""

    def __init__(self, parts: tuple[int, int, int], seconds: float, moment: float, is_halved: bool) -> None:
        self._year, self._month, self._day = parts
        self._seconds, self._moment, self._is_halved = int(seconds), moment, is_halved

    def part(self, code: str) -> str:
        """What a code such as yyyy, mmm or i (minutes) shows of the moment."""
        letter, length = code[0], len(code)
        if letter == "y":
            return f"{self._year % 100:02}" if length <= 2 else f"{self._year:04}"
        if letter == "e":
            return str(self._year)
        if letter == "a" or (letter == "d" and length > 2):
            return self._weekday(letter, length)
        if letter == "m" and length > 2:
            name: str = texts_of("pages")["calendar"]["english_months"][self._month - 1]
            return name[:1] if length == 5 else name[:3] if length == 3 else name
        number = {"m": self._month, "d": self._day, "h": self._hour(), "i": self._seconds // 60 % 60}
        return f"{number.get(letter, self._seconds % 60):0{min(length, 2)}}"

    def _hour(self) -> int:
        hour = self._seconds // 3600
        return (hour - 1) % 12 + 1 if self._is_halved else hour

    def _weekday(self, letter: str, length: int) -> str:
        words = texts_of("pages")["calendar"]
        number = date(self._year, self._month, max(self._day, 1)).weekday() if self._year > 1900 else 0
        if letter == "d":
            name: str = words["english_weekdays"][number]
            return name[:3] if length == 3 else name
        chinese: str = words["weekdays"][number]
        return chinese.removeprefix(words["weekday_prefix"]) if length == 3 else chinese


def _minutes(pieces: Sequence[FormatPiece]) -> set[int]:
    """The places of m that mean minutes: after hours, or before seconds."""
    coded = [
        (index, piece.text[0])
        for index, piece in enumerate(pieces)
        if piece.kind == ELAPSED or (piece.kind == DATE and piece.text[0] in "hmsyd")
    ]
    letters = [letter for _, letter in coded]
    return {
        index
        for place, (index, letter) in enumerate(coded)
        if letter == "m"
        and ("h" in letters[max(place - 1, 0) : place] or "s" in letters[place + 1 : place + 2])
    }


def _numeral(text: str, code: str, chinese: int) -> str:
    if not chinese or not text.isdecimal():
        return text
    return spelled(text) if code[0] in "ye" else counted(int(text), formal=chinese == 2)
