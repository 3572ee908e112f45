"""The declared rules on one filing: within a form, on table rows, across forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.checks.context import At, CheckContext
from xlperf.checks.messages import told
from xlperf.checks.rule_procedures import PROCEDURES
from xlperf.core.errors import DeclarationError
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile, Rule
from xlperf.declarations.records import Record
from xlperf.declarations.verdicts import RuleSet, Verdict, VerdictKind


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a profile, compiled and sorted by where they run.

    ``once`` and ``rows`` by form alias (rows: table id → rules); ``filing`` once a filing,
    ``sheets`` once a sheet of a form over the whole filing; ``procedures`` by form alias.
    """

    once: Mapping[str, RuleSet]
    rows: Mapping[str, Mapping[str, RuleSet]]
    filing: RuleSet
    sheets: Mapping[str, RuleSet]
    procedures: Mapping[str, Sequence[Rule]]


def plan(profile: Profile) -> Plan:
    """The compiled rules of ``profile``; made once."""
    made = _MADE.get(id(profile))
    if made is None:
        made = _MADE[id(profile)] = (_plan(profile), profile)
    return made[0]


_MADE: dict[int, tuple[Plan, Profile]] = {}


def _plan(profile: Profile) -> Plan:
    procedures: dict[str, list[Rule]] = {alias: [] for alias in profile.forms}
    formulas = []
    for rule in profile.rules.values():
        if not rule.procedure:
            formulas.append(rule)
            continue
        if rule.procedure not in PROCEDURES:
            raise DeclarationError(rule.place, f"没有办法“{rule.procedure}”，可用：{'、'.join(PROCEDURES)}")
        for alias in rule.forms or [rule.each]:
            procedures[alias].append(rule)
    over_all = [rule for rule in formulas if not rule.forms]
    return Plan(
        {
            alias: RuleSet(one for one in formulas if alias in one.forms and not one.each)
            for alias in profile.forms
        },
        {
            alias: {
                table: RuleSet(one for one in formulas if alias in one.forms and one.each == table)
                for table in form.tables
            }
            for alias, form in profile.forms.items()
        },
        RuleSet(one for one in over_all if not one.each),
        {alias: RuleSet(one for one in over_all if one.each == alias) for alias in profile.forms},
        procedures,
    )


def check_rules(context: CheckContext) -> Iterator[Finding]:
    """The findings of all declared rules."""
    rules = plan(context.profile)
    for record in context.filing.records:
        names = context.scopes.record(record)
        yield from _run(rules.once[record.form], context, names, record)
        yield from _run(rules.sheets[record.form], context, names, record)
        form = context.form(record)
        for table, bench in rules.rows[record.form].items():
            for index, row_names in context.scopes.rows(record, form.tables[table]):
                yield from _run(bench, context, row_names, record, (table, index))
        for rule in rules.procedures[record.form]:
            yield from _procedure(rule, context, record)
    yield from _run(rules.filing, context, context.scopes.filing, None)


def _run(
    bench: RuleSet,
    context: CheckContext,
    names: Mapping[str, Any],
    record: Record | None,
    row: tuple[str, int] | None = None,
) -> Iterator[Finding]:
    for rule, instance, verdict in bench.complaints(names):
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
    instance = rule.instances[0]
    for at, value, expected in PROCEDURES[rule.procedure](rule, context, record):
        verdict = Verdict(VerdictKind.BROKEN, value, expected)
        yield told(rule, instance, verdict, context.scopes.record(record), context, record, at)
