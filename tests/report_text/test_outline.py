"""Sections, their numbers, titles: what a report must have and how its headings count."""

import pytest

from tests.report_text.conftest import report_of
from tests.report_text.documents import numbered
from xlperf.declarations.profile import load_profile
from xlperf.report_text import check_report, read_report

YUEYANG = [
    "单位基本情况",
    "一般公共预算支出情况",
    "政府性基金预算支出情况",
    "国有资本经营预算支出情况",
    "社会保险基金预算支出情况",
    "整体支出绩效情况",
    "存在的问题及原因分析",
    "下一步改进措施",
    "绩效自评结果拟应用和公开情况",
    "其他需要说明的情况",
]
DIGITS = "一二三四五六七八九十"
TITLE = "2024年度乙市机关事务中心整体支出绩效自评报告"


def written(titles, numbers=DIGITS) -> list[str]:
    return [
        line
        for number, title in zip(numbers, titles, strict=False)
        for line in (f"{number}、{title}", "本单位没有这方面的情况。")
    ]


def remarks(lines, profile="hunan-yueyang-2024"):
    found = check_report(report_of(lines), None, load_profile(profile))
    return [(finding.code, finding.location.cell, finding.expected) for finding in found]


def test_ten_sections_in_order_raise_nothing():
    assert remarks([TITLE, *written(YUEYANG)]) == []


@pytest.mark.parametrize("left_out", range(10))
def test_a_section_left_out_is_missed_by_name(left_out):
    titles = [title for place, title in enumerate(YUEYANG) if place != left_out]
    lines = report_of([TITLE, *written(titles)])
    (found,) = check_report(lines, None, load_profile("hunan-yueyang-2024"))
    assert found.code == "R151"
    assert f"“{DIGITS[left_out]}、" in found.message
    assert YUEYANG[left_out][-4:] in found.message


def test_a_number_typed_twice_is_reported_once_with_the_right_one():
    assert remarks([TITLE, *written(YUEYANG, "一二二三四五六七八十")]) == [("R152", "第6段", "三")]


def test_a_section_whose_number_is_taken_is_numbered_wrongly_and_not_missing():
    """2、 after 二、 is the third section; 1. below （一） is an item of a list."""
    lines = written(YUEYANG, ["1", "二", "2", "3", "4", "5", "六", "七", "8", "十"])
    lines[1:2] = ["（一）职责", "1.职责甲。", "2.职责乙。"]
    assert remarks([TITLE, *lines])[0] == ("R152", "第8段", "三")
    assert "R151" not in {code for code, *_ in remarks([TITLE, *lines])}


def test_numbers_lost_by_a_converter_still_count():
    """Lists that lose their Chinese numbers come as 1、 2、: the same order."""
    lines = written(YUEYANG, ["1", "2", "三", "4", "5", "六", "七", "8", "九", "十"])
    assert remarks([TITLE, *lines]) == []


def test_automatic_numbers_are_headings_too(tmp_path):
    report = read_report(numbered(tmp_path / "a.docx", YUEYANG))
    assert list(check_report(report, None, load_profile("hunan-yueyang-2024"))) == []


def test_small_headings_count_by_themselves_or_with_those_a_converter_changed():
    lines = written(YUEYANG)
    right = [*lines[:1], "（一）职能", "甲。", "(2)机构", "乙。", "（三）人员", "丙。", *lines[2:]]
    assert remarks([TITLE, *right]) == []
    wrong = [*lines[:1], "（一）职能", "甲。", "（一）机构", "乙。", *lines[2:]]
    assert remarks([TITLE, *wrong]) == [("R153", "第5段", "二")]


def test_a_section_without_a_word_is_reported():
    lines = written(YUEYANG)
    del lines[5]
    assert remarks([TITLE, *lines]) == [("R154", "第6段", "")]


def test_the_report_on_projects_has_an_outline_of_its_own():
    overall = written([title for title in YUEYANG if "结果拟应用" not in title])
    project = written(
        [
            "项目支出概况",
            "项目资金使用及管理情况",
            "项目支出组织实施情况",
            "项目支出绩效情况",
            "主要经验做法、存在的问题及原因分析",
            "有关建议",
            "其他需要说明的问题",
        ]
    )
    first, second = TITLE.replace("2024", "2023"), "2023年度乙市机关事务中心项目支出绩效自评报告"
    lines = [first, *overall, second, *project]
    assert remarks(lines, "hunan-hengyang-2023") == []
    assert remarks([*lines[:-4], *lines[-2:]], "hunan-hengyang-2023") == [
        ("R151", "", ""),
        ("R152", "第31段", "六"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2024年度乙市机关事务局整体支出绩效自评报告", TITLE, [("R141", "第1段", "乙市机关事务中心")]),
        ("2024年度丙省乙市机关事务中心部门整体支出绩效自评报告", TITLE, []),
        ("2023年度乙市机关事务中心整体支出绩效自评报告", TITLE, [("R142", "第1段", "2024")]),
        ("单位名称：乙市机关事务中心", TITLE, []),
        ("预算单位名称:", TITLE, []),
    ],
)
def test_cover_and_title_name_the_same_unit_and_year(first, second, expected):
    assert remarks([first, second, *written(YUEYANG)]) == expected


def test_a_title_on_two_lines():
    lines = ["2024年度乙市人民政府办公室", "整体支出绩效自评报告", *written(YUEYANG)]
    assert remarks(lines) == []


def test_a_table_titled_with_another_year():
    captions = ["附件1", "2024年度部门整体支出绩效评价基础数据表", "2023年度部门整体支出绩效自评表"]
    assert remarks([TITLE, *written(YUEYANG), *captions]) == [("R142", "第24段", "2024")]
