"""What a report lacks: attachments it lists, reasons, words of its own; figures almost those of the forms."""

import pytest

from tests.declarations.rules.published import published
from tests.report_text.conftest import report_of
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.report_text import check_report

GENERAL = load_profile("national-2020")


def codes(lines, filing=None, profile=GENERAL, **options):
    found = check_report(report_of(lines), filing, profile, **options)
    return [(finding.code, finding.value) for finding in found]


def test_every_attachment_that_was_not_sent_is_named_once():
    lines = [
        "附件：1、单位整体支出绩效评价基础数据表",
        "2、单位整体支出绩效自评表",
        "3、项目支出绩效自评表",
        "附件3",
    ]
    found = codes(lines)
    assert [code for code, _ in found] == ["R155"] * 3
    assert [value for _, value in found] == [
        "单位整体支出绩效评价基础数据表",
        "单位整体支出绩效自评表",
        "项目支出绩效自评表",
    ]


def test_attachments_that_came_are_no_matter():
    filing, profile = published("hunan-hengyang-2023")
    assert codes(["附件：", "1.基础数据表", "2.部门整体支出绩效自评表"], filing, profile) == []


@pytest.mark.parametrize(
    "line",
    [
        "依据附件1的要求，按时公开了自评报告和整体支出绩效自评表。",
        "附件2",
        "附件：现场照片",
        "已报送基础数据表、整体支出绩效自评表。",
    ],
)
def test_what_is_no_list_of_attachments(line):
    assert codes([line]) == []


@pytest.mark.parametrize(
    "text",
    [
        "本单位是XX局。",
        "（请填写单位职能）",
        "主要职责（300字以内）。",
        "……",
        "指标1：",
        "（此处填写）",
        "预算×××万元。",
    ],
)
def test_prompts_of_the_template(text):
    assert [code for code, _ in codes(["一、单位基本情况", text], named=False)] == ["R163"]


@pytest.mark.parametrize(
    "text",
    [
        "撰写简报20篇，每篇1500字以上。",
        "执行率＝执行数÷预算数×100%。",
        "完成情况良好……",
        "各项指标1至5月均已完成。",
        "请示报告3份。",
    ],
)
def test_sentences_that_are_no_prompts(text):
    assert codes(["一、单位基本情况", text], named=False) == []


def test_sections_are_missed_by_the_outline_of_a_named_profile_only():
    lines = ["一、单位基本情况", "正文。", "二、支出情况", "正文。"]
    assert {code for code, _ in codes(lines)} == {"R151"}
    assert codes(lines, named=False) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("自评得分78分，等级为“优”。", [("R136", "优")]),
        ("自评得分90分，评价等级：优秀。", []),
        ("自评得分89.9分，评价结果为优。", [("R136", "优")]),
        ("自评得分85分，等级为良好。", []),
        ("自评得分85分，等级为合格。", []),
        ("自评得分85分，90分以上等级为优，80至90分等级为良。", []),
        ("自评得分85分，评价结果优化了预算安排。", []),
        ("空气质量等级为优。自评得分85分。", []),
    ],
)
def test_grades_in_sentences(text, found):
    assert codes([text]) == found


def test_amounts_that_are_almost_those_of_the_forms():
    """Published: 483.73 in the text, 483.75 in the table of the same unit."""
    filing, profile = published("hunan-hengyang-2023")
    assert codes(["追加安排的项目经费483.73万元。"], filing, profile) == [("R135", "483.73万元")]
    for text in ("追加安排的项目经费483.75万元。", "追加483.6万元。", "追加安排的项目经费490.11万元。"):
        assert codes([text], filing, profile) == []


def judged(text, fields):
    """The messages about a sentence that comes with forms: ``fields`` alias → field → value."""
    records = [Record(alias, alias, dict(values)) for alias, values in fields.items()]
    filing = Filing("001", "甲局", "甲局.docx", records)
    found = check_report(report_of([text]), filing, load_profile("hunan-hengyang-2023"))
    return [finding.message for finding in found]


def test_a_figure_that_is_in_neither_of_the_tables_it_may_come_from():
    """Both tables are named, each with its own figure."""
    fields = {
        "基础": {"项目支出_本年决算数": 483.75},
        "整体": {"支出_项目支出": 483.9, "支出_基本支出": 1000.0, "年度资金总额_全年执行数": 1483.9},
    }
    (message,) = judged("全年项目支出480.73万元。", fields)
    assert "483.75万元" in message
    assert "483.90万元" in message


def test_a_figure_that_is_almost_that_of_two_tables():
    fields = {"基础": {"运行维护经费_本年决算数": 483.75}, "整体": {"支出_项目支出": 483.72}}
    (message,) = judged("追加安排的项目经费483.73万元。", fields)
    assert "483.75万元" in message
    assert "483.72万元" in message
