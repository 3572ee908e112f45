"""schemas/lexicon.json, with what a bureau adds → the Lexicon: printed texts → Labels and what they mean."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import Json, read, validate
from xlperf.intake.reading.labels import Label, Marks, take_apart

WHOLE = ("note", "unit_line", "template", "column_numbers")
TITLES = ("title", "attachment", "other_title")
LONGEST = 26
"""A label is a text of at most so many characters: longer ones are values."""
LONGEST_TITLE = 60
_HOLE = re.compile(r"\{([^\d{},][^{},]{0,3})\}")
_KEPT = 20_000


class Lexicon:
    """The concepts that texts of forms may mean, matched against whole texts."""

    def __init__(self, declared: Json) -> None:
        self.grades = frozenset(declared["grades"])
        self.parents: Mapping[str, Sequence[str]] = declared["parents"]
        self.money: Mapping[str, float] = declared["money"]
        self.nothing = frozenset(declared["nothing"])
        self.no_amount = frozenset(declared["no_amount"])
        self.own_scores, self.other_scores = declared["own_scores"], declared["other_scores"]
        self.preferred: Mapping[str, Sequence[str]] = declared["preferred"]
        self.name_endings = tuple(declared["name_endings"])
        self.head_endings = tuple(declared["head_endings"])
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


def lexicon(own: Mapping[str, Any] | None = None) -> Lexicon:
    """The Lexicon of the declarations in use; ``own`` is what a profile adds under its key ``lexicon``.

    Files in the folder lexicon/ beside lexicon.json are merged in, each of the same shape with only what
    it adds. Raises DeclarationError for what lexicon.schema.json does not allow.
    """
    if not own:
        return _declared_lexicon(str(schemas_dir()))
    validate(dict(own), "lexicon", "lexicon")
    return Lexicon(_joined(_declaration(), own))


@cache
def _declared_lexicon(_folder: str) -> Lexicon:
    return Lexicon(_declaration())


def _declaration() -> Json:
    declared = read(schemas_dir() / "lexicon.json", "lexicon")
    for path in sorted((schemas_dir() / "lexicon").glob("*.json")):
        declared = _joined(declared, read(path, "lexicon"))
    return declared


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
