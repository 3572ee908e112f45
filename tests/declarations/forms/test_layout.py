"""Placement: addresses, merges and names of the forms, against the official attachment sheets."""

import pytest

from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile

YUEYANG = load_profile("hunan-yueyang-2024")


def test_cells_are_where_the_official_sheet_has_them():
    """As in the published workbook: 47 in B4 and D4, 三公经费 in row 6, 公用经费 in row 18, the
    buildings' figures in row 25, the last line of the form in row 28.
    """
    placement = place(YUEYANG.forms["基础"])
    cells = placement.fields
    assert (cells["编制数"], cells["在职人数"], cells["在职人员控制率"]) == ("B4", "D4", "F4")
    assert cells["三公经费_上年决算数"] == "B6"
    assert cells["接待_本年预算数"] == "D11"
    assert cells["项目支出_本年决算数"] == "F12"
    assert cells["公用经费_本年决算数"] == "F18"
    assert cells["批复规模"] == "B25"
    assert placement.last_row == 28


def test_overall_funds_row():
    cells = place(YUEYANG.forms["整体"]).fields
    assert [cells[f"年度资金总额_{name}"] for name in ("年初预算数", "全年预算数", "全年执行数")] == [
        "D5",
        "E5",
        "F5",
    ]
    assert (cells["执行分值"], cells["执行率"], cells["执行率得分"]) == ("G5", "H5", "I5")


def test_a_longer_table_moves_what_is_below_it():
    form = YUEYANG.forms["项目"]
    short, long = place(form, {"指标": 3}), place(form, {"指标": 12})
    assert short.spans["指标"][0] == long.spans["指标"][0] == 13
    assert short.fields["总分_得分"] == "H16"
    assert long.fields["总分_得分"] == "H25"
    assert long.print_area == "$A$1:$I$27"
    assert long.column_cell("指标", 11, "得分") == "H24"


def test_an_empty_table_keeps_one_row():
    assert place(YUEYANG.forms["基础"], {"专项": 0}).spans["专项"] == (17, 17)


def test_vertical_label_reaches_the_last_indicator():
    merges = place(YUEYANG.forms["项目"], {"指标": 12}).static_merges()
    assert "A12:A24" in merges
    assert "A5:A9" in merges
    assert "B11:E11" in merges


def test_level_runs_are_merged_but_not_across_a_higher_level():
    placement = place(YUEYANG.forms["项目"], {"指标": 5})
    rows = [
        {"一级指标": "产出指标", "二级指标": "数量指标"},
        {"一级指标": "产出指标", "二级指标": "数量指标"},
        {"一级指标": "产出指标", "二级指标": "成本指标"},
        {"一级指标": "成本指标", "二级指标": "成本指标"},
        {"一级指标": "成本指标", "二级指标": "经济成本指标"},
    ]
    assert placement.run_merges("指标", rows) == ["B13:B15", "B16:B17", "C13:C14"]


def test_names_cover_fields_and_whole_columns_but_no_signature():
    names = place(YUEYANG.forms["整体"], {"指标": 15}).names()
    assert names["指标_得分"] == "$H$14:$H$28"
    assert names["总分_得分"] == "$H$29"
    assert "填表人" not in names


@pytest.mark.parametrize("alias", ["基础", "整体", "项目"])
def test_no_two_names_share_a_cell(alias):
    names = place(YUEYANG.forms[alias]).names()
    scalars = [reference for reference in names.values() if ":" not in reference]
    assert len(scalars) == len(set(scalars))
