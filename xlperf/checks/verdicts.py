"""Rules and the names they speak of → verdicts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from enum import Enum
from typing import Any

from xlperf.checks.guards import Guards, is_true
from xlperf.checks.recall import recalling
from xlperf.expressions import Evaluator, Node, Value, compile_expression
from xlperf.expressions.operators import near
from xlperf.expressions.rounding import round_half_up
from xlperf.forms import Rule, RuleInstance

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


class Bench:
    """Rules that speak of the same names, compiled to be judged together.

    ``columns`` are the names that stand for lists.
    """

    def __init__(self, rules: Iterable[Rule], columns: Set[str]) -> None:
        guards = Guards(columns)
        self._cases = [
            (rule, instance, guards.add(instance.when), _judge(instance, columns))
            for rule in rules
            for instance in rule.instances
        ]
        self._conditions = guards.conditions

    def complaints(self, names: Mapping[str, Any]) -> Iterator[tuple[Rule, RuleInstance, Verdict]]:
        """The rules that are broken, or kept only up to rounding, with their verdicts."""
        conditions = self._conditions
        known: list[Value] = [None] * len(conditions)
        for rule, instance, needs, judge_ in self._cases:
            for number in needs:
                holds = known[number]
                if holds is None:
                    holds = known[number] = conditions[number](names)
                if holds is not True:
                    break
            else:
                verdict = judge_(names)
                if verdict.outcome is Outcome.BROKEN or verdict.outcome is Outcome.WITHIN:
                    yield rule, instance, verdict


def judge(instance: RuleInstance, names: Mapping[str, Any]) -> Verdict:
    """The verdict of one rule instance over ``names``.

    An equality holds when the right value, printed with as many decimals as the cell, is what the
    cell prints. Where ``at`` or the right value is no number, an equality is skipped; so is every
    rule whose ``when`` is not TRUE or whose check ends in an Excel error.
    """
    guards = Guards(names.keys())
    needs = guards.add(instance.when)
    holds = all(guards.conditions[one](names) is True for one in needs)
    return _judge(instance, names.keys())(names) if holds else SKIPPED


def _judge(instance: RuleInstance, columns: Set[str]) -> Judge:
    return _equality(instance) if instance.terms is not None else _predicate(instance, columns)


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


def _predicate(instance: RuleInstance, columns: Set[str]) -> Judge:
    if instance.check is None:
        return lambda _: SKIPPED
    check, right_value, at = recalling(instance.check, columns), _compiled(instance.expected), instance.at

    def decide(names: Mapping[str, Any]) -> Verdict:
        holds = check(names)
        if holds is True:
            return OK
        if holds is not False:
            return OK if is_true(holds) else SKIPPED
        return Verdict(Outcome.BROKEN, names.get(at), right_value(names) if right_value else None)

    return decide


def _compiled(node: Node | None) -> Evaluator | None:
    return None if node is None else compile_expression(node)
