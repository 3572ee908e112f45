"""A filing in, questions out: every formula and rule applied to it, with our answer and the cells it reads.

The answers are those the program gives: ``compile_expression`` for formulas, and for verdicts what the
checker complains of, or the reason why it does not.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xlperf.checks.rules_stage import render
from xlperf.checks.scopes import Scopes
from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import FieldType, Form, Profile, Rule, RuleInstance
from xlperf.declarations.native_formulas import Words, message_node, printed_node, verdict_node
from xlperf.declarations.records import Filing
from xlperf.declarations.rule_loading import wording
from xlperf.declarations.value_display import printed
from xlperf.declarations.verdicts import RuleSet, VerdictKind, judge, rule_plan
from xlperf.expressions import (
    Evaluator,
    Node,
    Value,
    compile_expression,
    is_number,
    references,
)
from xlperf.expressions.tree import Reference, Text

FIELD, VERDICT, WHEN, CHECK, EXPECTED = "field", "verdict", "when", "check", "expected"
MESSAGE, READING = "message", "reading"
WORDS = Words(
    *(
        outcome.value
        for outcome in (VerdictKind.OK, VerdictKind.WITHIN, VerdictKind.BROKEN, VerdictKind.SKIPPED)
    )
)
EMPTY_TEXT = object()
"""Is in a cell whose formula gives "": not blank to a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Source:
    """What one name reads: ``key`` says where it is, equal keys the same cells; or a literal."""

    key: Hashable
    cells: tuple[Any, ...]
    column: bool
    literal: bool = False

    @property
    def value(self) -> Any:
        """What an expression reads there: an empty formula result is ""."""
        cells = ["" if cell is EMPTY_TEXT else cell for cell in self.cells]
        return cells if self.column else cells[0]


@dataclass(frozen=True, slots=True)
class Question:
    """One formula over ``sources`` and what this program answers."""

    profile: str
    label: str
    kind: str
    node: Node
    answer: Value
    sources: Mapping[str, Source]


@dataclass(frozen=True, slots=True)
class _Scope:
    """The names that a record, a row of it or a filing sees, and which of them are whose."""

    names: Mapping[str, Any]
    profile: Profile
    number: int
    record: int = -1
    form: Form | None = None
    row: tuple[str, int] | None = None

    def sources(self, node: Node) -> dict[str, Source]:
        return {name: self._source(name) for name in references(node)}

    def type_of(self, name: str) -> FieldType:
        """The type of the field or, in a row, of the column ``name``."""
        alias, _, own = name.rpartition("!")
        if self.row and self.form and name in self.form.tables[self.row[0]].columns:
            return self.form.tables[self.row[0]].columns[name].type
        forms = [self.profile.forms[alias]] if alias else [self.form, *self.profile.single_forms()]
        return next(form.fields[own].type for form in forms if form and own in form.fields)

    def _source(self, name: str) -> Source:
        value = self.names[name]
        if name.startswith(("digits!", "参数!")):
            return Source(name, (value,), column=False, literal=True)
        column = isinstance(value, list)
        cells = tuple(value) if column else (value,)
        if self._has_formula(name):
            cells = tuple(EMPTY_TEXT if cell is None else cell for cell in cells)
        return Source((self.number, self.record, self._row_of(name), name), cells, column)

    def _row_of(self, name: str) -> tuple[str, int] | None:
        if self.row and self.form and name in self.form.tables[self.row[0]].columns:
            return self.row
        return None

    def _has_formula(self, name: str) -> bool:
        alias, _, own = name.rpartition("!")
        forms = [self.profile.forms[alias]] if alias else [self.form, *self.profile.single_forms()]
        for form in forms:
            if form is not None and own in form.fields and self._row_of(name) is None:
                return form.fields[own].formula is not None
        return False


def questions(filing: Filing, profile: Profile, number: int) -> Iterator[Question]:
    """All questions on ``filing``, which is completed; ``number`` keeps its cells from other filings'."""
    names = _names(filing, profile)
    for index, record in enumerate(filing.records):
        form = profile.forms[record.form]
        yield from _of_fields(_Scope(names.record(record), profile, number, index, form), form)
    native = {rule.code for rule in profile.rules.values() if rule.native}
    yield from _of_rules(native, filing, names, profile, number)


def questions_of_rule(rule: Rule, filing: Filing, profile: Profile, number: int) -> Iterator[Question]:
    """The questions of one rule on ``filing``; see ``questions``."""
    return _of_rules({rule.code}, filing, _names(filing, profile), profile, number)


def _names(filing: Filing, profile: Profile) -> Scopes:
    for record in filing.records:
        compute(record, profile)
    return Scopes(filing, profile)


