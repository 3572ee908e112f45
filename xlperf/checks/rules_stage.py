"""The declared rules on one filing: within a form, on table rows, across forms."""

from collections.abc import Iterator, Mapping
from typing import Any

from xlperf.checks.context import At, CheckContext
from xlperf.checks.messages import told
from xlperf.checks.rule_procedures import PROCEDURES
from xlperf.core.errors import DeclarationError
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Rule
from xlperf.declarations.records import Record
from xlperf.declarations.rule_plan import rule_plan
from xlperf.declarations.verdicts import RuleSet, Verdict, VerdictKind


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
            yield told(rule, instance, verdict, names, context, *anchor)


def _anchor(
    context: CheckContext, record: Record | None, at: str, row: tuple[str, int] | None
) -> tuple[Record, At] | None:
    """The record and value that ``at`` names; None when the form that has it was not filed."""
    if row and record and at in context.form(record).tables[row[0]].columns:
        return record, (*row, at)
    alias, _, name = at.rpartition("!")
    others = [other for other in context.filing.records if other is not record]
    for one in [record, *others] if record else others:
        form = context.form(one)
        if alias and form.alias != alias:
            continue
        if name in form.fields:
            return one, name
        for table in form.tables.values():
            column = name.removeprefix(f"{table.id}_")
            if column != name and column in table.columns and one.tables.get(table.id):
                return one, (table.id, 0, column)
    return None


def _procedure(rule: Rule, context: CheckContext, record: Record) -> Iterator[Finding]:
    if rule.procedure not in PROCEDURES:
        raise DeclarationError(rule.place, f"没有办法“{rule.procedure}”，可用：{'、'.join(PROCEDURES)}")
    instance = rule.instances[0]
    for at, value, expected in PROCEDURES[rule.procedure](rule, context, record):
        verdict = Verdict(VerdictKind.BROKEN, value, expected)
        yield told(rule, instance, verdict, context.scopes.record(record), context, record, at)
