"""The parse tree of a formula: seven kinds of frozen nodes, what can be asked of any tree, and its text.

The text is that of an Excel formula, with no parenthesis and no blank more than needed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xlperf.expressions.value_types import ErrorValue


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written, never negative (the sign is a ``Prefix``)."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string literal without its quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE, FALSE or an error literal such as #N/A."""

    value: bool | ErrorValue


@dataclass(frozen=True, slots=True)
class Reference:
    """A field or column by name, possibly qualified: ``alias!name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """A sign before its operand; binds tighter than every other operator, as in Excel."""

    sign: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Percent:
    """The postfix operator ``%``: a hundredth of the operand."""

    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands around one of ``^ * / + - & = <> < <= > >=``."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of the closed list, by its upper-case name."""

    function: str
    arguments: tuple["Node", ...]


Node = Number | Text | Constant | Reference | Prefix | Percent | Binary | Call

PRECEDENCE = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/"), 4),
    "^": 5,
}
COMPARISONS = frozenset(operator for operator, precedence in PRECEDENCE.items() if precedence == 1)
PERCENT_PRECEDENCE = 6
PREFIX_PRECEDENCE = 7
PRIMARY_PRECEDENCE = 8


def children(node: Node) -> tuple[Node, ...]:
    """Return the operands or arguments of ``node``, left to right."""
    match node:
        case Prefix(operand=operand) | Percent(operand=operand):
            return (operand,)
        case Binary(left=left, right=right):
            return (left, right)
        case Call(arguments=arguments):
            return arguments
    return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield ``node`` and everything under it, parents first, left to right."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        pending.extend(reversed(children(current)))


def height(node: Node) -> int:
    """Return the depth of the tree; 1 for a leaf."""
    level, rows = [node], 0
    while level:
        rows += 1
        level = [child for parent in level for child in children(parent)]
    return rows


def references(node: Node) -> frozenset[str]:
    """Return every name the formula reads, qualified ones as written (``项目!名称``, ``digits!名称``)."""
    return frozenset(part.name for part in walk(node) if isinstance(part, Reference))


def functions_used(node: Node) -> frozenset[str]:
    """Return the Excel functions the formula calls; PRINTED counts as ROUND."""
    return frozenset(part.function for part in walk(node) if isinstance(part, Call))


def native(node: Node, locate: Callable[[str], str]) -> str:  # noqa: PLR0911 - one return a kind of node
    """Write the formula as Excel and WPS read it, without "=".

    ``locate`` maps each name of ``references(node)`` to its text in the formula: a defined name, an
    address, a literal. With the identity it gives text that parses to the same tree.
    """
    match node:
        case Number(value=value):
            return repr(value).removesuffix(".0").upper()
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
