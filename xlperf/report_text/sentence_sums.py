"""Sentences that split a total → sums: the total, the parts, and whether they agree.

A passage is wrong only when no reading of it is right; of wrong readings the plainest is reported.
"""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from enum import Enum
from itertools import product
from math import inf, prod

from xlperf.expressions import round_half_up
from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import grammar, implied_role
from xlperf.report_text.judgement import A_LITTLE
from xlperf.report_text.sentences import Sentence, SentenceFigure, Split

_MOST_READINGS = 500


class Agreement(Enum):
    """How parts compare with their total; ``SHORT`` parts may be only some of it."""

    RIGHT = 0
    ROUNDED = 1
    SHORT = 2
    WRONG = 3


@dataclass(frozen=True, slots=True)
class Sum:
    """A total and its parts in one unit; ``sum`` is what the parts add up to."""

    sentence: Sentence
    total: SentenceFigure
    parts: tuple[SentenceFigure, ...]
    sum: float
    agreement: Agreement
    split: Split


@dataclass(frozen=True, slots=True)
class _Region:
    """What one split governs in one reading: token places from its word to ``end``."""

    split: Split
    end: int


def sums(sentence: Sentence) -> list[Sum]:
    """The sums of ``sentence`` in its best reading, those in brackets first."""
    found = [nested for inner in sentence.inner for nested in (*sums(inner), *_composed(inner))]
    best: tuple[tuple[int, int, float], list[Sum]] | None = None
    for number, regions in enumerate(_readings(sentence)):
        read = [stated_sum for region in regions for stated_sum in _sums_of(sentence, region, regions)]
        wrong = [each for each in read if each.agreement in (Agreement.SHORT, Agreement.WRONG)]
        off = sum(map(_off, wrong)) if all(_is_plain(sentence, region) for region in regions) else inf
        rank = (-sum(len(stated_sum.parts) > 1 for stated_sum in read), len(wrong), off)
        if best is None or rank < best[0]:
            best = rank, read
        if not wrong and number == 0:
            break
    return found + (best[1] if best else []) + list(_closing(sentence))


def _off(wrong: Sum) -> float:
    return abs(wrong.sum / (wrong.total.quantity.value or 1) - 1)


def _is_plain(sentence: Sentence, region: _Region) -> bool:
    """Whether a region ends with the sentence or at a semicolon, not within a list."""
    return region.end == len(sentence.tokens) or sentence.tokens[region.end].means("mark") == "groups"


_FAR = 0.1


def _composed(inner: Sentence) -> Iterator[Sum]:
    """What a bracket with nothing but plain figures says: 基本支出100万元（人员80万元、公用20万元）.

    Parts that fall far short are only some of it.
    """
    parts = inner.figures
    if (
        inner.head is None
        or inner.splits
        or len(parts) < 2
        or not all(_simple(inner, part) for part in parts)
    ):
        return
    found = compared(inner, inner.head, parts, Split(-1, "open"))
    if found.agreement is not Agreement.SHORT or found.sum >= (1 - _FAR) * inner.head.quantity.value:
        yield found


def _simple(inner: Sentence, part: SentenceFigure) -> bool:
    """Whether a part of a bracket says only what it is called: no other year, budget, rate or unit."""
    unit = inner.head.quantity.unit if inner.head else ""
    return part.plain and not (part.role or part.year or part.group) and part.quantity.unit == unit != "%"


def _readings(sentence: Sentence) -> Iterator[tuple[_Region, ...]]:
    """All ways to say where the splits end, the plainest first."""
    choices = [_ends(sentence, place) for place in range(len(sentence.splits))]
    if not choices:
        return
    if prod(map(len, choices)) > _MOST_READINGS:
        choices = [choices[0][:2], *choices[1:]]
    if prod(map(len, choices)) > _MOST_READINGS:
        choices = [ends[:2] for ends in choices]
    for chosen in product(*choices):
        yield tuple(_Region(split, end) for split, end in zip(sentence.splits, chosen, strict=True))


def _ends(sentence: Sentence, place: int) -> list[int]:
    """Where a split may end, the plainest first: the first one at the sentence's end, later ones at
    the next semicolon; else at any mark. 主要 without a colon lists no further than a semicolon.
    """
    split, last = sentence.splits[place], len(sentence.tokens)
    marks = [at for at, token in enumerate(sentence.tokens) if token.kind == "mark" and at > split.at]
    groups = [at for at in marks if sentence.tokens[at].means("mark") == "groups"]
    if split.kind == "part" and groups and marks[0] != split.at + 1:
        last, groups = groups[0], groups[:1]
        marks = [at for at in marks if at <= last]
    plainest = [last, *groups] if place == 0 else [*groups[:1], last]
    return list(dict.fromkeys([*plainest, *reversed(marks)]))


