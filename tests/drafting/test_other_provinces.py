"""Forms laid out as in other provinces, worded by ourselves: what is drafted, and what is asked."""

import pytest

from tests.drafting import samples as s
from xlperf.drafting import draft_file, prove

MONEY = ["年初预算数", "全年预算数(A)", "全年执行数(B)", "分值", "执行率(B/A)", "得分"]
COLUMNS = ["年度指标值", "实际完成值", "分值", "得分"]
WIDE = {
    "A1:J1": "附件1-2",
    "A2:J2": "项目支出绩效自评表",
    "A3:J3": "（2025年度）",
    "A4:C4": "项目名称",
    "D4:J4": None,
    "A5:C5": "主管部门",
    "D5:F5": None,
    "G5": "实施单位",
    "H5:J5": None,
    "A6:C8": "项目资金\n（万元）",
    "D6": None,
    **{f"{letter}6": text for letter, text in zip("EFGHIJ", MONEY, strict=True)},
    "D7": "年度资金总额：",
    "H7": 10,
    "D8": "其中：本年财政拨款",
    "H8": "-",
    "J8": "-",
    "A9:A10": "年度总体目标完成情况",
    "B9:F9": "预期目标",
    "G9:J9": "实际完成情况",
    "B10:F10": None,
    "G10:J10": None,
    "A11:A15": "年度绩效指标完成情况",
    "B11": "一级\n指标",
    "C11": "二级指标",
    "D11": "三级指标",
    **{f"{letter}11": text for letter, text in zip("EFGH", COLUMNS, strict=True)},
    "I11:J11": "偏差原因分析及改进措施",
    "B12:B14": "产出指标\n（60分）",
    "C12:C13": "数量指标",
    "C14": "质量指标",
    "B15": "满意度指标\n（30分）",
    "C15": "服务对象\n满意度指标",
    **{f"I{row}:J{row}": None for row in range(12, 16)},
    "A16:F16": "总分",
    "G16": 100,
    "H16": None,
    "I16:J16": None,
}
NUMBERED = {
    "A1:E1": "报表编号：430000_01",
    "A2:E2": "部门预算项目支出绩效自评表（2025年度）",
    "A3:B3": "项目名称",
    "C3:E3": None,
    "A4:B4": "实施单位（盖章）",
    "C4:E4": None,
    "A5:A7": "绩效指标（90分）",
    "B5": "一级指标",
    "C5": "二级指标",
    "D5": "指标值",
    "E5": "得分",
    "B6": "产出指标（50分）",
    "C6": "数量指标",
    "B7": "效益指标（40分）",
    "C7": "社会效益指标",
    "A8:B8": "评价结论",
    "C8:E8": "写明得分和成效（200字以内）",
}


@pytest.fixture
def drafted(tmp_path):
    return lambda cells: draft_file(s.write(tmp_path / "官方.xlsx", cells), "other-2025")


def test_a_form_whose_heading_row_is_is_drafted_again_is_the_official_one(drafted):
    draft = drafted(WIDE)
    assert draft.base
    assert list(prove(draft)) == []
    form = draft.assembled().forms["项目"]
    assert form.attachment == "附件1-2"
    assert form.title == "项目支出绩效自评表"
    assert (form.page.repeat_rows) == (11, 11)


def test_the_number_of_a_form_is_not_its_title(drafted):
    draft = drafted(NUMBERED)
    assert list(prove(draft)) == []
    (form,) = draft.assembled().forms.values()
    assert (form.title, form.alias) == ("部门预算项目支出绩效自评表（2025年度）", "项目")
    assert list(form.tables) == ["绩效指标"]
    assert form.fields["实施单位"].type.id == "text"


def test_a_prompt_where_a_unit_writes_is_asked_about(drafted):
    asked = {question.cell: question.text for question in drafted(NUMBERED).questions}
    assert "印着提示“写明得分和成效（200字以内）”" in asked["C8"]
    assert "C4" not in asked
