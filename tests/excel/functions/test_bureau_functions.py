"""Functions of the bureau: points as the tables print them, deadlines, totals and classes of the roll-up."""

import re
from datetime import datetime

import pytest

from tests.excel.functions.test_functions import column
from tests.excel.functions.test_office import OFFICE
from xlperf import udfs
from xlperf.declarations.worksheet_functions import declared

LOU, HENGYANG = "hunan-yueyanglou-2024", "hunan-hengyang-2023"


@pytest.mark.parametrize(
    ("part", "measured", "points"),
    [
        ("迟报的工作日", 0, 10),
        ("迟报的工作日", "３", 7),
        ("迟报的工作日", 12, 0),
        ("推迟公开的工作日", 1, 9),
        ("缺少的材料", 3, 0),
        ("正文缺少的内容", 2, 6),
        ("没有填写的格", 0, 10),
        ("没有填写的格", 4, ""),
        ("细化到三级的指标", 1, 5),
        ("细化到三级的指标", 0, 0),
        ("产出、效益指标的权重", 0.6, 5),
        ("产出、效益指标的权重", 0.55, ""),
        ("迟报的工作日", None, ""),
        (None, 3, ""),
        ("迟报的工作日", "三天", "量得“三天”不是数字"),
        ("迟报的工作日", "#N/A", "量得是错误值 #N/A，请先改正"),
    ],
)
def test_points_of_the_printed_grading_table(part, measured, points):
    assert udfs.XP_ASSESSMENT_SCORE(part, measured) == points


def test_parts_that_a_person_judges_are_not_scored():
    assert udfs.XP_ASSESSMENT_SCORE("存在的问题", 3).startswith("“存在的问题”不能取，可以取：迟报的工作日、")


def test_points_by_the_days_of_a_list():
    late = udfs.XP_WORKDAYS_LATE(
        udfs.XP_DEADLINE("线上报送", LOU), column(["2025-07-15", "2025-07-21", None])
    )
    assert late == column([0, 4, ""])
    assert udfs.XP_ASSESSMENT_SCORE("迟报的工作日", late, LOU) == column([10, 6, ""])


def test_deadlines_are_those_of_the_profile():
    assert udfs.XP_DEADLINE(column(["线上报送", "公开", None]), LOU) == column([45853, 45868, ""])
    assert udfs.XP_DEADLINE("线上报送") == "口径 national-2020 没有规定“线上报送”的截止日期"
    assert udfs.XP_DEADLINE("开会", LOU) == "“开会”不能取，可以取：线上报送、公开"


@pytest.mark.parametrize(
    ("item", "rate", "sheet", "points"),
    [
        ("在职人员控制率", 1, "county-bands", 10),
        ("在职人员控制率", 1.205, "county-bands", 0),
        ("“三公经费”控制率", "101.5%", "county-bands", 8.5),
        ("三公经费控制率", 1.015, "county-bands", 8.5),
        ("预算调整率", 0, "county-bands", 10),
        ("预算调整率", 0.1, "county-bands", 8),
        ("预算调整率", -0.2, "county-bands", 6),
        ("预算调整率", 0.3, "county-bands", 4),
        ("预算调整率", 0.31, "county-bands", 0),
        ("预算完成率", 0.985, "county-bands", 9.85),
        ("预算完成率", "不适用", "county-bands", 10),
        ("预算完成率", None, "county-bands", ""),
        ("预算完成率", "很高", "county-bands", "比率“很高”不是数字"),
        ("没有的", 1, "county-bands", "“没有的”不能取，可以取：在职人员控制率、"),
        ("预算完成率", 1, "county-1999", "没有评分表“county-1999”"),
        ("预算完成率", 1, None, "口径 national-2020 没有规定评分表"),
        (None, 1, "county-bands", ""),
    ],
)
def test_points_of_a_score_sheet(item, rate, sheet, points):
    said = udfs.XP_SHEET_SCORE(item, rate, sheet)
    assert said == points or (isinstance(points, str) and points and str(said).startswith(points))


def test_the_score_sheet_of_the_profile_is_used_where_none_is_named():
    assert udfs.XP_SHEET_SCORE("支付进度率", column([1, 0.5]), None, HENGYANG) == column([2, 1])
    assert udfs.XP_SHEET_SCORE("管理制度", 1, None, HENGYANG) == "“管理制度”由评分人评定，没有算式"


