"""Headings in two rows, several cells under one heading, years and ditto marks."""

import pytest

from tests.intake.reading.drawn import filled, only

TOTAL, GRANTS = "项目资金/年度资金总额", "项目资金/当年财政拨款"
TOP = [
    ["项目支出绩效自评表（2024年度）", "<", "<", "<", "<", "<", "<"],
    ["项目名称", "道路", "<", "<", "<", "<", "<"],
]
LEVELS = ["一级指标", "二级指标", "三级指标"]
AIMS = ["产出指标", "数量指标", "巡查"]


def amounts(*rows):
    return filled(only([*TOP, *rows]))


def indicator(*rows):
    return only([*TOP, *rows])["indicators"]


UNIT_LINE = [["单位：万元", "<", "<", "<", "<", "<", "<"]]


@pytest.mark.parametrize(
    ("above", "label", "headings", "expected"),
    [
        (UNIT_LINE, "年度资金总额", ["年初预算数", "全年预算数", "全年执行数（元）"], [500, 520, 494]),
        ([], "年度资金总额", ["年初预算数", "全年预算数", "全年执行数（元）"], [500, 520, 494]),
        ([], "年度资金总额（元）", ["年初预算数", "全年预算数", "全年执行数"], [0.05, 0.052, 494]),
    ],
)
def test_a_unit_in_one_heading_is_that_columns_alone(above, label, headings, expected):
    lines = [*above, ["项目资金", *headings, "", "", ""], [label, "500", "520", "4940000", "", "", ""]]
    form = only([TOP[0], *lines[: len(above)], TOP[1], *lines[len(above) :]])
    got = [form["fields"][f"{TOTAL}/{name}"] for name in ("年初预算数", "全年预算数", "全年执行数")]
    assert got == expected
    assert (f"{TOTAL}/年初预算数" in form["uncertain"]) == (not above and label == "年度资金总额")


def test_the_unit_of_another_field_is_not_that_of_the_amounts():
    rows = [
        ["单位：万元", "<", "<", "<", "<", "<", "<"],
        TOP[1],
        ["项目资金", "年初预算数", "全年预算数", "全年执行数", "", "", ""],
        ["年度资金总额", "500", "520", "494", "", "", ""],
        ["项目总投资（亿元）", "1.2", "<", "<", "<", "<", "<"],
    ]
    assert filled(only([TOP[0], *rows]))[f"{TOTAL}/全年执行数"] == 494


def test_a_part_of_a_heading_is_not_the_heading():
    """58 under 其中：财政 is no 全年执行数 of 其他资金; 合计 is the heading itself."""
    got = amounts(
        ["项目资金（万元）", "年初预算数", "全年执行数", "<", "执行率", "得分", ""],
        ["^", "^", "合计", "其中：财政", "^", "^", ""],
        ["年度资金总额", "100", "95", "", "95%", "9.5", ""],
        ["其他资金", "100", "", "58", "", "", ""],
    )
    assert got[f"{TOTAL}/全年执行数"] == 95
    assert "项目资金/其他资金/全年执行数" not in got
    assert "其中" not in got


def test_two_rows_of_headings_are_read_together():
    got = amounts(
        ["项目资金（万元）", "预算数", "<", "执行数", "<", "执行率", "得分"],
        ["^", "年初", "调整后", "小计", "中央", "^", "^"],
        ["年度资金总额", "100", "110", "99", "40", "90%", "9"],
    )
    names = ("年初预算数", "全年预算数", "全年执行数", "执行率", "得分")
    assert [got[f"{TOTAL}/{name}"] for name in names] == [100, 110, 99, 0.9, 9]


