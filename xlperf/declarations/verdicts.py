"""Rules and the names they speak of → verdicts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from xlperf.declarations.model import Rule, RuleInstance
from xlperf.declarations.prefilter import is_true, prefilter
from xlperf.expressions import Node, Value, compile_expression
from xlperf.expressions.operators import near
from xlperf.expressions.rounding import round_half_up

A_LITTLE = 1e-9


class VerdictKind(Enum):
    """``WITHIN`` is a difference that rounding of the printed parts explains."""

    OK = "ok"
    WITHIN = "within"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``value`` is what the rule's ``at`` holds; ``expected`` is the right value where the rule knows one."""

    kind: VerdictKind
    value: Value = None
    expected: Value = None
    terms: float = 0.0


OK = Verdict(VerdictKind.OK)
SKIPPED = Verdict(VerdictKind.SKIPPED)
_compiled = cache(compile_expression)


class RuleSet:
    """Rules that speak of the same names, compiled to be judged together; ``cases`` are their instances."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.cases = [(rule, instance) for rule in rules for instance in rule.instances]
        self._prefilter = prefilter([instance for _, instance in self.cases])

    def complaints(self, names: Mapping[str, Any]) -> Iterator[tuple[Rule, RuleInstance, Verdict]]:
        """The rules that are broken, or kept only up to rounding, with their verdicts."""
        for number in self._prefilter(names):
            rule, instance = self.cases[number]
            verdict = judge(instance, names)
            if verdict.kind is VerdictKind.BROKEN or verdict.kind is VerdictKind.WITHIN:
                yield rule, instance, verdict


def judge(instance: RuleInstance, names: Mapping[str, Any]) -> Verdict:
    """The verdict of one rule instance over ``names``.

    An equality holds when the right value, printed with as many decimals as the cell, is what the
    cell prints. Where ``at`` or the right value is no number, an equality is skipped; so is every
    rule whose ``when`` is not TRUE or whose check ends in an Excel error.
    """
    if instance.when is not None and not is_true(_compiled(instance.when)(names)):
        return SKIPPED
    return _predicate(instance, names) if instance.terms is None else _equality(instance, names)


def _equality(instance: RuleInstance, names: Mapping[str, Any]) -> Verdict:
    value = names[instance.at]
    expected = _value(instance.expected, names) if isinstance(value, float) else None
    if not isinstance(value, float) or not isinstance(expected, float):
        return SKIPPED
    digits = names[f"digits!{instance.at}"]
    shown = round_half_up(value, digits)
    if near(shown, round_half_up(expected, digits)):
        return OK
    terms = _value(instance.terms, names)
    allowed = float(terms) * 0.5 * 10.0**-digits if isinstance(terms, float) else 0.0
    close = abs(shown - expected) <= allowed + A_LITTLE
    return Verdict(VerdictKind.WITHIN if close else VerdictKind.BROKEN, value, expected, allowed)


def _predicate(instance: RuleInstance, names: Mapping[str, Any]) -> Verdict:
    holds = _value(instance.check, names)
    if holds is False:
        return Verdict(VerdictKind.BROKEN, names.get(instance.at), _value(instance.expected, names))
    return OK if is_true(holds) else SKIPPED


def _value(node: Node | None, names: Mapping[str, Any]) -> Value:
    return None if node is None else _compiled(node)(names)
