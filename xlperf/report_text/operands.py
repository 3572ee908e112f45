"""A figure that is worked out from others → the figures that the operands of its formula may be."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise, product, takewhile

from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import Formula, grammar, implied_role
from xlperf.report_text.judgement import printed
from xlperf.report_text.lexer import TEXT, tokens
from xlperf.report_text.sentence_sums import Sum
from xlperf.report_text.sentences import Sentence, SentenceFigure
from xlperf.report_text.stated_figures import StatedFigures, default_concept

_FEWEST_SHARES = 3
PERCENT = "%"
"""The unit of shares, rates and changes."""


@dataclass(frozen=True, slots=True)
class Operand:
    """A value with half its last printed digit: how far the true one may lie."""

    value: float
    doubt: float
    text: str


class OperandScope:
    """Where the operands of one derived figure are looked for."""

    def __init__(
        self, sentence: Sentence, figure: SentenceFigure, read: Sequence[Sum], facts: StatedFigures
    ) -> None:
        self.sentence, self.figure, self.read, self.facts = sentence, figure, read, facts
        self.earlier = [candidate for candidate in reversed(sentence.figures) if candidate.at < figure.at]
        self.names: Sequence[str] = ()
        self.near = [candidate for candidate in self.earlier if candidate.group == figure.group]
        self._may_compare = _compares(figure.derived)
        self._is_of_work = _is_of_work(figure)

    def trials(self, formula: Formula) -> Iterator[tuple[Formula, Mapping[str, Operand]]]:
        """The formula with each choice of operands, nearest first; none where one is unknown.

        A change from a figure that is named is none from the budget; work that is done is no money spent.
        """
        names = sorted(formula.names)
        kinds = {grammar().raw["operands"][name] for name in names}
        if "side" in kinds and self._may_compare and self._base():
            return
        if self._is_of_work and kinds & {"side", "sole"}:
            return
        self.names = names
        for values in product(*(self._operands(name) for name in names)):
            yield formula, dict(zip(names, values, strict=True))

    def _operands(self, name: str) -> list[Operand]:
        kind = grammar().raw["operands"][name]
        if kind == "side":
            return self._side(name)
        if kind == "concept":
            here = [candidate for candidate in self.earlier if candidate.name == name and candidate.plain]
            return _all(here[:1] or self.facts.values(name, "")[:1])
        if kind in ("said", "counted"):
            return _all(self._said(name, money=kind == "said"))
        if kind == "sole":
            return _all(self._sole(name))
        finders = {
            "last": lambda: self.earlier[:1],
            "compared": self._compared_with_last,
            "part": self._part,
            "whole": self._whole,
            "this_year": lambda: self._yearly(0),
            "last_year": lambda: self._yearly(1),
            "change": self._change,
            "before": self._before,
            "base": self._base,
            "current": self._current,
            "above": self._above,
        }
        return _all(finders[kind]()) or (self._list_whole() if kind == "whole" else [])

    def _side(self, name: str) -> list[Operand]:
        """Figures of that side in the same clauses; else those the report states for the concept named."""
        named = self.figure.mentioned[-1] if self.figure.mentioned else ""
        money = [figure for figure in self.near if figure.plain and figure.quantity.unit != PERCENT]
        here = [figure for figure in money if figure.side == name and (not named or figure.name == named)]
        if here or (money and not named):
            together = _operands_together(here) if len(here) > 1 else []
            return [*_all(here), *together]
        first = self.figure is self.sentence.figures[0] and not self.sentence.topic
        concept = named or (default_concept() if first and _bare_label(self.figure) else "")
        if not concept:
            return []
        stated = self.facts.values(concept, name)
        return _all(stated) or [
            Operand(total, 0.005, f"{total:.2f}") for total in self.facts.total(concept, name)
        ]

    def _part(self) -> Sequence[SentenceFigure]:
        return [figure for figure in self.near if figure.quantity.unit != PERCENT and figure.plain][:1]

    def _compared_with_last(self) -> Sequence[SentenceFigure]:
        """The nearest figure before the one right before, in its unit."""
        last = self.earlier[0]
        return [
            figure
            for figure in self.near[1:2]
            if _counts(figure)
            and figure.quantity.unit == last.quantity.unit
            and last.quantity.comparator == "="
        ]

    def _list_whole(self) -> list[Operand]:
        """The sum of a list whose shares, all but one at most, are those of the sum."""
        pairs = [
            (part, share)
            for part, share in pairwise(self.sentence.figures)
            if share.derived == self.figure.derived and not share.whole and part.plain
        ]
        units = {part.quantity.unit for part, _ in pairs}
        total = sum(part.quantity.value for part, _ in pairs)
        if len(pairs) < _FEWEST_SHARES or len(units) != 1 or not total:
            return []
        off = [abs(part.quantity.value / total - share.quantity.value) for part, share in pairs]
        wrong = [gap for gap, (_, share) in zip(off, pairs, strict=True) if gap > share.quantity.step]
        operands = _all([part for part, _ in pairs])
        text = "＋".join(operand.text for operand in operands)
        doubt = sum(operand.doubt for operand in operands)
        return [Operand(total, doubt, f"({text})")] if len(wrong) <= 1 else []

    def _whole(self) -> Sequence[SentenceFigure]:
        part = self._part()
        if not part:
            return []
        named = [
            token for token in tokens(self.figure.whole) if token.means("concept") or token.kind == "text"
        ]
        if named:
            concept = named[-1].means("concept")
            return self._named(concept, part[0]) if concept and len(named) == 1 else []
        sums_here = (stated_sum for stated_sum in self.read if stated_sum.sentence is self.sentence)
        holding = [
            stated_sum.total
            for stated_sum in sums_here
            if any(each.at == part[0].at for each in stated_sum.parts)
        ]
        if holding:
            return holding
        concept = grammar().concepts[part[0].name].whole if part[0].name else ""
        return self._named(concept, part[0]) if concept else []

    def _named(self, concept: str, part: SentenceFigure) -> Sequence[SentenceFigure]:
        """The nearest figure of that name in the sentence or the one before, else in the report."""
        before = self.sentence.before.figures if self.sentence.before else []
        near = [
            figure for figure in (*self.earlier, *reversed(before)) if figure.name == concept and figure.plain
        ]
        near = [
            figure for figure in near if figure.quantity.unit == part.quantity.unit and figure.at != part.at
        ]
        side = part.side or grammar().roles.get(implied_role(part.name) if part.name else "", "")
        return near[:1] or [
            fact.figure
            for fact in self.facts.all
            if fact.concept == concept and fact.year == self.facts.year and not (side and fact.side != side)
        ]

    def _yearly(self, back: int) -> Sequence[SentenceFigure]:
        """The figures of the two years compared: 0 the later, 1 the earlier; none unless both are there."""
        said = [
            figure for figure in self.near if figure.plain and figure.year and figure.quantity.unit != PERCENT
        ]
        if self.figure.quantity.unit != PERCENT:
            said = [figure for figure in said if figure.quantity.unit == self.figure.quantity.unit]
        later = said[:1]
        earlier = [figure for figure in said if _one_year_before(figure, later[0])]
        return (later, earlier[:1])[back] if earlier else []

    def _said(self, name: str, *, money: bool) -> Sequence[SentenceFigure]:
        """The nearest figure before that the words call ``name``; all operands share one unit.

        Things counted are alone in their clause: 20个5,600户 may be meant by either.
        """
        unit = notation()["money"]["unit"]
        clauses = Counter(figure.clause for figure in self.near)
        counting = [
            figure
            for figure in self.near
            if money or (figure.quantity.unit not in (unit, PERCENT) and clauses[figure.clause] == 1)
        ]
        known = [
            (_called(figure, self.sentence), figure)
            for figure in counting
            if _counts(figure, at_least=not money)
        ]
        units = [figure.quantity.unit for called, figure in known if called.intersection(self.names)]
        return [figure for called, figure in known if name in called and figure.quantity.unit == units[0]][:1]

    def _sole(self, name: str) -> Sequence[SentenceFigure]:
        """The only amount before that the words call ``name``; of the sentence before where this has none.

        None where an amount follows that may belong to it: 收到中央60万元、省级40万元.
        """
        unit, before = notation()["money"]["unit"], self.sentence.before
        places = [(self.sentence, self.near)]
        if before and len(self.near) == len(self.earlier):
            places.append((before, before.figures))
        for sentence, figures in places:
            listed = {each.at for own in self.read if own.sentence is sentence for each in own.parts}
            if not listed.isdisjoint(figure.at for figure in self.near[:1]):
                listed = set()
            amounts = [
                figure
                for figure in figures
                if figure.quantity.unit == unit and _counts(figure) and figure.at not in listed
            ]
            if found := [figure for figure in amounts if name in _called(figure, sentence)]:
                unclear = any(figure.at > found[0].at and not _called(figure, sentence) for figure in amounts)
                return found if len(found) == 1 and not unclear else []
        return []

    def _change(self) -> Sequence[SentenceFigure]:
        return [figure for figure in self.near[:1] if figure.derived and figure.quantity.unit != PERCENT]

    def _above(self) -> Sequence[SentenceFigure]:
        """What the report states as the budget of the whole that the figure right before is part of."""
        part = self._part()
        whole = grammar().concepts[part[0].name].whole if part and part[0].name else ""
        budget = grammar().raw["above"]["of"]
        return self.facts.values(whole, budget) if whole else []

    def _before(self) -> Sequence[SentenceFigure]:
        """The figure before the change; that of the sentence before where it has only one."""
        change = self._change()
        if not change or self._base():
            return []
        unit = change[0].quantity.unit
        if len(self.earlier) > 1 or self.sentence.before is None:
            others = (figure for figure in self.near[1:] if figure.quantity.unit != PERCENT)
            amounts = [*takewhile(lambda figure: figure.quantity.unit == unit and _counts(figure), others)]
            return [figure for figure in amounts if figure.plain][:1] or amounts[:1]
        plain = [figure for figure in self.sentence.before.figures if _counts(figure)]
        return plain if [figure.quantity.unit for figure in plain] == [unit] else []

    def _base(self) -> Sequence[SentenceFigure]:
        """The figure that a change is said to be from: 较上年30万元增加…, or that of the year it names."""
        change = next(iter(self._change()), self.figure)
        before = [figure for figure in self.near if figure.at < change.at][:1]
        units = {change.quantity.unit, *(figure.quantity.unit for figure in before)} - {PERCENT}
        if not before or not _stated(before[0]) or before[0].quantity.unit not in units or len(units) > 1:
            return []
        pattern = grammar().raw["compared"]["pattern"]
        named = re.search(pattern, change.label)
        same_year = named and named[1] and int(named[1]) == before[0].year
        return before if re.search(pattern, before[0].label) or same_year else []

    def _current(self) -> Sequence[SentenceFigure]:
        """The figures right before that with which they are compared, in its unit; no averages."""
        base, averages = self._base(), grammar().raw["splits"]["averages"]
        return [
            figure
            for figure in self.near
            if base
            and figure.plain
            and figure.at < base[0].at
            and figure.quantity.unit == base[0].quantity.unit
            and base[0].clause - figure.clause <= 1
            and not any(word in figure.label for word in averages)
        ]


def _called(figure: SentenceFigure, sentence: Sentence) -> set[str]:
    """What the words before ``figure`` name: those with the longest declared word in them."""
    after = max((other.end for other in sentence.figures if other.at < figure.at), default=0)
    text = sentence.text[after : figure.start]
    found = [(len(word), name) for name, words in _said_words() for word in words if word in text]
    longest = max((length for length, _ in found), default=0)
    return {name for length, name in found if length == longest}


def _is_of_work(figure: SentenceFigure) -> bool:
    """Whether a rate is that of some work: 绿化完成率; 预算完成率 and 完成率 alone are rates of money."""
    said = [token for token in tokens(figure.label) if token.kind not in ("modifier", "filler")]
    bare = grammar().raw["derived"][figure.derived].get("bare", ())
    return len(said) > 1 and said[-1].text in bare and said[-2].kind == TEXT


@cache
def _compares(derived: str) -> bool:
    """Whether a formula of this kind takes a figure that something is compared with."""
    kinds = grammar().raw["operands"]
    return any(kinds[name] == "base" for each in grammar().derived[derived].formulas for name in each.names)


def _said_words() -> Iterator[tuple[str, Sequence[str]]]:
    return ((name, words) for name, words in grammar().raw["said"].items() if not name.startswith("$"))


def _stated(figure: SentenceFigure) -> bool:
    """Whether a figure is exact and not worked out from others; it may be compared with: 比上年30万元."""
    return not figure.derived and figure.quantity.comparator == "="


def _counts(figure: SentenceFigure, *, at_least: bool = False) -> bool:
    """Whether a figure is one in its own right, not worked out as a rate or a change.

    It has to be exact; ``at_least`` allows a target: ≥12场.
    """
    derived = grammar().derived.get(figure.derived)
    own = not derived.formulas if derived else not figure.aside
    return own and figure.quantity.comparator in (("=", ">=") if at_least else ("=",))


def _one_year_before(earlier: SentenceFigure, later: SentenceFigure) -> bool:
    alike = (earlier.name, earlier.side, earlier.quantity.unit) == (
        later.name,
        later.side,
        later.quantity.unit,
    )
    return alike and earlier.year == later.year - 1


def _bare_label(figure: SentenceFigure) -> bool:
    return all(token.kind != "text" for token in tokens(figure.label))


def _operands_together(figures: Sequence[SentenceFigure]) -> list[Operand]:
    """Figures of several years or kinds as one: the rate may be on all of them."""
    each = _all(figures)
    value = sum(operand.value for operand in each)
    return [
        Operand(value, sum(operand.doubt for operand in each), "＋".join(operand.text for operand in each))
    ]


def _all(figures: Sequence[SentenceFigure]) -> list[Operand]:
    return [_operand(figure) for figure in figures]


def _operand(figure: SentenceFigure) -> Operand:
    quantity = figure.quantity
    doubt = quantity.step / 2 if quantity.digits else 0.0
    text = printed(figure) if quantity.unit == PERCENT else f"{quantity.value:.{quantity.digits}f}"
    return Operand(quantity.value, doubt, text)
