"""Formulas in Excel's syntax over field names: one tree, a Python function and a native formula from it."""

from xlperf.expressions.compile import Evaluator, ScopeValues, compile_expression
from xlperf.expressions.functions import FUNCTIONS, FunctionSpec
from xlperf.expressions.operators import printed_alike, round_half_up
from xlperf.expressions.parse import parse
from xlperf.expressions.tokens import ExpressionError, Mistake, name_problem
from xlperf.expressions.tree import Node, functions_used, native, references
from xlperf.expressions.value_types import ErrorValue, Value, is_number

__all__ = [
    "FUNCTIONS",
    "ErrorValue",
    "Evaluator",
    "ExpressionError",
    "FunctionSpec",
    "Mistake",
    "Node",
    "ScopeValues",
    "Value",
    "compile_expression",
    "functions_used",
    "is_number",
    "name_problem",
    "native",
    "parse",
    "printed_alike",
    "references",
    "round_half_up",
]
