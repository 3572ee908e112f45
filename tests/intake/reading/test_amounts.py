"""Amounts: units inside lines and headings, label and figure in one cell, sources that nobody names."""

import pytest

from tests.intake.reading.drawn import filled, only, page, reading
from xlperf.intake.reading.export import exported

TOTAL = "项目资金/年度资金总额"
HEADINGS = ["", "年初预算数", "全年预算数", "全年执行数"]


def project(*rows):
    return [["项目支出绩效自评表", "<", "<", "<"], ["项目名称", "道路", "<", "<"], *rows]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("填报单位：某局　　金额单位：元", 0.01),
        ("填报单位：某局（单位：万元）", 100),
        ("填报单位：元谋县某局", 100),
    ],
)
def test_a_line_may_name_the_unit_among_other_things(line, expected):
    rows = [HEADINGS, ["年度资金总额", "100", "100", "90"]]
    form = only(
        [["项目支出绩效自评表", "<", "<", "<"], [line, "<", "<", "<"], ["项目名称", "道路", "<", "<"], *rows]
    )
    assert form["fields"][f"{TOTAL}/年初预算数"] == expected
    assert (f"{TOTAL}/年初预算数" in form["uncertain"]) == ("单位：元谋" in line)


def test_a_unit_may_come_with_a_letter_in_a_heading():
    headings = ["", "年初预算数\n（万元）", "全年预算数（万元，A）", "全年执行数（元，B）"]
    got = filled(only(project(headings, ["年度资金总额", "12", "10", "90000"])))
    assert [got[f"{TOTAL}/{name}"] for name in ("年初预算数", "全年预算数", "全年执行数")] == [12, 10, 9]


def test_amounts_of_every_kind_of_form_are_doubted_without_a_unit():
    unit = [["部门整体支出绩效自评表", "<", "<", "<"], ["部门名称", "某局", "<", "<"]]
    rows = [["年度预算申请", "按收入性质分", "<", "<"], ["^", "政府性基金拨款", "30", "<"]]
    basic = [
        ["基础数据表", "<", "<", "<"],
        ["", "2022年决算数", "2023年预算数", "2023年决算数"],
        ["三公经费", "5", "6", "4"],
        ["其中：公务接待", "1", "2", "1"],
        ["公用经费", "7", "8", "7"],
    ]
    made = exported(reading(page([*unit, *rows], "整体"), page(basic, "基础")))
    for form, path in zip(
        made["forms"], ("年度预算申请/按收入性质分/政府性基金拨款", "三公经费/2023决算数"), strict=True
    ):
        assert form["fields"][path] is not None
        assert "没有印金额单位" in form["uncertain"][path]["reason"]


def test_a_columns_name_and_its_figure_may_share_a_cell():
    rows = [
        ["预算执行情况", "年初预算数：86万元", "全年预算数：90万元", "全年执行数：88.2万元"],
        ["^", "分值：10分", "执行率：98%", "得分：9.8分"],
    ]
    got = filled(only(project(*rows)))
    columns = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
    assert [got[f"{TOTAL}/{name}"] for name in columns] == [86, 90, 88.2, 10, 0.98, 9.8]


def test_a_figure_behind_a_columns_name_of_no_row_is_unused():
    made = exported(reading(page(project(["", "分值：10分", "", ""]))))
    assert [entry["text"] for entry in made["account"]["unused"]] == ["分值：10分"]


def test_next_to_a_source_without_a_name_the_general_budget_is_not_all_grants():
    headings = ["资金来源", "年初预算（万元）", "全年预算数", "全年执行数"]
    rows = [["年度资金总额", "9", "9", "9"], ["", "7", "7", "7"], ["一般公共预算", "2", "2", "2"]]
    got = filled(only(project(headings, *rows)))
    assert "项目资金/当年财政拨款/年初预算数" not in got
    assert got["项目资金/一般公共预算/年初预算数"] == 2


def test_two_figures_behind_the_total_are_not_the_score():
    got = filled(only(project(["总分", "100", "99.5", ""])))
    assert "总分/得分" not in got


