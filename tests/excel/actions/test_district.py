"""汇总, 评分: what the commands write; every dialog may be cancelled, nothing is replaced unasked."""

import shutil
from datetime import date

import openpyxl
import pytest

from tests.received import good as g
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.ribbon import perform
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

SUMMARY = texts_of("grading")["summary"]["file"]


@pytest.fixture(scope="module")
def two_units(ledger, plain, tmp_path_factory):
    """A folder, with a blank in its name, of two units: the good one, and the other of the ledger."""
    folder = tmp_path_factory.mktemp("收到") / "收到 的表"
    folder.mkdir()
    other = next(f for f in read_ledger(ledger, g.PROFILE).filings if f.unit_code != g.filing().unit_code)
    (folder / g.file_name()).write_bytes(plain)
    (folder / f"{other.unit_code}_{other.unit_name}.xlsx").write_bytes(
        writer_of(g.PROFILE, working=False).workbook(other)
    )
    return folder


@pytest.fixture
def received(two_units, tmp_path):
    """The same folder, a copy for each test."""
    return shutil.copytree(two_units, tmp_path / "收到 的表")


def sums(path):
    """The units that a roll-up lists on its first sheet of units, by name → cells of the row."""
    sheet = openpyxl.load_workbook(path, data_only=True)["预算执行"]
    return {row[2]: row for row in sheet.iter_rows(min_row=6, values_only=True) if row[2]}


def test_a_folder_is_rolled_up_into_a_workbook_that_is_opened(person, received, tmp_path, stub_books):
    perform("rollup", person.will(received, "", tmp_path))
    assert person.bad == []
    target = tmp_path / "收到 的表汇总.xlsx"
    assert person.app.books.active.fullname == str(target)
    assert str(target) in person.last
    assert "2 家单位" in person.last
    assert g.filing().unit_name in {name for row in sums(target).values() for name in row}
    assert any(line.endswith("2/2") for line in person.bar)
    assert person.bar[-1] == ""


def test_the_roll_up_begins_in_the_folder_of_the_open_workbook(person, received, tmp_path):
    person.app.books.open(str(received / g.file_name()))
    perform("rollup", person.will("", "", tmp_path / "总.xlsx"))
    assert person.started == [received]
    assert (tmp_path / "总.xlsx").exists()


def test_a_roll_up_is_compared_with_a_ledger_and_last_year(
    person, received, ledger, two_units, tmp_path, stub_books
):
    (received / g.file_name()).unlink()
    perform("rollup", person.will(received, "4", ledger, two_units, tmp_path))
    assert person.bad == []
    book = openpyxl.load_workbook(tmp_path / "收到 的表汇总.xlsx", read_only=True)
    assert "上年对比" in book.sheetnames
    assert "未报送" in person.last


def test_no_roll_up_is_replaced_unasked(person, received, tmp_path, stub_books):
    target = tmp_path / "总.xlsx"
    target.write_bytes(b"mine")
    perform("rollup", person.will(received, "", target, False))
    lock = target.with_name("~$总.xlsx")
    lock.touch()
    perform("rollup", person.will(received, "", target))
    assert "正在别的程序里打开" in person.bad[0]
    assert target.read_bytes() == b"mine"
    lock.unlink()
    perform("rollup", person.will(received, "", target, True))
    assert target.read_bytes()[:2] == b"PK"


def test_what_cannot_be_used_is_said_before_anything_is_read(person, received, tmp_path):
    """A place that takes no file, a ledger without units, a register that is none, a table without days."""
    (tmp_path / "占着").touch()
    perform("rollup", person.will(received, "", tmp_path / "占着" / "总.xlsx"))
    assert "占着" in person.bad[0]
    (tmp_path / "坏.db").write_bytes(b"no register")
    perform("grade", person.will(received, "3", tmp_path / "坏.db", tmp_path / "评分"))
    assert "坏.db" in person.bad[0]
    openpyxl.Workbook().save(tmp_path / "空表.xlsx")
    perform("grade", person.will(received, "2", tmp_path / "空表.xlsx", tmp_path / "评分"))
    assert "没有认出日期表" in person.bad[0]
    perform("rollup", person.will(received, "2", tmp_path / "空表.xlsx", tmp_path / "总.xlsx"))
    assert "程序出错" not in person.bad[0]
    assert person.app.status_bar is False
    assert not list(tmp_path.glob("总.xlsx"))


