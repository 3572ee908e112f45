"""Records made complete: figures of the published forms, worked by hand."""

from dataclasses import replace

import pytest

from xlperf.declarations.evaluation import complete, compute
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Record

YUEYANG = load_profile("hunan-yueyang-2024")
HENGYANG = load_profile("hunan-hengyang-2023")


def basic(**fields) -> Record:
    record = Record("基础", "基础数据表", dict(fields))
    compute(record, HENGYANG)
    return record


def project(profile=HENGYANG, rows=(), **fields) -> Record:
    record = Record("项目", "项目支出绩效自评表1", dict(fields), {"指标": [dict(row) for row in rows]})
    compute(record, profile)
    return record


def test_staff_control_rate_of_hengyang():
    assert basic(编制数=29.0, 在职人数=27.0).fields["在职人员控制率"] == 0.931


def test_sums_of_hengyang():
    record = basic(
        公车购置_本年决算数=0.0,
        公车运行_本年决算数=3.58,
        出国_本年决算数=0.0,
        接待_本年决算数=0.67,
        业务工作经费_本年决算数=132.98,
        运行维护经费_本年决算数=483.75,
    )
    assert record.fields["三公经费_本年决算数"] == pytest.approx(4.25)
    assert record.fields["项目支出_本年决算数"] == pytest.approx(616.73)
    assert record.fields["专项资金_本年决算数"] is None


def test_a_zero_denominator_is_not_applicable_and_a_blank_one_says_nothing():
    assert basic(批复规模=0.0, 实际规模=0.0).fields["规模控制率"] == "不适用"
    assert basic().fields["规模控制率"] is None


def test_given_values_of_formula_cells_stay():
    record = basic(项目支出_本年决算数=90.0)
    assert record.fields["项目支出_本年决算数"] == 90.0


@pytest.mark.parametrize(
    ("budget", "spent", "rate", "score"),
    [
        (1273.05, 1253.78, 0.9849, 9.85),
        (17.0, 16.98, 0.9988, 9.99),
        (21.14, 19.32, 0.9139, 9.14),
        (302.29, 230.24, 0.7617, 7.62),
        (26.06, 20.7, 0.7943, 7.94),
        (100.0, 120.0, 1.2, 10.0),
        (0.0, 0.0, "不适用", "不适用"),
    ],
)
def test_execution_rate_and_score(budget, spent, rate, score):
    fields = project(财政拨款_全年预算数=budget, 财政拨款_全年执行数=spent).fields
    assert (fields["执行率"], fields["执行率得分"]) == (rate, score)


INDICATORS = {
    "met": ("数量指标", "≧30次", "33次", 5.0, True, 5.0),
    "missed": ("数量指标", "≥1000人次", "900人次", 10.0, False, 9.0),
    "a cost over its limit": ("成本指标", "≦80万元", "90万元", 10.0, False, 8.75),
    "a cost without a sign is a limit": ("经济成本指标", "302.29万元", "230.24万元", 20.0, True, 20.0),
    "satisfaction": ("服务对象满意度指标", "95%", "100%", 10.0, True, 10.0),
    "words": ("质量指标", "安全高效", "安全高效", 5.0, False, None),
    "other unit": ("数量指标", "≥30次", "90%", 5.0, False, None),
}


@pytest.mark.parametrize("case", INDICATORS)
def test_indicator_scores(case):
    level2, target, actual, weight, met, score = INDICATORS[case]
    row = {
        "一级指标": "产出指标",
        "二级指标": level2,
        "年度指标值": target,
        "实际完成值": actual,
        "分值": weight,
    }
    (row,) = project(rows=[row]).tables["指标"]
    assert (row["达标"], row.get("公式分")) == (met, score)


def test_reverse_indicators_by_the_other_method():
    profile = replace(HENGYANG, parameters={**HENGYANG.parameters, "逆向指标算法": "反比"})
    row = {
        "一级指标": "成本指标",
        "二级指标": "经济成本指标",
        "年度指标值": "≤80万元",
        "实际完成值": "90万元",
        "分值": 10.0,
    }
    (row,) = project(profile, rows=[row]).tables["指标"]
    assert row["公式分"] == 8.89


def test_total_of_jieneng_is_the_sum_of_what_is_printed():
    rows = [{"一级指标": "产出指标", "分值": 90.0, "得分": 90.0}]
    fields = project(财政拨款_全年预算数=17.0, 财政拨款_全年执行数=16.98, 执行率得分=9.9, rows=rows).fields
    assert fields["总分_得分"] == 99.9
    assert fields["总分_分值"] == 100.0
    assert fields["等级"] == "优"


@pytest.mark.parametrize(
    ("total", "grade"),
    [(90.0, "优"), (89.99, "良"), (80.0, "良"), (79.99, "中"), (60.0, "中"), (59.99, "差")],
)
def test_grade_boundaries(total, grade):
    assert project(总分_得分=total).fields["等级"] == grade


def test_virtual_values_can_be_left_out():
    record = Record("基础", "基础数据表", {"三公经费_本年决算数": 4.25, "三公经费_本年预算数": 4.75})
    compute(record, HENGYANG, virtual=False)
    assert "三公经费控制率" not in record.fields
    compute(record, HENGYANG)
    assert record.fields["三公经费控制率"] == 0.8947


def test_a_given_total_that_is_printed_as_the_formula_gives_way_to_it():
    """2.675 and 2.68 are both printed 2.68: rounding is half away from zero, not to the even digit."""
    parts = {"公车购置_本年决算数": 2.68, "公车运行_本年决算数": 0.0}
    record = Record("基础", "基础数据表", {**parts, "公车_本年决算数": 2.675})
    made = complete(record, HENGYANG)
    assert made.published == frozenset()
    assert made.record.fields["公车_本年决算数"] == 2.68
