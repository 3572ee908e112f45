"""Rules and the names they speak of → verdicts; a prefilter names the rules that may be broken.

A rule may be broken where its ``when`` is TRUE and its check FALSE; the others need no look.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from typing import Any

from xlperf.declarations.forms_and_rules import Profile, Rule, RuleInstance
from xlperf.expressions import FUNCTIONS, Node, Value, compile_expression
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.functions.function_registry import ArgumentKind
from xlperf.expressions.operators import near, round_half_up
from xlperf.expressions.tree import COMPARISONS, Binary, Call, Constant, Reference
from xlperf.expressions.value_types import Fault, is_number

Prefilter = Callable[[Mapping[str, Any]], list[int]]


def prefilter(instances: Sequence[RuleInstance]) -> Prefilter:
    """The function that gives, over the names of one place, the numbers of the rules to be judged.

    It never leaves out a rule that is broken; ``verdicts.judge`` has the last word on those it gives.
    """
    shared: dict[str, str] = {}
    needs = [[holds(condition) for condition in conjuncts(instance.when)] for instance in instances]
    checks = [source_of(instance.check) if instance.check else "" for instance in instances]
    uses = Counter([*(source for sources in needs for source in sources), *checks])
    body: list[str] = []
    for number, (sources, check) in enumerate(zip(needs, checks, strict=True)):
        if check:
            *when, last = (
                once(source, shared) if uses[source] > 1 else source
                for source in (*dict.fromkeys(sources), check)
            )
            body += (" try:", f"  if {' and '.join([*when, f'({last}) is False'])}: found.append({number})")
            body.append(" except Fault: pass")
    start = [f" {name} = None" for name in shared.values()]
    lines = ["def run(scope):", " found = []", *start, *body, " return found"]
    space: dict[str, Any] = {**CALLABLE, "Fault": Fault, "is_true": is_true, "may_hold": may_hold}
    exec(compile("\n".join(lines), "<rules>", "exec"), space)
    made: Prefilter = space["run"]
    return made


def once(source: str, shared: dict[str, str]) -> str:
    """Source that computes a condition when it is first asked for, in a name of ``shared`` set to None."""
    name = shared.setdefault(source, f"c{len(shared)}")
    return f"({name} if {name} is not None else ({name} := {source}))"


def conjuncts(node: Node | None) -> Iterator[Node]:
    """The conditions that must all hold where a rule runs; a bare name among them was an argument of AND."""
    match node:
        case None | Constant(value=True):
            return
        case Call(function="AND", arguments=arguments) if all(map(_is_condition, arguments)):
            for argument in arguments:
                yield from [argument] if isinstance(argument, Reference) else conjuncts(argument)
        case Reference():
            yield Call("IF", (node, Constant(True), Constant(False)))
        case Call(function="IF", arguments=(condition, then, Constant(value=False))) if _is_logical(
            condition
        ):
            yield from conjuncts(condition)
            yield from conjuncts(then)
        case _:
            yield node


def _is_condition(node: Node) -> bool:
    return isinstance(node, Reference) or _is_logical(node)


def _is_logical(node: Node) -> bool:
    """Whether a formula yields TRUE, FALSE or an error and nothing else."""
    if isinstance(node, Binary):
        return node.operator in COMPARISONS
    return isinstance(node, Call) and FUNCTIONS[node.function].result is ArgumentKind.LOGICAL


def holds(node: Node) -> str:
    """Source that is true where ``node``, one of the ``conjuncts``, lets its rule run."""
    if isinstance(node, Reference):
        return f"(scope[{node.name!r}] is True or may_hold(scope[{node.name!r}]))"
    return source_of(node) if _is_logical(node) else f"is_true({source_of(node)})"


def may_hold(value: object) -> bool:
    """Whether a bare name lets AND be TRUE: empty cells and texts are left out of account there."""
    return value is True or not (value is False or (is_number(value) and value == 0))


def is_true(value: object) -> bool:
    """Whether a result counts as TRUE: TRUE itself and every number but 0."""
    return value is True or (is_number(value) and value != 0)


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

    @cached_property
    def _prefilter(self) -> Prefilter:
        return prefilter([instance for _, instance in self.cases])

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


@dataclass(frozen=True, slots=True)
class RulePlan:
    """The rules of a profile by the place where they are judged.

    ``once`` and ``rows`` by form alias (rows: table id → rules); ``filing`` once a filing,
    ``sheets`` once a sheet of a form over the whole filing; ``procedures`` by form alias.
    """

    once: Mapping[str, RuleSet]
    rows: Mapping[str, Mapping[str, RuleSet]]
    filing: RuleSet
    sheets: Mapping[str, RuleSet]
    procedures: Mapping[str, Sequence[Rule]]


@cache
def rule_plan(profile: Profile) -> RulePlan:
    """The plan of ``profile``, made once; its rule sets are compiled where they are first judged."""
    formulas = [rule for rule in profile.rules.values() if not rule.procedure]
    procedures = [rule for rule in profile.rules.values() if rule.procedure]
    over_all = [rule for rule in formulas if not rule.forms]

    def on_form(alias: str, each: str) -> RuleSet:
        """The rules of a form that run once ("") or for each row of a table."""
        return RuleSet(rule for rule in formulas if alias in rule.forms and rule.each == each)

    return RulePlan(
        once={alias: on_form(alias, "") for alias in profile.forms},
        rows={
            alias: {table: on_form(alias, table) for table in form.tables}
            for alias, form in profile.forms.items()
        },
        filing=RuleSet(rule for rule in over_all if not rule.each),
        sheets={alias: RuleSet(rule for rule in over_all if rule.each == alias) for alias in profile.forms},
        procedures={
            alias: [rule for rule in procedures if alias in (rule.forms or (rule.each,))]
            for alias in profile.forms
        },
    )
