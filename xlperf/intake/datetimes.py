"""A serial number and a section of a date format → the date or time as the cell shows it."""

from collections.abc import Sequence
from datetime import date

from xlperf.expressions.value_types import parts_of
from xlperf.intake.formatcode import DATE, DIGIT, ELAPSED, HALF, POINT, TEXT, Piece, Section
from xlperf.intake.printed_words import counted, page_words, spelled

_FROM_1904 = 1462
"""Days between the two epochs."""
_DAY = 86_400
_ELAPSED = {"h": 3600, "m": 60, "s": 1}
_PLACES_OF_SECONDS = 3


def show_date(section: Section, serial: float, from_1904: bool) -> str | None:
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
            texts.append(page_words()["calendar"]["halves"][piece.text][seconds >= _DAY / 2])
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
        letter, length = code[0], len(code)
        if letter == "y":
            return f"{self._year % 100:02}" if length <= 2 else f"{self._year:04}"
        if letter == "e":
            return str(self._year)
        if letter == "a" or (letter == "d" and length > 2):
            return self._weekday(letter, length)
        if letter == "m" and length > 2:
            name: str = page_words()["calendar"]["english_months"][self._month - 1]
            return name[:1] if length == 5 else name[:3] if length == 3 else name
        number = {"m": self._month, "d": self._day, "h": self._hour(), "i": self._seconds // 60 % 60}
        return f"{number.get(letter, self._seconds % 60):0{min(length, 2)}}"

    def _hour(self) -> int:
        hour = self._seconds // 3600
        return (hour - 1) % 12 + 1 if self._is_halved else hour

    def _weekday(self, letter: str, length: int) -> str:
        words = page_words()["calendar"]
        number = date(self._year, self._month, max(self._day, 1)).weekday() if self._year > 1900 else 0
        if letter == "d":
            name: str = words["english_weekdays"][number]
            return name[:3] if length == 3 else name
        chinese: str = words["weekdays"][number]
        return chinese.removeprefix(words["weekday_prefix"]) if length == 3 else chinese


def _minutes(pieces: Sequence[Piece]) -> set[int]:
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