def _sums_of(sentence: Sentence, region: _Region, regions: Sequence[_Region]) -> Iterator[Sum]:
    own = [figure for figure in sentence.figures if _innermost(figure.at, regions) is region]
    around = _innermost(region.split.at, regions)
    head = [
        figure
        for figure in sentence.figures
        if figure.at < region.split.at
        and _innermost(figure.at, regions) is around
        and figure.quantity.unit != "%"
    ]
    head = head or _earlier(sentence, region.split)
    own = [part for part in own if not _says_more(sentence, part)]
    carried = _carried_parts(head)
    parts = [
        part
        for part in own
        if not (part.derived or part.aside or part.total) or (carried and re.search(carried, part.label))
    ]
    for unit in dict.fromkeys(part.quantity.unit for part in parts):
        alike = [figure for figure in parts if figure.quantity.unit == unit]
        totals = [figure for figure in reversed(head) if figure.quantity.unit == unit and figure.plain]
        if unit != "%" and totals and all(figure.plain or carried for figure in alike):
            yield from _labelled_alike(sentence, region, totals, alike) or _matched(
                sentence, region, totals, alike
            )


def _carried_parts(totals: Sequence[SentenceFigure]) -> str:
    """What parts that were carried over are called, where the total of everything is split; else ""."""
    declared = grammar().raw["carried"]
    is_of_all = any(word in total.label for word in declared["words"] for total in totals)
    return str(declared["part"]) if is_of_all else ""


def _labelled_alike(
    sentence: Sentence, region: _Region, totals: Sequence[SentenceFigure], parts: Sequence[SentenceFigure]
) -> list[Sum]:
    """The sums of a list of rows: 送审9万元，审定8万元，其中甲送审5万元，审定4万元，乙送审4万元，审定4万元.

    None where the parts are called otherwise than several totals, each as often.
    """
    above = {total.label: total for total in reversed(totals) if total.label}
    named = {label: [part for part in parts if part.label.endswith(label)] for label in above}
    rows = {len(found) for found in named.values() if found}
    known = sum(map(len, named.values()))
    if len(rows) != 1 or min(rows) < 2 or known != len(parts) or known == min(rows):
        return []
    return [compared(sentence, above[label], found, region.split) for label, found in named.items() if found]


def _says_more(sentence: Sentence, part: SentenceFigure) -> bool:
    """Whether it is an average, or says more of the figure before it in its clause: 配套20万元到位15万元."""
    if any(word in part.label for word in grammar().raw["splits"]["averages"]):
        return True
    before = [figure for figure in sentence.figures if figure.at < part.at and figure.clause == part.clause]
    joined = part.label.startswith(tuple(grammar().raw["lists"]["joins"]))
    alone = not (part.role or joined or part.mentioned)
    return alone and bool(before) and before[-1].quantity.unit == part.quantity.unit


def _innermost(at: int, regions: Sequence[_Region]) -> _Region | None:
    holding = [candidate for candidate in regions if candidate.split.at < at < candidate.end]
    return max(holding, key=lambda candidate: candidate.split.at, default=None)


def _earlier(sentence: Sentence, split: Split) -> list[SentenceFigure]:
    """The figures that a split right at the start speaks of: the bracket's, or the sentence before's."""
    if any(token.kind in ("figure", "text") for token in sentence.tokens[: split.at]):
        return []
    if sentence.head is not None:
        return [sentence.head]
    return sentence.before.figures if sentence.before else []


def _matched(
    sentence: Sentence, region: _Region, totals: Sequence[SentenceFigure], parts: Sequence[SentenceFigure]
) -> Iterator[Sum]:
    """The parts against the nearest total of their role that they agree with, else the nearest."""
    if any(is_score(part) for part in parts):
        parts, totals = [_marked(part) for part in parts], [_marked(total) for total in totals]
    sides = {part.side for part in parts if part.side}
    mixed = len(sides) > 1
    if len(sides) == 1:
        parts = [_with_implied_side(part, sides) for part in parts]
    for side in dict.fromkeys(part.side for part in parts):
        first = min(part.group for part in parts if part.side == side)
        alike = [
            part for part in parts if part.side == side or not (part.side or mixed or part.group < first)
        ]
        fitting = [
            candidate for candidate in totals if candidate.side == side or not (candidate.side and side)
        ]
        if mixed:
            fitting = [candidate for candidate in totals if candidate.side == side and side]
        if not fitting or (not side and any(part.side for part in parts) and not mixed):
            continue
        read = [compared(sentence, total, alike, region.split) for total in fitting]
        right = [
            stated_sum for stated_sum in read if stated_sum.agreement in (Agreement.RIGHT, Agreement.ROUNDED)
        ]
        yield right[0] if right else read[0]