def _of_rules(
    codes: set[str], filing: Filing, names: Scopes, profile: Profile, number: int
) -> Iterator[Question]:
    for scope, rule_set in _applications(filing, names, profile, number):
        instances = [instance for instance in rule_set.cases if instance[0].code in codes]
        if instances:
            found = rule_set.complaints(scope.names)
            complaints = {id(instance): verdict.kind for _, instance, verdict in found}
            for rule, instance in instances:
                yield from _of_instance(rule, instance, scope, complaints.get(id(instance)))


def _applications(
    filing: Filing, names: Scopes, profile: Profile, number: int
) -> Iterator[tuple[_Scope, RuleSet]]:
    """The rules as the checker runs them, with the names they see."""
    plan = rule_plan(profile)
    for index, record in enumerate(filing.records):
        form = profile.forms[record.form]
        scope = _Scope(names.record(record), profile, number, index, form)
        yield scope, plan.once[form.alias]
        yield scope, plan.sheets[form.alias]
        for table in form.tables.values():
            for line, seen in names.rows(record, table):
                row = (table.id, line)
                yield (
                    _Scope(dict(seen), profile, number, index, form, row),
                    plan.rows[form.alias][table.id],
                )
    yield _Scope(names.filing, profile, number), plan.filing


def _of_fields(scope: _Scope, form: Form) -> Iterator[Question]:
    for name in form.computed:
        field = form.fields[name]
        if not field.virtual and field.formula is not None:
            yield _question(f"{form.alias}!{name}", FIELD, field.formula, scope)


def _of_instance(
    rule: Rule, instance: RuleInstance, scope: _Scope, complaint: VerdictKind | None
) -> Iterator[Question]:
    label = f"{rule.code} {instance.at}"
    node = _verdict_node(instance)
    outcome = complaint or judge(instance, scope.names).kind
    silent = "" if complaint or outcome in (VerdictKind.OK, VerdictKind.SKIPPED) else "，却不报告"
    yield Question(scope.profile.id, label, VERDICT, node, outcome.value + silent, scope.sources(node))
    for kind, part in ((WHEN, instance.when), (CHECK, instance.check), (EXPECTED, instance.expected)):
        if part is not None:
            yield _question(label, kind, part, scope)
    if complaint:
        yield from _of_messages(label, rule, instance, complaint, scope)


def _of_messages(
    label: str, rule: Rule, instance: RuleInstance, complaint: VerdictKind, scope: _Scope
) -> Iterator[Question]:
    """What the checker says of a complaint, and the same worked out by a formula.

    Left out are figures of thirteen digits and more: with two decimals they are at the end of what a
    spreadsheet knows, and each program prints them in its own way.
    """
    kind = scope.type_of(instance.at)
    right = None if instance.expected is None else evaluator(instance.expected)(scope.names)
    texts = (instance.message, instance.fix)
    if complaint is VerdictKind.WITHIN:
        texts = (wording().rounding, wording().rounding_fix)
    specials = {"标签": rule.name, "行": "甲"}
    values = {"值": printed(scope.names[instance.at], kind), "应为": printed(right, kind)}
    nodes = {
        "值": printed_node(Reference(instance.at), kind),
        "应为": printed_node(instance.expected or Text(""), kind),
    }
    for text in texts:
        node = message_node(text, {**{name: Text(special) for name, special in specials.items()}, **nodes})
        answer, sources = render(text, scope.names, specials | values), scope.sources(node)
        if not any(
            is_number(cell) and abs(cell) >= 1e12 for source in sources.values() for cell in source.cells
        ):
            yield Question(scope.profile.id, label, MESSAGE, node, answer, sources)


def _question(label: str, kind: str, node: Node, scope: _Scope) -> Question:
    """Parts of rules are asked over the cells as they are; fields over the names that ``compute`` sees."""
    sources = scope.sources(node)
    seen = scope.names if kind == FIELD else {name: source.value for name, source in sources.items()}
    return Question(scope.profile.id, label, kind, node, evaluator(node)(seen), sources)


def evaluator(node: Node) -> Evaluator:
    """The compiled ``node``; declarations live as long as the process, so each is compiled once."""
    if id(node) not in _COMPILED:
        _COMPILED[id(node)] = (compile_expression(node), node)
    return _COMPILED[id(node)][0]


def _verdict_node(instance: RuleInstance) -> Node:
    if id(instance) not in _VERDICTS:
        _VERDICTS[id(instance)] = (verdict_node(instance, WORDS), instance)
    return _VERDICTS[id(instance)][0]


_COMPILED: dict[int, tuple[Evaluator, Node]] = {}
_VERDICTS: dict[int, tuple[Node, RuleInstance]] = {}
