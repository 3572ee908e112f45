"""What a source must be, and how its cells become plain text, numbers and nothing."""

import datetime as dt
import sqlite3
from decimal import Decimal

import pandas as pd
import pytest
from openpyxl import Workbook

from xlperf.core.errors import InputError
from xlperf.ledgers.grids import plain
from xlperf.ledgers.sources import read_source, source_name


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("001", "001"),
        ("  行政\u3000", "行政"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("a\x00b\x0bc\td", "abc\td"),
        ("", None),
        ("   ", None),
        (None, None),
        (float("nan"), None),
        (pd.NaT, None),
        (float("inf"), None),
        (7, 7.0),
        (0, 0.0),
        (12.5, 12.5),
        (Decimal("98.49"), 98.49),
        (True, "TRUE"),
        (dt.date(2024, 4, 3), "2024年4月3日"),
        (dt.datetime(2024, 12, 31, 8, 30), "2024年12月31日"),
        (pd.Timestamp(2024, 1, 2), "2024年1月2日"),
    ],
)
def test_plain_cells(cell, expected):
    assert plain(cell) == expected
    assert type(plain(cell)) is type(expected)


def test_workbook_cells_stay_where_they_are(tmp_path):
    book = Workbook()
    book.active.title = "单位"
    book.active["B2"] = "007"
    book.active["C4"] = 3.5
    book.create_sheet("空表")
    book.save(tmp_path / "a.xlsx")
    first, empty = read_source(tmp_path / "a.xlsx").grids
    assert (first.name, empty.name) == ("单位", "空表")
    assert first.rows[1][1] == "007"
    assert first.rows[3][2] == 3.5
    assert list(empty.rows) == []


def test_error_cells_of_a_workbook_are_not_lost(tmp_path):
    book = Workbook()
    for name in ("甲", "乙"):
        page = book.create_sheet(name)
        page["A1"] = "x"
    book["乙"]["C3"] = "#DIV/0!"
    book["乙"]["C3"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    grids = {grid.name: grid.rows for grid in read_source(tmp_path / "a.xlsx").grids}
    assert grids["乙"][2][2] == "#DIV/0!"
    assert [cell for row in grids["甲"] for cell in row] == ["x"]


def test_csv_cells_keep_quotes_commas_and_line_breaks(tmp_path):
    (tmp_path / "单位.csv").write_text('编码,名称\n001,"甲,乙\n丙"\n,\n', "utf-8")
    (grid,) = read_source(tmp_path).grids
    assert grid.name == "单位"
    assert list(grid.rows) == [["编码", "名称"], ["001", "甲,乙\n丙"], [None, None]]


def test_csv_texts_that_are_marked_as_texts(tmp_path):
    (tmp_path / "单位.csv").write_text("单位编码,单位名称\n=\"001\",=1+1\n'002,'甲'\n", "utf-8")
    (grid,) = read_source(tmp_path).grids
    assert list(grid.rows) == [["单位编码", "单位名称"], ["001", "=1+1"], ["002", "'甲'"]]


def test_files_of_one_folder_may_differ_in_encoding(tmp_path):
    for name, encoding in (("甲", "gbk"), ("乙", "utf-8"), ("丙", "utf-8-sig"), ("丁", "gb18030")):
        (tmp_path / f"{name}.csv").write_text("单位编码，㎡", encoding)
    assert [grid.rows[0] for grid in read_source(tmp_path).grids] == [["单位编码，㎡"]] * 4


@pytest.mark.parametrize(("mark", "encoding"), [(";", "gbk"), ("\t", "utf-16"), ("|", "utf-8")])
def test_other_separators_and_the_unicode_text_of_excel(tmp_path, mark, encoding):
    text = f"单位编码{mark}单位名称\n001{mark}甲,乙\n"
    (tmp_path / "单位.csv").write_text(text, encoding)
    (grid,) = read_source(tmp_path).grids
    assert list(grid.rows) == [["单位编码", "单位名称"], ["001", "甲,乙"]]


def test_a_title_without_separators_does_not_decide_on_the_separator(tmp_path):
    (tmp_path / "单位.csv").write_text("某区台账\n单位编码;单位名称\n", "utf-8")
    (grid,) = read_source(tmp_path).grids
    assert list(grid.rows) == [["某区台账", None], ["单位编码", "单位名称"]]


def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path):
    (tmp_path / "单位.csv").write_text('单位编码,单位名称\n001,"甲\n002,乙\n003,丙\n', "utf-8")
    with pytest.raises(InputError, match="双引号没有成对"):
        read_source(tmp_path)


