"""What reading a statement came to: right, or wrong with the code, the figures and the place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from xlperf.expressions import round_half_up
from xlperf.notation import Quantity
from xlperf.report_text.sentences import Sentence, SentenceFigure

A_LITTLE = 1e-9
"""How far figures that are alike may lie apart."""
_LONGEST = 60
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One statement read. ``code`` is "" when it is right; ``context`` fills the code's texts."""

    code: str
    sentence: Sentence
    figure: SentenceFigure
    value: str = ""
    expected: str = ""
    context: Mapping[str, str] = field(default_factory=dict)


def shown(value: float, like: Quantity, digits: int | None = None) -> str:
    """``value`` printed as ``like`` is: its unit, and its decimals or more where ``digits`` asks."""
    printed_places = like.digits if like.unit == "%" else _places(like.step)
    places = printed_places if digits is None else max(digits, printed_places)
    scale = 100 if like.unit == "%" else 1
    return f"{round_half_up(value * scale, places):.{places}f}{like.unit}"


def _places(step: float) -> int:
    """The decimals of a last printed digit: 0.01 → 2, 元 in 万元 0.0001 → 4, 亿元 to two decimals 100 → 0."""
    return max(0, -int(Decimal(repr(step)).normalize().as_tuple().exponent))


def printed(figure: SentenceFigure) -> str:
    """A figure as formulas see it, in its standard unit."""
    return shown(figure.quantity.value, figure.quantity)


def quote(sentence: Sentence, start: int, end: int) -> str:
    """At most 60 characters of the sentence around ``start`` to ``end``, cut ends marked."""
    text = sentence.text
    if len(text) <= _LONGEST:
        return text
    room = _LONGEST - 2 * len(_CUT)
    left = max(0, min(start, end - room) if end - start > room else start - (room - (end - start)) // 2)
    left = min(left, len(text) - room)
    right = left + room
    return f"{_CUT if left else ''}{text[left:right]}{_CUT if right < len(text) else ''}"
