"""A number and a section of digit places → its printed digits: 0 # ? with grouping, percent and scaling."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from xlperf.intake.formatcode import COMMA, DIGIT, PERCENT, POINT, Piece, Section

_CONTEXT = Context(prec=400)
_GROUP = 3
_FILLED = {"0": "0", "#": "", "?": " "}


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

    whole: list[Piece]
    rest: list[Piece]
    has_point: bool
    is_grouped: bool
    thousands: int


def show_digits(section: Section, value: float) -> Digits:
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


def _layout(pieces: Sequence[Piece]) -> _Layout:
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


def _decimals(pieces: Sequence[Piece], digits: str) -> Iterator[str]:
    """The digits after the point; those that # leaves out are gone, those of ? are blanks."""
    needed = len(digits.rstrip("0"))
    at = 0
    for piece in pieces:
        if piece.kind != DIGIT:
            yield piece.text
            continue
        yield digits[at] if at < needed or piece.text == "0" else _FILLED[piece.text]
        at += 1
