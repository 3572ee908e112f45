"""Formula text → parse tree: Excel's precedence, the closed list of functions, nothing unknown; trees ↔ JSON.

Everything that can be known without values is refused here, with its place: unknown functions, wrong
numbers of arguments, illegal names, TEXT formats no cell knows, what Excel would not take as a range.
"""

import math
from typing import Any, NoReturn

from xlperf.expressions.functions import FUNCTIONS
from xlperf.expressions.functions.function_registry import ArgumentKind, FunctionSpec
from xlperf.expressions.tokens import (
    QUALIFIER,
    TRUTH_VALUES,
    ExpressionError,
    Lexeme,
    LexemeKind,
    Mistake,
    name_problem,
    tokenize,
)
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
    height,
)
from xlperf.expressions.value_types import ErrorValue

PRINTED = "PRINTED"
DIGITS_ALIAS = "digits"
DEEPEST_NESTING = 60
MOST_DIGITS = 15


def parse(text: str) -> Node:
    """Read a formula in Excel syntax over field names, without a leading "=".

    ``PRINTED(x, name)`` becomes ``ROUND(x, digits!name)``. Raises ExpressionError.
    """
    node = _Parser(text).formula()
    if height(node) > DEEPEST_NESTING:
        raise ExpressionError(text, 0, Mistake("too_many_operations", most=DEEPEST_NESTING))
    return node


class _Parser:
    """Recursive descent over the lexemes of one formula."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lexemes = tokenize(text)
        self._next = 0
        self._depth = 0

    def formula(self) -> Node:
        """The tree of the whole text; raises ExpressionError."""
        node = self._operation(1)
        if self._peek().kind is not LexemeKind.END:
            self._fail(self._peek(), "no_operator_before", text=self._peek().text)
        return node

    def _operation(self, lowest: int) -> Node:
        """Read operands joined by operators of at least the precedence ``lowest``, from the left."""
        left = self._operand()
        while self._peek().kind is LexemeKind.INFIX:
            operator = self._peek()
            precedence = PRECEDENCE.get(operator.text)
            if precedence is None:
                self._fail(operator, "unknown_operator", text=operator.text)
            if precedence < lowest:
                break
            self._take()
            left = Binary(operator.text, left, self._operation(precedence + 1))
        return left

    def _operand(self) -> Node:
        node = self._signed()
        while self._peek().kind is LexemeKind.PERCENT:
            self._take()
            node = Percent(node)
        return node

    def _signed(self) -> Node:
        if self._peek().kind is not LexemeKind.PREFIX:
            return self._primary()
        sign = self._take()
        self._enter(sign)
        node = Prefix(sign.text, self._signed())
        self._depth -= 1
        return node

    def _primary(self) -> Node:
        lexeme = self._take()
        match lexeme.kind:
            case LexemeKind.NUMBER:
                return self._number(lexeme)
            case LexemeKind.TEXT:
                return Text(lexeme.text[1:-1].replace('""', '"'))
            case LexemeKind.CONSTANT:
                return _constant(lexeme.text)
            case LexemeKind.NAME:
                return self._name(lexeme)
            case LexemeKind.FUNCTION:
                return self._call(lexeme)
            case LexemeKind.OPEN:
                return self._parenthesis(lexeme)
        self._fail(lexeme, "no_operand", kind=lexeme.kind.value, text=lexeme.text)

    def _number(self, lexeme: Lexeme) -> Number:
        digits = lexeme.text.upper().partition("E")[0].replace(".", "").strip("0")
        if len(digits) > MOST_DIGITS:
            self._fail(lexeme, "too_many_digits", most=MOST_DIGITS)
        if math.isinf(value := float(lexeme.text)):
            self._fail(lexeme, "too_large")
        return Number(value)

    def _name(self, lexeme: Lexeme) -> Reference:
        if problem := name_problem(lexeme.text):
            raise self._error(lexeme, problem)
        return Reference(lexeme.text)

    def _parenthesis(self, opening: Lexeme) -> Node:
        self._enter(opening)
        node = self._operation(1)
        if self._take().kind is not LexemeKind.CLOSE:
            self._fail(opening, "not_closed")
        self._depth -= 1
        return node

    def _call(self, lexeme: Lexeme) -> Call:
        name = lexeme.text.upper()
        spec = FUNCTIONS.get("ROUND" if name == PRINTED else name)
        if spec is None:
            self._fail(lexeme, "unknown_function", name=lexeme.text, known=(*sorted(FUNCTIONS), PRINTED))
        self._enter(lexeme)
        places, arguments = self._arguments(lexeme)
        self._depth -= 1
        if not spec.accepts(len(arguments)):
            raise self._error(lexeme, spec.wrong_count(name, len(arguments)))
        if name == PRINTED:
            return Call(spec.name, (arguments[0], self._digits(places[1], arguments[1])))
        self._check(spec, arguments, places)
        return Call(name, tuple(arguments))

    def _arguments(self, opening: Lexeme) -> tuple[list[Lexeme], list[Node]]:
        """Read up to the closing parenthesis: where each argument starts, and the arguments."""
        places: list[Lexeme] = []
        arguments: list[Node] = []
        if self._peek().kind is LexemeKind.CLOSE:
            self._take()
            return places, arguments
        while True:
            places.append(self._peek())
            if self._peek().kind in (LexemeKind.COMMA, LexemeKind.CLOSE):
                self._fail(self._peek(), "empty_argument", name=opening.text, number=len(places))
            arguments.append(self._operation(1))
            after = self._take()
            if after.kind is LexemeKind.CLOSE:
                return places, arguments
            if after.kind is LexemeKind.END:
                self._fail(opening, "call_not_closed", name=opening.text)
            if after.kind is not LexemeKind.COMMA:
                self._fail(after, "no_operator_before", text=after.text)

    def _digits(self, place: Lexeme, field: Node) -> Reference:
        if not isinstance(field, Reference) or QUALIFIER in field.name:
            self._fail(place, "own_field", name=PRINTED)
        return Reference(f"{DIGITS_ALIAS}{QUALIFIER}{field.name}")

    def _check(self, spec: FunctionSpec, arguments: list[Node], places: list[Lexeme]) -> None:
        for index, (node, place) in enumerate(zip(arguments, places, strict=True)):
            if spec.kind(index) is ArgumentKind.RANGE and not isinstance(node, Reference):
                self._fail(place, "no_range", name=spec.name, number=index + 1)
        if spec.refusal and (refused := spec.refusal(tuple(arguments))):
            index, mistake = refused
            raise self._error(places[index], mistake)

    def _enter(self, lexeme: Lexeme) -> None:
        self._depth += 1
        if self._depth > DEEPEST_NESTING:
            self._fail(lexeme, "too_deep", most=DEEPEST_NESTING)

    def _peek(self) -> Lexeme:
        return self._lexemes[self._next]

    def _take(self) -> Lexeme:
        lexeme = self._lexemes[self._next]
        if lexeme.kind is not LexemeKind.END:
            self._next += 1
        return lexeme

    def _fail(self, lexeme: Lexeme, code: str, **values: object) -> NoReturn:
        raise self._error(lexeme, Mistake(code, **values))

    def _error(self, lexeme: Lexeme, mistake: Mistake) -> ExpressionError:
        return ExpressionError(self._text, lexeme.position, mistake)


def _constant(text: str) -> Constant:
    upper = text.upper()
    return Constant(upper == "TRUE") if upper in TRUTH_VALUES else Constant(ErrorValue.parse(upper))


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
