"""Functions that pick cells of columns: conditional totals and counts, INDEX, MATCH.

A criterion of SUMIF, COUNTIF and MATCH ("≥5", wildcards) is a test of one cell.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.functions.statistical_functions import exact_sum
from xlperf.expressions.operators import equal, order
from xlperf.expressions.tokens import Mistake
from xlperf.expressions.tree import Node, Number
from xlperf.expressions.value_types import (
    Cells,
    ErrorValue,
    Fault,
    Scalar,
    Value,
    is_number,
    number_of_text,
    scalar,
)

CellTest = Callable[[Value], bool]

_CRITERION = re.compile(r"(>=|<=|<>|>|<|=|)(.*)", re.DOTALL)
_LONGEST_CONDITION = 255
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
        """Whether ``cell`` is the number, or a text that spells it."""
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
    if len(condition) > _LONGEST_CONDITION:
        return lambda cell: False
    regular = re.compile(_wild_pattern(condition), re.I | re.DOTALL)
    return lambda cell: isinstance(cell, str) and regular.fullmatch(cell) is not None


def _wild_pattern(condition: str) -> str:
    """A pattern that never tries another place for a run once it has found the first."""
    runs = [""]
    for piece in re.findall(r"~[*?~]|.", condition, re.DOTALL):
        if piece == "*":
            runs.append("")
        else:
            runs[-1] += "." if piece == "?" else re.escape(piece[-1])
    first, *between = runs
    if not between:
        return first
    return "".join([first, *(f"(?>.*?{run})" for run in between[:-1] if run), ".*", between[-1]])


FUNCTIONS: FunctionRegistry = FunctionRegistry()
_N, _RANGE, _SCALAR = ArgumentKind.NUMBER, ArgumentKind.RANGE, ArgumentKind.SCALAR


def _matching(size: int, conditions: tuple[Cells | Scalar, ...]) -> list[int]:
    """Return the rows that meet all conditions, given as column, criterion, column, criterion …"""
    rows = list(range(size))
    for column, condition in zip(conditions[::2], conditions[1::2], strict=True):
        if not isinstance(column, list | tuple) or len(column) != size:
            raise Fault(ErrorValue.VALUE)
        test = criterion(scalar(condition))
        rows = [row for row in rows if test(column[row])]
    return rows


def _sum_rows(column: Cells, rows: list[int]) -> float:
    addends = []
    for row in rows:
        cell = column[row]
        if isinstance(cell, ErrorValue):
            raise Fault(cell)
        if is_number(cell):
            addends.append(float(cell))
    return exact_sum(addends)


@FUNCTIONS.excel("SUMIF", _RANGE, _SCALAR, optional=(_RANGE,), result=_N)
def sum_if(column: Cells, condition: Scalar, summed: Cells | None = None) -> float:
    """The sum over the rows that meet the condition; its column goes with the tested one row by row."""
    source = column if summed is None else summed
    if len(source) < len(column):
        raise Fault(ErrorValue.VALUE)
    return _sum_rows(source, _matching(len(column), (column, condition)))


@FUNCTIONS.excel("SUMIFS", _RANGE, _RANGE, _SCALAR, repeated=(_RANGE, _SCALAR), result=_N)
def sum_ifs(summed: Cells, *conditions: Cells | Scalar) -> float:
    """The sum over the rows that meet all conditions."""
    return _sum_rows(summed, _matching(len(summed), conditions))


@FUNCTIONS.excel("COUNTIF", _RANGE, _SCALAR, result=_N)
def count_if(column: Cells, condition: Scalar) -> float:
    """The number of cells that meet the condition."""
    return float(sum(map(criterion(condition), column)))


@FUNCTIONS.excel("COUNTIFS", _RANGE, _SCALAR, repeated=(_RANGE, _SCALAR), result=_N)
def count_ifs(column: Cells, *conditions: Cells | Scalar) -> float:
    """The number of rows that meet all conditions."""
    return float(len(_matching(len(column), (column, *conditions))))


@FUNCTIONS.excel("INDEX", _RANGE, _N, optional=(_N,), result=_SCALAR)
def index(column: Cells, row: float, across: float = 1.0) -> Scalar:
    """The cell of a column by its row, from 1; #REF! beyond the column."""
    if row < 1 or across < 1:
        raise Fault(ErrorValue.VALUE)
    if row >= len(column) + 1 or across >= 2:
        raise Fault(ErrorValue.REF)
    return scalar(column[int(row) - 1])


def _inexact(arguments: tuple[Node, ...]) -> tuple[int, Mistake] | None:
    if arguments[2] != Number(0.0):
        return 2, Mistake("inexact_match")
    return None


@FUNCTIONS.excel("MATCH", _SCALAR, _RANGE, _N, result=_N, refusal=_inexact)
def match(value: Scalar, column: Cells, _exact: float) -> float:
    """The row of a value in a column, from 1, a text with wildcards; #N/A where there is none."""
    test = _same(value)
    for place, cell in enumerate(column, start=1):
        if test(cell):
            return float(place)
    raise Fault(ErrorValue.NA)


def _same(value: Scalar) -> CellTest:
    if isinstance(value, str):
        return pattern(value)
    sought: Scalar = 0.0 if value is None else value

    def test(cell: Value) -> bool:
        """Whether ``cell`` equals the value; blank cells and errors do not."""
        return cell is not None and not isinstance(cell, ErrorValue) and equal(cell, sought)

    return test
