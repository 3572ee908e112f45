"""Rules that read sentences: their examples through the check stage, and that it judges as defined."""

import pytest

from tests.declarations.rules.verdicts import cases, example_filings
from xlperf.checks.context import CheckContext
from xlperf.checks.rules_stage import check_rules
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.verdicts import SKIPPED, judge
from xlperf.intake.book import Book
from xlperf.intake.received import WorkbookReading

PROFILE = load_profile("national-2020")
PROCEDURES = [rule for rule in PROFILE.rules.values() if rule.procedure]


def findings(rule, example) -> list[list]:
    """Findings of ``rule`` in each filing that the example describes."""
    subjects = [
        CheckContext("甲.xlsx", PROFILE, filing, WorkbookReading(Book("甲.xlsx", [], {}, {}, [])))
        for filing in example_filings(rule, example, PROFILE)
    ]
    return [
        [finding for finding in check_rules(subject) if finding.code == rule.code] for subject in subjects
    ]


@pytest.mark.parametrize("rule", PROCEDURES, ids=lambda rule: rule.code)
def test_examples_of_procedures(rule):
    for found in findings(rule, rule.passing):
        assert found == []
    for found in findings(rule, rule.failing):
        assert len(found) == 1
        assert "{" not in found[0].message + found[0].fix
        if rule.failing.expected is not None:
            assert found[0].expected.startswith(str(rule.failing.expected))


def test_a_total_with_one_digit_too_many_is_reported_with_the_sum_of_its_parts():
    """15099.34 + 3190.09 + 1280.26 = 19569.69; 1542.37 is part of the second."""
    found = findings(PROFILE.rules["S639"], PROFILE.rules["S639"].failing)
    assert {(finding.value, finding.expected) for group in found for finding in group} == {
        ("195693.69万元", "19569.69万元")
    }


@pytest.mark.parametrize("rule", PROFILE.rules.values(), ids=lambda rule: rule.code)
def test_the_check_stage_judges_every_example_as_defined(rule):
    for example in (rule.passing, rule.failing):
        for filing in example_filings(rule, example, PROFILE):
            for case in cases(rule, filing, PROFILE):
                theirs = SKIPPED if rule.procedure else judge(case.instance, case.names)
                assert theirs.kind.value == case.verdict.outcome


def places(code: str, *sheets: dict, rows=()) -> list[tuple[str, str]]:
    """Fields of project sheets (and rows of the first) → (sheet, field) of what rule ``code`` reports."""
    records = [
        Record("项目", f"项目{number}", dict(fields), {"指标": [dict(row) for row in rows if number == 1]})
        for number, fields in enumerate(sheets, 1)
    ]
    filing = Filing("1", "甲", PROFILE.id, records)
    subject = CheckContext("甲.xlsx", PROFILE, filing, WorkbookReading(Book("甲.xlsx", [], {}, {}, [])))
    found = (finding for finding in check_rules(subject) if finding.code == code)
    return [(finding.location.sheet, finding.location.field) for finding in found]


@pytest.mark.parametrize(
    ("text", "is_year"),
    [
        ("2019年12月前完成", True),
        ("2019.12前完成", True),
        ("2019-6-30", True),
        ("2019/6月底", True),
        ("2019.6-2019.11", True),
        ("2001.38万元", False),
        ("2001.12万元", False),
        ("2001.12 平方米以上", False),
        ("不少于2001.5%", False),
        ("2019.12亩", False),
        ("较2019年增长5%", False),
        ("自 2019 年起", False),
        ("2019年启动，2020年完成", False),
        ("12019年", False),
        ("共2019人次", False),
    ],
)
def test_years_and_amounts_are_distinguished(text, is_year):
    """The profile is of 2020."""
    rows = [{"三级指标": "完成时间", "年度指标值": text}]
    assert bool(places("S640", {}, rows=rows)) is is_year


GOAL = "完成梅溪河堤防加固工程全长三公里的建设任务并通过竣工验收"


def test_a_copied_text_is_reported_on_the_later_sheet():
    goal = "完成堤防加固全长三公里的建设任务，并通过竣工验收，保障防洪安全"
    sheets = [
        {"项目名称": "梅溪河治理项目", "预期目标": goal},
        {"项目名称": "城区绿化项目", "预期目标": goal},
    ]
    assert places("X820", *sheets) == [("项目2", "预期目标")]
    assert places("X819", *sheets) == []


def test_a_copied_text_that_names_the_other_project_is_one_mistake():
    sheets = [
        {"项目名称": "梅溪河堤防加固工程", "预期目标": GOAL},
        {"项目名称": "城区绿化项目", "预期目标": GOAL},
    ]
    assert places("X819", *sheets) == [("项目2", "预期目标")]
    assert places("X820", *sheets) == []


def test_a_second_copied_text_is_still_reported():
    sheets = [
        {"项目名称": "梅溪河堤防加固工程", "预期目标": GOAL, "实际完成情况": GOAL},
        {"项目名称": "城区绿化项目", "预期目标": GOAL, "实际完成情况": GOAL},
    ]
    assert places("X820", *sheets) == [("项目2", "实际完成情况")]
