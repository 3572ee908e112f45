"""Score sheets: bands and shares by hand, from the forms and a few entries."""

import pytest

from xlperf.checks.grading.score_sheet import score_sheet, score_sheet_ids, scored
from xlperf.core.errors import InputError
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record

PROFILE = load_profile("hunan-hengyang-2023")
BASIC = {
    "编制数": 100.0,
    "在职人数": 102.0,
    "三公经费_本年预算数": 20.0,
    "三公经费_本年决算数": 21.0,
    "公用经费_本年预算数": 100.0,
    "公用经费_本年决算数": 100.5,
    "政府采购_本年预算数": 0.0,
    "政府采购_本年决算数": 0.0,
}
OVERALL = {
    "年度资金总额_年初预算数": 1000.0,
    "年度资金总额_全年预算数": 1150.0,
    "年度资金总额_全年执行数": 1127.0,
}
FILING = Filing(
    "001", "某单位", PROFILE.id, [Record("基础", "表1", dict(BASIC)), Record("整体", "表2", dict(OVERALL))]
)


def points(name: str, **entries: float) -> dict[str, float | None]:
    return {row.item.id: row.score for row in scored(score_sheet(name), FILING, PROFILE, entries).items}


@pytest.mark.parametrize("name", score_sheet_ids())
def test_the_points_of_a_sheet_are_a_hundred(name):
    sheet = score_sheet(name)
    assert sheet.points == 100
    assert set(sheet.fields) <= set(sheet.figures)
    for profile in ("national-2020", "hunan-hengyang-2023", "hunan-yueyang-2024"):
        forms = load_profile(profile).forms
        assert all(field in forms[alias].fields for alias, field in sheet.fields.values())


def test_the_seven_dimensions_have_their_published_points():
    by_dimension: dict[str, float] = {}
    for item in score_sheet("hengyang-2023").items:
        by_dimension[item.dimension] = by_dimension.get(item.dimension, 0) + item.points
    assert by_dimension == {
        "目标设定": 10,
        "预算配置": 5,
        "预算执行": 10,
        "预算管理": 10,
        "资产管理": 5,
        "职责履行": 30,
        "履职效益": 30,
    }


def test_points_by_the_percentage_point_and_by_share():
    found = points("hengyang-2023")
    assert found["在职人员控制率"] == 1.5  # 102 %: two points over, 2.5 − 2 × 0.5
    assert found["“三公经费”控制率"] == 0  # 105 %: five points over, 2 − 5 × 1, not below nought
    assert found["预算完成率"] == 1.96  # 1127 ÷ 1150 = 98 %
    assert found["政府采购执行率"] == 2  # nothing to buy: does not apply
    assert found["“三公经费”变动率"] is None  # no form has the budget of the year before
    assert found["管理制度"] is None


def test_points_by_bands():
    found = points("county-bands")
    assert found["预算调整率"] == 6  # 15 %: within 20 %, six tenths
    assert found["公用经费控制率"] == 9.5  # 100.5 %
    assert found["在职人员控制率"] == 9


def test_entries_of_a_person():
    found = points("hengyang-2023", 上年三公经费=19.5, 管理制度=1.5, 计划工作数=20.0, 实际完成工作数=19.0)
    # 20 against 19.5: 2.56 % more, 2.5 − 2.56 × 0.5
    assert found["“三公经费”变动率"] == pytest.approx(1.22)
    assert found["管理制度"] == 1.5
    assert found["实际完成率"] == 7.13  # 7.5 × 95 % = 7.125
    assert points("hengyang-2023", 管理制度=3.0)["管理制度"] is None


def test_a_figure_of_the_forms_goes_before_an_entry():
    assert points("hengyang-2023", 编制数=1.0) == points("hengyang-2023")


def test_an_unknown_sheet():
    with pytest.raises(InputError, match="county-bands"):
        score_sheet("没有")
