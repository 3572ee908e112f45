"""Scores of indicators in a report (预算执行10分，得9分；…) → their sum and the total score it states."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby, pairwise

from xlperf.report_text.grammar import grammar
from xlperf.report_text.lexer import squeezed
from xlperf.report_text.sentence_sums import Sum, compared, is_score
from xlperf.report_text.sentences import Sentence, SentenceFigure, Split
from xlperf.report_text.stated_figures import StatedFigures
from xlperf.report_text.structure import ReportPart

Item = tuple[SentenceFigure, SentenceFigure]
"""A full mark and the score reached."""


def scored(part: ReportPart, facts: StatedFigures) -> Iterator[Sum]:
    """The total score against the scores of one sentence, or of one list, whose full marks make up all of it.

    Nothing where the report states no total score, or several.
    """
    scores = grammar().raw["scores"]
    full = float(grammar().raw["concepts"][scores["concept"]]["full"])
    totals = [fact for fact in facts.all if fact.concept == scores["concept"]]
    if len({fact.figure.quantity.value for fact in totals}) != 1:
        return
    for items in _lists(part):
        if len(items) > 1 and abs(sum(mark.quantity.value for mark, _ in items) - full) < _A_LITTLE:
            reached = tuple(score for _, score in items)
            total = totals[-1]
            yield compared(total.sentence, total.figure, reached, Split(total.figure.at, _WHOLE))


_A_LITTLE = 1e-9
_WHOLE = "whole"


def _lists(part: ReportPart) -> Iterator[list[Item]]:
    """The scores of each sentence that splits no total; and of paragraphs numbered alike the first each."""
    sentences = [sentence for passage in part.passages for sentence in passage.sentences]
    yield from (list(_items(sentence)) for sentence in sentences if not sentence.splits)
    numbered = [
        (_style(squeezed(passage.paragraph.text)), item)
        for passage in part.passages
        if passage.sentences and (item := next(_items(passage.sentences[0]), None))
    ]
    for style in dict.fromkeys(style for style, _ in numbered if style):
        runs = groupby(numbered, key=lambda entry: entry[0] == style)
        yield [item for same, run in runs if same for _, item in run]


def _items(sentence: Sentence) -> Iterator[Item]:
    """Each full mark of a sentence with the score right behind it."""
    unit = grammar().raw["scores"]["unit"]
    figures: Sequence[SentenceFigure] = [each for each in sentence.figures if each.quantity.unit == unit]
    for mark, score in pairwise(figures):
        if not is_score(mark) and is_score(score, reached=True) and mark.group == score.group:
            yield mark, score


def _style(text: str) -> str:
    """How a paragraph is numbered, "" for not at all: （二）过程指标 → （一）."""
    found = _numbering().match(text)
    return f"{found[1]}{'1' if found[2].isdigit() else ''}{found[3]}" if found else ""


@cache
def _numbering() -> re.Pattern[str]:
    headings = grammar().raw["headings"]
    numerals = headings["numerals"] + headings["ten"]
    before = "".join({character for style in headings["styles"] for character in style["before"]})
    after = "".join({character for style in headings["styles"] for character in style["after"]})
    return re.compile(rf"([{re.escape(before)}]?)([{numerals}]{{1,3}}|[0-9]{{1,2}})([{re.escape(after)}])")
