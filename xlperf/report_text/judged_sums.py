"""Sentences judged by themselves: sums, lists of names with a stated number, figures that cannot be meant.

A sum is too much, too little, wrong in a last digit, or has a part above its total; a list may be
内设机构8个，分别为：甲、乙、丙……; an amount may lack its 元, a share be above all there is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby, islice, pairwise

from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import grammar, implied_role
from xlperf.report_text.judgement import A_LITTLE, Judgement, printed, shown
from xlperf.report_text.lexer import squeezed
from xlperf.report_text.sentence_sums import Agreement, Sum, compared, complete, is_score, partial
from xlperf.report_text.sentences import Sentence, SentenceFigure, Split
from xlperf.report_text.stated_figures import StatedFigures
from xlperf.report_text.structure import ReportPart, ReportPassage

_MORE, _FEWER, _ROUNDING, _PART = "R101", "R102", "R103", "R104"
_FAR = 0.1
_MOST_SHOWN = 8


def judged_sums(read: Sequence[Sum]) -> Iterator[Judgement]:
    """Each sum judged. Parts that fall short are wrong only where the words say they are all of it."""
    for stated_sum in read:
        if len(stated_sum.parts) == 1:
            wrong = stated_sum.agreement is Agreement.WRONG
            yield _judgement(_PART if wrong else "", stated_sum)
        elif stated_sum.agreement is Agreement.SHORT:
            yield _judgement(_short(stated_sum, read), stated_sum)
        else:
            codes = {Agreement.RIGHT: "", Agreement.ROUNDED: _ROUNDING, Agreement.WRONG: _MORE}
            yield _judgement(codes[stated_sum.agreement], stated_sum)


def _short(stated_sum: Sum, read: Sequence[Sum]) -> str:
    if partial(stated_sum):
        return ""
    if complete(stated_sum, read):
        return _MORE
    money = stated_sum.total.quantity.unit not in grammar().raw["lists"]["partly_counted"]
    return _FEWER if money else ""


def _judgement(code: str, stated_sum: Sum) -> Judgement:
    parts = [printed(part) for part in stated_sum.parts]
    digits = max(part.quantity.digits for part in stated_sum.parts)
    expected = shown(stated_sum.sum, stated_sum.total.quantity, digits)
    difference = shown(
        abs(stated_sum.sum - stated_sum.total.quantity.value), stated_sum.total.quantity, digits
    )
    context = {
        "label": stated_sum.total.label or printed(stated_sum.total),
        "parts": "＋".join(parts if len(parts) <= _MOST_SHOWN else [*parts[: _MOST_SHOWN - 1], "……"]),
        "count": str(len(parts)),
        "difference": difference,
    }
    return Judgement(
        code, stated_sum.sentence, stated_sum.total, printed(stated_sum.total), expected, context
    )


def series(part: ReportPart) -> Iterator[Sum]:
    """Totals whose parts are the paragraphs that follow: ……万元，其中：. One sum for each side.

    Paragraphs that need not belong to the list any more may be left off at its end; parts that come
    nowhere near their total are another list, and give no sum.
    """
    for place, passage in enumerate(part.passages):
        sentence = passage.sentences[-1] if passage.sentences else None
        if sentence is None or not sentence.splits or not _open(sentence):
            continue
        split = sentence.splits[-1]
        earlier = [figure for figure in sentence.figures if figure.at < split.at]
        if not earlier and sentence.before:
            earlier = sentence.before.figures
        totals = [figure for figure in reversed(earlier) if figure.plain]
        following = list(_following(part, place, passage))
        for total in {_side(figure): figure for figure in reversed(totals) if _side(figure)}.values():
            yield from _nearest(sentence, split, total, following)


def _side(figure: SentenceFigure) -> str:
    """The side of a figure by itself: spending where its name says so and nothing else is said."""
    named = implied_role(figure.mentioned[-1]) if figure.mentioned else ""
    return figure.side or grammar().roles.get(named, "")


def _open(sentence: Sentence) -> bool:
    """Whether the last split of a passage has nothing but a colon after it."""
    rest = sentence.tokens[sentence.splits[-1].at + 1 :]
    return bool(rest) and all(token.means("mark") == "leads" for token in rest)


def _following(part: ReportPart, place: int, passage: ReportPassage) -> Iterator[ReportPassage]:
    for other in islice(part.passages, place + 1, None):
        if other.heading is not passage.heading:
            return
        yield other


def _nearest(
    sentence: Sentence, split: Split, total: SentenceFigure, following: Sequence[ReportPassage]
) -> Iterator[Sum]:
    """The sum over as many of the following paragraphs as come nearest to the total."""
    parts: list[SentenceFigure] = []
    read: list[Sum] = []
    for passage in following:
        parts += _parts(passage, total)
        if len(parts) > 1:
            read.append(compared(sentence, total, tuple(parts), split))
    if not read:
        return
    best = min(
        read, key=lambda stated_sum: (abs(stated_sum.sum - total.quantity.value), -len(stated_sum.parts))
    )
    if abs(best.sum - total.quantity.value) <= _FAR * total.quantity.value:
        yield replace(best, split=Split(split.at, "whole"))


def _parts(passage: ReportPassage, total: SentenceFigure) -> list[SentenceFigure]:
    """The figures of a paragraph that are on the total's side; the first of each item where none is said."""
    plain = [
        figure
        for sentence in passage.sentences
        for figure in sentence.figures
        if figure.plain and figure.quantity.unit == total.quantity.unit
    ]
    sided = [figure for figure in plain if _side(figure)]
    if sided:
        return [figure for figure in sided if _side(figure) == _side(total)]
    return list({figure.group: figure for figure in reversed(plain)}.values())[::-1]


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
        if len(items) > 1 and abs(sum(mark.quantity.value for mark, _ in items) - full) < A_LITTLE:
            reached = tuple(score for _, score in items)
            total = totals[-1]
            yield compared(total.sentence, total.figure, reached, Split(total.figure.at, "whole"))


