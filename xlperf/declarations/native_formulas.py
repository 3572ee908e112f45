"""Declared formulas, rules and messages → formulas of a spreadsheet.

Those of cells speak of the defined names of their sheet; those of rules say what ``judge``, ``printed`` and
``render`` say.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from xlperf.core.errors import DeclarationError
from xlperf.core.paths import core_text
from xlperf.declarations.form_layout import Placement
from xlperf.declarations.forms_and_rules import (
    PARAMETERS,
    Field,
    FieldType,
    Form,
    Message,
    Profile,
    RuleInstance,
    Table,
)
from xlperf.declarations.rule_loading import wording
from xlperf.declarations.value_display import ANY_DIGITS, format_of, type_of
from xlperf.declarations.verdicts import A_LITTLE
from xlperf.expressions import FUNCTIONS, Node, native
from xlperf.expressions.functions.function_registry import ArgumentKind
from xlperf.expressions.tree import Binary, Call, Number, Percent, Prefix, Reference, Text

_DIGITS = "digits!"
Locate = Callable[[str], str]


def field_formula(field: Field, form: Form, profile: Profile) -> str:
    """``=…`` of a computed field. It speaks of defined names only, so it is the same on each sheet."""
    return _written(field, _field_locator(form, profile))


def row_formula(column: Field, table: Table, index: int, placement: Placement, profile: Profile) -> str:
    """``=…`` of a computed column in the ``index``-th row of ``table`` (0-based).

    Columns of the row are A1 addresses, everything else defined names.
    """
    outside = _field_locator(placement.form, profile)

    def locate(name: str) -> str:
        """The address, or for a column without a cell the formula, of a name."""
        own = table.columns.get(name)
        if own is None:
            return outside(name)
        return _inlined(own, locate) if own.virtual else placement.column_cell(table.id, index, name)

    return _written(column, locate)


def _field_locator(form: Form, profile: Profile) -> Locate:
    def locate(name: str) -> str:
        """The value of a parameter, the digits or the formula of a field, else the name itself."""
        if name.startswith(f"{PARAMETERS}!"):
            return literal(profile.parameters[name.partition("!")[2]])
        if name.startswith(_DIGITS):
            return str(form.fields[name.removeprefix(_DIGITS)].type.digits)
        field = form.fields.get(name)
        return _inlined(field, locate) if field is not None and field.virtual else name

    return locate


def _written(field: Field, locate: Locate) -> str:
    if field.formula is None:
        raise DeclarationError(field.id, core_text("wrong", "no_formula"))
    return "=" + native(field.formula, locate)


def _inlined(field: Field, locate: Locate) -> str:
    """A virtual field has no cell: its formula takes the place of its name."""
    if field.formula is None:
        raise DeclarationError(field.id, core_text("wrong", "no_cell", name=field.id))
    return f"({native(field.formula, locate)})"


def literal(value: float | str) -> str:
    """A parameter as a formula writes it."""
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else f"{value:.15g}"


_LONGEST_LITERAL = 255
_HALF = Number(0.5)


@dataclass(frozen=True, slots=True)
class Words:
    """What a verdict formula says for each outcome of a rule."""

    ok: str
    within: str
    broken: str
    skipped: str


def verdict_node(instance: RuleInstance, words: Words) -> Node:
    """The verdict of a rule instance that has a check, as one of ``words``; an error anywhere skips it."""
    skipped = Text(words.skipped)
    judged = _predicate(instance, words) if instance.terms is None else _equality(instance, words)
    if instance.when is not None:
        judged = call("IF", instance.when, judged, skipped)
    return call("IFERROR", judged, skipped)


def printed_node(node: Node, kind: FieldType | None = None) -> Node:
    """The text that ``printed`` makes of the value of ``node``; an error stays one.

    Adding 0 makes a negative zero a plain one.
    """
    if (result := _result(node)) is ArgumentKind.TEXT:
        return node
    number = call("ROUND", node, Number(kind.digits if kind and kind.number else ANY_DIGITS))
    form = format_of(kind)
    shown = call("TEXT", number, Text(form)) if form else _as_text(Binary("+", number, Number(0)))
    return (
        shown if result is ArgumentKind.NUMBER else call("IF", call("ISNUMBER", node), shown, _as_text(node))
    )


def message_node(message: Message, specials: Mapping[str, Node]) -> Node:
    """The text of ``render``; ``specials`` give the texts of 值, 应为, 标签 and 行."""
    return reduce(lambda left, right: Binary("&", left, right), _pieces(message, specials))


def call(function: str, *arguments: Node) -> Call:
    """``function(arguments…)``."""
    return Call(function, arguments)


def _predicate(instance: RuleInstance, words: Words) -> Node:
    assert instance.check is not None
    return call("IF", instance.check, Text(words.ok), Text(words.broken))


def _equality(instance: RuleInstance, words: Words) -> Node:
    right, terms, at = instance.expected, instance.terms, Reference(instance.at)
    assert right is not None
    assert terms is not None
    digits, skipped = Reference(f"digits!{instance.at}"), Text(words.skipped)
    shown = call("ROUND", at, digits)
    unit = Binary("^", Number(10), Prefix("-", digits))
    allowed = Binary("+", Binary("*", Binary("*", terms, _HALF), unit), Number(A_LITTLE))
    close = Binary("<=", call("ABS", Binary("-", shown, right)), allowed)
    agree = Binary("=", shown, call("ROUND", right, digits))
    found = call("IF", agree, Text(words.ok), call("IF", close, Text(words.within), Text(words.broken)))
    return call("IF", call("ISNUMBER", at), call("IF", call("ISNUMBER", right), found, skipped), skipped)


def _pieces(message: Message, specials: Mapping[str, Node]) -> Iterator[Node]:
    for number, (literal, node, kind) in enumerate(message):
        if literal or not number:
            yield from _literals(literal)
        if node is not None:
            yield call("IFERROR", _hole(node, type_of(kind) if kind else None), Text(wording().error))
        elif kind:
            yield specials[kind]


def _hole(node: Node, kind: FieldType | None) -> Node:
    """An empty cell counts as 0 where a number is to be printed."""
    if kind is not None and kind.number and isinstance(node, Reference):
        node = call("IF", Binary("=", node, Text("")), Number(0), node)
    return printed_node(node, kind)


def _literals(text: str) -> Iterable[Node]:
    starts = range(0, max(len(text), 1), _LONGEST_LITERAL)
    return (Text(text[start : start + _LONGEST_LITERAL]) for start in starts)


def _as_text(node: Node) -> Node:
    return Binary("&", node, Text(""))


def _result(node: Node) -> ArgumentKind:
    """What a formula yields where it yields no error: TEXT, NUMBER, or anything (SCALAR)."""
    match node:
        case Text() | Binary(operator="&"):
            return ArgumentKind.TEXT
        case Number() | Percent() | Prefix(sign="-") | Binary(operator="+" | "-" | "*" | "/" | "^"):
            return ArgumentKind.NUMBER
        case Call(function="IF" | "IFERROR" as function, arguments=arguments):
            branches = {_result(branch) for branch in (arguments[1:] if function == "IF" else arguments)}
            return branches.pop() if len(branches) == 1 else ArgumentKind.SCALAR
        case Call(function=function) if (kind := FUNCTIONS[function].result) in (
            ArgumentKind.TEXT,
            ArgumentKind.NUMBER,
        ):
            return kind
    return ArgumentKind.SCALAR
