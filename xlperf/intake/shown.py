"""The stored value of a cell and its format code → the text that the cell shows, and its number.

As a Chinese Excel prints: sections, conditions, literals, digits, dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

from xlperf.declarations.source import texts_of
from xlperf.expressions import Value
from xlperf.intake.number_formats import (
    DATE,
    DIGIT,
    ELAPSED,
    EXPONENT,
    GENERAL,
    LITERAL,
    PERCENT,
    POINT,
    SLASH,
    TEXT,
    FormatPiece,
    FormatSection,
    sections,
    show_date,
    show_digits,
)
from xlperf.intake.printed_words import counted, note
from xlperf.notation.text import is_nothing, seen, unseen
from xlperf.notation.typed_values import PrintedNumber, printed_number

_CONTEXT = Context(prec=400)
_PLACES = 10
_MOST_DIGITS = 15
_TEXT_SECTION = 3
_BRACKETS = ("()", "（）")
_NONBREAKING = "\xa0"
_REVERSED = "\u202e"
"""Shows what follows it backwards, so that nobody sees the figure which the text holds."""
_LARGEST_WHOLE = 1e15


@dataclass(frozen=True, slots=True)
class Shown:
    """``text`` as printed; ``decimals`` are those printed, before a percent sign, None for General.

    ``is_numeral``: it is the stored number but no plain figure: 一百二十三, 1/2, 1E+17, (5).
    ``is_date``: it is a date or a time.
    """

    text: str
    percent: bool = False
    decimals: int | None = None
    is_numeral: bool = False
    is_date: bool = False


@lru_cache(maxsize=4096)
def show_number(  # noqa: PLR0911 - one a kind of section
    value: float, code: str, from_1904: bool = False
) -> Shown:
    """What a cell with the number ``value`` and the format ``code`` shows."""
    section = _chosen(sections(code), value)
    if section is None:
        return _general(FormatSection(), value)
    number = abs(value) if section.drops_sign else value
    if section.has(DATE, ELAPSED) and not section.has(GENERAL):
        text = show_date(section, value, from_1904)
        return Shown(general(value)) if text is None else Shown(text, is_date=True)
    if section.has(GENERAL, TEXT):
        return _general(section, number)
    if not section.has(DIGIT):
        sign = "-" if number < 0 else ""
        return Shown((sign + "".join(piece.text for piece in section.pieces)).strip())
    if section.has(SLASH):
        return Shown(_fraction(section, number), is_numeral=True)
    if section.has(EXPONENT):
        return Shown(_exponent(section, number), is_numeral=True)
    if section.chinese:
        whole = counted(round(abs(number)), formal=section.chinese == 2, short_ten=False)
        return Shown(("-" if number < 0 else "") + whole + _literals(section), is_numeral=True)
    digits = show_digits(section, number)
    is_bracketed = section.drops_sign and _literals(section).strip() in _BRACKETS
    return Shown(digits.text.strip(), section.has(PERCENT), digits.decimals, is_numeral=is_bracketed)


def show_text(text: str, code: str) -> str:
    """What a cell with ``text`` and the format ``code`` shows: the section of texts around it."""
    if '"' not in code and ";" not in code and "\\" not in code:
        return text
    found = sections(code)
    section = found[_TEXT_SECTION] if len(found) > _TEXT_SECTION else found[-1]
    if len(found) <= _TEXT_SECTION and not section.has(TEXT):
        return text
    return "".join(text if piece.kind == TEXT else piece.text for piece in section.pieces)


def general(value: float) -> str:
    """A number as General shows it in a cell that is wide enough."""
    if not 10.0**-_PLACES <= abs(value) < 10.0**_MOST_DIGITS:
        return "0" if value == 0 else f"{value:.{_MOST_DIGITS}G}"
    exact = Decimal(f"{value:.{_MOST_DIGITS}g}").quantize(
        Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP, _CONTEXT
    )
    return f"{exact:f}".rstrip("0").rstrip(".")


def _chosen(found: Sequence[FormatSection], value: float) -> FormatSection | None:
    """The section for ``value``: by its conditions, else for positive, negative numbers and zero."""
    numbers = found[:_TEXT_SECTION]
    if any(section.condition for section in numbers):
        return next((section for section in numbers if _holds(section, value)), None)
    if len(numbers) > 1 and len(found) <= _TEXT_SECTION and numbers[-1].has(TEXT):
        numbers = numbers[:-1]
    if value < 0 and len(numbers) > 1:
        return numbers[1]
    return numbers[2] if value == 0 and len(numbers) > 2 else numbers[0]


def _holds(section: FormatSection, value: float) -> bool:
    if section.condition is None:
        return True
    operator, limit = section.condition
    below, above = value < limit, value > limit
    return {
        "<": below,
        ">": above,
        "<=": not above,
        ">=": not below,
        "=": not (below or above),
        "<>": below or above,
    }[operator]


def _general(section: FormatSection, value: float) -> Shown:
    if section.chinese and value == int(value):
        whole = counted(abs(int(value)), formal=section.chinese == 2, short_ten=False)
        return Shown(("-" if value < 0 else "") + whole, is_numeral=True)
    figure = general(value)
    pieces = section.pieces or [FormatPiece(GENERAL, "")]
    texts = (figure if piece.kind in (GENERAL, TEXT) else piece.text for piece in pieces)
    return Shown("".join(texts).strip(), is_numeral="E" in figure and len(pieces) == 1)


def _literals(section: FormatSection) -> str:
    return "".join(piece.text for piece in section.pieces if piece.kind == LITERAL)


def _exponent(section: FormatSection, value: float) -> str:
    places, is_after = 0, False
    for piece in section.pieces:
        if piece.kind == EXPONENT:
            break
        is_after = is_after or piece.kind == POINT
        places += is_after and piece.kind == DIGIT
    return f"{value:.{places}E}"


def _fraction(section: FormatSection, value: float) -> str:
    kinds = [piece.kind for piece in section.pieces]
    at = kinds.index(SLASH)
    below = "".join(
        piece.text for piece in section.pieces[at + 1 :] if piece.kind in (DIGIT, LITERAL)
    ).strip()
    exact = Fraction(abs(value)).limit_denominator(10**15)
    near = (
        Fraction(round(exact * int(below)), int(below))
        if below.isdecimal() and int(below)
        else exact.limit_denominator(10 ** max(len(below), 1) - 1)
    )
    whole, rest = divmod(near, 1)
    parts = [str(whole)] if whole or not rest else []
    if rest:
        parts.append(f"{rest.numerator}/{rest.denominator}")
    return ("-" if value < 0 else "") + " ".join(parts)


@dataclass(frozen=True, slots=True)
class Face:
    """``number``, ``percent``, ``decimals`` and ``notes`` as in Cell."""

    text: str
    number: float | int | None = None
    percent: bool = False
    decimals: int | None = None
    notes: tuple[str, ...] = ()


EMPTY = Face("")


def face(value: Value, code: str = "General", from_1904: bool = False) -> Face:
    """What a cell shows. Texts that are nothing but a number have one too."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        return Face(texts_of("pages")["truth"][str(value).lower()])
    if isinstance(value, float):
        return _of_number(value, show_number(value, code, from_1904))
    return text_face(show_text(value, code)) if isinstance(value, str) else Face(str(value))