def test_columns_of_this_layout_only_do_not_hide_the_amounts_behind_them():
    got = amounts(
        ["项目资金（万元）", "一季度", "二季度", "全年预算数", "全年执行数", "执行率", ""],
        ["年度资金总额", "10", "20", "100", "95", "95%", ""],
        ["其中：财政拨款", "10", "20", "100", "95", "95%", ""],
    )
    assert (got[f"{TOTAL}/全年预算数"], got[f"{GRANTS}/全年执行数"]) == (100, 95)
    assert got[f"{TOTAL}/一季度"] == 10


def test_groups_of_columns_with_a_blank_row_of_their_own_break_nothing():
    got = amounts(
        ["项目资金（万元）", "收入", "<", "支出", "<", "执行率", "得分"],
        ["^", "预算数", "决算数", "预算数", "决算数", "^", "^"],
        ["年度资金总额", "100", "98", "100", "95", "95%", "9.5"],
    )
    assert got[f"{TOTAL}/执行率"] == 0.95
    assert f"{TOTAL}/全年执行数" not in got


def test_one_row_of_amounts_next_to_the_label_of_the_block_is_the_total():
    got = amounts(
        [
            "部门预算执行情况（万元）",
            "年初预算数",
            "全年（调整）预算数",
            "全年执行数",
            "执行率（%）",
            "分值",
            "得分",
        ],
        ["^", "1850", "1920", "1843.2", "96", "10", "9.6"],
    )
    names = ("年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分")
    assert [got[f"{TOTAL}/{name}"] for name in names] == [1850, 1920, 1843.2, 0.96, 10, 9.6]


def test_a_list_of_tasks_with_its_sum_is_not_the_forms_money():
    got = amounts(
        ["年度主要任务", "任务名称", "预算数（万元）", "<", "执行数（万元）", "<", "分值"],
        ["^", "^", "总额", "财政拨款", "总额", "财政拨款", "^"],
        ["^", "稳岗返还", "420", "420", "410", "410", "6"],
        ["^", "金额合计", "420", "420", "410", "410", "6"],
    )
    assert not [path for path in got if path != "项目支出名称"]


def test_sources_that_run_across_may_have_parts():
    got = amounts(
        ["项目资金（万元）", "", "合计", "财政拨款", "<", "其他资金", ""],
        ["^", "^", "^", "中央", "县级", "^", ""],
        ["^", "年初预算数", "300", "200", "80", "20", ""],
        ["^", "全年执行数", "290", "195", "76", "19", ""],
    )
    assert (got[f"{TOTAL}/年初预算数"], got["项目资金/其他资金/全年执行数"]) == (300, 19)
    assert (got["项目资金/中央/年初预算数"], got["项目资金/县级/全年执行数"]) == (200, 76)
    assert f"{GRANTS}/年初预算数" not in got


@pytest.mark.parametrize(
    ("cells", "target"),
    [
        (["≥", "95%"], "≥95%"),
        (["大于等于", "95%"], "大于等于95%"),
        (["12", "次"], "12次"),
        (["≥95%", ""], "≥95%"),
        (["95", "93"], None),
    ],
)
def test_cells_under_one_heading_are_distinguished_or_left(cells, target):
    rows = indicator([*LEVELS, "年度指标值", "<", "实际完成值", "分值"], [*AIMS, *cells, "96%", "10"])
    assert rows[0]["target"] == target


def test_a_number_in_front_of_a_name_is_not_the_name():
    rows = indicator(
        ["一级指标", "二级指标", "三级指标", "<", "年度指标值", "实际完成值", "分值"],
        ["产出指标", "数量指标", "1", "巡查次数", "12次", "12次", "10"],
    )
    assert rows[0]["level3"] == "巡查次数"


@pytest.mark.parametrize("title", ["项目支出绩效自评表（2024年度）", "项目支出绩效自评表（二〇二四年度）"])
def test_values_of_earlier_years_are_not_this_years(title):
    form = only([
        [title, *["<"] * 6],
        TOP[1],
        [*LEVELS, "指标值", "<", "<", "实际完成值"],
        ["^", "^", "^", "2022年", "2023年", "2024年", "^"],
        [*AIMS, "11次", "", "≥12次", "13次"],
        [*AIMS, "11次", "12次", "", "13次"],
    ])  # fmt: skip
    assert [row["target"] for row in form["indicators"]] == ["≥12次", None]


