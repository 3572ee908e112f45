"""A rule and a filing in, verdicts out: the bare meaning of when, check, expected and terms.

Written from the definition of a rule, so that the tests of the declarations need no check engine.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from xlperf.checks.scopes import Scopes
from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import Example, Profile, Rule, RuleInstance
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Node, compile_expression, native, parse

SKIPPED, OK, WITHIN, BROKEN = "skipped", "ok", "within", "broken"


@dataclass(frozen=True)
class Verdict:
    outcome: str
    value: Any = None
    expected: Any = None


@dataclass(frozen=True)
class Case:
    """One application of a rule: to a record, a table row or a filing, with the names it sees."""

    rule: Rule
    instance: RuleInstance
    names: Any
    sheet: str = ""
    row: int | None = None

    @property
    def verdict(self) -> Verdict:
        return judge(self.instance, self.names)


compiled = cache(compile_expression)


def evaluate(node: Node, names: Any) -> Any:
    return compiled(node)(names)


def judge(instance: RuleInstance, names: Any) -> Verdict:
    if instance.when is not None and evaluate(instance.when, names) is not True:
        return Verdict(SKIPPED)
    value = names[instance.at]
    if instance.terms is not None and not isinstance(value, float):
        return Verdict(SKIPPED)
    assert instance.check is not None
    if evaluate(instance.check, names) is True:
        return Verdict(OK, value)
    expected = evaluate(instance.expected, names) if instance.expected else None
    if instance.terms is not None and evaluate(within(instance), names) is True:
        return Verdict(WITHIN, value, expected)
    return Verdict(BROKEN, value, expected)


def within(instance: RuleInstance) -> Node:
    """A difference of at most ``terms`` half units of the last printed digit, as an expression."""
    assert instance.expected is not None
    assert instance.terms is not None
    right, terms = (native(node, str) for node in (instance.expected, instance.terms))
    return parse(f"ROUND(ABS({instance.at}-({right})),9)<=({terms})/2*10^-digits!{instance.at}")


def cases(rule: Rule, filing: Filing, profile: Profile, names: Scopes | None = None) -> Iterator[Case]:
    """Every application of ``rule`` in ``filing``, whose ``names`` may be given; procedures have none."""
    names = names or Scopes(filing, profile)
    for instance in rule.instances if not rule.procedure else ():
        if not rule.forms and not rule.each:
            yield Case(rule, instance, names.filing)
            continue
        for alias in rule.forms or (rule.each,):
            for record in filing.of(alias):
                if not rule.forms or not rule.each:
                    yield Case(rule, instance, names.record(record), record.sheet)
                    continue
                table = profile.forms[alias].tables[rule.each]
                for index, row in names.rows(record, table):
                    yield Case(rule, instance, dict(row), record.sheet, index)


def example_filings(rule: Rule, example: Example, profile: Profile) -> list[Filing]:
    """The filings that an example describes: one a form, or one with single forms and project sheets."""
    if rule.forms:
        return [_filing(profile, {alias: [_record(alias, example.fields, example)]}) for alias in rule.forms]
    records: dict[str, list[Record]] = {}
    for form in profile.single_forms():
        fields = {name: value for name, value in example.fields.items() if name in form.fields}
        records[form.alias] = [Record(form.alias, form.sheet, _floats(fields))]
    for alias, sheets in example.sheets.items():
        records[alias] = [
            Record(alias, f"{alias}{number}", _floats(sheet)) for number, sheet in enumerate(sheets, 1)
        ]
    return [_filing(profile, records)]


def _record(alias: str, fields: Any, example: Example) -> Record:
    tables = {name: [_floats(row) for row in rows] for name, rows in example.tables.items()}
    return Record(alias, alias, _floats(fields), tables)


def _floats(values: Any) -> dict[str, Any]:
    return {
        name: float(value) if isinstance(value, int) and not isinstance(value, bool) else value
        for name, value in values.items()
    }


def _filing(profile: Profile, records: dict[str, list[Record]]) -> Filing:
    ordered = [record for alias in profile.forms for record in records.get(alias, ())]
    filing = Filing("001", "甲单位", profile.id, ordered)
    for record in filing.records:
        compute(record, profile)
    return filing
