"""Figures that cannot be meant as they are written: amounts without 元, shares above all there is."""

from collections.abc import Iterator

from xlperf.notation.declared_words import notation
from xlperf.report_text.grammar import grammar
from xlperf.report_text.judgement import Judgement, printed
from xlperf.report_text.sentences import Sentence, SentenceFigure

_UNIT, _CEILING = "R161", "R162"
_LEAST = (">=", ">")
_A_LITTLE = 1e-9


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
            over = figure.quantity.value >= most - _A_LITTLE
            context = {"label": figure.label}
            yield Judgement(_CEILING if over else "", sentence, figure, text, printed(figure), context)


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
