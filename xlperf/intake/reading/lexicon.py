"""Printed texts → Labels and all that they may mean, by schemas/lexicon.json and what a bureau adds."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read
from xlperf.intake.reading.texts import Number, neat, squeeze

_BRACKETED = re.compile(r"\([^()]*\)")
_BRACKETS = re.compile(r"[()]")
_LOOKED_AT = 400
_CIRCLED = re.compile(r"^\s*[①-⑳]|[①-⑳]\s*$")
"""Numbers in circles, which are letters like others once a text is half width."""
_NUMBER = re.compile(r"[-+]?[0-9][0-9,.]*[%‰]?")
_ROUNDS = 4
_Means = Callable[[str, Sequence[str], Sequence[str]], tuple[tuple[str, str], ...]]
WHOLE = ("note", "unit_line", "template", "column_numbers")
TITLES = ("title", "attachment", "other_title")
LONGEST = 26
"""A label is a text of at most so many characters: longer ones are values."""
LONGEST_TITLE = 60
_HOLE = re.compile(r"\{([^\d{},][^{},]{0,3})\}")
_KEPT = 20_000


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


def take_apart(text: str, marks: Marks, means: _Means) -> Label:
    """The Label of ``text``; ``means`` says what the whole text, its titles and its cores may mean."""
    whole = squeeze(_CIRCLED.sub("", text[:_LOOKED_AT])).strip(marks.stars)
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


class Lexicon:
    """The concepts that texts of forms may mean, matched against whole texts."""

    def __init__(self, declared: Json) -> None:
        self.grades = frozenset(declared["grades"])
        self.parents: Mapping[str, Sequence[str]] = declared["parents"]
        self.money: Mapping[str, float] = declared["money"]
        self.nothing = frozenset(declared["nothing"])
        self.no_amount = frozenset(declared["no_amount"])
        self.ditto = frozenset(declared["ditto"])
        self.own_scores, self.other_scores = declared["own_scores"], declared["other_scores"]
        self.preferred: Mapping[str, Sequence[str]] = declared["preferred"]
        self.of_lists = tuple(declared["of_lists"])
        self.column_letters = tuple(declared["column_letters"])
        self.aims = tuple(declared["aims"])
        self.name_endings = tuple(declared["name_endings"])
        self.heading_endings = tuple(declared["heading_endings"])
        self.qualities = tuple(declared["qualities"])
        self.compared = tuple(declared["compared"])
        self.year_heading: str = declared["year_heading"]
        self.names = {kind: tuple(names) for kind, names in declared["concepts"].items()}
        self.marks = Marks.of(declared)
        words = {name: f"(?:{'|'.join(given)})" for name, given in declared["words"].items()}
        self._words = words
        concepts = list(self._concepts(declared["concepts"]))
        self._scopes = [
            _Scope([item for item in concepts if item[0] in kinds])
            for kinds in (WHOLE, TITLES, set(declared["concepts"]) - {*WHOLE, *TITLES})
        ]
        self._known: dict[str, Label] = {}

    def label(self, text: str) -> Label:
        """What a printed text is, taken apart, and all it may mean; the page decides which."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            known = self._known[text] = take_apart(text, self.marks, self._means)
        return known

    def _concepts(self, declared: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
        for kind, names in declared.items():
            for name, patterns in names.items():
                filled = (
                    _HOLE.sub(lambda hole: self._words.get(hole[1], hole[0]), text) for text in patterns
                )
                yield kind, name, "|".join(f"(?:{pattern})" for pattern in filled)

    def _means(self, whole: str, variants: Sequence[str], bare: Sequence[str]) -> tuple[tuple[str, str], ...]:
        lines, titles, labels = self._scopes
        found = lines.matches([whole])
        found += titles.matches([text for text in variants if text and len(text) < LONGEST_TITLE])
        return tuple(found + labels.matches([text for text in bare if text and len(text) <= LONGEST]))


class _Scope:
    """Concepts matched against the same texts; one pattern for all says quickly that none is meant."""

    def __init__(self, concepts: Sequence[tuple[str, str, str]]) -> None:
        self._concepts = [(kind, name, re.compile(pattern)) for kind, name, pattern in concepts]
        self._any = re.compile("|".join(f"(?:{pattern})" for _, _, pattern in concepts))

    def matches(self, texts: Sequence[str]) -> list[tuple[str, str]]:
        """Kind and name of every concept that one of the texts means as a whole."""
        hits = [text for text in dict.fromkeys(texts) if self._any.fullmatch(text)]
        if not hits:
            return []
        return [
            (kind, name)
            for kind, name, pattern in self._concepts
            if any(pattern.fullmatch(text) for text in hits)
        ]


def lexicon() -> Lexicon:
    """The Lexicon of the declarations in use, made once.

    Files in the folder lexicon/ next to lexicon.json are merged in, each of the same shape with only what
    it adds. Raises DeclarationError for what lexicon.schema.json does not allow.
    """
    return _lexicon_in(schemas_dir())


@cache
def _lexicon_in(folder: Path) -> Lexicon:
    declared = read(folder / "lexicon.json", "lexicon")
    for path in sorted((folder / "lexicon").glob("*.json")):
        declared = _joined(declared, read(path, "lexicon"))
    return Lexicon(declared)


def _joined(base: Mapping[str, Any], added: Mapping[str, Any]) -> Json:
    """``base`` with what ``added`` holds: objects key by key, lists one after the other."""
    result = dict(base)
    for key, value in added.items():
        there = result.get(key)
        if isinstance(value, Mapping) and isinstance(there, Mapping):
            result[key] = _joined(there, value)
        elif isinstance(value, list) and isinstance(there, list):
            result[key] = [*there, *(item for item in value if item not in there)]
        else:
            result[key] = value
    return result
