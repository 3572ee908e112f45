"""What an accountant types, and what the cell says: blanks, words, texts, dates, tables as they are filed."""

import re
from datetime import date, datetime

import pytest

from xlperf import udfs
from xlperf.core.user_files import Settings, write_settings

OFFICIAL = [
    [
        "一级指标",
        "二级指标",
        "三级指标",
        "年度\n指标值",
        "实际\n完成值",
        "分值",
        "得分",
        "偏差原因分析及改进措施",
    ],
    ["产出指标\n（50分）", "数量指标", "培训人数", "≥100人", "90人", 10, 9, "疫情"],
    [None, None, "培训场次", "=10次", "12次", 10, 10, None],
    [None, "质量指标", "合格率", "≥95%", 0.9, 10, "——", None],
    [None, "成本指标", "成本", "=50万元", "60万元", 20, None, None],
    ["效益指标", "社会效益指标", "影响", "显著", "显著", 30, 30, None],
    ["总分", None, None, None, None, 80, None, None],
]
SCORES = [9, 10, 9.47, 16, "", ""]


def column(values):
    return [[value] for value in values]


@pytest.mark.parametrize(
    ("staff", "quota", "said"),
    [
        (95, 0, "不适用"),
        (None, 100, ""),
        (95, "——", ""),
        ("九十五", 100, "在职人员数“九十五”不是数字"),
        (95, True, "编制数“TRUE”不是数字"),
        ("#DIV/0!", 100, "在职人员数是错误值 #DIV/0!，请先改正"),
        ("#CALC!", 100, "在职人员数是错误值 #CALC!，请先改正"),
        (date(2024, 12, 31), 100, "在职人员数“2024-12-31”是日期，不是数字"),
        ("95人", "１００", 0.95),
        ("95万元", 100, "在职人员数“95万元”不是数字"),
    ],
)
def test_inputs_of_a_rate(staff, quota, said):
    assert udfs.XP_STAFF_CONTROL_RATE(staff, quota) == said


@pytest.mark.parametrize(
    ("amount", "read"),
    [("12万元", 12), ("120000元", 12), ("0.5亿元", 5000), ("1,200.50", 1200.5), ("12", 12)],
)
def test_amounts_as_text_are_read_in_the_unit_of_the_forms(amount, read):
    assert udfs.XP_EXECUTION_RATE(amount, read) == 1


def test_a_rate_typed_as_a_percentage():
    assert udfs.XP_PAYMENT_PROGRESS_RATE("45%", 0.5) == udfs.XP_PAYMENT_PROGRESS_RATE("45", "50") == 0.9


def test_a_long_text_is_shortened_in_the_message():
    assert udfs.XP_GRADE("很" * 50) == f"总分“{'很' * 20}…”不是数字"


def test_the_points_of_an_execution_score_are_those_of_the_profile():
    assert udfs.XP_EXECUTION_SCORE(50, 100) == udfs.XP_EXECUTION_SCORE(50, 100, None) == 5
    assert udfs.XP_EXECUTION_SCORE(50, 100, 20) == 10
    assert udfs.XP_EXECUTION_SCORE(50, 0) == "不适用"


def test_an_execution_score_that_does_not_apply_adds_nothing():
    assert udfs.XP_TOTAL_SCORE("不适用", [[40], [30]]) == 70
    assert udfs.XP_TOTAL_SCORE(None, [[None]]) == ""
    assert udfs.XP_TOTAL_SCORE(10, [["得分"], [40]]) == "各指标得分“得分”不是数字"
    assert udfs.XP_TOTAL_SCORE([[1], [2]], [[40]]) == "执行率得分只能是一个单元格"


@pytest.mark.parametrize(
    ("total", "grade"), [(90, "优"), (89.99, "良"), (80, "良"), (60, "中"), (59.99, "差"), (None, "")]
)
def test_grades(total, grade):
    assert udfs.XP_GRADE(total) == grade


def test_the_official_table_with_its_heading():
    assert udfs.XP_INDICATOR_SCORES(OFFICIAL) == column(["公式得分", *SCORES])


def test_the_official_table_without_its_heading():
    assert udfs.XP_INDICATOR_SCORES(OFFICIAL[1:]) == column(SCORES)
    assert udfs.XP_INDICATOR_SCORES([row[:7] for row in OFFICIAL[1:]]) == column(SCORES)


def test_rows_above_the_heading_are_left_blank():
    above = [["绩效自评表", *[None] * 7], [None] * 8]
    assert udfs.XP_INDICATOR_SCORES([*above, *OFFICIAL]) == column(["", "", "公式得分", *SCORES])


