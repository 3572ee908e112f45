"""A rule instance and the names it speaks of → a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xlperf.expressions import Evaluator, Node, Value, compile_expression
from xlperf.expressions.operators import near
from xlperf.expressions.rounding import round_half_up
from xlperf.forms import RuleInstance

_A_LITTLE = 1e-9


class Outcome(Enum):
    """``WITHIN`` is a difference that rounding of the printed parts explains."""

    OK = "ok"
    WITHIN = "within"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``value`` stands at the rule's ``at``; ``expected`` is the right value where the rule knows one."""

    outcome: Outcome
    value: Value = None
    expected: Value = None
    terms: float = 0.0


OK = Verdict(Outcome.OK)
SKIPPED = Verdict(Outcome.SKIPPED)
Judge = Callable[[Mapping[str, Any]], Verdict]


def judge(instance: RuleInstance) -> Judge:
    """The compiled form of ``instance``: names → verdict.

    An equality holds when the right value, printed with as many decimals as the cell, is what the
    cell prints. Where ``at`` or the right value is no number, an equality is skipped; so is every
    rule whose ``when`` is not TRUE or whose check ends in an Excel error.
    """
    when = _compiled(instance.when)
    decide = _equality(instance) if instance.terms is not None else _predicate(instance)
    if when is None:
        return decide
    return lambda names: decide(names) if when(names) is True else SKIPPED


def _equality(instance: RuleInstance) -> Judge:
    at, digits_of = instance.at, f"digits!{instance.at}"
    right_value, count = _compiled(instance.expected), _compiled(instance.terms)
    assert right_value is not None
    assert count is not None

    def decide(names: Mapping[str, Any]) -> Verdict:
        value = names[at]
        expected = right_value(names) if isinstance(value, float) else None
        if not isinstance(value, float) or not isinstance(expected, float):
            return SKIPPED
        digits = names[digits_of]
        shown = round_half_up(value, digits)
        if near(shown, round_half_up(expected, digits)):
            return OK
        terms = count(names)
        allowed = float(terms) * 0.5 * 10.0**-digits if isinstance(terms, float) else 0.0
        close = abs(shown - expected) <= allowed + _A_LITTLE
        return Verdict(Outcome.WITHIN if close else Outcome.BROKEN, value, expected, allowed)

    return decide


def _predicate(instance: RuleInstance) -> Judge:
    check, right_value, at = _compiled(instance.check), _compiled(instance.expected), instance.at
    if check is None:
        return lambda _: SKIPPED

    def decide(names: Mapping[str, Any]) -> Verdict:
        holds = check(names)
        if holds is True:
            return OK
        if holds is not False:
            return OK if isinstance(holds, float) and holds else SKIPPED
        return Verdict(Outcome.BROKEN, names.get(at), right_value(names) if right_value else None)

    return decide


def _compiled(node: Node | None) -> Evaluator | None:
    return None if node is None else compile_expression(node)
