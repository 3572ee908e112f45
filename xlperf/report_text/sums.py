"""Sentences that split a total → sums: the total, the parts, and whether they agree.

A passage is wrong only when no reading of it is right; of wrong readings the plainest is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import product
from math import prod

from xlperf.expressions import round_half_up
from xlperf.notation.words import notation
from xlperf.report_text.grammar import grammar
from xlperf.report_text.sentences import (
    Figure,
    Sentence,
    Split,
    inherit,
)

_MOST_READINGS = 500
_A_LITTLE = 1e-9


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
    total: Figure
    parts: tuple[Figure, ...]
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
    found = [one for inner in sentence.inner for one in sums(inner)]
    best: tuple[tuple[int, int], list[Sum]] | None = None
    for number, regions in enumerate(_readings(sentence)):
        read = [one for region in regions for one in _sums_of(sentence, region, regions)]
        wrong = sum(one.agreement in (Agreement.SHORT, Agreement.WRONG) for one in read)
        rank = (-sum(len(one.parts) > 1 for one in read), wrong)
        if best is None or rank < best[0]:
            best = rank, read
        if wrong == 0 and number == 0:
            break
    return found + (best[1] if best else []) + list(_closing(sentence))


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
    the next semicolon; else at any mark.
    """
    split, last = sentence.splits[place], len(sentence.tokens)
    marks = [at for at, token in enumerate(sentence.tokens) if token.kind == "mark" and at > split.at]
    groups = [at for at in marks if sentence.tokens[at].means("mark") == "groups"]
    plainest = [last, *groups] if place == 0 else [*groups[:1], last]
    return list(dict.fromkeys([*plainest, *reversed(marks)]))


def _sums_of(sentence: Sentence, region: _Region, regions: Sequence[_Region]) -> Iterator[Sum]:
    own = [one for one in sentence.figures if _innermost(one.at, regions) is region]
    around = _innermost(region.split.at, regions)
    head = [
        one
        for one in sentence.figures
        if one.at < region.split.at and _innermost(one.at, regions) is around and one.quantity.unit != "%"
    ]
    head = head or _earlier(sentence, region.split)
    parts = [one for one in own if not one.derived and not one.aside and not one.total]
    for unit in dict.fromkeys(one.quantity.unit for one in parts):
        alike = [one for one in parts if one.quantity.unit == unit]
        totals = [one for one in reversed(head) if one.quantity.unit == unit and one.plain]
        if unit != "%" and totals and all(one.plain for one in alike):
            yield from _matched(sentence, region, totals, alike)


def _innermost(at: int, regions: Sequence[_Region]) -> _Region | None:
    holding = [one for one in regions if one.split.at < at < one.end]
    return max(holding, key=lambda one: one.split.at, default=None)


def _earlier(sentence: Sentence, split: Split) -> list[Figure]:
    """The figures that a split right at the start speaks of: the bracket's, or the sentence before's."""
    if any(token.kind in ("figure", "text") for token in sentence.tokens[: split.at]):
        return []
    if sentence.head is not None:
        return [sentence.head]
    return sentence.before.figures if sentence.before else []


def _matched(
    sentence: Sentence, region: _Region, totals: Sequence[Figure], parts: Sequence[Figure]
) -> Iterator[Sum]:
    """The parts against the nearest total of their role that they agree with, else the nearest."""
    for side in dict.fromkeys(one.side for one in parts):
        mixed = len({one.side for one in parts if one.side}) > 1
        alike = [one for one in parts if one.side == side or not (one.side or mixed)]
        fitting = [one for one in totals if one.side == side or not (one.side and side)]
        if mixed:
            fitting = [one for one in totals if one.side == side and side]
        if not fitting or (not side and any(one.side for one in parts) and not mixed):
            continue
        read = [compared(sentence, total, alike, region.split) for total in fitting]
        right = [one for one in read if one.agreement in (Agreement.RIGHT, Agreement.ROUNDED)]
        yield right[0] if right else read[0]


def compared(sentence: Sentence, total: Figure, parts: Sequence[Figure], split: Split) -> Sum:
    """``parts`` against ``total`` at the precision printed; integer parts and whole counts are exact."""
    amounts = [one.quantity for one in parts]
    right = round_half_up(sum(one.value for one in amounts), 9)
    digits = total.quantity.digits
    step = min(one.step for one in (*amounts, total.quantity))
    rounded = total.quantity.unit == notation()["money"]["unit"] or total.quantity.digits
    allowed = (total.quantity.step + len(parts) * step) / 2 if rounded else 0.0
    if abs(round_half_up(right, digits) - total.quantity.value) < _A_LITTLE:
        agreement = Agreement.RIGHT
    elif len(parts) > 1 and abs(right - total.quantity.value) <= allowed + _A_LITTLE:
        agreement = Agreement.ROUNDED
    else:
        agreement = Agreement.SHORT if right < total.quantity.value else Agreement.WRONG
    heirs = tuple(inherit(one, total.role) for one in parts)
    return Sum(sentence, total, heirs, right, agreement, split)


def complete(one: Sum, alongside: Sequence[Sum]) -> bool:
    """Whether the words say that the parts are all of the total.

    So they do where they say 分别为, where the parts are the declared ones of that total, where
    their number is said, and where the same list adds up in another unit.
    """
    names = {part.name for part in one.parts if part.name}
    concept = grammar().concepts.get(one.total.name)
    known = concept.complete if concept else _complete_sets()
    counted = any(
        figure.quantity.unit in grammar().raw["lists"]["units"]
        and figure.quantity.value == len(one.parts) > 1
        and one.total.clause == figure.clause
        for figure in one.sentence.figures
        if figure.at < one.split.at
    )
    parallel = any(
        other is not one
        and (other.sentence is one.sentence and other.split == one.split)
        and other.agreement is Agreement.RIGHT
        for other in alongside
    )
    return one.split.kind == "whole" or counted or parallel or any(one_set <= names for one_set in known)


def _complete_sets() -> tuple[frozenset[str], ...]:
    return tuple(one_set for concept in grammar().concepts.values() for one_set in concept.complete)


def partial(one: Sum) -> bool:
    """Whether the words say that the parts are only the main ones, or some."""
    last = one.parts[-1]
    rest = one.sentence.text[last.end :]
    endings = tuple(grammar().raw["splits"]["partial_endings"])
    return one.split.kind == "part" or any(ending in rest[:_TAIL] for ending in endings)


_TAIL = 12


def _closing(sentence: Sentence) -> Iterator[Sum]:
    """Totals that close a list: 甲10万元、乙20万元，合计30万元."""
    for total in sentence.figures:
        if not total.total or not total.plain:
            continue
        earlier = [
            one
            for one in sentence.figures
            if one.at < total.at and one.plain and one.quantity.unit == total.quantity.unit
        ]
        if len(earlier) > 1 and not any(split.at < total.at for split in sentence.splits):
            split = Split(total.at, "whole")
            read = [compared(sentence, total, earlier[first:], split) for first in range(len(earlier) - 1)]
            right = [one for one in read if one.agreement in (Agreement.RIGHT, Agreement.ROUNDED)]
            yield right[0] if right else read[0]