def text_face(text: str) -> Face:
    """What a text shows: without the characters that show nothing, which the notes name."""
    visible = seen(text)
    marks = unseen(text)
    notes: tuple[str, ...] = (note("unseen", marks="、".join(marks)),) if marks else ()
    found = None if _REVERSED in text else printed_number(visible)
    if found is None:
        return Face(visible, notes=notes)
    if _NONBREAKING in visible:
        notes += (note("nonbreaking"),)
    return Face(visible, _whole(found.value, found), bool(found.part), found.decimals, notes)


def _of_number(value: float, shown: Shown) -> Face:  # noqa: PLR0911 - one a way to show a number
    """The face of a stored number: the stored one counts where the text shows it, else the one shown."""
    if shown.is_date:
        return Face(shown.text, notes=(note("date_as_shown"),))
    if not shown.text:
        return Face("", notes=(note("shown_empty", stored=general(value)),))
    if value == 0 and is_nothing(shown.text):
        return Face(shown.text, 0, notes=(note("zero_as_mark", text=shown.text),))
    if shown.is_numeral:
        return Face(shown.text, _plain(value), shown.percent, shown.decimals)
    found = printed_number(shown.text.rstrip("."))
    if found is None:
        return Face(shown.text)
    step = 10.0 ** -(found.decimals + 2 * bool(found.part))
    if abs(found.value - value) <= step * 0.51 + abs(value) * 1e-12:
        return Face(shown.text, _plain(value), shown.percent, shown.decimals)
    notes = (note("as_shown", stored=general(value)),)
    return Face(shown.text, _whole(found.value, found), bool(found.part), found.decimals, notes)


def _whole(value: float, printed: PrintedNumber) -> float | int:
    """``value`` as a whole number where it was printed as one."""
    return int(value) if not printed.decimals and not printed.part else value


def _plain(value: float) -> float | int:
    return int(value) if abs(value) < _LARGEST_WHOLE and value == int(value) else value
