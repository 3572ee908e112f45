"""What cells show, and that it is read back as the same value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.declarations.forms_and_rules import Cell
from xlperf.declarations.profile import load_profile
from xlperf.declarations.value_display import display, line_text, plain, read_line, undisplay

PROFILE = load_profile("hunan-hengyang-2023")
OVERALL = PROFILE.forms["整体"]
LEVEL = OVERALL.tables["指标"].columns["一级指标"]
SIGNATURE = Cell(
    first=1,
    last=7,
    line=(
        ("填表人：", "填表人"),
        ("    填报日期：", "填报日期"),
        ("    联系电话：", "联系电话"),
        ("    签字：", ""),
    ),
)


def shown(value, row=None, alias="整体"):
    return display(LEVEL, value, row or {}, PROFILE, PROFILE.forms[alias])


@pytest.mark.parametrize(
    ("alias", "value", "text"),
    [
        ("整体", "产出指标", "产出指标\n（40分）"),
        ("整体", "效益指标", "效益指标\n（20分）"),
        ("项目", "产出指标", "产出指标\n（20分）"),
        ("项目", "效益指标", "效益指标\n（40分）"),
    ],
)
def test_a_level_1_name_is_shown_with_the_points_its_form_gives_it(alias, value, text):
    assert shown(value, alias=alias) == text


def test_a_row_that_knows_its_weight_is_believed():
    assert shown("产出指标", {"一级指标": "产出指标", "一级权重": 12.5}) == "产出指标\n（12.5分）"


@pytest.mark.parametrize("row", [{}, {"一级权重": None}])
def test_a_level_1_name_without_points_has_no_points(row):
    assert shown("过程指标", row) == "过程指标"


def test_values_of_fields_without_display_are_shown_as_they_are():
    score = OVERALL.tables["指标"].columns["得分"]
    assert display(score, 9.85, {}, PROFILE, OVERALL) == 9.85
    assert display(score, None, {}, PROFILE, OVERALL) is None


def test_a_missing_value_shows_the_placeholder_and_the_placeholder_means_a_missing_value():
    basic = PROFILE.forms["基础"]
    fund = basic.tables["专项"].columns["专项名称"]
    assert display(fund, None, {}, PROFILE, basic) == "……"
    assert undisplay(fund, " …… ") is None
    assert undisplay(fund, "污染防治专项") == "污染防治专项"


@pytest.mark.parametrize(
    "text", ["产出指标\n（50分）", "产出指标 (50)", "产出指标50分", "产 出 指 标\n\n(50分)", "产出指标"]
)
def test_points_in_any_brackets_are_read_off_a_level_1_name(text):
    assert undisplay(LEVEL, text) == "产出指标"


@pytest.mark.parametrize("text", ["", "  \n", "\u3000"])
def test_blanks_mean_nothing(text):
    assert undisplay(LEVEL, text) is None


@pytest.mark.parametrize("level", OVERALL.tables["指标"].default_rows, ids=lambda row: row["二级指标"])
def test_what_is_shown_is_read_back(level):
    assert undisplay(LEVEL, str(shown(level["一级指标"]))) == level["一级指标"]


@pytest.mark.parametrize(
    ("value", "text"), [(50.0, "50"), (9.85, "9.85"), (0.1 + 0.2, "0.3"), ("不适用", "不适用"), (None, "")]
)
def test_numbers_inside_texts_are_written_as_people_write_them(value, text):
    assert plain(value) == text


def test_an_empty_line_leaves_room_to_write_after_each_label():
    text = line_text(SIGNATURE, {})
    room = "\u3000" * 5
    assert text == f"填表人：{room}    填报日期：{room}    联系电话：{room}    签字："
    assert read_line(SIGNATURE, text) == {}


def test_a_filled_line_reads_as_a_sentence():
    text = line_text(SIGNATURE, {"填表人": "甲", "填报日期": "2025年3月1日", "联系电话": "0000-0000000"})
    assert text == "填表人：甲    填报日期：2025年3月1日    联系电话：0000-0000000    签字："


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "填表人:甲 填报日期:2025.3.1 联系电话:000 签字:",
            {"填表人": "甲", "填报日期": "2025.3.1", "联系电话": "000"},
        ),
        ("填 表 人 ：甲　填报\n日期：　　联系电话：000", {"填表人": "甲", "联系电话": "000"}),
        ("填表人：甲   联系电话：000   签字：乙", {"填表人": "甲", "联系电话": "000"}),
        ("填表人甲填报日期2025年联系电话", {"填表人": "甲", "填报日期": "2025年"}),
        ("", {}),
        ("另一张表的说明", {}),
    ],
)
def test_lines_are_read_however_they_were_typed(text, values):
    assert read_line(SIGNATURE, text) == values


@given(
    st.fixed_dictionaries(
        {},
        optional={
            name: st.text("甲乙丙丁0123456789-年月日 ", min_size=1).filter(
                lambda text: text == text.strip() != ""
            )
            for name in ("填表人", "填报日期", "联系电话")
        },
    )
)
def test_lines_written_are_read_back(values):
    assert read_line(SIGNATURE, line_text(SIGNATURE, values)) == values


@pytest.mark.parametrize("alias", ["基础", "整体", "项目"])
def test_the_declared_signature_lines_are_read_back(alias):
    (cell,) = [cell for row in PROFILE.forms[alias].rows for cell in row.cells if cell.line]
    values = {"填表人": "甲", "填报日期": "2024年4月8日", "联系电话": "123"}
    assert read_line(cell, line_text(cell, values)) == values
