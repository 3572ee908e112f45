"""Sums as read → judgements: too much, too little, a last digit, a part above its total."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from xlperf.report_text.grammar import grammar, implied_role
from xlperf.report_text.judgement import Judgement, printed, shown
from xlperf.report_text.sentences import Figure, Sentence, Split
from xlperf.report_text.structure import Part, Passage
from xlperf.report_text.sums import (
    Agreement,
    Sum,
    compared,
    complete,
    partial,
)

_MORE, _FEWER, _ROUNDING, _PART = "R101", "R102", "R103", "R104"
_FAR = 0.1
_MOST_SHOWN = 8


def judged_sums(read: Sequence[Sum]) -> Iterator[Judgement]:
    """Each sum judged. Parts that fall short are wrong only where the words say they are all of it."""
    for one in read:
        if len(one.parts) == 1:
            wrong = one.agreement is Agreement.WRONG
            yield _judgement(_PART if wrong else "", one)
        elif one.agreement is Agreement.SHORT:
            yield _judgement(_short(one, read), one)
        else:
            codes = {Agreement.RIGHT: "", Agreement.ROUNDED: _ROUNDING, Agreement.WRONG: _MORE}
            yield _judgement(codes[one.agreement], one)


def _short(one: Sum, read: Sequence[Sum]) -> str:
    if partial(one):
        return ""
    if complete(one, read):
        return _MORE
    money = one.total.quantity.unit not in grammar().raw["lists"]["partly_counted"]
    return _FEWER if money else ""


def _judgement(code: str, one: Sum) -> Judgement:
    parts = [printed(part) for part in one.parts]
    digits = max(part.quantity.digits for part in one.parts)
    expected = shown(one.sum, one.total.quantity, digits)
    difference = shown(abs(one.sum - one.total.quantity.value), one.total.quantity, digits)
    context = {
        "label": one.total.label or printed(one.total),
        "parts": "＋".join(parts if len(parts) <= _MOST_SHOWN else [*parts[: _MOST_SHOWN - 1], "……"]),
        "count": str(len(parts)),
        "difference": difference,
    }
    return Judgement(code, one.sentence, one.total, printed(one.total), expected, context)


def series(part: Part) -> Iterator[Sum]:
    """Totals whose parts are the paragraphs that follow: ……万元，其中：. One sum for each side.

    Paragraphs that need not belong to the list any more may be left off at its end; parts that come
    nowhere near their total are another list, and give no sum.
    """
    for place, passage in enumerate(part.passages):
        sentence = passage.sentences[-1] if passage.sentences else None
        if sentence is None or not sentence.splits or not _open(sentence):
            continue
        split = sentence.splits[-1]
        head = [one for one in sentence.figures if one.at < split.at]
        if not head and sentence.before:
            head = sentence.before.figures
        totals = [one for one in reversed(head) if one.plain]
        following = list(_following(part, place, passage))
        for total in {one.side: one for one in reversed(totals) if one.side}.values():
            yield from _nearest(sentence, split, total, following)


def _side(figure: Figure) -> str:
    """The side of a figure by itself: spending where its name says so and nothing else is said."""
    named = implied_role(figure.mentioned[-1]) if figure.mentioned else ""
    return figure.side or grammar().roles.get(named, "")


def _open(sentence: Sentence) -> bool:
    """Whether the last split of a passage has nothing but a colon after it."""
    rest = sentence.tokens[sentence.splits[-1].at + 1 :]
    return bool(rest) and all(one.means("mark") == "leads" for one in rest)


def _following(part: Part, place: int, passage: Passage) -> Iterator[Passage]:
    for other in islice(part.passages, place + 1, None):
        if other.heading is not passage.heading:
            return
        yield other


def _nearest(sentence: Sentence, split: Split, total: Figure, following: Sequence[Passage]) -> Iterator[Sum]:
    """The sum over as many of the following paragraphs as come nearest to the total."""
    parts: list[Figure] = []
    read: list[Sum] = []
    for passage in following:
        parts += [
            one
            for each in passage.sentences
            for one in each.figures
            if one.plain and _side(one) == total.side and one.quantity.unit == total.quantity.unit
        ]
        if len(parts) > 1:
            read.append(compared(sentence, total, tuple(parts), split))
    if not read:
        return
    best = min(read, key=lambda one: (abs(one.sum - total.quantity.value), -len(one.parts)))
    if abs(best.sum - total.quantity.value) <= _FAR * total.quantity.value:
        yield replace(best, split=Split(split.at, "whole"))
