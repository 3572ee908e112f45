"""The declared rules on one filing: within a form, on table rows, across forms."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlperf.checks.messages import told
from xlperf.checks.procedures import PROCEDURES
from xlperf.checks.subject import At, Subject
from xlperf.checks.verdicts import Judge, Outcome, Verdict, judge
from xlperf.errors import DeclarationError
from xlperf.findings import Finding
from xlperf.forms import Profile, Rule, RuleInstance
from xlperf.records import Record

Judged = tuple[Rule, RuleInstance, Judge]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of a profile, compiled and sorted by where they run.

    ``once`` and ``rows`` by form alias (rows: table id → rules); ``filing`` once a filing,
    ``sheets`` once a sheet of a form over the whole filing; ``procedures`` by form alias.
    """

    once: Mapping[str, Sequence[Judged]]
    rows: Mapping[str, Mapping[str, Sequence[Judged]]]
    filing: Sequence[Judged]
    sheets: Mapping[str, Sequence[Judged]]
    procedures: Mapping[str, Sequence[Rule]]


def evaluate_rule(rule: Rule, instance: RuleInstance, names: Mapping[str, Any]) -> Verdict:
    """The verdict of one rule instance over ``names``; see verdicts.judge."""
    return judge(instance)(names)


def plan(profile: Profile) -> Plan:
    """The compiled rules of ``profile``; made once."""
    made = _MADE.get(id(profile))
    if made is None:
        made = _MADE[id(profile)] = (_plan(profile), profile)
    return made[0]


_MADE: dict[int, tuple[Plan, Profile]] = {}


def _plan(profile: Profile) -> Plan:
    once: dict[str, list[Judged]] = {alias: [] for alias in profile.forms}
    rows: dict[str, dict[str, list[Judged]]] = {alias: {} for alias in profile.forms}
    sheets: dict[str, list[Judged]] = {alias: [] for alias in profile.forms}
    procedures: dict[str, list[Rule]] = {alias: [] for alias in profile.forms}
    filing: list[Judged] = []
    for rule in profile.rules.values():
        if rule.procedure:
            if rule.procedure not in PROCEDURES:
                raise DeclarationError(rule.place, f"没有办法“{rule.procedure}”，可用：{'、'.join(PROCEDURES)}")
            for alias in rule.forms or [rule.each]:
                procedures[alias].append(rule)
            continue
        judged = [(rule, instance, judge(instance)) for instance in rule.instances]
        for alias in rule.forms:
            (rows[alias].setdefault(rule.each, []) if rule.each else once[alias]).extend(judged)
        if not rule.forms:
            (sheets[rule.each] if rule.each else filing).extend(judged)
    return Plan(once, rows, filing, sheets, procedures)


def check_rules(subject: Subject) -> Iterator[Finding]:
    """The findings of all declared rules."""
    rules = plan(subject.profile)
    for record in subject.filing.records:
        yield from _run(rules.once[record.form], subject, subject.names.record(record), record)
        yield from _run(rules.sheets[record.form], subject, subject.names.record(record), record)
        form = subject.form(record)
        for table, judged in rules.rows[record.form].items():
            for index, names in subject.names.rows(record, form.tables[table]):
                yield from _run(judged, subject, names, record, (table, index))
        for rule in rules.procedures[record.form]:
            yield from _procedure(rule, subject, record)
    yield from _run(rules.filing, subject, subject.names.filing, None)


def _run(
    judged: Sequence[Judged],
    subject: Subject,
    names: Mapping[str, Any],
    record: Record | None,
    row: tuple[str, int] | None = None,
) -> Iterator[Finding]:
    for rule, instance, decide in judged:
        verdict = decide(names)
        if verdict.outcome is Outcome.BROKEN or verdict.outcome is Outcome.WITHIN:
            anchor = _anchor(subject, record, instance.at, row)
            if anchor is not None:
                yield told(rule, instance, verdict, names, subject, *anchor)


def _anchor(
    subject: Subject, record: Record | None, at: str, row: tuple[str, int] | None
) -> tuple[Record, At] | None:
    """The record and value that ``at`` names; None when the form that has it was not filed."""
    if row and record and at in subject.form(record).tables[row[0]].columns:
        return record, (*row, at)
    alias, _, name = at.rpartition("!")
    others = [other for other in subject.filing.records if other is not record]
    for one in [record, *others] if record else others:
        form = subject.form(one)
        if alias and form.alias != alias:
            continue
        if name in form.fields:
            return one, name
        for table in form.tables.values():
            column = name.removeprefix(f"{table.id}_")
            if column != name and column in table.columns and one.tables.get(table.id):
                return one, (table.id, 0, column)
    return None


def _procedure(rule: Rule, subject: Subject, record: Record) -> Iterator[Finding]:
    instance = rule.instances[0]
    for at, value, expected in PROCEDURES[rule.procedure](rule, subject, record):
        verdict = Verdict(Outcome.BROKEN, value, expected)
        yield told(rule, instance, verdict, subject.names.record(record), subject, record, at)