def _with_implied_side(part: SentenceFigure, sides: Set[str]) -> SentenceFigure:
    """``part`` with the role that its name says, where that is of the side of other parts."""
    role = implied_role(part.mentioned[-1]) if part.mentioned and not part.role else ""
    return replace(part, role=role) if grammar().roles.get(role) in sides else part


def is_score(figure: SentenceFigure, *, reached: bool = False) -> bool:
    """Whether the words say that it is a score, reached or taken off: 得9分; ``reached`` only the former."""
    scores = grammar().raw["scores"]
    sides = scores["reached"] if reached else [*scores["reached"], *scores["taken_off"]]
    return figure.quantity.unit == scores["unit"] and figure.side in sides


def _marked(figure: SentenceFigure) -> SentenceFigure:
    """``figure`` as a full mark where it is no score: 预算执行10分，得9分."""
    return figure if is_score(figure) else replace(figure, role=grammar().raw["scores"]["full_mark"])


def compared(sentence: Sentence, total: SentenceFigure, parts: Sequence[SentenceFigure], split: Split) -> Sum:
    """``parts`` against ``total`` at the precision printed; integer parts and whole counts are exact."""
    amounts = [part.quantity for part in parts]
    right = round_half_up(sum(amount.value for amount in amounts), 9)
    step = min(quantity.step for quantity in (*amounts, total.quantity))
    rounded = total.quantity.unit == notation()["money"]["unit"] or total.quantity.digits
    allowed = (total.quantity.step + len(parts) * step) / 2 if rounded else 0.0
    if abs(right - total.quantity.value) <= total.quantity.step / 2 + A_LITTLE:
        agreement = Agreement.RIGHT
    elif len(parts) > 1 and abs(right - total.quantity.value) <= allowed + A_LITTLE:
        agreement = Agreement.ROUNDED
    else:
        agreement = Agreement.SHORT if right < total.quantity.value else Agreement.WRONG
    inheriting = (part if part.role else replace(part, role=total.role) for part in parts)
    return Sum(sentence, total, tuple(inheriting), right, agreement, split)


def complete(stated_sum: Sum, alongside: Sequence[Sum]) -> bool:
    """Whether the words say that the parts are all of the total.

    So they do where they say 分别为, where the parts are the declared ones of that total, where
    their number is said, and where the same list adds up in another unit.
    """
    names = {part.name for part in stated_sum.parts if part.name}
    concept = grammar().concepts.get(stated_sum.total.name)
    concepts = [concept] if concept else grammar().concepts.values()
    known = [complete_set for concept in concepts for complete_set in concept.complete]
    counted = any(
        figure.quantity.unit in grammar().raw["lists"]["units"]
        and figure.quantity.value == len(stated_sum.parts) > 1
        and stated_sum.total.clause == figure.clause
        for figure in stated_sum.sentence.figures
        if figure.at < stated_sum.split.at
    )
    parallel = any(
        other is not stated_sum
        and (other.sentence is stated_sum.sentence and other.split == stated_sum.split)
        and other.agreement is Agreement.RIGHT
        for other in alongside
    )
    return (
        stated_sum.split.kind == "whole"
        or counted
        or parallel
        or any(complete_set <= names for complete_set in known)
    )


def partial(stated_sum: Sum) -> bool:
    """Whether the words say that the parts are only the main ones, or some."""
    last = stated_sum.parts[-1]
    rest = stated_sum.sentence.text[last.end :]
    endings = tuple(grammar().raw["splits"]["partial_endings"])
    return stated_sum.split.kind == "part" or any(ending in rest[:_TAIL] for ending in endings)


_TAIL = 12


def _closes(total: SentenceFigure, earlier: Sequence[SentenceFigure]) -> bool:
    """Whether a figure is called as all those before it end, with a word for a total in front."""
    words = (word for word in grammar().raw["totals"] if total.label.startswith(word))
    called = next((total.label.removeprefix(word) for word in words), "")[-_NOUN:]
    return bool(called) and all(figure.label.endswith(called) for figure in earlier)


_NOUN = 2


def _closing(sentence: Sentence) -> Iterator[Sum]:
    """Totals that close a list: 甲10万元、乙20万元，合计30万元; 一期投资5万元、二期投资6万元，总计投资…."""
    for total in sentence.figures:
        earlier = [
            figure
            for figure in sentence.figures
            if figure.at < total.at and figure.plain and figure.quantity.unit == total.quantity.unit
        ]
        if not total.plain or not (total.total or _closes(total, earlier)):
            continue
        if len(earlier) > 1 and not any(split.at < total.at for split in sentence.splits):
            split = Split(total.at, "whole")
            read = [compared(sentence, total, earlier[first:], split) for first in range(len(earlier) - 1)]
            right = [
                stated_sum
                for stated_sum in read
                if stated_sum.agreement in (Agreement.RIGHT, Agreement.ROUNDED)
            ]
            yield right[0] if right else read[0]
