"""The stored value of a cell and its format code → its face: the shown text, and the number that it shows."""

from dataclasses import dataclass

from xlperf.expressions import Value
from xlperf.intake.shown import Shown, general, show_number, show_text
from xlperf.intake.words import note, page_words
from xlperf.notation.number_reading import PrintedNumber, printed_number
from xlperf.notation.text import is_nothing, seen, unseen

_NONBREAKING = "\xa0"
_REVERSED = "\u202e"
"""Shows what follows it backwards, so that nobody sees the figure which the text holds."""
_LARGEST_WHOLE = 1e15


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
        return Face(page_words()["truth"][str(value).lower()])
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
