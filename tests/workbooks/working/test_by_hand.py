"""Helper sheets of filings made by hand: verdicts, messages and totals worked out on paper."""

from dataclasses import replace
from typing import Any

import pytest

from tests.workbooks.filings import filing
from tests.workbooks.working.books import SCORE, Cells, completed, lines, planned, shown, whole, wrong
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.rule_loading import build_rule

PROFILE = load_profile("hunan-yueyang-2024")
OVERALL, PROJECT = "整体支出绩效自评表", "项目支出绩效自评表1"


@pytest.fixture
def unit() -> Filing:
    return whole(filing(PROFILE, rows=5), PROFILE)


def cells_of(unit: Filing) -> Cells:
    return shown(planned(unit, PROFILE), completed(unit, PROFILE))


def found(cells: Cells, code: str, at: str) -> dict[str, Any]:
    return next(line for line in lines(cells) if (line["代码"], line["单元格"]) == (code, at))


def cars(unit: Filing, bought: float, running: float, total: float) -> None:
    names = ("公车购置_本年决算数", "公车运行_本年决算数", "公车_本年决算数")
    unit.records[0].fields |= dict(zip(names, (bought, running, total), strict=True))


def test_a_broken_sum(unit):
    unit.records[0].fields |= {
        "公车购置_本年决算数": 0.0,
        "公车运行_本年决算数": 3.58,
        "公车_本年决算数": 3.93,
    }
    line = found(cells_of(unit), "B504", "F7")
    assert line["结论"], line["级别"] == ("有问题", "错误")
    assert (line["现值"], line["应为"]) == ("3.93", "3.58")
    assert line["说明"].endswith("填的是 3.93，购置 0.00 与运行维护 3.58 之和为 3.58。")
    assert line["修改建议"] == "核对两个分项后，把合计改为 3.58，或改正填错的分项。"
    assert line["表"] == "基础数据表"


def test_a_sum_that_rounding_explains(unit):
    unit.records[0].fields |= {
        "公车购置_本年决算数": 8.1,
        "公车运行_本年决算数": 4.25,
        "公车_本年决算数": 12.36,
    }
    line = found(cells_of(unit), "B504", "F7")
    assert (line["结论"], line["级别"]) == ("尾差", "提示")
    assert "只差四舍五入的尾差" in line["说明"]


def test_a_right_sum_and_an_empty_one_say_nothing(unit):
    cars(unit, 8.1, 4.25, 12.35)
    unit.records[0].fields |= dict.fromkeys(("公车购置_上年决算数", "公车运行_上年决算数", "公车_上年决算数"))
    cells = cells_of(unit)
    right, empty = found(cells, "B504", "F7"), found(cells, "B504", "B7")
    assert (right["结论"], empty["结论"]) == ("正常", "未涉及")
    for heading in ("现值", "应为", "说明", "修改建议"):
        assert right[heading] == empty[heading] == ""


def test_a_row_is_called_by_its_name_where_something_is_wrong(unit):
    row = unit.records[1].tables["指标"][2]
    row |= {"三级指标": "文稿\n合格率", "分值": 5.0, "得分": 10.0}
    cells = cells_of(unit)
    line = next(shown_line for shown_line in wrong(cells) if shown_line["代码"] == "S604")
    assert line["对象"] == "得分：文稿 合格率"
    assert line["说明"] == "“文稿 合格率”得 10 分，分值只有 5；得分最高为 5。"
    fine = [line for line in lines(cells) if line["代码"] == "S604" and line["表"] == OVERALL]
    assert [line["对象"] for line in fine[:2]] == ["得分：第1行", "得分：第2行"]
    assert [line["结论"] for line in fine] == ["正常", "正常", "有问题", "正常", "正常", *[""] * 5]


def test_what_formulas_cannot_read_is_left_to_the_batch(unit):
    row = unit.records[1].tables["指标"][0]
    row |= {"年度指标值": "比上年增长5%以上，争取达到8%", "实际完成值": "6%", "分值": 5.0, "得分": 5.0}
    cells = cells_of(unit)
    first = [line for line in lines(cells) if line["表"] == OVERALL and line["对象"].endswith("第1行")]
    verdicts = {line["代码"]: line["结论"] for line in first}
    assert verdicts["S614"] == verdicts["S622"] == "由批量校验检查"
    assert verdicts["S604"] == "正常"


def test_the_head_counts_and_names_the_unit(unit):
    cells = cells_of(unit)
    problems = wrong(cells)
    assert cells["校验", "A2"] == "某某局"
    for at, severity in (("A3", "错误"), ("D3", "警告"), ("G3", "提示")):
        assert cells["校验", at] == f"{severity} {sum(line['级别'] == severity for line in problems)} 条"
    assert "校验" not in {sheet for (sheet, at) in cells if at in ("A5", "A6")}


def test_level_totals(unit):
    cells = cells_of(unit)
    # rows 1-3 are 产出, 4 is 效益, 5 is 满意度; each weighs 2.5 and got 2.25
    totals = [[cells.get((SCORE, f"{letter}{row}")) for letter in "BCDEF"] for row in range(16, 22)]
    assert totals == [
        ["产出指标", 50.0, 7.5, 6.75, -42.5],
        ["效益指标", 30.0, 2.5, 2.25, -27.5],
        ["满意度指标", 10.0, 2.5, 2.25, -7.5],
        ["预算执行率", 10.0, 10.0, 9.85, 0.0],  # 1185.36 ÷ 1203.50 × 10
        ["总分", 100.0, 22.5, 21.1, -77.5],
        ["等级", None, None, "差", None],
    ]


def test_numbers_typed_as_text_are_named(unit):
    unit.records[0].fields |= {"编制数": "29人", "在职人数": "——"}
    line = next(shown_line for shown_line in wrong(cells_of(unit)) if shown_line["代码"] == "C303")
    assert (line["表"], line["级别"], line["现值"]) == ("基础数据表", "警告", "财政供养人员情况·编制数")
    assert line["说明"] == "这些格里是文字，不是数字，求和、比率和校验都不计：财政供养人员情况·编制数。"


def test_a_placeholder_of_the_form_is_no_entry(unit):
    unit.records[0].tables["专项"] = []
    verdicts = {line["代码"]: line["结论"] for line in lines(cells_of(unit)) if line["单元格"] == "A17"}
    assert verdicts == {"B510": "未涉及", "B511": "未涉及"}


def test_a_declared_rule_adds_its_lines(unit):
    spec = {
        "name": "在职人数为奇数", "severity": "提示", "at": "在职人数", "check": "MOD(在职人数,2)=0",
        "message": "{标签}是 {值}。", "fix": "核对。", "basis": "试验",
        "examples": {"pass": {"fields": {}}, "fail": {"fields": {}}},
    }  # fmt: skip
    rule = build_rule("Z999", spec, ("基础",), "试验")
    profile = replace(PROFILE, rules={**PROFILE.rules, "Z999": rule})
    unit.records[0].fields["在职人数"] = 27.0
    cells = shown(planned(unit, profile), completed(unit, profile))
    assert next(line for line in wrong(cells) if line["代码"] == "Z999")["说明"].endswith("是 27。")


def test_a_given_sum_that_prints_as_its_formula_does_gives_way_to_it(unit):
    project = unit.of("项目")[0]
    project.fields |= {"财政拨款_全年执行数": 69.4978, "年度资金总额_全年执行数": 69.5}
    cells = cells_of(unit)
    assert 69.4978 in [value for (sheet, _), value in cells.items() if sheet == "目录"]
