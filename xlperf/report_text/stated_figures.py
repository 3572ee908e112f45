"""Figures that a report names → facts: what, whose role, which year; looked up by later statements."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import grammar, implied_role
from xlperf.report_text.lexer import tokens
from xlperf.report_text.sentence_sums import Sum
from xlperf.report_text.sentences import Sentence, SentenceFigure
from xlperf.report_text.structure import ReportPart, ReportPassage


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A named figure. ``role`` is a declared role or "" for what has none; ``year`` is always set."""

    concept: str
    role: str
    year: int
    figure: SentenceFigure
    sentence: Sentence

    @property
    def side(self) -> str:
        """The role as formulas name it."""
        return grammar().roles.get(self.role, "")


class StatedFigures:
    """All facts of a report on the whole unit, in order."""

    def __init__(self, part: ReportPart, read: Sequence[Sum], year: int) -> None:
        self.year = year
        inherited = {id(stated_sum.sentence): dict[int, str]() for stated_sum in read}
        for stated_sum in read:
            role = _role(stated_sum.total)
            if not stated_sum.total.role and stated_sum.total.at >= 0:
                role = role or inherited[id(stated_sum.sentence)].get(stated_sum.total.at, "")
            for figure in stated_sum.parts:
                inherited[id(stated_sum.sentence)].setdefault(figure.at, figure.role or role)
        self.all = list(self._facts(part, inherited))

    def _facts(self, part: ReportPart, inherited: dict[int, dict[int, str]]) -> Iterator[StatedFigure]:
        carried = grammar().raw["carried"]
        is_carried = any(re.search(carried["pattern"], passage.text) for passage in part.passages)
        for passage, sentence in ((each, own) for each in part.passages for own in each.sentences):
            above = [heading.title for heading in (passage.heading, passage.top) if heading]
            for figure in sentence.figures:
                if _of_other_funds((*above, sentence.text[: figure.start])):
                    continue
                if is_carried and any(word in figure.label for word in carried["words"]):
                    continue
                concept = figure.name or (
                    default_concept() if self._unnamed(passage, sentence, figure) else ""
                )
                if not concept or not figure.plain or not _fits(figure, concept):
                    continue
                if _of_a_part(sentence, figure, concept):
                    continue
                role = inherited.get(id(sentence), {}).get(figure.at, "")
                role = figure.role or role or _implied(sentence, figure, concept)
                money = grammar().concepts[concept].unit == notation()["money"]["unit"]
                if role or not money:
                    yield StatedFigure(
                        concept, role if money else "", figure.year or self.year, figure, sentence
                    )

    @staticmethod
    def _unnamed(passage: ReportPassage, sentence: Sentence, figure: SentenceFigure) -> bool:
        """Whether a figure without a name is the unit's whole: first in its sentence, no other topic."""
        above = [passage.heading.title, passage.top.title] if passage.heading and passage.top else []
        elsewhere = any(token.means("concept") for title in above for token in tokens(title))
        return figure.whole_year and not sentence.topic and not elsewhere

    def values(self, concept: str, side: str) -> list[SentenceFigure]:
        """The figures stated for a concept and side; nothing where the report contradicts itself."""
        stated = concept, side, self.year
        found = [fact for fact in self.all if (fact.concept, fact.side, fact.year) == stated]
        if len({fact.role for fact in found}) == len({fact.figure.quantity.value for fact in found}):
            return [fact.figure for fact in found]
        return []

    def total(self, concept: str, side: str) -> list[float]:
        """The values that a concept may have: as stated, else the sum of a complete set of its parts."""
        if stated := [figure.quantity.value for figure in self.values(concept, side)]:
            return stated
        for names in grammar().concepts[concept].complete:
            parts = [{figure.quantity.value for figure in self.values(name, side)} for name in names]
            if all(len(values) == 1 for values in parts):
                return [sum(values.pop() for values in parts)]
        return []


@cache
def default_concept() -> str:
    """The concept that a figure of the whole year without a name is."""
    return next(name for name, concept in grammar().concepts.items() if concept.default)


def _of_other_funds(texts: Iterable[str]) -> bool:
    """Whether titles or the words before a figure speak of funds that are accounted for by themselves."""
    return any(word in text for word in grammar().raw["other_funds"] for text in texts)


def _fits(figure: SentenceFigure, concept: str) -> bool:
    entry = grammar().raw["concepts"][concept]
    return figure.quantity.unit == entry["unit"] or (
        bool(entry.get("after")) and figure.quantity.unit in grammar().raw["lists"]["units"]
    )


def _of_a_part(sentence: Sentence, figure: SentenceFigure, concept: str) -> bool:
    """Whether a score is that of an indicator: other scores, or words for one, come before it."""
    entry = grammar().raw["concepts"][concept]
    if "full" not in entry:
        return False
    before = sentence.text[: figure.start]
    others = (token.quantity for token in tokens(before) if token.quantity)
    scores = (other for other in others if other.unit == figure.quantity.unit)
    return any(word in before for word in entry["not_of"]) or any(
        score.value != entry["full"] for score in scores
    )


def _implied(sentence: Sentence, figure: SentenceFigure, concept: str) -> str:
    """The role that the name says, unless the clauses before it speak of another: 年初预算甲…，乙…."""
    role = implied_role(concept)
    other = any(
        earlier.role and earlier.side != grammar().roles.get(role)
        for earlier in sentence.figures
        if earlier.at < figure.at and earlier.group == figure.group
    )
    return "" if other else role


def _role(figure: SentenceFigure) -> str:
    concept = figure.name or (default_concept() if figure.whole_year else "")
    return figure.role or (implied_role(concept) if concept else "")
