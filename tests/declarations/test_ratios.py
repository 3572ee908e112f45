"""Ratios by themselves: their value, and what is there instead where there is none."""

import pytest

from xlperf.declarations.evaluation import declared_ratios
from xlperf.declarations.profile import load_profile

PROFILE = load_profile("national-2020")
DIVIDED = [
    ("重点支出安排率", {"重点项目支出": 60.0, "项目总支出": 90.0}, 0.6667),
    ("实际完成率", {"实际完成工作数": 19.0, "计划工作数": 20.0}, 0.95),
    ("成本节约率", {"计划成本": 200.0, "实际成本": 210.0}, -0.05),
    # 100 + 30 + 20 of 1000, whatever the sign of what was cut
    ("预算发生调整率", {"追加数": 100.0, "追减数": -30.0, "结构调整数": 20.0, "年初预算数": 1000.0}, 0.15),
    ("预算发生调整率", {"追加数": 100.0, "年初预算数": 1000.0}, 0.1),
    ("预算调整率", {"调整后预算数": 1070.0, "年初预算数": 1000.0}, 0.07),
    ("三公经费变动率", {"本年三公经费": 9.0, "上年三公经费": 10.0}, -0.1),
]


@pytest.mark.parametrize(("name", "figures", "value"), DIVIDED)
def test_a_ratio_of_its_figures(name, figures, value):
    assert declared_ratios()[name].value(figures, PROFILE) == pytest.approx(value)


@pytest.mark.parametrize("name", declared_ratios())
def test_without_figures_there_is_none_and_a_denominator_of_nought_does_not_apply(name):
    ratio = declared_ratios()[name]
    assert ratio.value({}, PROFILE) is None
    assert ratio.value(dict.fromkeys(ratio.names, 0.0), PROFILE) == "不适用"


@pytest.mark.parametrize("name", declared_ratios())
def test_a_figure_that_is_missing_leaves_no_ratio(name):
    ratio = declared_ratios()[name]
    optional = {"追加数", "追减数", "结构调整数"}
    for missing in set(ratio.names) - optional:
        figures = {figure: 10.0 for figure in ratio.names if figure != missing}
        assert ratio.value(figures, PROFILE) is None


def test_every_ratio_says_its_group_and_the_net_change_says_that_it_is_only_that():
    assert all(ratio.group and ratio.basis for ratio in declared_ratios().values())
    assert "净变动" in declared_ratios()["预算调整率"].caution
