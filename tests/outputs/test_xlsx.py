"""问题清单.xlsx, read back with openpyxl, calamine and LibreOffice."""

import io
from dataclasses import replace

import openpyxl
import pytest
from openpyxl import Workbook
from python_calamine import CalamineWorkbook

from tests.engines import convert
from tests.outputs.samples import EMPTY, HENGYANG, HOSTILE, JUNSHAN, RATE, REPORT, SUM, many
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Link, fold
from xlperf.outputs.long_sheets import LongSheets
from xlperf.outputs.overview import write_overview
from xlperf.outputs.problem_cells import CellWriter, printed_figure
from xlperf.outputs.problem_list import sheet_sizes, write_problems
from xlperf.outputs.report_formats import render, write

HEADINGS = [
    "序号", "严重程度", "表", "单元格", "问题", "填报值", "应为", "处理办法", "项目", "计量单位", "依据",
    "代码", "单位编码", "单位名称", "文件", "工作表",
]  # fmt: skip


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("list"))
        write(REPORT, "问题清单.xlsx")
        return openpyxl.load_workbook("问题清单.xlsx")


def table(sheet):
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_sheets(book):
    assert book.sheetnames == ["汇总", "问题清单", "控制率", "已豁免"]
    empty = openpyxl.load_workbook(io.BytesIO(render(EMPTY, "xlsx")))
    assert empty.sheetnames == ["汇总", "问题清单"]
    assert table(empty["问题清单"]) == [HEADINGS]


def test_list(book):
    rows = table(book["问题清单"])
    assert rows[0] == HEADINGS
    assert rows[1] == ["101001 君山区住建局：错误 2，警告 0，提示 0", *[None] * 15]
    assert rows[2] == [
        1, "错误", "整体支出绩效自评表", "H6", "执行率应为 98.49%，填报 98%。", 0.98, 0.9849, "改为 98.49%。",
        "执行率", None, "自评表填报说明", "B501", "101001", "君山区住建局", JUNSHAN, "整体支出绩效自评表",
    ]  # fmt: skip
    assert rows[5][3:10] == [
        "B4", "合计与各项之和不符。", 1203.5, 1203.45, "核对各项。", "合计（道路改造）", "万元",
    ]  # fmt: skip
    assert rows[6][0] == "坏.xlsx：错误 0，警告 0，提示 1"
    assert [row[0] for row in rows[1:]] == [rows[1][0], 1, 2, rows[4][0], 3, rows[6][0], 4]


def test_figures_look_as_printed(book):
    cells = book["问题清单"]
    assert [cells[name].number_format for name in ("F3", "G3", "F6", "G6")] == [
        "0%", "0.00%", "#,##0.00", "0.00",
    ]  # fmt: skip


def test_no_text_becomes_a_formula(book):
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n")
    hostile = book["问题清单"]
    for name, text in (("N4", HOSTILE), ("E4", HOSTILE), ("F4", "@SUM(A1)"), ("K4", "-1"), ("H4", "+1")):
        assert hostile[name].value == text
        assert hostile[name].quotePrefix
    assert not hostile["N3"].quotePrefix


def test_forbidden_characters_are_gone(book):
    assert book["问题清单"]["G4"].value == "[31m<script>alert(1)</script>"


def test_links_open_the_cell(book):
    sheet = book["问题清单"]
    first, broken, last = (sheet[name].hyperlink for name in ("D3", "D8", "D6"))
    assert (first.target, first.location) == (JUNSHAN.replace(" ", "%20"), "'整体支出绩效自评表'!H6")
    assert (sheet["D8"].value, broken.target, broken.location) == ("打开", "received/坏.xlsx", None)
    assert last.target == HENGYANG.replace("%", "%25").replace("#", "%23").replace(" ", "%20")
    assert last.location == "'项目2 ''甲'''!B4"
    assert book["已豁免"]["D3"].hyperlink.target == last.target


