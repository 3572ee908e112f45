"""Rules that a sheet can judge by itself: what they may refer to, and why the others cannot."""

import pytest

from xlperf.expressions import references
from xlperf.forms import Rule, load_profile

PROFILE = load_profile("national-2020")
NATIVE = [rule for rule in PROFILE.rules.values() if rule.native]


def rule_ids(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("rule", [rule for rule in PROFILE.rules.values() if not rule.native], ids=rule_ids)
def test_a_rule_without_native_formula_says_why(rule):
    assert rule.native_reason


@pytest.mark.parametrize("rule", NATIVE, ids=rule_ids)
def test_a_native_rule_needs_only_what_the_sheet_shows(rule):
    for alias in rule.forms:
        form = PROFILE.forms[alias]
        hidden = {name for name, field in form.fields.items() if field.virtual}
        for table in form.tables.values():
            virtual = {name for name, column in table.columns.items() if column.virtual or column.merge}
            hidden |= {f"{table.id}_{name}" for name in virtual}
            hidden |= virtual if rule.each == table.id else set()
        for instance in rule.instances:
            for node in (instance.when, instance.check, instance.expected, instance.terms):
                used = references(node) if node is not None else set()
                assert not used & hidden