def test_of_columns_with_years_the_forms_own_counts():
    rows = indicator(
        [*LEVELS, "2023年完成值", "2024年目标值", "2024年完成值", "分值"],
        [*AIMS, "11次", "12次", "13次", "10"],
    )
    assert (rows[0]["target"], rows[0]["actual"]) == ("12次", "13次")


def test_of_scores_below_one_heading_the_units_own_counts():
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成值", "得分", "<"],
        ["^", "^", "^", "^", "^", "自评", "复核"],
        [*AIMS, "12次", "13次", "10", "9"],
    )
    assert rows[0]["score"] == 10


def test_half_a_years_result_is_not_the_years():
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成值", "<", "分值"],
        ["^", "^", "^", "^", "上半年", "全年", "^"],
        [*AIMS, "12次", "5次", "", "10"],
        [*AIMS, "12次", "5次", "12次", "10"],
    )
    assert [row["actual"] for row in rows] == [None, "12次"]


@pytest.mark.parametrize("mark", ["同上", "〃", '"'])
def test_ditto_marks_are_what_is_above(mark):
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成值", "分值", "得分"],
        [*AIMS, "12次", "13次", "10", "10"],
        [mark, mark, "整改", "9处", "9处", "10", "10"],
        [mark, "质量指标", "合格率", "95%", "96%", "10", "10"],
    )
    assert [(row["level1"], row["level2"]) for row in rows] == [
        ("产出指标", "数量指标"),
        ("产出指标", "数量指标"),
        ("产出指标", "质量指标"),
    ]


def test_a_ditto_mark_is_nobodys_name():
    got = filled(only([*TOP, ["主管部门", "某局", "<", "实施单位", "同上", "<", "<"]]))
    assert "实施单位" not in got


def test_a_table_of_marks_without_targets_is_read():
    rows = indicator(
        ["一级指标", "分值", "二级指标", "三级指标", "分值", "自评得分", "扣分原因"],
        ["项目决策", "20", "决策过程", "决策依据", "20", "18", "材料不全"],
        ["合计", "20", "", "", "20", "18", ""],
    )
    assert rows == [
        rows[0]
        | {"level1": "项目决策", "level2": "决策过程", "level3": "决策依据", "weight": 20, "score": 18}
    ]


def test_the_total_may_have_a_number_in_front():
    form = only([
        *TOP,
        ["分值", *LEVELS, "年度指标值", "实际完成值", "得分"],
        ["10", *AIMS, "12次", "13次", "10"],
        ["10", "合计", "<", "<", "", "", "10"],
    ])  # fmt: skip
    assert len(form["indicators"]) == 1
    assert form["fields"]["总分/得分"] == 10


@pytest.mark.parametrize("label", ["公务用车运行维护费", "公务用车运行和维护费", "公车运行维护费"])
def test_running_cars_is_not_buying_and_running_them(label):
    rows = [
        ["基础数据表（2023年度）", "<", "<", "<"],
        ["经费（万元）", "2022年决算数", "2023年预算数", "2023年决算数"],
        ["三公经费", "16.2", "16", "15.9"],
        ["公务用车购置及运行维护费", "15", "15", "15"],
        ["公务用车购置费", "9", "9", "9"],
        [label, "6", "6", "6"],
        ["公用经费", "41", "42", "40"],
    ]
    got = filled(only(rows))
    start = "三公经费/公务用车购置和维护经费"
    paths = (start, f"{start}/公车购置", f"{start}/公车运行维护")
    assert [got[f"{path}/2023决算数"] for path in paths] == [15, 9, 6]


