"""Criteria of SUMIF, COUNTIF and MATCH: "≥5" style conditions and wildcards as tests of one cell."""

import re
from collections.abc import Callable
from functools import lru_cache

from xlperf.expressions.operators import equal, order
from xlperf.expressions.value_types import (
    ErrorValue,
    Fault,
    Scalar,
    Value,
    is_number,
    number_of_text,
)

CellTest = Callable[[Value], bool]

_CRITERION = re.compile(r"(>=|<=|<>|>|<|=|)(.*)", re.DOTALL)
_ORDERED: dict[str, Callable[[int], bool]] = {
    ">": lambda sign: sign > 0,
    "<": lambda sign: sign < 0,
    ">=": lambda sign: sign >= 0,
    "<=": lambda sign: sign <= 0,
}


def criterion(condition: Scalar) -> CellTest:
    """Return the test a cell must pass; an empty criterion cell means 0."""
    if isinstance(condition, str):
        return _written(condition)
    if isinstance(condition, bool):
        return lambda cell: cell is condition
    return _numeric_equality(float(condition or 0.0))


@lru_cache(maxsize=1024)
def _written(condition: str) -> CellTest:
    match = _CRITERION.fullmatch(condition)
    operator, operand = match.groups() if match else ("", condition)
    if operator in _ORDERED:
        return _ordering(_ORDERED[operator], operand)
    test = _equality(operator, operand)
    return (lambda cell: not test(cell)) if operator == "<>" else test


def _equality(operator: str, operand: str) -> CellTest:
    if not operand:
        return (lambda cell: cell is None) if operator else (lambda cell: cell is None or cell == "")
    if operand.upper() in ("TRUE", "FALSE"):
        truth = operand.upper() == "TRUE"
        return lambda cell: cell is truth
    if operand.upper() in (error.value for error in ErrorValue):
        condition = ErrorValue.parse(operand)
        return lambda cell: cell is condition
    value = _as_number(operand)
    if value is not None:
        return _numeric_equality(value)
    return pattern(operand)


def _numeric_equality(value: float) -> CellTest:
    def test(cell: Value) -> bool:
        if isinstance(cell, str):
            cell = _as_number(cell)
        return is_number(cell) and equal(float(cell), value)

    return test


def _ordering(accepts: Callable[[int], bool], operand: str) -> CellTest:
    value = _as_number(operand)
    if value is not None:
        return lambda cell: is_number(cell) and accepts(order(cell, value))
    return lambda cell: isinstance(cell, str) and accepts(order(cell, operand))


def _as_number(string: str) -> float | None:
    try:
        return number_of_text(string)
    except Fault:
        return None


@lru_cache(maxsize=1024)
def pattern(condition: str) -> CellTest:
    """Return the test for text like ``condition``: ``*`` is any run, ``?`` a character, ``~`` quotes them."""
    if not set(condition) & set("*?~"):
        plain = condition.lower()
        return lambda cell: isinstance(cell, str) and cell.lower() == plain
    pieces = re.findall(r"~[*?~]|.", condition, re.DOTALL)
    wild = {"*": ".*", "?": "."}
    regular = re.compile(
        "".join(wild.get(piece) or re.escape(piece[-1]) for piece in pieces), re.I | re.DOTALL
    )
    return lambda cell: isinstance(cell, str) and regular.fullmatch(cell) is not None
