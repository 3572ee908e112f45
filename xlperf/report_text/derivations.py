"""Shares, rates, changes in a sentence → recomputed from the figures they speak of."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from xlperf.report_text.grammar import Formula, grammar
from xlperf.report_text.judgement import A_LITTLE, Judgement, printed, shown
from xlperf.report_text.operands import PERCENT, Operand, OperandScope
from xlperf.report_text.sentence_sums import Sum
from xlperf.report_text.sentences import Sentence, SentenceFigure
from xlperf.report_text.stated_figures import StatedFigures

_MOST_TRIALS = 64
_EXACT = 2
_LAST_DIGIT = "R117"


def derivations(sentence: Sentence, read: Sequence[Sum], facts: StatedFigures) -> Iterator[Judgement]:
    """Every derived figure of ``sentence`` whose operands are known, judged."""
    for figure in sentence.figures:
        derived = grammar().derived.get(figure.derived)
        if derived is None or figure.quantity.comparator != "=":
            continue
        scope = OperandScope(sentence, figure, read, facts)
        trials = [
            trial for formula in derived.formulas for trial in islice(scope.trials(formula), _MOST_TRIALS)
        ]
        if trials:
            yield _judged(derived.code, sentence, figure, trials)
        elif derived.least:
            code, least = derived.least
            if bounds := [*islice(scope.trials(least), _MOST_TRIALS)]:
                yield _judged(code, sentence, figure, bounds, _reaches)


def _judged(
    code: str,
    sentence: Sentence,
    figure: SentenceFigure,
    trials: Sequence[tuple[Formula, Mapping[str, Operand]]],
    agrees: Callable[[SentenceFigure, float, float], bool] | None = None,
) -> Judgement:
    rights = [(_right(formula, operands), formula, operands) for formula, operands in trials]
    known = [(right, formula, operands) for right, formula, operands in rights if right is not None]
    if not known or any((agrees or _agrees)(figure, *right) for right, _, _ in known):
        return Judgement("", sentence, figure)
    (right, doubt), formula, operands = known[0]
    if not agrees and _almost(figure, right, doubt):
        code = _LAST_DIGIT
    digits = 2 if figure.quantity.unit == PERCENT else None
    worked = formula.text
    for name in sorted(operands, key=len, reverse=True):
        worked = worked.replace(name, operands[name].text)
    context = {"label": figure.label, "formula": formula.text, "worked": worked}
    expected = shown(right, figure.quantity, digits)
    return Judgement(code, sentence, figure, printed(figure), expected, context)


def _right(formula: Formula, operands: Mapping[str, Operand]) -> tuple[float, float] | None:
    """The value of a formula and how far rounding of its operands may move it."""
    value = formula.function({name: operand.value for name, operand in operands.items()})
    if not isinstance(value, float):
        return None
    doubt = 0.0
    for name, operand in operands.items():
        moved = {key: other.value + (operand.doubt if key == name else 0) for key, other in operands.items()}
        other = formula.function(moved)
        doubt += abs(other - value) if isinstance(other, float) else 0.0
    return value, doubt


def _agrees(figure: SentenceFigure, right: float, doubt: float) -> bool:
    return abs(abs(right) - abs(figure.quantity.value)) <= figure.quantity.step / 2 + doubt + A_LITTLE


def _almost(figure: SentenceFigure, right: float, doubt: float) -> bool:
    """Whether a rate is out by one in its last digit, of two or more: rounded twice, or cut off."""
    quantity = figure.quantity
    off = abs(abs(right) - abs(quantity.value))
    exact = quantity.unit == PERCENT and quantity.digits >= _EXACT
    return exact and off <= quantity.step * 1.5 + doubt + A_LITTLE


def _reaches(figure: SentenceFigure, least: float, doubt: float) -> bool:
    return figure.quantity.value >= least - figure.quantity.step / 2 - doubt - A_LITTLE
