"""Workbooks drawn with openpyxl → what a person sees on each sheet."""

import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.cases import CASES
from xlperf.intake.open_any import open_book
from xlperf.intake.reading.form_readings import Role
from xlperf.intake.reading.read import read_document
from xlperf.intake.sheet_pages import sheet_pages

RECEIVED = CASES / "received"


@pytest.fixture
def drawn(tmp_path):
    def read(draw):
        book = openpyxl.Workbook()
        draw(book.active)
        path = tmp_path / "表.xlsx"
        book.save(path)
        return sheet_pages(open_book(path))

    return read


def cells(document):
    return {cell.place: cell for cell in document.pages[0].cells}


def test_merges_become_spans_and_name_what_lies_under_them(drawn):
    def draw(sheet):
        sheet["A1"], sheet["B2"], sheet["D1"] = "标签", 5, "右"
        sheet.merge_cells("C3:D4")
        sheet.merged_cells.add("A1:B2")

    found = cells(drawn(draw))
    top = found["A1"]
    assert (top.r0, top.r1, top.c0, top.c1) == (0, 1, 0, 1)
    assert top.notes == ("合并区域下面另有看不见的内容：B2“5”",)
    assert "B2" not in found
    empty = found["C3"]
    assert (empty.blank, empty.r0, empty.r1, empty.c0, empty.c1) == (True, 2, 3, 2, 3)


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        (1234.5, "#,##0.00", ("1,234.50", 1234.5, False, 2)),
        (0.9849, "0.0%", ("98.5%", 0.9849, True, 1)),
        (1, "000", ("001", 1, False, 0)),
        (198.68, "General", ("198.68", 198.68, False, None)),
        (-5, "0_);(0)", ("(5)", -5, False, 0)),
        (0, '0.00;-0.00;"-"', ("-", 0, False, None)),
        (0, "0.00;-0.00;", ("", None, False, None)),
        (12345678, "0.00,", ("12345.68", 12345.68, False, 2)),
        (98.5, 'General"%"', ("98.5%", 0.985, True, 1)),
        (12.3, '0.00"万元"', ("12.30万元", None, False, None)),
        (datetime.date(2024, 12, 31), 'yyyy"年"m"月"', ("2024年12月", None, False, None)),
        ("0012", "@", ("0012", 12, False, 0)),
        ("≥50", "General", ("≥50", None, False, None)),
        ("第一行\n第二行", "General", ("第一行\n第二行", None, False, None)),
        (True, "General", ("TRUE", None, False, None)),
    ],
)
def test_faces(drawn, value, code, expected):
    def draw(sheet):
        sheet["A1"] = value
        sheet["A1"].number_format = code

    cell = cells(drawn(draw))["A1"]
    assert (cell.text, cell.number, cell.percent, cell.decimals) == expected


@pytest.mark.parametrize(
    ("text", "number", "mark"),
    [
        ("\u200e198.68", 198.68, "U+200E"),
        ("\u202d198.68\u202c", 198.68, "U+202D"),
        ("198\u200b.68", 198.68, "U+200B"),
        ("\u202e86.891", None, "U+202E"),
        ("项目\ufeff名称", None, "U+FEFF"),
    ],
)
def test_what_nobody_sees_is_named(drawn, text, number, mark):
    cell = cells(drawn(lambda sheet: sheet.__setitem__("A1", text)))["A1"]
    assert cell.number == number
    assert mark in cell.notes[0]
    assert cell.text.isprintable()


def test_formulas_without_results_are_computed(drawn):
    def draw(sheet):
        sheet["A1"], sheet["A2"], sheet["A3"] = 100, "=A1+98.68", "=A3+1"

    found = cells(drawn(draw))
    assert (found["A2"].number, found["A2"].formula) == (198.68, "A1+98.68")
    assert found["A2"].notes == ("公式没有保存结果，按公式算出",)
    assert found["A3"].blank
    assert found["A3"].notes == ("公式没有保存结果，算不出：循环引用",)


