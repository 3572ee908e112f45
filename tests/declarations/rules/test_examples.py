"""Every rule on its own examples: silent on the right one, and right about the wrong one."""

import pytest

from tests.declarations.rules.verdicts import (
    BROKEN,
    OK,
    SKIPPED,
    WITHIN,
    Verdict,
    cases,
    evaluate,
    example_filings,
)
from xlperf.declarations.forms_and_rules import Rule
from xlperf.declarations.profile import load_profile
from xlperf.expressions import ErrorValue

PROFILE = load_profile("national-2020")
FORMULA_RULES = [rule for rule in PROFILE.rules.values() if not rule.procedure]


def by_code(rules):
    return pytest.mark.parametrize("rule", rules, ids=lambda rule: rule.code)


def verdicts(rule: Rule, kind: str) -> list[list[Verdict]]:
    example = rule.passing if kind == "pass" else rule.failing
    filings = example_filings(rule, example, PROFILE)
    return [[case.verdict for case in cases(rule, filing, PROFILE)] for filing in filings]


@by_code(FORMULA_RULES)
def test_the_passing_example_is_examined_and_found_right(rule):
    for found in verdicts(rule, "pass"):
        outcomes = {verdict.outcome for verdict in found}
        assert outcomes <= {OK, SKIPPED}
        assert OK in outcomes, "the example never meets the condition of the rule"


@by_code(FORMULA_RULES)
def test_the_failing_example_is_found_with_the_right_figure(rule):
    for found in verdicts(rule, "fail"):
        broken = [verdict for verdict in found if verdict.outcome == BROKEN]
        assert broken
        assert not any(verdict.outcome == WITHIN for verdict in found)
        if rule.failing.expected is not None:
            right = pytest.approx(rule.failing.expected)
            assert all(verdict.expected == right for verdict in broken)


@by_code(FORMULA_RULES)
def test_a_rule_that_gives_the_right_figure_shows_it_in_its_example(rule):
    gives_it = any(instance.expected is not None for instance in rule.instances)
    assert gives_it == (rule.failing.expected is not None)


@by_code(FORMULA_RULES)
def test_messages_and_fixes_can_be_worked_out_where_the_rule_is_broken(rule):
    for filing in example_filings(rule, rule.failing, PROFILE):
        for case in cases(rule, filing, PROFILE):
            if case.verdict.outcome != BROKEN:
                continue
            for _, node, _ in (*case.instance.message, *case.instance.fix):
                assert node is None or not isinstance(evaluate(node, case.names), ErrorValue)


@by_code(PROFILE.rules.values())
def test_messages_give_live_figures_and_name_a_document(rule):
    for instance in rule.instances:
        assert any(node is not None or special for _, node, special in instance.message)
        assert all(text.strip() for text in (rule.name, rule.basis, instance.fix[-1][0]))
        assert "第" not in rule.basis


@by_code([rule for rule in PROFILE.rules.values() if rule.forms or not rule.each])
def test_a_filing_without_this_form_or_with_empty_forms_is_no_reason_to_stumble(rule):
    empty = type(rule.passing)({}, {}, {})
    for filing in example_filings(rule, empty, PROFILE):
        assert {case.verdict.outcome for case in cases(rule, filing, PROFILE)} <= {OK, SKIPPED}
        filing.records.clear()
        assert {case.verdict.outcome for case in cases(rule, filing, PROFILE)} <= {OK, SKIPPED}


def test_there_are_rules_for_every_form_and_across_them():
    letters = {code[0] for code in PROFILE.rules}
    assert letters == set("BSWPX")
    assert 60 <= len(PROFILE.rules) <= 110
