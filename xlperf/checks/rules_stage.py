"""The declared rules on one filing: within a form, on table rows, across forms.

A broken rule becomes the finding that users read: texts filled in, figures printed, the place named.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from xlperf.checks.context import CheckContext
from xlperf.checks.rule_procedures import PROCEDURES
from xlperf.core.errors import DeclarationError
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Field, FieldType, Message, Rule, RuleInstance, Severity
from xlperf.declarations.records import Record
from xlperf.declarations.rule_loading import EXPECTED, LABEL, ROW, VALUE, wording
from xlperf.declarations.source import text_of
from xlperf.declarations.value_display import printed, type_of
from xlperf.declarations.verdicts import RuleSet, Verdict, VerdictKind, rule_plan
from xlperf.expressions import ErrorValue, Node, compile_expression
from xlperf.expressions.tree import Reference
from xlperf.intake.received import ValueAddress

_compiled = cache(compile_expression)


class Places(Protocol):
    """What knows where the values of some records lie, and how they are declared."""

    def place(self, record: Record, at: ValueAddress) -> Location:
        """The place of a value."""

    def field(self, record: Record, at: ValueAddress) -> Field:
        """The declaration of a value."""


def finding_for(
    rule: Rule,
    instance: RuleInstance,
    verdict: Verdict,
    names: Mapping[str, Any],
    context: Places,
    record: Record,
    at: ValueAddress,
) -> Finding:
    """The finding of a rule that is broken, or kept only up to rounding (then a 提示)."""
    place = context.place(record, at)
    kind = context.field(record, at).type
    specials = {
        VALUE: _shown(verdict.value, record, at, kind),
        EXPECTED: printed(verdict.expected, kind),
        LABEL: place.label,
        ROW: place.row_key,
    }
    value, expected = specials[VALUE], specials[EXPECTED]
    unit = "" if kind.unit == "%" else kind.unit
    if verdict.kind is VerdictKind.WITHIN:
        severity, texts = Severity.NOTE, (wording().rounding, wording().rounding_fix)
    else:
        severity, texts = rule.severity, (instance.message, instance.fix)
    message, fix = (_without_double(render(text, names, specials), value, kind.unit) for text in texts)
    return Finding(rule.code, severity, message, fix, rule.basis, place, value, expected, unit)


def _without_double(text: str, value: str, unit: str) -> str:
    """A message in which the unit behind a value is not said twice, where the value was written with it."""
    return text.replace(f"{value} {unit}", value) if unit and value.endswith(unit) else text


def render(message: Message, names: Mapping[str, Any], specials: Mapping[str, str]) -> str:
    """A message with its holes filled: special names, and expressions printed by their type."""
    parts: list[str] = []
    for literal, node, kind in message:
        parts.append(literal)
        if node is not None:
            parts.append(_filled(node, type_of(kind) if kind else None, names))
        elif kind:
            parts.append(specials[kind])
    return "".join(parts)


def _filled(node: Node, kind: FieldType | None, names: Mapping[str, Any]) -> str:
    """An empty cell is no text, but 0 where a number is to be printed."""
    if isinstance(node, Reference) and names[node.name] is None and (kind is None or not kind.number):
        return ""
    value = _compiled(node)(names)
    return wording().error if isinstance(value, ErrorValue) else printed(value, kind)


def _shown(value: object, record: Record, at: ValueAddress, kind: FieldType) -> str:
    found = record.provenance.get(at)
    if found is not None and isinstance(found.raw, str) and kind.number:
        return " ".join(found.raw.split())
    return " ".join(printed(value, kind).split())


def check_rules(context: CheckContext) -> Iterator[Finding]:
    """The findings of all declared rules."""
    plan = rule_plan(context.profile)
    for record in context.filing.records:
        names = context.scopes.record(record)
        yield from _run(plan.once[record.form], context, names, record)
        yield from _run(plan.sheets[record.form], context, names, record)
        form = context.form(record)
        for table, row_rules in plan.rows[record.form].items():
            for index, row_names in context.scopes.rows(record, form.tables[table]):
                yield from _run(row_rules, context, row_names, record, (table, index))
        for rule in plan.procedures[record.form]:
            yield from _procedure(rule, context, record)
    yield from _run(plan.filing, context, context.scopes.filing, None)


def _run(
    rules: RuleSet,
    context: CheckContext,
    names: Mapping[str, Any],
    record: Record | None,
    row: tuple[str, int] | None = None,
) -> Iterator[Finding]:
    for rule, instance, verdict in rules.complaints(names):
        if context.unknown.concern(instance, record, row):
            continue
        anchor = _anchor(context, record, instance.at, row)
        if anchor is not None:
            yield finding_for(rule, instance, verdict, names, context, *anchor)


def _anchor(
    context: CheckContext, record: Record | None, at: str, row: tuple[str, int] | None
) -> tuple[Record, ValueAddress] | None:
    """The record and value that ``at`` names; None when the form that has it was not filed."""
    if row and record and at in context.form(record).tables[row[0]].columns:
        return record, (*row, at)
    alias, _, name = at.rpartition("!")
    others = [other for other in context.filing.records if other is not record]
    for candidate in [record, *others] if record else others:
        form = context.form(candidate)
        if alias and form.alias != alias:
            continue
        if name in form.fields:
            return candidate, name
        for table in form.tables.values():
            column = name.removeprefix(f"{table.id}_")
            if column != name and column in table.columns and candidate.tables.get(table.id):
                return candidate, (table.id, 0, column)
    return None


def _procedure(rule: Rule, context: CheckContext, record: Record) -> Iterator[Finding]:
    if rule.procedure not in PROCEDURES:
        why = text_of("messages", "checks", "procedure", name=rule.procedure, known="、".join(PROCEDURES))
        raise DeclarationError(rule.place, why)
    instance = rule.instances[0]
    for at, value, expected in PROCEDURES[rule.procedure](rule, context, record):
        verdict = Verdict(VerdictKind.BROKEN, value, expected)
        yield finding_for(rule, instance, verdict, context.scopes.record(record), context, record, at)
