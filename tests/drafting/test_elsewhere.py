"""A form of another province, worded by ourselves: what is drafted of it, and what is asked."""

import openpyxl
import pytest

from tests.drafting import samples as s
from tests.drafting.test_round_trip import assert_same
from xlperf.core.errors import InputError
from xlperf.drafting import draft_file, prove


@pytest.fixture(scope="module")
def draft(tmp_path_factory):
    return draft_file(s.write(tmp_path_factory.mktemp("a") / "官方.xlsx", s.ELSEWHERE), "anywhere-2025")


@pytest.fixture(scope="module")
def form(draft):
    (form,) = draft.assembled().forms.values()
    return form


def asked(draft, cell):
    return [question.text for question in draft.questions if question.cell == cell]


def test_it_extends_nothing_and_gives_the_same_sheet(draft, tmp_path):
    assert draft.base == ""
    assert_same(draft, openpyxl.load_workbook(s.write(tmp_path / "a.xlsx", s.ELSEWHERE)))


def test_headings_of_a_page(form):
    assert (form.title, form.attachment, form.sheet) == ("2025年度省级支持事项自评情况表", "附表7", "附表1")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("事项名称", "text"),
        ("承担单位", "text"),
        ("建成日期", "date"),
        ("资金总额_预算数", "amount"),
        ("省级资金_执行数", "amount"),
        ("资金总额_执行率", "rate"),
        ("资金总额_权重", "score"),
        ("合计_自评得分", "score"),
        ("填表人", "text"),
        ("填表日期", "date"),
    ],
)
def test_fields_and_types(form, name, kind):
    assert form.fields[name].type.id == kind


def test_known_ratio_and_score(form):
    assert "资金总额_执行数" in form.fields["资金总额_执行率"].formula_text
    assert form.fields["资金总额_自评得分"].formula_text.startswith("IF(OR((资金总额_预算数)")
    assert form.fields["合计_权重"].formula_text == "SUM(资金总额_权重,指标情况_权重)"
    assert form.fields["资金总额_权重"].default is not None


def test_indicators(draft, form):
    (levels,) = draft.profile["indicators"].values()
    assert [(level["level1"], level["weight"], level["level2"]) for level in levels] == [
        ("产出指标", 45, ["数量指标", "质量指标", "时效指标"]),
        ("效益指标", 25, ["社会效益指标", "生态效益指标", "可持续影响指标"]),
        ("满意度指标", 10, ["服务对象满意度指标"]),
    ]
    table = form.tables["指标情况"]
    assert table.levels == ("一级指标", "二级指标")
    assert table.columns["指标值"].type.id == "notation"
    assert len(table.default_rows) == 8


def test_numbered_rows(form):
    (table,) = (table_declared for name, table_declared in form.tables.items() if name != "指标情况")
    assert [row["序号"] for row in table.default_rows] == ["1", "2", "……"]
    assert table.columns["存在问题"].type.id == "prose"


def test_questions_have_cells(draft):
    assert any("20" in text for text in asked(draft, "G6"))
    assert any("10 至 17 行" in text for text in asked(draft, "B10"))
    assert any("20 至 22 行" in text for text in asked(draft, "A20"))
    assert draft.profile["$comment"].startswith("未能确定：1. ")
    for number, question in enumerate(draft.questions, 1):
        assert f"{number}. {question}" in draft.profile["$comment"]


def test_levels_without_points_are_asked(tmp_path):
    cells = {**s.ELSEWHERE, "B14:B16": "效益指标"}
    draft = draft_file(s.write(tmp_path / "a.xlsx", cells))
    assert any("“效益指标”没有印分值" in question.text for question in draft.questions)


def test_a_merge_that_cannot_be_declared_is_reported(tmp_path):
    """The label at the side takes in the total row below the indicators."""
    cells = {area: text for area, text in s.ELSEWHERE.items() if area not in ("A9:A17", "A18:F18")}
    draft = draft_file(s.write(tmp_path / "a.xlsx", {**cells, "A9:A18": "指标情况", "B18:F18": "合计"}))
    assert any("合并到第 18 行" in text for text in asked(draft, "A9"))
    assert any("合并单元格不同" in question.text for question in prove(draft))


def test_a_file_without_a_form(tmp_path):
    with pytest.raises(InputError, match="没有表"):
        draft_file(s.write(tmp_path / "a.xlsx", {"A1": "关于报送自评材料的通知"}))