def test_hidden_rows_and_columns_are_marked(drawn):
    def draw(sheet):
        sheet["A1"], sheet["A2"], sheet["B1"] = 1, 2, 3
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True

    found = cells(drawn(draw))
    assert {place: cell.hidden for place, cell in found.items()} == {"A1": False, "A2": True, "B1": True}
    assert found["A2"].notes == ("在隐藏的行里",)


def test_sheets_that_hide_zeros(drawn):
    def draw(sheet):
        sheet["A1"], sheet["B1"] = 0, 5
        sheet.sheet_view.showZeros = False

    found = cells(drawn(draw))
    assert [(cell.text, cell.number) for cell in found.values()] == [("", None), ("5", 5)]
    assert found["A1"].notes == ("这张表不显示零值（存的是 0）",)


def test_hidden_sheets_are_apart(drawn):
    def draw(sheet):
        other = sheet.parent.create_sheet("藏")
        other["A1"], other.sheet_state, sheet["A1"] = 5, "hidden", 1

    document = drawn(draw)
    assert ([page.name for page in document.pages], [page.name for page in document.hidden]) == (
        ["Sheet"],
        ["藏"],
    )


def test_dates_of_workbooks_from_1904(drawn):
    def draw(sheet):
        sheet.parent.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        sheet["A1"] = datetime.date(2024, 12, 31)
        sheet["A1"].number_format = "yyyy/m/d"

    assert cells(drawn(draw))["A1"].text == "2024/12/31"


def test_errors_stay_as_shown(drawn):
    assert cells(drawn(lambda sheet: sheet.__setitem__("A1", "#N/A")))["A1"].text == "#N/A"


def test_merges_over_everything_cost_nothing(drawn):
    def draw(sheet):
        sheet["A1"] = "甲"
        for span in ("A1:XFD1048576", "A1:B2", "B2:C3"):
            sheet.merged_cells.add(span)

    assert sum(cell.r1 - cell.r0 for cell in drawn(draw).pages[0].cells) < 20_000


def test_cells_without_references_count_by_position(tmp_path):
    path = tmp_path / "表.xlsx"
    book = openpyxl.Workbook()
    book.active.append([1, None, "乙"])
    book.save(path)
    parts = {}
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    cells_by_position = '<c><v>1</v></c><c/><c t="inlineStr"><is><t>乙</t></is></c>'
    rows = f"<sheetData><row>{cells_by_position}</row></sheetData>".encode()
    start, end = (
        parts[sheet].index(b"<sheetData>"),
        parts[sheet].index(b"</sheetData>") + len(b"</sheetData>"),
    )
    parts[sheet] = parts[sheet][:start] + rows + parts[sheet][end:]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(stream.getvalue())
    found = cells(sheet_pages(open_book(path)))
    assert {place: cell.text for place, cell in found.items()} == {"A1": "1", "C1": "乙"}


@pytest.mark.skipif(not RECEIVED.is_dir(), reason="the collection of received files is not here")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("02_formula_without_result", 198.68),
        ("06_number_endash", -198.68),
        ("06_number_fwyen", 198.68),
        ("06_number_lrm", 198.68),
        ("06_number_paren", -198.68),
        ("06_number_rlo", 198.68),
        ("06_number_tri", -198.68),
        ("06_number_ycomma", 198.68),
        ("07_cells_without_references", 198.68),
    ],
)
def test_received(name, number):
    document = sheet_pages(open_book(Path(RECEIVED / f"{name}.xlsx")))
    assert cells(document)["B18"].number == number


def test_what_is_hidden_is_not_read_but_accounted_for(drawn):
    def draw(sheet):
        sheet["A1"], sheet["A2"] = "标题", 5
        sheet.row_dimensions[2].hidden = True

    document = drawn(draw)
    hidden = cells(document)["A2"]
    entry = read_document(document).account.entries[id(hidden)]
    assert (entry.role, entry.reason) == (Role.UNUSED, "在隐藏的行或列里，人看不见，没有读")
