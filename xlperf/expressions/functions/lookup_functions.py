"""Functions that pick cells of columns: conditional totals and counts, INDEX, MATCH."""

from xlperf.expressions.functions.criteria import CellTest, criterion, pattern
from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.functions.statistical_functions import exact_sum
from xlperf.expressions.operators import equal
from xlperf.expressions.tree import Node, Number
from xlperf.expressions.value_types import (
    Cells,
    ErrorValue,
    Fault,
    Scalar,
    Value,
    is_number,
    scalar,
)

FUNCTIONS = FunctionRegistry()
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
    """符合条件各行的合计；求和列从同一行起对应."""
    source = column if summed is None else summed
    if len(source) < len(column):
        raise Fault(ErrorValue.VALUE)
    return _sum_rows(source, _matching(len(column), (column, condition)))


@FUNCTIONS.excel("SUMIFS", _RANGE, _RANGE, _SCALAR, repeated=(_RANGE, _SCALAR), result=_N)
def sum_ifs(summed: Cells, *conditions: Cells | Scalar) -> float:
    """同时符合多个条件各行的合计."""
    return _sum_rows(summed, _matching(len(summed), conditions))


@FUNCTIONS.excel("COUNTIF", _RANGE, _SCALAR, result=_N)
def count_if(column: Cells, condition: Scalar) -> float:
    """符合条件的单元格个数."""
    return float(sum(map(criterion(condition), column)))


@FUNCTIONS.excel("COUNTIFS", _RANGE, _SCALAR, repeated=(_RANGE, _SCALAR), result=_N)
def count_ifs(column: Cells, *conditions: Cells | Scalar) -> float:
    """同时符合多个条件的行数."""
    return float(len(_matching(len(column), (column, *conditions))))


@FUNCTIONS.excel("INDEX", _RANGE, _N, optional=(_N,), result=_SCALAR)
def index(column: Cells, row: float, across: float = 1.0) -> Scalar:
    """列中第几行的值."""
    if row < 1 or across < 1:
        raise Fault(ErrorValue.VALUE)
    if row >= len(column) + 1 or across >= 2:
        raise Fault(ErrorValue.REF)
    return scalar(column[int(row) - 1])


def _inexact(arguments: tuple[Node, ...]) -> tuple[int, str] | None:
    if arguments[2] != Number(0.0):
        return 2, "MATCH 的第 3 个参数只能写 0（精确查找）"
    return None


@FUNCTIONS.excel("MATCH", _SCALAR, _RANGE, _N, result=_N, refusal=_inexact)
def match(value: Scalar, column: Cells, _exact: float) -> float:
    """值在列中第几行，文本可用通配符；找不到为 #N/A."""
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
        return cell is not None and not isinstance(cell, ErrorValue) and equal(cell, sought)

    return test
