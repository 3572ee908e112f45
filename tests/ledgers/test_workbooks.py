"""Ledger workbooks of every format, written by foreign programs or spoilt, and what is said of them."""

import io
import re
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from tests.engines import convert
from tests.ledgers.samples import right_tables, write_xlsx
from xlperf.core.errors import InputError
from xlperf.ledgers.grids import Uncalculated
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.sources import read_source


@pytest.fixture
def good(tmp_path):
    return write_xlsx(right_tables(), tmp_path / "台账.xlsx")


def with_part(path, end, change):
    """The workbook with one part changed; ``change`` gives None to leave it out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            content = change(content) if info.filename.endswith(end) else content
            if content is not None:
                new.writestr(info.filename, content)
    path.write_bytes(stream.getvalue())
    return path


def values(grid):
    return [cell for row in grid.rows for cell in row if cell is not None]


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "AAA2", "AAAAAAA99999999999"])
def test_a_stray_cell_is_named_before_it_takes_all_memory(good, address):
    with_part(good, "sheet2.xml", lambda xml: xml.replace(b'r="A2"', f'r="{address}"'.encode(), 1))
    with pytest.raises(InputError, match=f"“支出”在 {address} 还有内容"):
        read_source(good)


def test_formatted_cells_without_content_are_no_stray_cells(good):
    book = load_workbook(good)
    book["单位"]["XFD9"].number_format = "0.00"
    book.save(good)
    assert len(read_source(good).grids) == 5


def test_a_formula_without_result_is_not_taken_for_nothing(tmp_path):
    book = Workbook()
    book.active["A1"] = "x"
    book.active["C3"] = '="青"&"禾"'
    book.save(tmp_path / "a.xlsx")
    (grid,) = read_source(tmp_path / "a.xlsx").grids
    assert grid.rows[2][2] == Uncalculated('="青"&"禾"')
    assert grid.rows[2][2] != '="青"&"禾"'
    assert grid.rows[0][0] == "x"


def test_a_formula_whose_result_is_empty_text_is_nothing(tmp_path):
    book = Workbook()
    book.active["A1"] = "x"
    book.active["B1"] = '=""'
    book.save(tmp_path / "a.xlsx")
    calculated = rb'<c r="B1" t="str"><f>""</f><v></v></c>'
    with_part(
        tmp_path / "a.xlsx",
        "sheet1.xml",
        lambda xml: re.sub(rb'<c r="B1".*?</c>', lambda _: calculated, xml, flags=re.DOTALL),
    )
    (grid,) = read_source(tmp_path / "a.xlsx").grids
    assert values(grid) == ["x"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "文件没有内容"),
        ("单位编码,单位名称\n001,甲\n".encode(), "普通文本"),
        (b"<html><table></table></html>", "网页"),
        (b"%PDF-1.7 x", "PDF 文件"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
        (b"PK\x03\x04broken", "后面缺失"),
    ],
)
def test_the_content_says_what_the_file_really_is(tmp_path, content, why):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(InputError, match=f"不是完好的工作簿：.*{why}.*另存为"):
        read_source(tmp_path / "a.xlsx")


@pytest.mark.parametrize("part", ["workbook.xml", "workbook.xml.rels", "sheet1.xml"])
def test_a_workbook_with_a_broken_part(good, part):
    with_part(good, part, lambda xml: xml[: len(xml) // 2])
    with pytest.raises(InputError, match="不是完好的工作簿"):
        read_source(good)


def test_a_workbook_under_another_suffix_is_read_by_its_content(good):
    old = good.rename(good.with_suffix(".xls"))
    assert [grid.name for grid in read_source(old).grids] == ["单位", "支出", "项目", "指标", "专项资金"]


@pytest.mark.parametrize("suffix", ["xls", "et", "ods"])
def test_other_formats_give_the_same_filings(good, tmp_path, profile, suffix):
    made = convert(good, "xls" if suffix == "et" else suffix, tmp_path / "其他")
    given, ledger = read_ledger(good, profile), read_ledger(made.rename(tmp_path / f"a.{suffix}"), profile)
    assert ledger.findings == []
    assert [filing.records for filing in ledger.filings] == [filing.records for filing in given.filings]


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_hidden_rows_and_columns_are_read_and_named(good, tmp_path, profile, suffix):
    book = load_workbook(good)
    book["支出"].row_dimensions[3].hidden = True
    book["支出"].column_dimensions["C"].hidden = True
    book.save(good)
    (finding,) = read_ledger(convert(good, suffix, tmp_path / "其他"), profile).findings
    assert finding.code == "L143"
    assert finding.message.endswith("：第 3 行；第 C 列。")


@pytest.mark.parametrize("suffix", ["xls", "ods", "xlsx"])
def test_formulas_and_errors_calculated_by_libreoffice(good, tmp_path, profile, suffix):
    book = load_workbook(good)
    amounts = {page.value: page.column_letter for page in book["支出"][1]}
    book["支出"][f"{amounts['公用经费·本年决算数']}2"] = "=100+71.02"
    book["支出"][f"{amounts['公用经费·本年预算数']}2"] = "=1/0"
    book["支出"][f"{amounts['业务工作经费·本年决算数']}2"] = "=NA()"
    book.save(good)
    ledger = read_ledger(convert(good, suffix, tmp_path / "其他"), profile)
    basic = ledger.filings[0].of("基础")[0].fields
    assert basic["公用经费_本年决算数"] == 171.02
    assert "公用经费_本年预算数" not in basic
    found = sorted((finding.code, finding.value) for finding in ledger.findings)
    assert found == [("L126", "#DIV/0!"), ("L126", "#N/A")]
