"""Functions over any number of fields, columns and values: totals, extremes, counts.

Within a reference only numbers count: text that looks like a number and truth values are passed over.
Written or calculated directly, such text and truth values are converted, as in Excel.
"""

import math
from collections.abc import Iterable, Iterator

from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionRegistry
from xlperf.expressions.operators import divide, finite, multiply
from xlperf.expressions.tokens import Mistake
from xlperf.expressions.tree import COMPARISONS, Binary, Call, Node, walk
from xlperf.expressions.value_types import COLUMN, Cells, ErrorValue, Fault, Scalar, Value, is_number, number

FUNCTIONS: FunctionRegistry = FunctionRegistry()
_MANY = (ArgumentKind.ARGUMENT,)
_NEAR = 2.0**-48
_LAZY = {"IF", "IFERROR"}
_TRUTHS = {"AND", "OR", "NOT", "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR", "EXACT"}


def _numbers(arguments: Iterable[Cells | Scalar]) -> Iterator[float]:
    for argument in arguments:
        if isinstance(argument, COLUMN):
            for cell in argument:
                if type(cell) is float:
                    yield cell
                elif isinstance(cell, ErrorValue):
                    raise Fault(cell)
                elif is_number(cell):
                    yield float(cell)
        else:
            yield number(argument)


@FUNCTIONS.excel("SUM", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.NUMBER)
def total(*arguments: Cells | Scalar) -> float:
    """The sum; texts and truth values of ranges do not count."""
    return exact_sum(list(_numbers(arguments)))


def exact_sum(addends: list[float]) -> float:
    """Add doubles without loss of digits; what is left of a sum that cancels to 15 digits is 0."""
    try:
        result = math.fsum(addends)
    except OverflowError:
        raise Fault(ErrorValue.NUM) from None
    if result and abs(result) < _NEAR * max(map(abs, addends)) and not result.is_integer():
        return 0.0
    return result + 0.0


@FUNCTIONS.excel("AVERAGE", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.NUMBER)
def average(*arguments: Cells | Scalar) -> float:
    """The mean; #DIV/0! without any number."""
    addends = list(_numbers(arguments))
    return divide(exact_sum(addends), float(len(addends)))


@FUNCTIONS.excel("MIN", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.NUMBER)
def smallest(*arguments: Cells | Scalar) -> float:
    """The smallest number; 0 without any."""
    return min(_numbers(arguments), default=0.0)


@FUNCTIONS.excel("MAX", ArgumentKind.ARGUMENT, repeated=_MANY, result=ArgumentKind.NUMBER)
def largest(*arguments: Cells | Scalar) -> float:
    """The largest number; 0 without any."""
    return max(_numbers(arguments), default=0.0)


def _counts(value: Value) -> bool:
    try:
        number(value)
    except Fault:
        return False
    return value is not None


@FUNCTIONS.excel("COUNT", ArgumentKind.COUNTED, repeated=(ArgumentKind.COUNTED,), result=ArgumentKind.NUMBER)
def count_numbers(*arguments: Cells | Value) -> float:
    """How many numbers there are; errors do not count."""
    return float(
        sum(
            sum(map(is_number, argument)) if isinstance(argument, COLUMN) else _counts(argument)
            for argument in arguments
        )
    )


@FUNCTIONS.excel("COUNTA", ArgumentKind.COUNTED, repeated=(ArgumentKind.COUNTED,), result=ArgumentKind.NUMBER)
def count_filled(*arguments: Cells | Value) -> float:
    """How many cells are not blank; empty texts and errors count."""
    return float(
        sum(
            sum(cell is not None for cell in argument) if isinstance(argument, COLUMN) else 1
            for argument in arguments
        )
    )


@FUNCTIONS.excel("COUNTBLANK", ArgumentKind.RANGE, result=ArgumentKind.NUMBER)
def count_blank(area: Cells) -> float:
    """How many cells are blank or hold an empty text."""
    return float(sum(cell is None or cell == "" for cell in area))


def _unlike_in_excel(arguments: tuple[Node, ...]) -> tuple[int, Mistake] | None:
    for index, node in enumerate(arguments):
        if any(isinstance(part, Call) and part.function in _LAZY for part in walk(node)):
            return index, Mistake("not_by_row")
        if (isinstance(node, Binary) and node.operator in COMPARISONS) or (
            isinstance(node, Call) and node.function in _TRUTHS
        ):
            return index, Mistake("truth_is_zero")
    return None


@FUNCTIONS.excel(
    "SUMPRODUCT",
    ArgumentKind.ARRAY,
    repeated=(ArgumentKind.ARRAY,),
    result=ArgumentKind.NUMBER,
    refusal=_unlike_in_excel,
)
def sum_of_products(*arrays: Cells | Scalar) -> float:
    """The sum of the products of each row; operators work row by row, what is no number is 0."""
    columns = [array if isinstance(array, COLUMN) else (array,) for array in arrays]
    if len({len(column) for column in columns}) != 1:
        raise Fault(ErrorValue.VALUE)
    products = []
    for row in zip(*columns, strict=True):
        product = 1.0
        for cell in row:
            if isinstance(cell, ErrorValue):
                raise Fault(cell)
            product = multiply(product, float(cell) if is_number(cell) else 0.0)
        products.append(product)
    return finite(exact_sum(products))
