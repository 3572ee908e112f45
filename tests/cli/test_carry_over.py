"""The command line of a year's beginning: new --from, fill --from."""

import openpyxl

from tests.received import good as g
from xlperf.ledgers.ledger import read_ledger


def test_a_ledger_and_workbooks_from_last_years_filings(xlperf, inbox, tmp_path):
    (inbox / "好.xlsx").rename(inbox / g.file_name())
    ended = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx")
    assert ended.status == 0
    assert "1 家单位" in ended.err
    (filing,) = read_ledger(tmp_path / "台账.xlsx", None).filings
    last = g.filing().of("基础")[0].fields
    assert filing.of("基础")[0].fields["公用经费_上年决算数"] == last["公用经费_本年决算数"]
    assert xlperf("new", "hunan-yueyang-2024", "--from", "收到", "-o", "附件表").status == 0
    sheet = openpyxl.load_workbook(tmp_path / "附件表" / g.file_name())["基础数据表"]
    assert sheet[g.address("基础", "编制数")].value == last["编制数"]


def test_nothing_that_is_there_is_written_over(xlperf, inbox, tmp_path):
    (tmp_path / "台账.xlsx").write_bytes(b"mine")
    ended = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx")
    assert ended.status == 2
    assert "--force" in ended.err
    assert (tmp_path / "台账.xlsx").read_bytes() == b"mine"


def test_a_ledger_is_filled_up_from_last_years_ledger(xlperf, inbox, tmp_path):
    xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "上年.xlsx")
    book = openpyxl.load_workbook(tmp_path / "上年.xlsx")
    units = book["单位"]
    headings = [cell.value for cell in units[1]]
    units.cell(2, headings.index("编制数") + 1).value = None
    book.save(tmp_path / "今年.xlsx")
    ended = xlperf("fill", "今年.xlsx", "--from", "收到", "-o", "附件表", "--fail-on", "never")
    assert ended.status == 0
    assert "L150" in ended.out
    assert "编制数" in ended.out


def test_a_profile_of_the_same_year_is_doubted(xlperf, inbox, tmp_path):
    said = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx").out
    assert said.count("警告 L155：这是 2024 年度的表，不早于口径“湖南省岳阳市 2024 年度”") == 1
    said = xlperf("new", "hunan-hengyang-2023", "--ledger", "--from", "收到", "-o", "衡阳.xlsx").out
    assert "警告 L155" in said
