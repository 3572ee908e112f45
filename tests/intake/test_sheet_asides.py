"""What a workbook says around its cells is accounted for; hidden rows of a list leave its sums alone."""

import zipfile

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment

from tests.intake.wordfiles import document
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.source import texts_of
from xlperf.intake.open_any import open_pages

ROWS = [
    ["项目支出绩效自评表"],
    ["（2023年度）"],
    ["项目支出名称", "河道清淤", None, None, "实施单位", "甲县水利局"],
    ["项目资金（万元）", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    [None, "年度资金总额", 300, 320, 288, 10, "90%", 9],
    ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
    [None, "产出指标", "数量指标", "清淤长度", "≥10公里", "12公里", 40, 40],
    [None, "产出指标", "质量指标", "验收合格率", "≥95%", "96%", 20, 20],
    [None, "效益指标", "社会效益指标", "受益人口", "≥2万人", "2万人", 20, 20],
    [None, "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "95%", 10, 10],
    ["总分", None, None, None, None, None, 100, 99],
]
DRAWING = (
    '<d:wsDr xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><d:twoCellAnchor>'
    "<d:from><d:col>2</d:col><d:row>20</d:row></d:from><d:sp><d:txBody>"
    "<a:p><a:r><a:t>另有结转</a:t></a:r><a:r><a:t>32万元</a:t></a:r></a:p></d:txBody></d:sp>"
    "</d:twoCellAnchor></d:wsDr>"
)
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
    'Target="../{part}"/></Relationships>'
)


@pytest.fixture
def found(tmp_path):
    def run(draw, parts=()):
        book = openpyxl.Workbook()
        sheet = book.active
        for row in ROWS:
            sheet.append(row)
        draw(sheet)
        path = tmp_path / "表.xlsx"
        book.save(path)
        with zipfile.ZipFile(path, "a") as package:
            for name, content in parts:
                package.writestr(name, content)
        return unfolded(check_file(path).findings)

    return run


def asides(findings):
    return [(each.location.cell, each.message) for each in findings if each.code == "C326"]


def test_a_comment_of_a_person_is_mentioned_ours_is_not(found):
    def draw(sheet):
        sheet["E5"].comment = Comment("实际应为278万元", "会计")
        sheet["D5"].comment = Comment("应为 320.00", texts_of("annotate")["author"])

    [(cell, message)] = asides(found(draw))
    assert cell == "E5"
    assert "278万元" in message
    assert "320.00" not in message


def test_a_printed_footer_is_mentioned_the_page_number_is_not(found):
    def draw(sheet):
        sheet.oddHeader.center.text = "第&P页 共&N页"
        sheet.oddFooter.left.text = "结余32万元"

    [(_, message)] = asides(found(draw))
    assert "结余32万元" in message


def test_a_text_box_is_mentioned_at_its_corner(found):
    relation = RELATION.format(kind="drawing", part="drawings/drawing1.xml")
    parts = [("xl/worksheets/_rels/sheet1.xml.rels", relation), ("xl/drawings/drawing1.xml", DRAWING)]
    [(cell, message)] = asides(found(lambda sheet: None, parts))
    assert cell == "C21"
    assert "另有结转32万元" in message


def test_a_damaged_drawing_says_nothing(found):
    relation = RELATION.format(kind="drawing", part="drawings/drawing1.xml")
    parts = [("xl/worksheets/_rels/sheet1.xml.rels", relation), ("xl/drawings/drawing1.xml", "<d")]
    assert asides(found(lambda sheet: None, parts)) == []


def test_a_hidden_indicator_leaves_the_total_alone(found):
    """A filter hides a row of 20 points: 79 are seen under a total of 99."""

    def hide(sheet):
        sheet.row_dimensions[8].hidden = True

    codes = {each.code for each in found(hide)}
    assert "T211" in codes
    assert not codes & {"S603", "M410", "S604", "S605"}


def test_a_total_over_rows_that_are_all_seen_is_judged(found):
    def remove(sheet):
        sheet.delete_rows(8)

    assert "S603" in {each.code for each in found(remove)}


def test_what_is_crossed_out_is_no_figure(found):
    """A person reads 288 instead of 298; nobody reads 298288."""

    def correct(sheet):
        sheet["E5"] = CellRichText(TextBlock(InlineFont(strike=True), "298"), "288")

    [message] = [each.message for each in found(correct) if each.code == "C302"]
    assert "（划掉：298）288" in message


def test_what_is_crossed_out_in_word_is_named_so(tmp_path):
    text = "<w:r><w:rPr><w:strike/></w:rPr><w:t>298</w:t></w:r><w:r><w:t>288</w:t></w:r>"
    path = tmp_path / "a.docx"
    path.write_bytes(document(f"<w:p>{text}</w:p>"))
    assert "".join(open_pages(path).tail) == "（划掉：298）288"


def test_a_dash_in_front_of_amounts_is_no_label(tmp_path):
    book = openpyxl.Workbook()
    for row in [
        ["部门整体支出绩效评价基础数据表（2023年度）"],
        ["经费控制情况", None, None, "2022年决算数", "2023年预算数", "2023年决算数"],
        ["三公经费", None, None, 5.8, 6, 4.2],
        ["公用经费", None, None, 82, 85, 84.1],
        ["政府采购金额", "——", None, None, 30, 28.5],
    ]:
        book.active.append(row)
    path = tmp_path / "表.xlsx"
    book.save(path)
    [found] = [each for each in unfolded(check_file(path).findings) if each.code == "T227"]
    assert "——" not in found.message.partition("表上有而表样没有的")[2]