def test_none_in_words_is_no_amount_and_no_mistake():
    form = only(
        project(
            [*HEADINGS[:-1], "全年执行数（万元）"],
            ["年度资金总额", "8", "8", "8"],
            ["其他资金", "无", "无", "—"],
        )
    )
    assert form["fields"]["项目资金/其他资金/年初预算数"] is None
    assert not form["uncertain"]
    [read] = reading(
        page(project(HEADINGS, ["年度资金总额", "8", "8", "8"], ["其他资金", "无", "", ""]))
    ).forms
    assert not read.misread


def test_a_row_of_nones_begins_no_other_table():
    form = only(
        [
            ["基础数据表", "<", "<", "<", "<"],
            ["项目", "计量单位", "2023年决算数", "2024年预算数", "2024年决算数"],
            ["三公经费", "万元", "5", "6", "4"],
            ["其中：公车购置", "万元", "无", "无", "无"],
            ["公务接待", "万元", "5", "6", "4"],
            ["厉行节约保障措施", "", "公车统一调度。", "<", "<"],
        ]
    )
    assert form["fields"]["三公经费/公务接待/2024决算数"] == 4
    assert form["fields"]["厉行节约保障措施"] == "公车统一调度。"


def test_several_amounts_behind_one_group():
    form = only(
        [
            ["部门整体支出绩效自评表", *["<"] * 6],
            ["部门名称", "某局", *["<"] * 5],
            ["年度预算（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
            ["资金总额", "10", "10", "10", "100%", "10", "10"],
            ["按收入性质分", "一般公共预算", "7", "政府性基金拨款", "2", "其他资金", "1"],
        ]
    )
    root = "年度预算申请/按收入性质分"
    assert [form["fields"][f"{root}/{name}"] for name in ("一般公共预算", "政府性基金拨款", "其他资金")] == [
        7,
        2,
        1,
    ]


@pytest.mark.parametrize("typed", ["1.2亿", "12000万", "1.2亿元", "1.2 亿元"])
def test_amounts_may_be_typed_with_the_unit_cut_short(typed):
    rows = [HEADINGS, ["年度资金总额（万元）", typed, "12000", "11880"]]
    assert filled(only(project(*rows)))[f"{TOTAL}/年初预算数"] == 12000


def test_numbers_in_circles_are_no_part_of_a_label():
    headings = ["", "年初预算数", "全年预算数①", "全年执行数②"]
    rows = [headings, ["①年度资金总额（万元）", "9", "9", "8"], ["②其他资金", "1", "1", "1"]]
    got = filled(only(project(*rows)))
    assert [got[f"{TOTAL}/{name}"] for name in ("年初预算数", "全年预算数", "全年执行数")] == [9, 9, 8]
    assert got["项目资金/其他资金/全年执行数"] == 1


def test_the_units_own_score_may_be_a_line_of_the_head():
    got = filled(only(project(["自评得分：98.5", "<", "自评等级：优", "<"])))
    assert (got["总分/得分"], got["总分/等级"]) == (98.5, "优")


@pytest.mark.parametrize("heading", ["单位", ""])
def test_the_unit_in_a_cell_of_a_row_is_that_rows(heading):
    rows = [
        ["基础数据表（2023年度）", "<", "<", "<", "<"],
        ["项目", heading, "2022年决算数", "2023年预算数", "2023年决算数"],
        ["三公经费", "万元", "6", "6", "5"],
        ["公用经费", "元", "300000", "310000", "305000"],
        ["项目支出", "万元", "88", "94", "90"],
    ]
    got = filled(only(rows))
    assert (got["公用经费/2023决算数"], got["项目支出/2023决算数"]) == (30.5, 90)


def test_a_lone_hundred_behind_the_total_may_be_the_weights():
    rows = [
        ["一级指标", "三级指标", "指标值", "完成值", "分值", "得分"],
        ["产出指标", "里程", "1公里", "1公里", "100", "98"],
        ["备注", "无", "<", "<", "<", "<"],
        ["总分", "<", "<", "<", "100", ""],
    ]
    got = filled(only([["项目支出绩效自评表", *["<"] * 5], ["项目名称", "道路", *["<"] * 4], *rows]))
    assert (got.get("总分/分值"), got.get("总分/得分")) == (100, None)