def test_list_can_be_filtered_read_and_printed(book):
    sheet = book["问题清单"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:P8"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert all(cell.alignment.wrap_text for cell in sheet[3])


def test_eight_columns_fill_the_page_and_the_others_are_folded(book):
    sheet = book["问题清单"]
    columns = [sheet.column_dimensions[letter] for letter in "ABCDEFGH"]
    paper, margins, character = 297, 2 * 10.2, 1.9  # mm: A4 landscape; 0.4 in each; a digit of 10 points
    assert sum(column.width for column in columns) * character <= paper - margins
    assert min(cell.font.size for cell in sheet[3]) >= 10
    assert sheet.print_area == "'问题清单'!$A$1:$H$8"
    more = sheet.column_dimensions["I"]
    assert (more.hidden, more.outlineLevel) == (True, 1)
    assert sheet.sheet_properties.outlinePr.summaryRight is False


def test_what_follows_is_below_its_cause_and_folded():
    matter = replace(RATE, code="C313", message="数字写在标签格里。")
    other = replace(matter, location=replace(RATE.location, cell="B7"))
    tree = fold(RATE, [replace(SUM, message="总分也错了。")], Link.CONSEQUENCE)
    tree = fold(tree, [matter, other], Link.SHEET)
    sheet = openpyxl.load_workbook(io.BytesIO(render(EMPTY.holding([tree]), "xlsx")))["问题清单"]
    assert [row[0].value for row in sheet.iter_rows(min_row=3)] == [1, None, None, None]
    rows = [sheet.row_dimensions[row] for row in range(2, 7)]
    assert [(row.outlineLevel, row.hidden) for row in rows] == [(0, False), (1, False), *[(2, True)] * 3]
    assert sheet["E3"].value.splitlines() == [
        "执行率应为 98.49%，填报 98%。",
        "由此引起：衡阳 项目(1)#2 100%.xlsx 项目2 '甲'!B4",
        "同一张表上还有：数字写在标签格里（H6、B7）",
    ]
    assert sheet["E4"].value == "由上面引起：总分也错了。"


def test_rows_are_high_enough_for_their_texts():
    long = "执行率" * 60  # 360 columns of text in a column of 48
    report = EMPTY.holding([replace(RATE, message=long)])
    sheet = openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))["问题清单"]
    assert sheet.row_dimensions[3].height > 8 * 12


def test_severities_have_colours(book):
    rows = [row for row in book["问题清单"].iter_rows(min_row=2) if row[1].value]
    fills = {row[1].value: row[1].fill.fgColor.rgb for row in rows}
    assert len(set(fills.values())) == 3


def test_exempted_have_their_reason(book):
    rows = table(book["已豁免"])
    assert rows[0] == [*HEADINGS[:8], "豁免理由", *HEADINGS[8:]]
    assert rows[2][8] == "市局已函复同意"


def test_rates(book):
    sheet = book["控制率"]
    assert table(sheet) == [
        ["单位编码", "单位名称", "在职人员控制率", "采购执行率", "结转率"],
        ["101001", "君山区住建局", 0.9849, "不适用", None],
        ["430401", "衡阳市住建局", 1.05, None, None],
    ]
    assert sheet["C2"].number_format == "0.00%"


def test_overview_counts(book):
    rows = table(book["汇总"])
    assert rows[1][0] == "共检查 4 个文件：错误 2，警告 1，提示 1；另有已豁免 1。"
    assert [row[:5] for row in block(rows, "一、按严重程度")] == [
        ["错误", "数字或格式有误，必须改正", 2, 1, 1],
        ["警告", "很可能有误，请核对；属实的请说明", 1, 1, 1],
        ["提示", "供参考，不影响通过", 1, 0, 1],
        ["合计", None, 4, 2, 3],
    ]
    assert [row[:1] + row[2:6] for row in block(rows, "二、按问题种类")] == [
        ["B501", 1, 1, 1, "错误"],
        ["C301", 1, 1, 1, "错误"],
        ["S602", 1, 1, 1, "警告"],
        ["F101", 1, 0, 1, "提示"],
        ["合计", 4, 2, 3, None],
    ]
    assert block(rows, "三、按单位") == [
        ["101001", "君山区住建局", 2, 2, 0, 0, 1],
        ["430401", "衡阳市住建局", 1, 0, 1, 0, 1],
        ["101002", "没有问题的单位", 0, 0, 0, 0, 1],
        [None, "（未识别的单位）", 1, 0, 0, 1, 1],
        ["合计", "3 个单位", 4, 2, 1, 1, 4],
    ]


