"""A formula → a shorter one with the same value, where some of its parts are known to be numbers."""

from collections.abc import Iterable, Iterator
from functools import reduce

from xlperf.declarations.verdicts import conjuncts
from xlperf.expressions import Node
from xlperf.expressions.tree import (
    Binary,
    Call,
    Constant,
    Number,
    Percent,
    Prefix,
    Text,
)

KnownNumbers = frozenset[Node]
_LONGEST_LITERAL = 255
_SURE = frozenset({"ROUND", "TEXT", "ABS"})
"""Functions that give no error for numbers and literals."""


def shortened(node: Node, numbers: KnownNumbers = frozenset()) -> Node:
    """``node`` without conditions whose result is known, neighbouring literals joined."""
    match node:
        case Call(function="IF", arguments=(condition, then, otherwise)):
            return _choice(condition, then, otherwise, numbers)
        case Call():
            return _call(node, numbers)
        case Binary():
            return _binary(node, numbers)
        case Prefix(sign=sign, operand=operand):
            return Prefix(sign, shortened(operand, numbers))
        case Percent(operand=operand):
            return Percent(shortened(operand, numbers))
    return node


def numbers_where(condition: Node | None) -> KnownNumbers:
    """The parts that are numbers where ``condition`` holds."""
    return frozenset(
        part.arguments[0]
        for part in conjuncts(condition)
        if isinstance(part, Call) and part.function == "ISNUMBER"
    )


def _choice(condition: Node, then: Node, otherwise: Node, numbers: KnownNumbers) -> Node:
    answer = shortened(condition, numbers)
    if answer == Constant(True):
        return shortened(then, numbers)
    if answer == Constant(False):
        return shortened(otherwise, numbers)
    known = numbers | numbers_where(condition)
    return Call("IF", (answer, shortened(then, known), shortened(otherwise, numbers)))


def _call(node: Call, numbers: KnownNumbers) -> Node:
    if node.function == "ISNUMBER" and node.arguments[0] in numbers:
        return Constant(True)
    arguments = [shortened(argument, numbers) for argument in node.arguments]
    if node.function == "IFERROR" and _is_sure(arguments[0], numbers):
        return arguments[0]
    if node.function == "AND":
        arguments = [argument for argument in arguments if argument != Constant(True)]
        if not arguments:
            return Constant(True)
    return Call(node.function, tuple(arguments))


def _binary(node: Binary, numbers: KnownNumbers) -> Node:
    if node.operator == "=" and node.right == Text("") and node.left in numbers:
        return Constant(False)
    if node.operator == "&":
        return _joined(shortened(part, numbers) for part in _parts(node))
    return Binary(node.operator, shortened(node.left, numbers), shortened(node.right, numbers))


def _is_sure(node: Node, numbers: KnownNumbers) -> bool:
    """Whether ``node`` can give no error."""
    match node:
        case Text() | Number():
            return True
        case Call(function=function, arguments=arguments) if function in _SURE:
            return all(_is_sure(argument, numbers) for argument in arguments)
        case Binary(operator="&" | "+" | "-" | "*", left=left, right=right):
            return _is_sure(left, numbers) and _is_sure(right, numbers)
    return node in numbers


def _parts(node: Node) -> Iterator[Node]:
    """What is joined to one text."""
    if isinstance(node, Binary) and node.operator == "&":
        yield from _parts(node.left)
        yield from _parts(node.right)
    else:
        yield node


def _joined(parts: Iterable[Node]) -> Node:
    """The parts as one text, neighbouring literals as one."""
    made: list[Node] = []
    for part in parts:
        last = made[-1] if made else None
        both = last.value + part.value if isinstance(last, Text) and isinstance(part, Text) else None
        if both is not None and len(both) <= _LONGEST_LITERAL:
            made[-1] = Text(both)
        else:
            made.append(part)
    return reduce(lambda left, right: Binary("&", left, right), _without_empty(made))


def _without_empty(parts: list[Node]) -> list[Node]:
    """An empty literal is left out where at least two other parts make a text of it all."""
    others = [part for part in parts if part != Text("")]
    return others if len(others) > 1 else parts