def _lists(part: ReportPart) -> Iterator[list[Item]]:
    """The scores of each sentence that splits no total; and of paragraphs numbered alike the first each."""
    yield from (list(_scores(sentence)) for sentence in part.sentences if not sentence.splits)
    numbered = [
        (_style(squeezed(passage.paragraph.text)), item)
        for passage in part.passages
        if passage.sentences and (item := next(_scores(passage.sentences[0]), None))
    ]
    for style in dict.fromkeys(style for style, _ in numbered if style):
        runs = groupby(numbered, key=lambda entry: entry[0] == style)
        yield [item for same, run in runs if same for _, item in run]


def _scores(sentence: Sentence) -> Iterator[Item]:
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
    before, after = (
        re.escape("".join({character for style in headings["styles"] for character in style[side]}))
        for side in ("before", "after")
    )
    return re.compile(rf"([{before}]?)([{numerals}]{{1,3}}|[0-9]{{1,2}})([{after}])")


_NAMED = "R122"
_FEWEST = 3
_LONGEST_NAME = 20


def counted_names(sentence: Sentence) -> Iterator[Judgement]:
    """The stated number against the names listed; a joining word may be part of a name."""
    declared = grammar().raw["lists"]
    for figure in sentence.figures:
        if figure.quantity.unit not in declared["units"] or not figure.plain:
            continue
        names = _names(sentence, figure)
        if names is None:
            continue
        last = names[-1]
        joins = sum(join in name for join in declared["joins"] for name in names)
        possible = range(len(names), len(names) + joins + 1)
        right = figure.quantity.value in possible or last.endswith(tuple(declared["others"]))
        unit = figure.quantity.unit
        context = {"label": figure.label, "names": declared["separators"].join(names)}
        yield Judgement(
            "" if right else _NAMED, sentence, figure, printed(figure), f"{len(names)}{unit}", context
        )


def _names(sentence: Sentence, figure: SentenceFigure) -> list[str] | None:
    """The names behind the opener right after ``figure``; None where there is no plain list of names."""
    declared, marks = grammar().raw["lists"], grammar().raw["marks"]
    rest = sentence.tokens[figure.at + 1 :]
    opener = next((place for place, token in enumerate(rest) if token.means("opener") is not None), None)
    if opener is None or any(not _between(token.text) for token in rest[:opener]):
        return None
    start = rest[opener].end
    if any(figure_after.start >= start for figure_after in sentence.figures):
        return None
    masked = "".join(token.text for token in rest[opener + 1 :])
    body = masked.strip("".join((*marks["leads"], *marks["ends"], *marks["groups"], " ")))
    names = [name.strip() for name in body.split(declared["separators"])]
    plain = all(name and len(name) <= _LONGEST_NAME and not _punctuated(name) for name in names)
    return names if len(names) >= _FEWEST and plain else None


def _between(text: str) -> bool:
    marks = grammar().raw["marks"]
    return all(character in marks["items"] + marks["leads"] + " " for character in text)


def _punctuated(name: str) -> bool:
    marks, separators = grammar().raw["marks"], grammar().raw["lists"]["separators"]
    return any(
        mark in name for mark in marks["groups"] + marks["leads"] + marks["items"] if mark not in separators
    )


_UNIT, _CEILING, _SCALE = "R161", "R162", "R164"
_FEWEST_DIGITS = 3
_LEAST = (">=", ">")


def oddities(sentence: Sentence) -> Iterator[Judgement]:
    """Every amount and every threshold in per cent of ``sentence``, judged."""
    for figure in sentence.figures:
        text = sentence.text[figure.start : figure.end]
        if figure.quantity.unit == notation()["money"]["unit"] and (figure.role or figure.name):
            bare = text.endswith(tuple(notation()["money"]["bare_multipliers"]))
            whole = text + notation()["money"]["words"][0]
            yield Judgement(_UNIT if bare else "", sentence, figure, text, whole, {"label": figure.label})
        elif _is_threshold(figure):
            most = grammar().raw["ceilings"]["most"]
            over = figure.quantity.value >= most - A_LITTLE
            context = {"label": figure.label}
            yield Judgement(_CEILING if over else "", sentence, figure, text, printed(figure), context)


def scales(sentence: Sentence) -> Iterator[Judgement]:
    """Amounts in 元 with the digits of another one in 万元; what is paid for each of many is none."""
    money = notation()["money"]
    averages = grammar().raw["splits"]["averages"]
    amounts = [
        (figure, sentence.text[figure.start : figure.end].removesuffix(money["words"][0]))
        for figure in sentence.figures
        if figure.quantity.unit == money["unit"] and not any(word in figure.label for word in averages)
    ]
    for figure, digits in amounts:
        others = (other for other, text in amounts if text == digits + money["unit"][0])
        if sum(map(str.isdigit, digits)) >= _FEWEST_DIGITS and digits[-1].isdigit():
            other = next(others, None)
            value, expected = (
                sentence.text[each.start : each.end] if each else "" for each in (figure, other)
            )
            yield Judgement(
                _SCALE if other else "", sentence, figure, value, expected, {"label": figure.label}
            )


def _is_threshold(figure: SentenceFigure) -> bool:
    """Whether a figure says how much at least of something that has an upper limit."""
    ceilings, quantity = grammar().raw["ceilings"], figure.quantity
    exempt = any(word in figure.label for word in ceilings["exempt"])
    return (
        quantity.unit == ceilings["unit"]
        and quantity.comparator in _LEAST
        and not figure.derived
        and not exempt
    )
