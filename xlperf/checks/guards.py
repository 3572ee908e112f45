"""The ``when`` of many rules, taken apart: each condition they share is looked at once, and only if needed.

A rule runs where its ``when`` is TRUE. AND(a,b) and IF(a,b,FALSE) cannot be TRUE once a is not, so
the rest need not be computed; errors and FALSE come to the same here: the rule is skipped.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any

from xlperf.checks.recall import recalling
from xlperf.expressions import Node, Value, compile_expression
from xlperf.expressions.tree import Binary, Call, Constant, Reference

Condition = Callable[[Mapping[str, Any]], Value]
_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_LOGICAL = frozenset({"AND", "OR", "NOT", "ISNUMBER", "ISBLANK", "ISTEXT", "ISERROR"})


class Guards:
    """Conditions by number; one holds where it gives TRUE. Equal conditions of different rules share one.

    ``columns`` are the names that stand for lists.
    """

    def __init__(self, columns: Set[str] = frozenset()) -> None:
        self._columns = columns
        self.conditions: list[Condition] = []
        self._numbers: dict[Node, int] = {}

    def add(self, when: Node | None) -> tuple[int, ...]:
        """The numbers of the conditions that must all hold for ``when`` to be TRUE."""
        return tuple(dict.fromkeys(map(self._number, _conjuncts(when)))) if when is not None else ()

    def _number(self, node: Node) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.conditions)
            self.conditions.append(self._condition(node))
        return number

    def _condition(self, node: Node) -> Condition:
        if isinstance(node, Reference):
            return _of_cell(node)
        function = recalling(node, self._columns)
        return function if _is_logical(node) else lambda names: is_true(function(names))


def _conjuncts(node: Node) -> Iterator[Node]:
    match node:
        case Call(function="AND", arguments=arguments) if any(map(_is_logical, arguments)):
            for argument in arguments:
                yield from _conjuncts(argument)
        case Call(function="IF", arguments=(condition, then, Constant(value=False))) if _is_logical(
            condition
        ):
            yield from _conjuncts(condition)
            yield from _conjuncts(then)
        case Constant(value=True):
            return
        case _:
            yield node


def _is_logical(node: Node) -> bool:
    """Whether a formula yields TRUE, FALSE or an error and nothing else."""
    if isinstance(node, Binary):
        return node.operator in _COMPARISONS
    return isinstance(node, Call) and node.function in _LOGICAL


def _of_cell(node: Reference) -> Condition:
    """A bare name inside AND: empty cells and texts are left out of account, as in Excel."""
    name, of_column = node.name, compile_expression(Call("AND", (node,)))

    def holds(names: Mapping[str, Any]) -> bool:
        value = names[name]
        if value is True or value is None or isinstance(value, str):
            return True
        return is_true(of_column(names)) if isinstance(value, list | tuple) else is_true(value)

    return holds


def is_true(value: Value) -> bool:
    """Whether a result counts as TRUE: TRUE itself and every number but 0."""
    return value is True or (isinstance(value, float) and value != 0.0)
