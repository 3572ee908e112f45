"""Parse tree to the text of an Excel formula, with no parenthesis and no blank more than needed."""

from collections.abc import Callable

from xlperf.expressions.tree import (
    PERCENT_PRECEDENCE,
    PRECEDENCE,
    PREFIX_PRECEDENCE,
    PRIMARY_PRECEDENCE,
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


def native(node: Node, locate: Callable[[str], str]) -> str:  # noqa: PLR0911 - one return a kind of node
    """Write the formula as Excel and WPS read it, without "=".

    ``locate`` maps each name of ``references(node)`` to its text in the formula: a defined name, an
    address, a literal. With the identity it gives text that parses to the same tree.
    """
    match node:
        case Number(value=value):
            return _numeral(value)
        case Text(value=value):
            return '"' + value.replace('"', '""') + '"'
        case Constant(value=value):
            return str(value).upper()
        case Reference(name=name):
            return locate(name)
        case Prefix(sign=sign, operand=operand):
            return sign + _within(operand, PREFIX_PRECEDENCE, locate)
        case Percent(operand=operand):
            return _within(operand, PERCENT_PRECEDENCE, locate) + "%"
        case Binary(operator=operator, left=left, right=right):
            own = PRECEDENCE[operator]
            return _within(left, own, locate) + operator + _within(right, own + 1, locate)
        case Call(function=function, arguments=arguments):
            return f"{function}({','.join(native(argument, locate) for argument in arguments)})"


def _within(node: Node, lowest: int, locate: Callable[[str], str]) -> str:
    text = native(node, locate)
    return text if _precedence(node) >= lowest else f"({text})"


def _precedence(node: Node) -> int:
    match node:
        case Binary(operator=operator):
            return PRECEDENCE[operator]
        case Percent():
            return PERCENT_PRECEDENCE
        case Prefix():
            return PREFIX_PRECEDENCE
    return PRIMARY_PRECEDENCE


def _numeral(value: float) -> str:
    return repr(value).removesuffix(".0").upper()
