"""Parse tree to one Python function: the tree is written as a Python expression and compiled.

Each node yields source of a known kind, so that conversions are only where a kind must change. The
names of fields enter as string literals; all else the source calls comes from the table ``CALLABLE``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from xlperf.expressions import operators, value_types
from xlperf.expressions.functions import FUNCTIONS
from xlperf.expressions.functions.function_registry import ArgumentKind
from xlperf.expressions.rows import by_row, caught, checked, contains, count_equal, count_filled, fail
from xlperf.expressions.tree import (
    COMPARISONS,
    Binary,
    Call,
    Constant,
    Node,
    Number,
    Percent,
    Prefix,
    Reference,
    Text,
)
from xlperf.expressions.value_types import ErrorValue, Fault, Value

ScopeValues = Mapping[str, Value | Sequence[Value]]
Evaluator = Callable[[ScopeValues], Value]

_N, _T, _L, _S = ArgumentKind.NUMBER, ArgumentKind.TEXT, ArgumentKind.LOGICAL, ArgumentKind.SCALAR
_OPERATORS: dict[
    str, tuple[Callable[..., Any], ArgumentKind, ArgumentKind]
] = {  # code, kind of operands, of result
    "+": (operators.add, _N, _N),
    "-": (operators.subtract, _N, _N),
    "*": (operators.multiply, _N, _N),
    "/": (operators.divide, _N, _N),
    "^": (operators.power, _N, _N),
    "&": (operators.join, _T, _T),
    "=": (operators.equal, _S, _L),
    "<>": (operators.unequal, _S, _L),
    "<": (operators.less, _S, _L),
    "<=": (operators.at_most, _S, _L),
    ">": (operators.greater, _S, _L),
    ">=": (operators.at_least, _S, _L),
}
_NEGATE = (operators.negate, _N, _N)
_PERCENT = (operators.percent, _N, _N)
_CONVERSIONS: dict[ArgumentKind, Callable[..., Any]] = {
    _N: value_types.number,
    _T: value_types.text,
    _L: value_types.logical,
    _S: value_types.scalar,
    ArgumentKind.ANY: value_types.probe,
    ArgumentKind.RANGE: value_types.cells,
}
_CODES: list[Callable[..., Any]] = [
    *(code for code, _, _ in (*_OPERATORS.values(), _NEGATE, _PERCENT)),
    *_CONVERSIONS.values(),
    *(by_row, caught, checked, contains, count_equal, count_filled, fail),
]
CALLABLE: Mapping[str, Callable[..., Any]] = {code.__name__: code for code in _CODES} | {
    f"excel_{spec.name}": spec.code for spec in FUNCTIONS.values()
}


def compile_expression(node: Node) -> Evaluator:
    """Return the function that evaluates ``node`` over a scope: name → value, or list/tuple for a column.

    An Excel error is returned as ErrorValue, an empty result as 0.0, as a formula cell shows it. A name
    missing from the scope is a KeyError. ``digits!name`` is the number of decimals the field is printed at.
    The source is written and compiled at the first call: most files need few of the formulas.
    """
    body: Callable[[ScopeValues], Value] | None = None

    def evaluate(scope: ScopeValues) -> Value:
        """The value over ``scope``."""
        nonlocal body
        if body is None:
            code = compile(f"lambda scope: {source_of(node)}", "<expression>", "eval")
            body = eval(code, dict(CALLABLE))
            assert body is not None
        try:
            result = body(scope)
        except Fault as fault:
            return fault.error
        if result is None:
            return 0.0
        return float(result) if type(result) is int else result

    return evaluate


def source_of(node: Node) -> str:
    """Return Python source for the value of ``node``: it reads ``scope``, calls what ``CALLABLE`` names,
    and raises Fault for an Excel error; an empty result is None.
    """
    return _as(node, _S)


def _source(node: Node) -> tuple[str, ArgumentKind]:  # noqa: PLR0911 - one return a kind of node
    """Return Python source for the value of ``node`` and its kind; ARGUMENT for a bare name."""
    if shorter := _shorter(node):
        return shorter
    match node:
        case Number(value=number):
            return repr(number), _N
        case Text(value=text):
            return repr(text), _T
        case Constant(value=ErrorValue() as error):
            return f"fail({str(error)!r})", _S
        case Constant(value=truth):
            return repr(truth), _L
        case Reference(name=name):
            return f"scope[{name!r}]", ArgumentKind.ARGUMENT
        case Prefix(sign="+", operand=operand):
            return _as(operand, _S), _S
        case Percent(operand=Number(value=number)):
            return repr(number / 100), _N
        case Call(function="IF", arguments=arguments):
            return _if(arguments, _S), _S
        case Call(function="AND" | "OR" as function, arguments=arguments) if joined := _joined(
            arguments, " & " if function == "AND" else " | "
        ):
            return joined, _L
        case Call():
            spec = FUNCTIONS[node.function]
            given = (_as(argument, kind) for argument, kind in zip(node.arguments, _kinds(node), strict=True))
            return f"excel_{spec.name}({', '.join(given)})", spec.result
    (code, required, result), operands = _operation(node)
    return f"{code.__name__}({', '.join(_as(operand, required) for operand in operands)})", result


def _shorter(node: Node) -> tuple[str, ArgumentKind] | None:
    """Return quicker source of the same meaning for what rules ask of every row; None where there is none.

    The code of comparisons converts names by itself.
    """
    match node:
        case Call(function="ISNUMBER", arguments=(Reference(name=name),)):
            return f"(type(scope[{name!r}]) is float or excel_ISNUMBER(probe(scope[{name!r}])))", _L
        case Binary(operator=operator, left=left, right=right) if (
            operator in COMPARISONS and _is_at_hand(left) and _is_at_hand(right)
        ):
            code, _, result = _OPERATORS[operator]
            return f"{code.__name__}({_source(left)[0]}, {_source(right)[0]})", result
        case Call(
            function="ISNUMBER" | "ISERROR" as function,
            arguments=(Call(function="FIND", arguments=(Text(value=text), Reference(name=name))),),
        ):
            found = f"contains({text!r}, scope[{name!r}])"
            return found if function == "ISNUMBER" else f"(not {found})", _L
        case Call(
            function="SUMPRODUCT",
            arguments=(Binary("*", Binary("=", Reference(name=column), Reference(name=cell)), Number(1.0)),),
        ):
            return f"count_equal(scope[{column!r}], scope[{cell!r}])", _N
        case Call(
            function="SUMPRODUCT",
            arguments=(Binary("*", Binary("<>", Reference(name=column), Text("")), Number(1.0)),),
        ):
            return f"count_filled(scope[{column!r}])", _N
    return None


def _is_at_hand(node: Node) -> bool:
    return isinstance(node, Reference | Number | Text)


def _joined(arguments: tuple[Node, ...], operator: str) -> str:
    """Return truth values joined, all computed as Excel does; "" where one may be anything else."""
    sources = [_source(argument) for argument in arguments]
    return f"({operator.join(source for source, _ in sources)})" if all(k is _L for _, k in sources) else ""


def _kinds(call: Call) -> list[ArgumentKind]:
    """Return how each argument is passed.

    Among references a calculated argument of SUM and its like passes its error on as a value, so that
    the first error from the left wins.
    """
    spec = FUNCTIONS[call.function]
    kinds = [spec.kind(index) for index in range(len(call.arguments))]
    if kinds[0] is ArgumentKind.ARGUMENT and any(
        isinstance(argument, Reference) for argument in call.arguments
    ):
        return [ArgumentKind.COUNTED] * len(kinds)
    return kinds


def _operation(node: Node) -> tuple[tuple[Callable[..., Any], ArgumentKind, ArgumentKind], tuple[Node, ...]]:
    match node:
        case Binary(operator=operator, left=left, right=right):
            return _OPERATORS[operator], (left, right)
        case Percent(operand=operand):
            return _PERCENT, (operand,)
        case Prefix(operand=operand):
            return _NEGATE, (operand,)
    raise TypeError(f"no operation: {node}")


def _as(node: Node, required: ArgumentKind) -> str:  # noqa: PLR0911 - one return a kind of argument
    """Return source for ``node`` as an argument of the kind ``required``."""
    is_name = isinstance(node, Reference)
    match required:
        case ArgumentKind.LAZY:
            return f"lambda: {_as(node, _S)}"
        case ArgumentKind.ARRAY:
            return _rows(node)
        case ArgumentKind.ARGUMENT:
            return _argument(node)
        case ArgumentKind.COUNTED:
            return _argument(node) if is_name else f"caught(lambda: {_argument(node)})"
        case ArgumentKind.ANY if not is_name:
            return f"caught(lambda: {_as(node, _S)})"
    source, kind = _source(node)
    if kind is required or (required is _S and kind in (_N, _T, _L)):
        return source
    return f"{_CONVERSIONS[required].__name__}({source})"


def _if(arguments: tuple[Node, ...], required: ArgumentKind) -> str:
    condition = _as(arguments[0], _L)
    otherwise = _as(arguments[2], required) if len(arguments) > 2 else "False"
    return f"({_as(arguments[1], required)} if {condition} else {otherwise})"


def _argument(node: Node) -> str:
    """Return source for an argument of SUM and its like: IF, IFERROR and INDEX pass references on."""
    match node:
        case Reference():
            return _as(node, ArgumentKind.RANGE)
        case Call(function="IF", arguments=arguments):
            return _if(arguments, ArgumentKind.ARGUMENT)
        case Call(function="IFERROR", arguments=(value, otherwise)):
            first = f"lambda: checked({_argument(value)})"
            return f"excel_IFERROR({first}, lambda: {_argument(otherwise)})"
        case Call(function="INDEX"):
            return f"cells({_as(node, _S)})"
    return _as(node, _S)


def _rows(node: Node) -> str:
    """Return source for ``node`` inside SUMPRODUCT, where operators and functions work row by row."""
    match node:
        case Number() | Text() | Constant() | Reference():
            return _source(node)[0]
        case Prefix(sign="+", operand=operand):
            return _rows(operand)
        case Call(arguments=arguments):
            spec = FUNCTIONS[node.function]
            kinds = [spec.kind(index) for index in range(len(arguments))]
            code = f"excel_{spec.name}"
            if kinds[0] in (ArgumentKind.ARGUMENT, ArgumentKind.COUNTED, ArgumentKind.ARRAY):
                whole = (
                    _as(argument, ArgumentKind.RANGE) if isinstance(argument, Reference) else _rows(argument)
                    for argument in arguments
                )
                return f"{code}({', '.join(whole)})"
        case _:
            (operation, required, _), arguments = _operation(node)
            code, kinds = operation.__name__, [required] * len(arguments)
    conversions = "".join(f"{_CONVERSIONS[kind].__name__}, " for kind in kinds)
    columns = (
        f"caught(lambda: {_rows(argument)})" if kind is ArgumentKind.ANY else _rows(argument)
        for kind, argument in zip(kinds, arguments, strict=True)
    )
    return f"by_row({code}, ({conversions}), {', '.join(columns)})"
