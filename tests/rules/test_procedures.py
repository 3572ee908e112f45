"""Rules that read sentences: their examples through the check stage, and that it judges as defined."""

import pytest

from tests.rules.verdicts import cases, example_filings
from xlperf.checks.rules import check_rules, evaluate_rule
from xlperf.checks.subject import Subject
from xlperf.forms import load_profile
from xlperf.receive import Facts
from xlperf.receive.book import Book

PROFILE = load_profile("national-2020")
PROCEDURES = [rule for rule in PROFILE.rules.values() if rule.procedure]


def findings(rule, example) -> list[list]:
    """Findings of ``rule`` in each filing that the example stands for."""
    subjects = [
        Subject("甲.xlsx", PROFILE, filing, Facts(Book("甲.xlsx", [], {}, {}, [])))
        for filing in example_filings(rule, example, PROFILE)
    ]
    return [[one for one in check_rules(subject) if one.code == rule.code] for subject in subjects]


@pytest.mark.parametrize("rule", PROCEDURES, ids=lambda rule: rule.code)
def test_examples_of_procedures(rule):
    for found in findings(rule, rule.passing):
        assert found == []
    for found in findings(rule, rule.failing):
        assert len(found) == 1
        assert "{" not in found[0].message + found[0].fix
        if rule.failing.expected is not None:
            assert found[0].expected.startswith(str(rule.failing.expected))


def test_a_total_with_one_digit_too_many_is_told_the_sum_of_its_parts():
    """15099.34 + 3190.09 + 1280.26 = 19569.69; 1542.37 is part of the second."""
    found = findings(PROFILE.rules["S639"], PROFILE.rules["S639"].failing)
    assert {(one.value, one.expected) for group in found for one in group} == {
        ("195693.69万元", "19569.69万元")
    }


@pytest.mark.parametrize("rule", PROFILE.rules.values(), ids=lambda rule: rule.code)
def test_the_check_stage_judges_every_example_as_defined(rule):
    for example in (rule.passing, rule.failing):
        for filing in example_filings(rule, example, PROFILE):
            for case in cases(rule, filing, PROFILE):
                theirs = evaluate_rule(rule, case.instance, case.names)
                assert theirs.outcome.value == case.verdict.outcome
