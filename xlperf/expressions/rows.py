"""Evaluation beyond one value: a function applied down the rows of columns, and errors kept as values."""

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from xlperf.expressions.operators import equal, unequal
from xlperf.expressions.value_types import (
    COLUMN,
    ErrorValue,
    Fault,
    Operand,
    Value,
    cells,
    number,
    scalar,
    text,
)

Conversion = Callable[[Any], Operand]


def by_row(code: Callable[..., Value], conversions: Sequence[Conversion], *arguments: Operand) -> Operand:
    """Apply ``code`` row by row where arguments are columns, once where none is.

    Each argument passes its conversion first; one converted by ``cells`` stays whole. A row that fails
    holds its error. Columns of different length are #VALUE! (Fault); a column of one row fits any.
    """
    pairs = list(zip(conversions, arguments, strict=True))
    sizes = {
        len(argument)
        for conversion, argument in pairs
        if conversion is not cells and isinstance(argument, COLUMN)
    }
    if not sizes:
        return code(*(conversion(argument) for conversion, argument in pairs))
    if len(sizes - {1}) > 1:
        raise Fault(ErrorValue.VALUE)
    size = next(iter(sizes - {1}), 1)
    columns = [_column(conversion, argument, size) for conversion, argument in pairs]
    if len(columns) == 2:
        return _of_two(code, conversions[0], conversions[1], columns[0], columns[1])

    def row(*operands: Value) -> Value:
        """The result of one row, its error as a value."""
        try:
            return code(*(convert(operand) for convert, operand in zip(conversions, operands, strict=True)))
        except Fault as fault:
            return fault.error

    return list(map(row, *columns))


def _of_two(
    code: Callable[..., Value],
    first: Conversion,
    second: Conversion,
    left: Sequence[Any],
    right: Sequence[Any],
) -> list[Value]:
    """Apply an operator row by row; most of what SUMPRODUCT does."""
    results: list[Value] = []
    for left_value, right_value in zip(left, right, strict=True):
        try:
            results.append(code(first(left_value), second(right_value)))
        except Fault as fault:
            results.append(fault.error)
    return results


def _column(conversion: Conversion, argument: Operand, size: int) -> Sequence[Any]:
    """Return what each row of the result reads of an argument."""
    if conversion is cells or not isinstance(argument, COLUMN):
        return [argument] * size
    return argument if len(argument) == size else [argument[0]] * size


def caught(evaluate: Callable[[], Operand]) -> Operand:
    """Return the value, an Excel error as ErrorValue."""
    try:
        return evaluate()
    except Fault as fault:
        return fault.error


def checked(argument: Operand) -> Operand:
    """Return an argument as it is, but raise the error of a lone cell."""
    if isinstance(argument, COLUMN) and len(argument) == 1:
        scalar(argument)
    return argument


def contains(part: str, value: Operand) -> bool:
    """Return whether FIND finds ``part`` in ``value``: ISNUMBER(FIND(…)) without the error in between."""
    try:
        return part in text(value)
    except Fault:
        return False


def count_equal(column: Operand, value: Operand) -> float:
    """Return SUMPRODUCT((column=value)*1); quick for a text among texts."""
    if (
        not isinstance(column, COLUMN)
        or not isinstance(value, str)
        or not value
        or ErrorValue in map(type, column)
    ):
        same = by_row(equal, (scalar, scalar), column, value)
        return float(sum(map(number, cells(same))))
    small = value.lower()
    if small == value.upper():
        return float(column.count(value))
    return float(sum(isinstance(cell, str) and cell.lower() == small for cell in column))


def count_filled(column: Operand) -> float:
    """Return SUMPRODUCT((column<>"")*1): the cells that hold anything."""
    if not isinstance(column, COLUMN) or ErrorValue in map(type, column):
        return float(sum(map(number, cells(by_row(unequal, (scalar, scalar), column, "")))))
    return float(len(column) - column.count(None) - column.count(""))


def fail(error: str) -> NoReturn:
    """Raise the error written as ``error`` in a formula."""
    raise Fault(ErrorValue.parse(error))