def block(rows, caption):
    start = next(index for index, row in enumerate(rows) if row[0] == caption) + 2
    end = next((index for index in range(start, len(rows)) if not any(rows[index])), len(rows))
    return rows[start:end]


def test_kinds_have_names():
    report = replace(EMPTY, files=[CheckedFile("x.xlsx", profile="hunan-yueyang-2024")], findings=[RATE])
    rows = table(openpyxl.load_workbook(io.BytesIO(render(report, "xlsx")))["汇总"])
    assert block(rows, "二、按问题种类")[0][:2] == ["B501", "控制率与分子分母不符"]


def test_long_lists_go_on_on_another_sheet():
    book, long, stream = Workbook(), LongSheets(), io.BytesIO()
    write_problems(book, long, "问题清单", many(25).findings, None, rows=11)
    long.save(book, stream)
    book = openpyxl.load_workbook(stream)
    assert book.sheetnames[1:] == ["问题清单", *(f"问题清单{number}" for number in range(2, 6))]
    assert [sheet.max_row - 1 for sheet in book.worksheets[1:]] == [10] * 5  # 25 units and their problems
    numbers = [row[0].value for sheet in book.worksheets[1:] for row in sheet.iter_rows(min_row=2)]
    assert [number for number in numbers if isinstance(number, int)] == [*range(1, 26)]
    assert all(sheet["A1"].value == "序号" for sheet in book.worksheets[1:])


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("98.85", 98.85, "0.00"),
        ("-3", -3, "0"),
        ("0", 0, "0"),
        ("1,203.5", 1203.5, "#,##0.0"),
        ("98.490%", 0.9849, "0.000%"),
    ],
)
def test_a_printed_figure_is_a_number_that_looks_the_same(text, value, form):
    assert printed_figure(text) == (value, form)


@pytest.mark.parametrize("text", ["007", "1,20", "1234567890123456", "#DIV/0!", "≥90%", "+5", "１２"])
def test_other_texts_stay_texts(text):
    assert printed_figure(text) is None


def test_texts_are_cut_at_the_limit_of_excel():
    cell = CellWriter(Workbook().active).write(1, 1, "长" * 40_000)
    assert len(cell.value) == 32_767


def test_ten_thousand_findings_are_all_listed():
    content = render(many(10_000), "xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("问题清单").to_python()
    assert [int(row[0]) for row in rows if isinstance(row[0], float)] == [*range(1, 10_001)]
    assert len(rows) == 1 + 300 + 10_000


def test_libreoffice_reads_the_same_and_follows_the_links(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "问题清单.xlsx"
    write(REPORT, path)
    again = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "lo"))
    original = openpyxl.load_workbook(path)
    for name in ("问题清单", "控制率"):
        assert table(again[name]) == table(original[name])
    link = again["问题清单"]["D3"].hyperlink
    assert link.target == "../received/101001%20君山区住建局.xlsx"  # saved one folder deeper
    assert link.location == "'整体支出绩效自评表'!H6"


def test_a_unit_stays_on_one_sheet_and_the_summary_names_the_sheets():
    twos = [replace(found, message=text) for found in many(5).findings for text in ("甲", "乙")]
    assert sheet_sizes(twos, 7) == [6, 6, 3]  # a line for each unit and two problems
    assert sheet_sizes(twos, 2) == [2, 1] * 5
    assert sheet_sizes([], 7) == [0]
    book = Workbook()
    write_overview(book, LongSheets(), many(5), ["问题清单", "问题清单2"])
    assert book.sheetnames[0] == "汇总"
    assert "分在 2 张工作表上：问题清单、问题清单2" in book["汇总"]["A3"].value
