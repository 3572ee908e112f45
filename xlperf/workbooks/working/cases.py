"""The rules of a profile → the cases that helper sheets list: one a rule instance and place it runs on.

Their formulas are shortened where some of their parts are known to be numbers; words, columns and texts of
the sheets are those of schemas/working.json.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, reduce

from xlperf.declarations.column_readings import READABLE, unread_sources
from xlperf.declarations.forms_and_rules import Field, Form, Profile, Rule, RuleInstance, Table
from xlperf.declarations.native_formulas import Words, verdict_node
from xlperf.declarations.source import Json, texts_of
from xlperf.declarations.verdicts import RuleSet, conjuncts, rule_plan
from xlperf.expressions import Node
from xlperf.expressions.tree import Binary, Call, Constant, Number, Percent, Prefix, Reference, Text


@dataclass(frozen=True, slots=True)
class HelperColumn:
    """A column of a helper sheet: ``width`` in characters, ``style`` as declared, ``grouped``: folded."""

    heading: str
    width: float
    style: str
    hidden: bool = False
    grouped: bool = False


@cache
def verdict_words() -> Words:
    """The words for the verdicts of a rule."""
    return Words(**{name: word for name, word in texts_of("working")["words"].items() if name != "batch"})


@cache
def check_columns() -> Mapping[str, HelperColumn]:
    """The columns of the check sheet by their role."""
    return _columns(texts_of("working")["check"])


@cache
def directory_columns() -> Mapping[str, HelperColumn]:
    """The fixed columns of the directory by their role."""
    return _columns(texts_of("working")["directory"])


def _columns(sheet: Json) -> Mapping[str, HelperColumn]:
    return {role: HelperColumn(**column) for role, column in sheet["columns"].items()}


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


@dataclass(frozen=True, slots=True)
class Case:
    """A rule instance: ``at`` is the declaration of its value, ``home`` the alias of the form that has it.

    ``sources`` are TRUE where formulas can read the texts that the verdict rests on.
    """

    rule: Rule
    instance: RuleInstance
    at: Field
    home: str
    sources: tuple[str, ...]

    @property
    def readable(self) -> Node | None:
        """Whether formulas can read all that the verdict rests on; None where it rests on no text."""
        return Call("AND", tuple(map(Reference, self.sources))) if self.sources else None

    def verdict(self) -> Node:
        """The verdict as a formula, apart from what cannot be read."""
        return shortened(verdict_node(self.instance, verdict_words()))

    @property
    def numbers(self) -> frozenset[Node]:
        """The nodes that are numbers in every case in which the rule is broken."""
        known = numbers_where(self.instance.when)
        if self.instance.terms is None or self.instance.expected is None:
            return known
        return known | {Reference(self.instance.at), self.instance.expected}


def once(profile: Profile, form: Form) -> list[Case]:
    """What is judged once on each sheet of ``form``, by the rules of the form."""
    return list(_on_sheets(rule_plan(profile).once[form.alias], profile, form))


def on_rows(profile: Profile, form: Form, table: Table) -> list[Case]:
    """What is judged on each row of ``table``."""
    rules = rule_plan(profile).rows[form.alias][table.id]
    return [
        Case(
            rule,
            instance,
            table.columns[instance.at],
            form.alias,
            _readable(unread_sources(_judging(instance), table)),
        )
        for rule, instance in rules.cases
        if rule.native
    ]


def over_all(profile: Profile, form: Form | None) -> list[Case]:
    """What rules over the whole filing judge: once, or once on each sheet of ``form``."""
    plan = rule_plan(profile)
    rules = plan.sheets[form.alias] if form else plan.filing
    return list(_on_sheets(rules, profile, form))


def not_native(profile: Profile) -> list[Rule]:
    """The rules that only the batch can judge."""
    return [rule for rule in profile.rules.values() if not rule.native]


def nodes_of(case: Case) -> Iterator[Node]:
    """Every formula of a case, those inside its messages included."""
    instance = case.instance
    variables = (node for _, node, _ in (*instance.message, *instance.fix))
    parts = (instance.when, instance.check, instance.expected, instance.terms, case.readable, *variables)
    yield from (node for node in parts if node is not None)


def _judging(instance: RuleInstance) -> tuple[Node | None, ...]:
    return instance.when, instance.check, instance.expected, instance.terms


def _on_sheets(rules: RuleSet, profile: Profile, form: Form | None) -> Iterator[Case]:
    """The cases of the native ``rules`` but those about a field that this profile's forms do not show."""
    forms = [candidate for candidate in (form, *profile.single_forms()) if candidate]
    for rule, instance in rules.cases:
        fields = [candidate.fields[instance.at] for candidate in forms if instance.at in candidate.fields]
        if rule.native and not (fields and fields[0].virtual):
            places = [*([form] if form else []), *profile.forms.values()]
            home = next(candidate for candidate in places if instance.at in candidate.fields)
            tables = form.tables.values() if form else ()
            sources = [source for table in tables for source in unread_sources(_judging(instance), table)]
            yield Case(rule, instance, home.fields[instance.at], home.alias, _readable(sources))


def _readable(sources: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{source}{READABLE}" for source in sources)