@pytest.mark.parametrize("answers", [(None,), ("", None), ("", "2", None), ("", "3", None), ("", "1", None)])
def test_a_roll_up_can_be_cancelled_at_every_question(person, received, answers):
    person.app.books.open(str(received / g.file_name()))
    perform("rollup", person.will(*answers))
    assert (person.said, person.bad) == ([], [])
    assert sorted(path.suffix for path in received.parent.rglob("*.*")) == [".xlsx", ".xlsx"]


def test_a_folder_without_forms_is_reported(person, tmp_path):
    empty, other = tmp_path / "空", tmp_path / "别的"
    empty.mkdir()
    perform("rollup", person.will(empty))
    assert "空" in person.bad[0]
    other.mkdir()
    openpyxl.Workbook().save(other / "通讯录.xlsx")
    perform("rollup", person.will(other, "", tmp_path))
    assert "没有认出一个单位的附件表" in person.bad[0]
    assert not (tmp_path / "别的汇总.xlsx").exists()


def test_a_large_folder_is_asked_about(person, tmp_path):
    for number in range(101):
        (tmp_path / f"{number}.xlsx").touch()
    perform("rollup", person.will(tmp_path, False))
    assert "101 个文件" in person.asked[1]
    assert person.said == []


def test_units_are_graded_and_the_summary_opened(person, received, tmp_path, stub_books):
    out = tmp_path / "评分"
    perform("grade", person.will(received, "", out))
    assert person.bad == []
    assert person.started == [None, received.parent]
    assert person.app.books.active.fullname == str(out / SUMMARY)
    assert "已评 2 家" in person.last
    assert len(list(out.glob("*_考核评分表.xlsx"))) == 2


def test_days_come_from_a_table(person, received, tmp_path, stub_books):
    table, out = tmp_path / "日期.csv", tmp_path / "评分"
    table.write_text(f"单位名称,报送日期\n{g.filing().unit_name},{date(2025, 7, 16)}\n", encoding="utf-8")
    perform("grade", person.will(received, "2", table, out))
    assert person.bad == []
    book = openpyxl.load_workbook(next(out.glob(f"*{g.filing().unit_name}_考核评分表.xlsx")))
    said = "".join(str(cell.value) for row in book["评分依据"].iter_rows() for cell in row)
    assert "2025年7月16日" in said or "没有规定" in said


def test_grading_is_not_begun_where_a_table_is_open(person, received, tmp_path, stub_books):
    out = tmp_path / "评分"
    out.mkdir()
    (out / "甲_考核评分表.docx").touch()
    (out / "~$考核评分表.docx").touch()
    perform("grade", person.will(received, "", out))
    assert "甲_考核评分表.docx" in person.bad[0]
    assert not (out / SUMMARY).exists()


def test_grading_is_not_begun_where_a_summary_of_another_folder_is_open(
    person, received, tmp_path, stub_books
):
    """Excel opens a name once; the summary is opened at the end."""
    (tmp_path / "去年").mkdir()
    openpyxl.Workbook().save(tmp_path / "去年" / SUMMARY)
    person.app.books.open(str(tmp_path / "去年" / SUMMARY))
    perform("grade", person.will(received, "", tmp_path / "评分"))
    assert f"同名的“{SUMMARY}”正在 Excel 里打开" in person.bad[0]
    assert not (tmp_path / "评分" / SUMMARY).exists()


def test_nothing_is_written_among_what_was_received(person, received):
    perform("grade", person.will(received, "", received, None))
    assert "下次会被当作收到的表" in person.bad[0]
    perform("rollup", person.will(received, "", received / "汇总.xlsx", None))
    assert "下次会被当作收到的表" in person.bad[0]
    perform("report", person.will("2", received, False, received / "报告", None))
    assert "下次会被当作收到的表" in person.bad[0]
    assert len(list(received.iterdir())) == 2


@pytest.mark.parametrize("answers", [(None,), ("", None), ("", "2", None), ("", "3", None), ("", "1", None)])
def test_grading_can_be_cancelled_at_every_question(person, received, answers):
    person.app.books.open(str(received / g.file_name()))
    perform("grade", person.will(*answers))
    assert (person.said, person.bad) == ([], [])