def test_a_csv_in_no_known_encoding(tmp_path):
    (tmp_path / "单位.csv").write_bytes(b"\xff\xff\xff\x00")
    with pytest.raises(InputError, match="既不是 UTF-8 也不是 GBK"):
        read_source(tmp_path)


def test_database_tables(tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute('CREATE TABLE "单位" ("单位编码" TEXT, "编制数" INTEGER, "比率" REAL)')
        connection.execute("INSERT INTO 单位 VALUES ('001', 5, 0.5), ('002', NULL, NULL)")
    (grid,) = read_source(f"sqlite:///{tmp_path / 'a.db'}").grids
    assert list(grid.rows) == [["单位编码", "编制数", "比率"], ["001", 5.0, 0.5], ["002", None, None]]


def test_a_path_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="找不到台账"):
        read_source(tmp_path / "没有.xlsx")


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InputError, match="找不到数据库文件"):
        read_source(f"sqlite:///{tmp_path / 'no.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "a.db").write_bytes(b"this is no database at all" * 100)
    with pytest.raises(InputError, match="无法读取"):
        read_source(f"sqlite:///{tmp_path / 'a.db'}")


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04broken"])
def test_a_broken_workbook(tmp_path, content):
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(InputError, match="不是完好的工作簿"):
        read_source(tmp_path / "a.xlsx")


def test_a_folder_without_csv(tmp_path):
    with pytest.raises(InputError, match=r"没有 \.csv 文件"):
        read_source(tmp_path)


def test_a_folder_with_a_workbook_names_it(tmp_path):
    Workbook().save(tmp_path / "台账.xlsx")
    with pytest.raises(InputError, match=r"要用其中的工作簿.*台账\.xlsx"):
        read_source(tmp_path)


def test_a_database_file_is_refused_with_its_address(tmp_path):
    (tmp_path / "台账.db").write_bytes(b"")
    with pytest.raises(InputError, match=r"请写成数据库地址：sqlite:///.*台账\.db"):
        read_source(tmp_path / "台账.db")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org/x", "没有“http”这种数据库"),
        ("sqlite://", "找不到数据库文件"),
        ("mysql://me:geheim@host/x", "需要先安装数据库驱动：Python 包 MySQLdb"),
    ],
)
def test_a_database_that_cannot_be_reached_says_why_and_keeps_its_password(url, why):
    with pytest.raises(InputError, match=why) as caught:
        read_source(url)
    assert "geheim" not in str(caught.value)


def test_a_single_csv_asks_for_its_folder(tmp_path):
    (tmp_path / "单位.csv").write_text("单位编码\n", "utf-8")
    with pytest.raises(InputError, match="文件夹"):
        read_source(tmp_path / "单位.csv")


def test_another_kind_of_file(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"PK")
    with pytest.raises(InputError, match="不是台账"):
        read_source(tmp_path / "a.docx")


@pytest.mark.parametrize("url", ["nosuchdb://host/x", "://", "sqlite://user@@:bad:port/x"])
def test_a_url_that_cannot_be_used(url):
    with pytest.raises(InputError):
        read_source(url)


def test_a_password_is_not_shown():
    assert "geheim" not in source_name("postgresql://me:geheim@host/ledger")
    assert source_name("a/b.xlsx") == "a/b.xlsx"
