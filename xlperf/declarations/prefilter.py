"""Many rules → one Python function that names those that may be broken; the others need no look.

A rule may be broken where its ``when`` is TRUE and its check FALSE. AND(a,b) and IF(a,b,FALSE) are
taken apart, so that rules share their conditions: each is computed at most once, and only if needed.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from xlperf.declarations.model import RuleInstance
from xlperf.expressions import Node
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.tree import (
    Binary,
    Call,
    Constant,
    Reference,
)
from xlperf.expressions.value_types import Fault, is_number

Prefilter = Callable[[Mapping[str, Any]], list[int]]
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_LOGICAL = frozenset({"AND", "OR", "NOT", "ISNUMBER", "ISBLANK", "ISTEXT", "ISERROR"})


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
        return node.operator in _COMPARISONS
    return isinstance(node, Call) and node.function in _LOGICAL


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