@pytest.mark.parametrize(
    ("start", "last", "count"),
    [
        ("2025-10-01", "2025-10-08", 0),
        ("2025-10-09", "2025-10-09", 1),
        ("2025-09-28", "2025-09-28", 1),
        ("2025-10-09", "2025-09-26", -5),
        (datetime(2025, 3, 3), 45723, 5),
        ("2025-03-03", None, ""),
        ("2025-03-03", "后天", "结束日期“后天”不是日期"),
    ],
)
def test_workdays_with_swapped_weekends(start, last, count):
    """In 2025 the State Council gives 1 to 8 October free, for the Sunday 28 September and 11 October."""
    assert udfs.XP_WORKDAYS(start, last) == count


def test_the_day_some_workdays_later():
    assert udfs.XP_WORKDAY_AFTER("2025-09-26", column([1, 2, 4])) == column([45928, 45929, 45939])
    assert udfs.XP_WORKDAY_AFTER("2025-09-26", 0) == "工作日数“0”应是 1 至 1000 的整数"
    assert udfs.XP_WORKDAY_AFTER("2025-09-26", 2.5) == "工作日数“2.5”应是 1 至 1000 的整数"
    assert re.fullmatch("没有 20[0-9]{2} 年的放假安排，请升级程序", udfs.XP_WORKDAY_AFTER("2030-09-26", 1000))


def test_a_rate_of_totals_takes_the_rows_with_both_numbers():
    spent, budget = column([8, "9万元", None, 5, "——"]), column([10, 10, 10, None, 10])
    assert udfs.XP_RATE_OF_TOTALS("三公经费控制率", spent, budget) == 0.85
    assert udfs.XP_RATE_OF_TOTALS("三公经费变动率", [[12, 6]], [[10, 10]]) == -0.1
    assert udfs.XP_RATE_OF_TOTALS("三公经费控制率", column([1]), column([0])) == "不适用"
    assert udfs.XP_RATE_OF_TOTALS("三公经费控制率", column([None]), column([10])) == ""


@pytest.mark.parametrize(
    ("ratio", "first", "said"),
    [
        ("三公经费控制率", [8], "各参数的行数、列数不一样"),
        ("三公经费控制率", [8, "很多"], "三公经费实际支出“很多”不是数字"),
        ("三公经费控制率", [8, "#REF!"], "三公经费实际支出是错误值 #REF!"),
        ("预算发生调整率", [8, 9], "“预算发生调整率”不能取，可以取：在职人员控制率、"),
        ("三公", [8, 9], "“三公”不能取"),
    ],
)
def test_totals_that_have_no_rate(ratio, first, said):
    assert udfs.XP_RATE_OF_TOTALS(ratio, column(first), column([10, 10])).startswith(said)


def test_areas_of_as_many_cells_in_another_shape_are_not_paired():
    """Six cells each: a blank in one would take another row's figure out of the other."""
    wide, tall = [[8, None, 8], [8, 8, 8]], [[10, 10], [10, 10], [10, 10]]
    assert udfs.XP_RATE_OF_TOTALS("三公经费控制率", wide, tall).startswith("各参数的行数、列数不一样")
    assert udfs.XP_RATE_OF_TOTALS("三公经费控制率", [[8, 9]], column([10, 10])) == 0.85


def test_every_ratio_of_two_figures_has_a_rate_of_totals():
    ratios = [function for function in declared().functions.values() if function.kind == "ratio"]
    for ratio in ratios:
        bound = [argument for argument in ratio.arguments if argument.binds]
        if len(bound) == 2:
            expected = getattr(udfs, ratio.name)(3, 4)
            assert udfs.XP_RATE_OF_TOTALS(ratio.subject, column([1, 2]), column([3, 1])) == expected


def test_units_by_grade_and_by_score():
    totals = column([95, "89.99", 90, None, "——", "未报", 59])
    assert udfs.XP_DISTRIBUTION(totals) == [
        ["等级", "家数", "占比"],
        ["优", 2, 0.5],
        ["良", 1, 0.25],
        ["中", 0, 0],
        ["差", 1, 0.25],
        ["不在各档里", 1, ""],
    ]
    assert udfs.XP_DISTRIBUTION(totals, "得分")[1:4] == [
        ["95 分以上", 1, 0.25],
        ["90～95 分", 1, 0.25],
        ["85～90 分", 1, 0.25],
    ]
    assert udfs.XP_DISTRIBUTION(column([None])) == [
        ["等级", "家数", "占比"],
        *([grade, 0, ""] for grade in "优良中差"),
    ]
    assert udfs.XP_DISTRIBUTION(totals, "高矮") == "“高矮”不能取，可以取：等级、得分、执行率"


def test_blanks_that_arrive_as_zero_are_no_units():
    assert OFFICE["XP_DISTRIBUTION"](column([95, 0, 0]))[4] == ["差", 0, 0]
    assert udfs.XP_DISTRIBUTION(column([95, 0]))[4] == ["差", 1, 0.5]
