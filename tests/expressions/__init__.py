"""Tests of xlperf.expressions."""

from collections.abc import Mapping, Sequence

from xlperf.expressions import Value, compile_expression, parse


def value_of(formula: str, scope: Mapping[str, Value | Sequence[Value]] | None = None) -> Value:
    """Parse and evaluate in one step."""
    return compile_expression(parse(formula))(scope or {})
