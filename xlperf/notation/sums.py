"""Reads statements that split a total, as reports print them: A万元，其中：甲B万元、乙C万元."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from xlperf.notation.declared_words import notation, one_of
from xlperf.notation.quantities import Quantity, mentions_in
from xlperf.notation.text import normalise


@dataclass(frozen=True, slots=True)
class SumStatement:
    """A total and the two or more parts a passage splits it into, all in 万元; ``text`` is the passage.

    Whether the parts are all of the total or only some of it is for the caller to judge.
    """

    total: Quantity
    parts: tuple[Quantity, ...]
    text: str


def sum_statements(text: str) -> list[SumStatement]:
    """The splits of a total in ``text``; a bracket holds no part, yet may hold a split itself.

    A passage that cannot be read one way only (nested splits without semicolons, budget next to actual,
    amounts that are thresholds) gives no statement rather than a guessed one.
    """
    flat = normalise(text)
    outside, brackets = blank_brackets(flat)
    mentions = mentions_in(outside)
    ends = [mention.end for mention in mentions]
    found = []
    for split in sorted(
        [*_splits_outside(outside), *_splits_inside(flat, brackets)], key=lambda split: split.at
    ):
        before = bisect_right(ends, split.at)
        if before and _leads_to_split(outside[ends[before - 1] : split.at]):
            total, parts = mentions[before - 1], _parts(split.region)
            if len(parts) > 1 and all(quantity.comparator == "=" for quantity in (total.quantity, *parts)):
                begin = max(
                    (mark.end() for mark in _grammar().stop.finditer(flat, 0, total.start)), default=0
                )
                found.append(SumStatement(total.quantity, parts, flat[begin : split.end].strip()))
    return found


@dataclass(frozen=True, slots=True)
class _Split:
    """A split word at ``at`` and the text it governs, which ends at ``end``."""

    at: int
    region: str
    end: int


def _splits_outside(masked: str) -> Iterator[_Split]:
    """Splits outside brackets; one inside another's sentence needs semicolons to set it apart."""
    grammar = _grammar()
    outer_end: int | None = None
    for word in grammar.split.finditer(masked):
        nested = outer_end is not None and not grammar.stop.search(masked, outer_end, word.start())
        stop = (grammar.stop_or_group if nested else grammar.stop).search(masked, word.end())
        end = stop.start() if stop else len(masked)
        if not nested or grammar.group.search(masked, outer_end or 0, end + 1):
            yield _Split(word.start(), masked[word.end() : end], end)
        outer_end = word.end()


def _splits_inside(flat: str, brackets: list[tuple[int, int]]) -> Iterator[_Split]:
    """Splits that open a bracket: 项目90万元（其中：甲50万元、乙40万元）."""
    for start, end in brackets:
        content, _ = blank_brackets(flat[start + 1 : end - 1])
        if word := _grammar().split.match(content):
            yield _Split(start, _grammar().stop.split(content[word.end() :])[0], end)


def _leads_to_split(gap: str) -> bool:
    """Between the total and 其中 only punctuation is allowed, or clauses that add a note (占…, 同比…)."""
    grammar = _grammar()
    return all(
        grammar.aside.match(clause.strip()) for clause in grammar.clause_end.split(gap) if clause.strip()
    )


def _parts(region: str) -> tuple[Quantity, ...]:
    """The amounts of a region; of a region with splits in it, those that its semicolons set apart."""
    grammar = _grammar()
    pieces = [region]
    if grammar.split.search(region):
        pieces = [grammar.split.split(group)[0] for group in grammar.group.split(region)]
        if len(pieces) == 1:
            return ()
    if any(all(word in region for word in pair) for pair in notation()["sums"]["comparisons"]):
        return ()
    return tuple(
        mention.quantity
        for piece in pieces
        for mention in mentions_in(piece)
        if not grammar.no_part.match(grammar.clause_end.split(piece[: mention.start])[-1].strip())
    )


def blank_brackets(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``text`` with blanks for all that brackets hold, and the start and end of the outermost pairs.

    The end is that of a slice: behind the closing bracket.
    """
    closing = {pair[0]: pair[1] for pair in notation()["sums"]["brackets"]}
    opened: list[tuple[str, int]] = []
    outermost: list[tuple[int, int]] = []
    for place, character in enumerate(text):
        if character in closing:
            opened.append((closing[character], place))
        elif opened and character == opened[-1][0]:
            _, start = opened.pop()
            if not opened:
                outermost.append((start, place + 1))
    masked = list(text)
    for start, end in outermost:
        masked[start:end] = " " * (end - start)
    return "".join(masked), outermost


@dataclass(frozen=True, slots=True)
class _Grammar:
    split: re.Pattern[str]
    stop: re.Pattern[str]
    group: re.Pattern[str]
    stop_or_group: re.Pattern[str]
    clause_end: re.Pattern[str]
    aside: re.Pattern[str]
    no_part: re.Pattern[str]


@cache
def _grammar() -> _Grammar:
    declared = notation()["sums"]
    stops, groups, items = map(re.escape, (declared["stops"], declared["groups"], declared["items"]))
    last_of_money = "".join(word[-1] for word in notation()["money"]["words"])
    return _Grammar(
        split=re.compile(rf"(?:(?<=[{last_of_money}])|(?<!\w)){one_of(declared['splits'])}"),
        stop=re.compile(f"[{stops}]"),
        group=re.compile(f"[{groups}]"),
        stop_or_group=re.compile(f"[{stops}{groups}]"),
        clause_end=re.compile(f"[{stops}{groups}{items}：:]"),
        aside=re.compile(one_of(declared["asides"])),
        no_part=re.compile(one_of(declared["asides"] + declared["totals"])),
    )
