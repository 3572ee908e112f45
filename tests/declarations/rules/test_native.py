"""Rules that a sheet can judge by itself: what they may refer to, and why the others cannot."""

import pytest

from xlperf.declarations.column_readings import native_columns
from xlperf.declarations.forms_and_rules import Rule
from xlperf.declarations.profile import load_profile
from xlperf.expressions import functions_used, references

PROFILE = load_profile("national-2020")
NATIVE = [rule for rule in PROFILE.rules.values() if rule.native]


def rule_ids(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", [rule for rule in PROFILE.rules.values() if not rule.native], ids=rule_ids)
def test_a_rule_without_native_formula_says_why(rule):
    assert rule.native_reason


@pytest.mark.parametrize("rule", NATIVE, ids=rule_ids)
def test_a_native_rule_needs_only_what_cells_show(rule):
    """Its verdict and its messages speak of visible fields and of columns that formulas can fill."""
    for alias in rule.forms or (rule.each,) if rule.each else rule.forms:
        form = PROFILE.forms[alias]
        hidden = {name for name, field in form.fields.items() if field.virtual and field.formula is None}
        for table in form.tables.values():
            native = native_columns(form, table, PROFILE)
            unknown = {
                name for name, column in table.columns.items() if column.virtual and name not in native
            }
            hidden |= {f"{table.id}_{name}" for name in unknown} | unknown
        for instance in rule.instances:
            holes = (node for _, node, _ in (*instance.message, *instance.fix))
            for node in (instance.when, instance.check, instance.expected, instance.terms, *holes):
                assert node is None or not references(node) & hidden


@pytest.mark.parametrize("rule", NATIVE, ids=rule_ids)
def test_a_native_rule_rests_on_no_dates(rule):
    """The texts that formulas read hold no dates, so a rule on dates would never be broken."""
    for form in PROFILE.forms.values():
        for table in form.tables.values():
            dates = {name for name, column in table.columns.items() if column.derive == "date_end"}
            for instance in rule.instances if form.alias in rule.forms else ():
                assert instance.check is None or not dates >= references(instance.check)


@pytest.mark.parametrize("rule", NATIVE, ids=rule_ids)
def test_lists_are_counted_without_the_empty_texts_of_helper_cells(rule):
    nodes = (
        node
        for instance in rule.instances
        for node in (instance.when, instance.check, instance.expected, instance.terms)
    )
    assert not any("COUNTA" in functions_used(node) for node in nodes if node is not None)
