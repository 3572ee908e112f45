"""Amounts of a paragraph that add up: 年初预算 + 追加 − 追减 = 调整后预算, 收入 − 支出 = 结余.

Nothing is said where a paragraph names an amount that is none of these, or one of them twice.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.source import Json
from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import grammar
from xlperf.report_text.judgement import A_LITTLE, Judgement, printed, shown
from xlperf.report_text.lexer import YEAR, tokens
from xlperf.report_text.sentence_sums import Sum
from xlperf.report_text.sentences import Sentence, SentenceFigure
from xlperf.report_text.structure import ReportPart, ReportPassage

_DROPPED = frozenset({YEAR, "whole-year", "modifier", "filler"})
_OTHER = ""


@dataclass(slots=True)
class _Terms:
    """The amounts met so far, by the names of their terms; ``is_clear`` while all of them are known."""

    found: dict[str, list[SentenceFigure]] = field(default_factory=dict)
    is_clear: bool = True


def balances(part: ReportPart, read: Sequence[Sum]) -> Iterator[Judgement]:
    """Every amount that others of its paragraph add up to, judged; parts of sums ``read`` are left out."""
    whole = "".join(passage.text for passage in part.passages)
    parts = {(id(each.sentence), figure.at) for each in read for figure in each.parts if len(each.parts) > 1}
    for declared in grammar().raw["balances"]["kinds"]:
        for passage in part.passages:
            if not re.search(declared["silent"], passage.text):
                yield from _of_passage(passage, declared, parts, whole)


def _of_passage(
    passage: ReportPassage, declared: Json, parts: set[tuple[int, int]], whole: str
) -> Iterator[Judgement]:
    terms = _Terms()
    amounts = [
        (sentence, figure)
        for sentence in passage.sentences
        for figure in sentence.figures
        if figure.quantity.unit == notation()["money"]["unit"] and (id(sentence), figure.at) not in parts
    ]
    for place, (sentence, figure) in enumerate(amounts):
        name = _name(figure, declared, is_first=not place)
        is_complete = _is_complete(terms.found, declared, whole)
        is_total = name == declared["total"]
        if _is_listed(sentence, figure) and (
            name in ("", *declared["several"]) or (is_total and not is_complete)
        ):
            continue
        if is_total:
            if terms.is_clear and is_complete:
                yield _judged(sentence, figure, terms.found, declared)
            terms = _Terms()
        elif name:
            terms = _Terms() if name == declared.get("opens") else terms
            found = terms.found.setdefault(name, [])
            found.append(figure)
            is_once = len(found) == 1 or name in declared["several"]
            terms.is_clear = terms.is_clear and is_once and figure.quantity.comparator == "="
        elif not re.search(grammar().raw["balances"]["compared"], figure.label):
            terms.is_clear = False


def _is_listed(sentence: Sentence, figure: SentenceFigure) -> bool:
    """Whether a figure is in a list of parts: 其中 before it, and no semicolon between them."""
    before = [split.at for split in sentence.splits if split.at < figure.at]
    return bool(before) and not any(
        token.means("mark") == "groups" for token in sentence.tokens[before[-1] : figure.at]
    )


def _name(figure: SentenceFigure, declared: Json, *, is_first: bool) -> str:
    """The term or total that the words before ``figure`` name, "" for none."""
    said = "".join(token.text for token in tokens(figure.label) if token.kind not in _DROPPED)
    for name, pattern in declared["names"].items():
        if re.search(pattern, said):
            return str(name)
    first = declared.get("first", {})
    return str(first["name"]) if is_first and first and not re.search(first["not"], said) else _OTHER


def _is_complete(found: Mapping[str, object], declared: Json, whole: str) -> bool:
    """Whether the terms that must be there are, and none that the report speaks of elsewhere is missing."""
    there = all(not found.keys().isdisjoint(names) for names in declared["needs"])
    return there and not any(
        name not in found and re.search(pattern, whole) for name, pattern in declared["elsewhere"].items()
    )


def _judged(
    sentence: Sentence, total: SentenceFigure, found: Mapping[str, Sequence[SentenceFigure]], declared: Json
) -> Judgement:
    signs: Mapping[str, str] = declared["signs"]
    signed = [(signs[name], name, figure) for name in signs for figure in found.get(name, ())]
    right = sum(float(f"{sign}1") * figure.quantity.value for sign, _, figure in signed)
    doubt = sum(figure.quantity.step for *_, figure in signed if figure.quantity.digits)
    doubt += total.quantity.step if total.quantity.value and (total.quantity.digits or doubt) else 0
    is_right = abs(right - total.quantity.value) <= doubt / 2 + A_LITTLE
    formula = "".join(f"{sign}{name}" for sign, name, _ in signed)
    worked = "".join(f"{sign}{_plain(figure)}" for sign, _, figure in signed)
    context = {"label": total.label, "formula": formula.lstrip("+"), "worked": worked.lstrip("+")}
    digits = max(figure.quantity.digits for *_, figure in signed)
    expected = shown(right, total.quantity, digits)
    return Judgement("" if is_right else declared["code"], sentence, total, printed(total), expected, context)


def _plain(figure: SentenceFigure) -> str:
    return f"{figure.quantity.value:.{figure.quantity.digits}f}"