@pytest.mark.parametrize("years", [("2023年", "2024年"), ("上年度", "本年度")])
def test_amounts_below_another_year_are_not_this_years(years):
    got = amounts(
        ["项目资金（万元）", years[0], "<", years[1], "<", "分值", "得分"],
        ["^", "预算数", "执行数", "预算数", "执行数", "^", "^"],
        ["年度资金总额", "80", "79", "", "95", "10", "9.5"],
    )
    assert f"{TOTAL}/全年预算数" not in got
    assert got[f"{TOTAL}/全年执行数"] == 95
    assert 80 in got.values()


def test_a_value_and_its_rate_below_one_heading():
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成情况", "<", "得分"],
        ["^", "^", "^", "^", "数值", "完成率", "^"],
        [*AIMS, "10个", "11个", "110%", "10"],
    )
    assert rows[0]["actual"] == "11个"


@pytest.mark.parametrize(
    "numbers",
    [
        ["1", "2", "3", "4", "5", "6", "7"],
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）"],
        ["A", "B", "C", "D", "E", "F", "G=F/E"],
        ["甲", "乙", "丙", "1", "2", "3", "4=3/2"],
        ["甲", "乙", "丙", "4", "5", "6", "7"],
    ],
)
def test_numbers_of_columns_are_no_values(numbers):
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成值", "分值", "得分"],
        numbers,
        [*AIMS, "12次", "13次", "10", "10"],
    )
    assert [row["level3"] for row in rows] == ["巡查"]
    got = amounts(
        ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
        numbers,
        ["年度资金总额", "90", "100", "95", "95%", "10", "9.5"],
    )
    assert got[f"{TOTAL}/全年预算数"] == 100


def test_small_figures_in_a_row_with_a_name_are_values():
    rows = indicator(
        [*LEVELS, "年度指标值", "实际完成值", "分值", "得分"],
        [*AIMS, "1", "2", "3", "4"],
    )
    assert (rows[0]["target"], rows[0]["actual"], rows[0]["weight"], rows[0]["score"]) == ("1", "2", 3, 4)


def test_a_heading_over_targets_and_results_is_neither():
    rows = indicator(
        [*LEVELS, "指标完成情况", "<", "分值", "得分"],
        ["^", "^", "^", "目标值", "完成值", "^", "^"],
        [*AIMS, "12次", "13次", "10", "10"],
    )
    assert (rows[0]["target"], rows[0]["actual"]) == ("12次", "13次")


def test_a_grade_behind_the_total_below_the_table():
    form = only([
        *TOP,
        [*LEVELS, "年度指标值", "实际完成值", "分值", "得分"],
        [*AIMS, "12次", "13次", "10", "10"],
        ["其他需要说明的事项", "<", "无", "<", "<", "<", "<"],
        ["总分", "<", "<", "<", "10", "10", "优"],
    ])  # fmt: skip
    assert form["fields"]["总分/等级"] == "优"


def test_a_figure_below_a_blank_part_of_a_heading_is_nobodys():
    got = amounts(
        ["项目资金（万元）", "年初预算数", "全年执行数", "<", "<", "得分", ""],
        ["^", "^", "合计", "", "其他", "^", ""],
        ["年度资金总额", "100", "", "58", "", "9", ""],
    )
    assert f"{TOTAL}/全年执行数" not in got


def test_targets_and_results_of_marks_are_no_goals():
    """The heading of the names is blank, so that nobody knows what the rows are."""
    got = amounts(
        ["", "目标值", "完成值", "分值", "得分", "", ""], ["甲", "12次", "13次", "10", "10", "", ""]
    )
    assert not [path for path in got if path.startswith("年度总体目标")]


def test_a_target_is_none_of_results_whatever_is_above():
    rows = indicator(
        [*LEVELS, "指标完成情况", "<", "分值", "得分"],
        ["^", "^", "^", "目标值", "", "^", "^"],
        [*AIMS, "12次", "13次", "10", "10"],
    )
    assert (rows[0].get("target"), rows[0].get("actual")) == ("12次", None)
