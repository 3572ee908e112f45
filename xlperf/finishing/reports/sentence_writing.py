"""A declared sentence with holes → its text with the figures of a unit; nothing where a figure is missing.

``[…]`` is a piece that is left out where one of its figures is missing; the rest of the sentence needs all of
its own. Holes: ``{概念.方面}`` a figure with its unit, ``{概念.派生}`` what follows from others, ``{…|字段}``
only where the form's own field says the same, ``{字段}`` a cell as it is, ``{=算式:类型}`` an expression.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from xlperf.core.errors import DeclarationError
from xlperf.declarations.fields import parsed
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.value_display import type_of
from xlperf.expressions import Evaluator, compile_expression
from xlperf.finishing.reports.figures import FigureSource, agrees, shown
from xlperf.report_text.grammar import grammar

_PIECE = re.compile(r"\[([^\[\]]*)\]")
_HOLE = re.compile(r"\{([^{}]*)\}")
_KEPT = 1024
_FILE = "report_bodies.json"

Words = Mapping[str, str]
"""Names that every sentence may use: 年度, 上年度, 单位."""


@dataclass(frozen=True, slots=True)
class Hole:
    """What is to be written in one place: a field, a figure of a concept, or the value of an expression."""

    name: str
    concept: str = ""
    role: str = ""
    derived: str = ""
    same_as: str = ""
    function: Evaluator | None = None
    unit: str = ""

    def text(self, figures: FigureSource, words: Words) -> str | None:
        """What the hole shows; None where there is nothing to show."""
        if self.function is not None:
            value = figures.judged(self.function)
            return self._agreed(value if isinstance(value, float) else None, figures)
        if self.derived:
            return self._with_unit(self._agreed(figures.derived(self.concept, self.derived), figures))
        if self.concept:
            return self._with_unit(self._agreed(figures.stated(self.concept, self.role), figures))
        return words[self.name] if self.name in words else figures.field(self.name)

    def _agreed(self, value: float | None, figures: FigureSource) -> str | None:
        """The figure as it is printed, unless the form's own cell says something else."""
        if value is None:
            return None
        other = figures.number(self.same_as) if self.same_as else value
        return shown(value, self.unit) if other is not None and agrees(value, other, self.unit) else None

    def _with_unit(self, text: str | None) -> str | None:
        return text if text is None or text.endswith(self.unit) else f"{text}{self.unit}"


Piece = tuple[bool, Sequence[str | Hole]]
"""Whether it may be left out, and its texts and holes."""


def written(text: str, figures: FigureSource, words: Words) -> str | None:
    """The sentence ``text`` for a unit; None where it needs a figure that is missing, or has none at all."""
    found, has_figures, lacks_figures = [], False, False
    for is_optional, parts in pieces(text):
        texts = [part if isinstance(part, str) else part.text(figures, words) for part in parts]
        has_holes = any(isinstance(part, Hole) for part in parts)
        if None not in texts:
            found.append("".join(filter(None, texts)))
            has_figures |= has_holes
        elif is_optional:
            lacks_figures = True
        else:
            return None
    return None if lacks_figures and not has_figures else _tidy("".join(found))


def _tidy(text: str) -> str:
    """The sentence without the commas that pieces left out have left behind."""
    for left, right in texts_of("report_bodies")["tidy"].items():
        text = text.replace(left, right)
    return text


@lru_cache(_KEPT)
def pieces(text: str) -> Sequence[Piece]:
    """The pieces of a declared sentence; DeclarationError for a hole that names nothing."""
    split = _PIECE.split(text)
    return tuple((at % 2 == 1, _parts(piece, text)) for at, piece in enumerate(split) if piece)


def _parts(piece: str, text: str) -> Sequence[str | Hole]:
    split = _HOLE.split(piece)
    return tuple(_hole(part, text) if at % 2 else part for at, part in enumerate(split) if part)


def _hole(inside: str, text: str) -> Hole:
    name, _, same_as = inside.partition("|")
    if name.startswith("="):
        expression, _, kind = name[1:].rpartition(":")
        return Hole(name, function=condition(expression), same_as=same_as, unit=type_of(kind).unit)
    concept, _, aspect = name.partition(".")
    known = grammar()
    if concept in known.concepts:
        if aspect in known.derived:
            return Hole(name, concept, derived=aspect, same_as=same_as, unit=_unit(aspect, concept))
        if aspect in known.concepts[concept].tables or aspect in known.roles:
            return Hole(name, concept, role=aspect, same_as=same_as, unit=known.concepts[concept].unit)
    elif name in known.derived:
        return Hole(name, derived=name, same_as=same_as, unit=known.derived[name].unit)
    if aspect or same_as:
        raise DeclarationError(f"{_FILE}：{text}", text_of("report_bodies", "errors", "hole", hole=inside))
    return Hole(name)


def _unit(derived: str, concept: str) -> str:
    unit = grammar().derived[derived].unit
    return grammar().concepts[concept].unit if unit == "*" else unit


@cache
def condition(text: str) -> Evaluator:
    """The function of a declared expression; DeclarationError for one that cannot be read."""
    return compile_expression(parsed(text, _FILE))
