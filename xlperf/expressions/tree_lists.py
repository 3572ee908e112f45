"""Parse trees ↔ nested lists that JSON can hold: ``["+", ["name", "甲"], ["number", 1.0]]``."""

from typing import Any

from xlperf.expressions.functions import FUNCTIONS
from xlperf.expressions.tree import (
    PRECEDENCE,
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
from xlperf.expressions.value_types import ErrorValue

_NUMBER, _TEXT, _TRUTH, _ERROR, _NAME = "number", "text", "truth", "error", "name"
_PREFIXES = {"-1": "-", "+1": "+"}
_PERCENT = "%"


def to_lists(node: Node) -> list[Any]:  # noqa: PLR0911 - one return a kind of node
    """``node`` as nested lists; the first item of each says what it is."""
    match node:
        case Number(value=number):
            return [_NUMBER, number]
        case Text(value=text):
            return [_TEXT, text]
        case Constant(value=ErrorValue() as error):
            return [_ERROR, str(error)]
        case Constant(value=truth):
            return [_TRUTH, truth]
        case Reference(name=name):
            return [_NAME, name]
        case Prefix(sign=sign, operand=operand):
            return [f"{sign}1", to_lists(operand)]
        case Percent(operand=operand):
            return [_PERCENT, to_lists(operand)]
        case Binary(operator=operator, left=left, right=right):
            return [operator, to_lists(left), to_lists(right)]
        case Call(function=function, arguments=arguments):
            return [function, *map(to_lists, arguments)]


def from_lists(lists: Any) -> Node:
    """The tree that ``to_lists`` wrote; ValueError, TypeError or LookupError for anything else."""
    kind, *parts = lists
    spec = FUNCTIONS.get(kind)
    if spec is not None:
        if not spec.accepts(len(parts)):
            raise ValueError(kind)
        return Call(spec.name, tuple(map(from_lists, parts)))
    if kind in PRECEDENCE:
        left, right = parts
        return Binary(kind, from_lists(left), from_lists(right))
    (part,) = parts
    if kind in _PREFIXES:
        return Prefix(_PREFIXES[kind], from_lists(part))
    return Percent(from_lists(part)) if kind == _PERCENT else _leaf(kind, part)


def _leaf(kind: str, part: Any) -> Node:
    if kind == _NUMBER and type(part) is float and part >= 0:
        return Number(part)
    if kind == _TRUTH and type(part) is bool:
        return Constant(part)
    if not isinstance(part, str):
        raise TypeError(kind)
    match kind:
        case "text":
            return Text(part)
        case "name":
            return Reference(part)
        case "error":
            return Constant(ErrorValue.parse(part))
    raise ValueError(kind)
