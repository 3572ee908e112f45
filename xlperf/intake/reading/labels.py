"""A printed text → the label it is: the core that the lexicon knows, and what was printed around it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xlperf.intake.page import BLANKS
from xlperf.intake.reading.figures import Number, neat

_SHOWS_NOTHING = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\"“”‘’'「」]+")
_BRACKETED = re.compile(r"\([^()]*\)")
_BRACKETS = re.compile(r"[()]")
_BREAK = re.compile(r"(?<![ \t\u3000])[ \t\u3000]*+\n[ \t\u3000\n]*+")
_LOOKED_AT = 400
_NUMBER = re.compile(r"[-+]?[0-9][0-9,.]*[%‰]?")
_ROUNDS = 4
_Means = Callable[[str, Sequence[str], Sequence[str]], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Marks:
    """How numbering, points, units and years are printed in labels; from ``marks`` of the lexicon."""

    patterns: Mapping[str, re.Pattern[str]]
    stars: str
    relative: Mapping[str, int]
    year_word: str

    @classmethod
    def of(cls, declared: Mapping[str, Any]) -> "Marks":
        """The marks of a declared lexicon."""
        given = {name: text for name, text in declared["marks"].items() if name != "stars"}
        patterns = {name: re.compile(text, re.ASCII) for name, text in given.items()}
        return cls(patterns, declared["marks"]["stars"], declared["years"], declared["year_word"])


@dataclass(frozen=True, slots=True)
class Label:
    """A text taken apart.

    ``core`` is without numbering, 其中, colon, year, unit and points; ``printed`` the name that a label of
    unknown meaning goes by. ``year`` is printed, ``relative`` the years from the form's (上年 -1).
    ``means`` are pairs of kind and name, in the order of the lexicon.
    """

    core: str
    printed: str
    points: Number | None
    unit: str
    year: int | None
    relative: int | None
    colon: bool
    means: tuple[tuple[str, str], ...]
    _names: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        first: dict[str, str] = {}
        for kind, name in self.means:
            first.setdefault(kind, name)
        object.__setattr__(self, "_names", first)

    def of(self, *kinds: str) -> str | None:
        """The first name that the text has in the first of ``kinds`` in which it has one."""
        found = self._names
        if found:
            for kind in kinds:
                if kind in found:
                    return found[kind]
        return None


def squeeze(text: str) -> str:
    """A text half width, without blanks, quotes and characters that show nothing."""
    return _SHOWS_NOTHING.sub("", unicodedata.normalize("NFKC", text))


def tidy(text: str) -> str:
    """A text value: blanks at its ends off."""
    return text.strip(BLANKS)


def flat(text: str) -> str:
    """A text value on one line."""
    return _BREAK.sub("", tidy(text.replace("\r", "")))


def take_apart(text: str, marks: Marks, means: _Means) -> Label:
    """The Label of ``text``; ``means`` says what the whole text, its titles and its cores may mean."""
    whole = squeeze(text[:_LOOKED_AT]).strip(marks.stars)
    rest, points = _points(whole, marks)
    rest, unit = _cut(rest, marks.patterns["unit"])
    if (letter := marks.patterns["letter"].search(rest)) and letter[0] != rest:
        rest = _without(rest, letter)
    colon = rest.endswith(":")
    rest = _unnumbered(rest.rstrip(":"), marks)
    if listed := marks.patterns["listed"].fullmatch(rest):
        rest = listed[1]
    printed = marks.patterns["one_a_row"].sub("", rest)
    core, year = _year(rest, marks)
    found = marks.patterns["relative"].match(core)
    relative = marks.relative[found[1]] if found else None
    variants = [core, _BRACKETS.sub("", core), _BRACKETED.sub("", core)]
    cores = variants if not marks.patterns["sentence"].search(core) else []
    if found:
        cores = [*cores, core[found.end() :]]
    if _NUMBER.fullmatch(core) and year is None:
        return Label(core, printed, points, unit, year, relative, colon, ())
    return Label(core, printed, points, unit, year, relative, colon, means(whole, variants, cores))


def _points(text: str, marks: Marks) -> tuple[str, Number | None]:
    match = marks.patterns["points"].search(text)
    points = None
    if match:
        points = neat(float(next(group for group in match.groups() if group)))
        text = _without(text, match)
    return marks.patterns["points_in_brackets"].sub("", text), points


def _cut(text: str, pattern: re.Pattern[str]) -> tuple[str, str]:
    """``text`` without the first match, and the group that matched."""
    match = pattern.search(text)
    if match is None:
        return text, ""
    return _without(text, match), next((group for group in match.groups() if group), "")


def _without(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + text[match.end() :]


def _unnumbered(text: str, marks: Marks) -> str:
    """Numbering and 其中 off the front, in any order, a few times over."""
    for _ in range(_ROUNDS):
        shorter = text
        for name in ("numbering", "among", "bare_among"):
            shorter = marks.patterns[name].sub("", shorter) or shorter
        if shorter == text:
            break
        text = shorter
    return text


def _year(text: str, marks: Marks) -> tuple[str, int | None]:
    match = marks.patterns["year"].search(text) or marks.patterns["bare_year"].fullmatch(text)
    if match is None:
        return text, None
    year = int(next(group for group in match.groups() if group))
    return _without(text, match) or marks.year_word, year