def test_columns_by_the_words_of_other_places_and_in_another_order():
    table = [["权重", "三级指标", "全年完成值", "年初目标值"], [10, "培训人数", "90人", "≥100人"]]
    assert udfs.XP_INDICATOR_SCORES(table) == column(["公式得分", 9])


def test_sign_and_unit_in_columns_of_their_own():
    table = [
        ["三级指标", "指标性质", "年度指标值", "度量单位", "实际完成值", "分值"],
        ["培训人数", "≥", 100, "人", 90, 10],
        ["办结天数", "≤", 5, "天", 6, 10],
        ["满意度", "", "显著", "", "显著", 10],
    ]
    assert udfs.XP_INDICATOR_SCORES(table) == column(["公式得分", 9, 8, ""])


def test_columns_that_cannot_be_reported():
    assert udfs.XP_INDICATOR_SCORES([[1, 2]]).startswith("没有认出指标值、完成值、分值各在哪一列")


def test_a_row_with_an_error_says_so_and_the_others_are_computed():
    table = [["≥100人", "#REF!", 10], ["≥100人", "90人", 10], ["≥100人", "90人", "十分"]]
    assert udfs.XP_INDICATOR_SCORES(table) == column(
        ["实际完成值是错误值 #REF!，请先改正", 9, "分值“十分”不是数字"]
    )


@pytest.mark.parametrize(
    ("text", "part", "read"),
    [
        ("≥1.2万亩", None, 12000),
        ("98.49%", "数值", 0.9849),
        ("120万元", "单位", "万元"),
        ("不超过76万元", "符号", "<="),
        ("2024年12月底前", "日期", 45657),
        (datetime(2024, 12, 31), "日期", 45657),
        (12.5, None, 12.5),
        (None, None, ""),
        ("——", None, ""),
        ("显著", None, "“显著”里没有读出数值"),
        ("5次", "日期", "“5次”里没有读出日期"),
        ("5次", "颜色", "“颜色”不能取，可以取：数值、符号、单位、日期"),
    ],
)
def test_reading(text, part, read):
    assert udfs.XP_READ(text, part) == read


@pytest.mark.parametrize(
    ("deadline", "delivered", "late"),
    [
        ("2025-07-15", "2025-07-15", 0),
        ("2025-07-15", datetime(2025, 7, 18, 16, 30), 3),
        (45853, 45856, 3),
        (20250715, 20250718, 3),
        ("2025年7月", "2025-08-01", 1),
        ("2025-07-15", None, ""),
        ("2025-07-15", 3, "报送日期“3”不是日期"),
        ("2025-07-15", "下周", "报送日期“下周”不是日期"),
        ("2025-07-15", 20251332, "报送日期“20251332”不是日期"),
        ("2025-07-15", True, "报送日期“TRUE”不是日期"),
    ],
)
def test_workdays_late(deadline, delivered, late):
    assert udfs.XP_WORKDAYS_LATE(deadline, delivered) == late


def test_workdays_of_years_that_are_not_published_yet():
    said = udfs.XP_WORKDAYS_LATE("2025-07-15", "2098-01-01")
    assert re.fullmatch("没有 20[0-9]{2} 年的放假安排，请升级程序", said)


def test_explaining_a_code_that_does_not_exist():
    assert udfs.XP_EXPLAIN("b501").startswith("B501 ")
    assert udfs.XP_EXPLAIN("B599").startswith("没有问题代码“B599”")


def test_the_profile_of_the_settings_is_used_where_none_is_named():
    assert udfs.XP_GRADE(90, "没有的口径").startswith("没有口径“没有的口径”")
    write_settings(Settings("没有的口径"))
    assert udfs.XP_GRADE(90).startswith("没有口径“没有的口径”")
    assert udfs.XP_GRADE(90, "national-2020") == "优"
    assert udfs.XP_GRADE(90, [["a", "b"]]) == "口径只能是一个单元格"


def test_whatever_goes_wrong_the_cell_says_so(monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("意外")

    monkeypatch.setattr("xlperf.excel.functions.udf_call.broadcast", broken)
    assert udfs.XP_GRADE(90) == "没能算出来：ZeroDivisionError: 意外"


@pytest.mark.parametrize(
    ("target", "result", "score"),
    [("≤0起", "0起", 10), ("≤0起", "2起", 0), ("≤5起", "6起", 8), ("≥0", "-3", 0)],
)
def test_a_target_of_zero_that_is_missed_gives_nothing(target, result, score):
    assert udfs.XP_INDICATOR_SCORE(target, result, 10) == score
