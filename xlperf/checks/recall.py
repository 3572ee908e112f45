"""Expressions over a few single values, with the results of values seen before kept at hand.

Scores, units, marks and empty reasons are the same from row to row and from unit to unit.
"""

from collections.abc import Mapping, Set
from functools import lru_cache
from operator import itemgetter
from typing import Any

from xlperf.expressions import Evaluator, Node, Value, compile_expression, references

_MOST_VALUES = 5
_KEPT = 1024


def recalling(node: Node, columns: Set[str]) -> Evaluator:
    """The function of ``node``, as compile_expression gives it, remembering results where that pays.

    ``columns`` are the names that stand for lists; expressions over them are always evaluated.
    """
    function = compile_expression(node)
    names = sorted(references(node))
    if not names or len(names) > _MOST_VALUES or not columns.isdisjoint(names):
        return function
    if len(names) == 1:
        return _of_one(function, names[0])
    values_of = itemgetter(*names)

    @lru_cache(_KEPT, typed=True)
    def recall(*values: Value) -> Value:
        return function(dict(zip(names, values, strict=True)))

    return lambda scope: recall(*values_of(scope))


def _of_one(function: Evaluator, name: str) -> Evaluator:
    @lru_cache(_KEPT, typed=True)
    def recall(value: Value) -> Value:
        return function({name: value})

    def evaluate(scope: Mapping[str, Any]) -> Value:
        return recall(scope[name])

    return evaluate
