"""Several forms on one tab or in one Word table, and forms that go on over the page."""

import io

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from tests.intake import wordfiles as w
from tests.received import good
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.intake.filing_reader import read_filing
from xlperf.outputs.machine_reports import export_file

TITLE = ["2024年度项目支出绩效自评表", *[""] * 8]
MONEY = ["项目资金\n（万元）", "", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
COLUMNS = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
COLUMNS = [*COLUMNS, "偏差原因分析及改进措施"]


def project(name, amount):
    """One project form: top, money and goals, then its indicator rows and the total."""
    top = [TITLE, ["项目支出名称", name, *[""] * 7]]
    body = [
        ["主管部门", "甲市交通局", "", "", "", "实施单位", "", "甲市公路站", ""],
        MONEY,
        ["", "年度资金总额", "", amount, amount, amount, "10", "100%", "10"],
        ["", "其中：当年财政拨款", "", amount, amount, amount, "", "", ""],
        ["", "上年结转资金", "", "", "", "", "", "", ""],
        ["", "其他资金", "", "", "", "", "", "", ""],
        ["年度总体目标", "预期目标", "", "", "", "实际完成情况", "", "", ""],
        ["", "养护道路。", "", "", "", "已养护。", "", "", ""],
        COLUMNS,
    ]
    rows = [
        ["", "产出指标", "数量指标", "养护里程", "≥30公里", "28公里", "50", "46.67", "雨季"],
        ["", "效益指标", "社会效益指标", "投诉减少", "≥10%", "12%", "30", "30", ""],
        ["", "满意度指标", "服务对象满意度指标", "群众满意度", "≥90%", "95%", "10", "10", ""],
    ]
    return top, body, rows, ["总分", "", "", "", "", "", "100", "96.67", ""]


def lines_of(name, amount):
    top, body, rows, total = project(name, amount)
    return [*top, *body, *rows, total]


@pytest.fixture(params=["xlsx", "docx"])
def written(request, tmp_path):
    """What writes lines into one tab, or into one Word table, and gives the path."""

    def write(lines):
        path = tmp_path / f"自评.{request.param}"
        if request.param == "docx":
            path.write_bytes(w.document(w.plain(lines)))
            return path
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append([value or None for value in line])
        book.save(path)
        return path

    return write


def names(path):
    return [form["fields"]["项目支出名称"] for form in export_file(path)["forms"]]


def codes(path):
    return [finding.code for finding in unfolded(check_file(path).findings)]


def test_two_projects_one_beneath_the_other(written):
    path = written([*lines_of("道路养护", "100"), [""] * 9, *lines_of("桥梁检测", "60")])
    first, second = read_filing(path).filing.records
    assert (first.fields["项目名称"], second.fields["项目名称"]) == ("道路养护", "桥梁检测")
    assert second.fields["年度资金总额_全年预算数"] == 60
    assert [len(record.tables["指标"]) for record in (first, second)] == [3, 3]
    assert not {"T212", "F113"} & set(codes(path))


def test_addresses_stay_those_of_the_tab(written):
    first = lines_of("道路养护", "100")
    path = written([*first, *lines_of("桥梁检测", "60")])
    _, other = read_filing(path).filing.records
    row = len(first) + 2
    assert other.provenance["项目名称"].cell in (f"B{row}", f"第{row}行第2列")


def test_without_titles_the_first_labels_divide(written):
    path = written([*lines_of("道路养护", "100")[1:], *lines_of("桥梁检测", "60")[1:]])
    assert names(path) == ["道路养护", "桥梁检测"]


def test_the_same_project_twice_is_two_forms(written):
    path = written([*lines_of("道路养护", "100"), *lines_of("道路养护", "100")])
    assert names(path) == ["道路养护", "道路养护"]


def test_captions_go_with_the_form_below(written):
    caption = ["附件3", *[""] * 8]
    path = written([caption, *lines_of("道路养护", "100"), caption, *lines_of("桥梁检测", "60")])
    assert names(path) == ["道路养护", "桥梁检测"]
    assert "T215" not in codes(path)


@pytest.mark.parametrize("printed", ["title", "continued", "title and first row", "column headings", "all"])
def test_a_form_that_goes_on_over_the_page_is_one(written, printed):
    top, body, rows, total = project("道路养护", "100")
    again = {
        "title": top[:1],
        "continued": [[f"{TITLE[0]}（续）", *TITLE[1:]]],
        "title and first row": top,
        "column headings": [COLUMNS],
        "all": [*top, COLUMNS],
    }[printed]
    path = written([*top, *body, *rows[:1], *again, *rows[1:], total])
    (record,) = read_filing(path).filing.records
    assert [row["三级指标"] for row in record.tables["指标"]] == ["养护里程", "投诉减少", "群众满意度"]
    assert record.fields["总分_得分"] == 96.67
    assert not {"T212", "F113"} & set(codes(path))


def test_the_page_may_turn_before_the_indicators(written):
    top, body, rows, total = project("道路养护", "100")
    path = written([*top, *body[:-1], *top, body[-1], *rows, total])
    (record,) = read_filing(path).filing.records
    assert len(record.tables["指标"]) == 3
    assert not {"T207", "T215"} & set(codes(path))


def test_different_forms_on_one_tab_of_a_workbook_of_ours(tmp_path):
    """The overall form cut out and pasted beneath the basic one, its own tab removed."""
    book = openpyxl.load_workbook(io.BytesIO(good.good()), data_only=True)
    basic, overall = book.worksheets[:2]
    below = basic.max_row + 2
    for row in overall.iter_rows():
        for cell in row:
            if cell.value is not None:
                basic[f"{get_column_letter(cell.column)}{cell.row + below}"] = cell.value
    for area in overall.merged_cells.ranges:
        area.shift(0, below)
        basic.merge_cells(str(area))
    path = tmp_path / "a.xlsx"
    book.remove(overall)
    book.save(path)
    filing = read_filing(path, good.PROFILE).filing
    assert [record.form for record in filing.records][:2] == ["基础", "整体"]
    for alias in ("基础", "整体"):
        (record,), (meant,) = filing.of(alias), good.filing().of(alias)
        typed = {
            name
            for name in meant.fields
            if name in record.provenance and name not in good.PROFILE.forms[alias].computed
        }
        assert {name: record.fields[name] for name in typed} == {name: meant.fields[name] for name in typed}
        assert {name: len(rows) for name, rows in record.tables.items() if rows} == {
            name: len(rows) for name, rows in meant.tables.items() if rows
        }
    found = [*unfolded(check_file(path, good.PROFILE).findings)]
    assert not [finding.code for finding in found if finding.code in {"T201", "T207", "T208", "T215", "C301"}]


def test_one_form_alone_is_left_as_it_is(written):
    path = written(lines_of("道路养护", "100"))
    assert "T222" not in codes(path)


def test_a_word_table_that_goes_on_with_only_the_headings_of_its_columns(tmp_path):
    top, body, rows, total = project("道路养护", "100")
    path = tmp_path / "自评.docx"
    pages = [*top, *body, *rows[:1]], [COLUMNS, *rows[1:], total]
    path.write_bytes(w.document(*(w.plain(page) for page in pages)))
    (record,) = read_filing(path).filing.records
    assert [row["三级指标"] for row in record.tables["指标"]] == ["养护里程", "投诉减少", "群众满意度"]
    assert record.provenance["指标", 1, "三级指标"].cell == "第2行第4列"
    assert record.fields["总分_得分"] == 96.67
    assert not {"T207", "T208", "I102"} & set(codes(path))


def test_a_table_in_a_cell_that_only_lays_it_out_keeps_its_heading(tmp_path):
    path = tmp_path / "自评.docx"
    heading, lines = w.paragraph("2024年度项目支出绩效自评表"), lines_of("道路养护", "100")[1:]
    cell = f"<w:tc>{heading}{w.plain(lines)}<w:p/></w:tc>"
    grid = '<w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
    path.write_bytes(w.document(f"<w:tbl><w:tblPr/>{grid}<w:tr>{cell}</w:tr></w:tbl>"))
    received = read_filing(path)
    (record,) = received.filing.records
    assert record.sheet == "表2"
    assert received.reading.unknown == []
    assert record.fields["项目名称"] == "道路养护"
    assert received.document.forms[0].year == 2024
