"""The command line of a season: what is said about wrong calls, and about a batch that came."""

from urllib.parse import unquote

import openpyxl
import pytest

from tests.season import season_files as s


@pytest.fixture
def started(xlperf, tmp_path):
    s.write_ledger(tmp_path / "台账.xlsx", 3)
    ended = xlperf("rounds", "start", "季.db", "--ledger", "台账.xlsx", "--due", "2026-04-15")
    assert (ended.status, ended.out) == (0, "")
    assert "已建立报送登记，名册 3 个单位：季.db" in ended.err
    (tmp_path / "收到").mkdir()
    return xlperf


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("start", "季.db", "--ledger", "台账.xlsx"), "“季.db”已经有了"),
        (("receive", "没有.db", "收到"), "找不到报送登记“没有.db”"),
        (("receive", "季.db", "没有"), "找不到“没有”"),
        (("check", "台账.xlsx"), "“台账.xlsx”不是报送登记"),
        (("accept", "季.db", "丁局"), "没有“丁局”这个单位"),
        (("return", "季.db", "-o", "退", "--due", "四月"), "“四月”不是日期"),
        (("register", "季.db", "-o", "登记.doc"), "应当以 .xlsx 结尾"),
    ],
)
def test_wrong_calls(started, words, sentence):
    ended = started("rounds", *words)
    assert ended.status == 2
    assert sentence in ended.err


def test_nothing_to_do_is_said(started):
    assert "没有要审核的" in started("rounds", "check", "季.db").err
    assert "没有要退回的单位" in started("rounds", "return", "季.db", "-o", "退").err
    assert "没有可以签收的单位" in started("rounds", "accept", "季.db").err


def test_a_unit_that_has_sent_nothing_is_not_accepted(started):
    ended = started("rounds", "accept", "季.db", "002")
    assert ended.status == 1
    assert "未报，还没有审核过，不能签收" in ended.out


def test_files_of_units_that_are_not_listed_or_not_known(started, tmp_path):
    name, good = [*s.workbooks(4).items()][3]
    (tmp_path / "收到" / name).write_bytes(good)
    (tmp_path / "收到" / "空.xlsx").write_bytes(b"")
    (tmp_path / "收到" / "盖章.pdf").write_bytes(b"%PDF")
    ended = started("rounds", "receive", "季.db", "收到")
    assert ended.status == 0
    assert "名册里没有的 1 个" in ended.err
    assert "1 个文件看不出是哪个单位的：空.xlsx" in ended.err


def test_the_list_opens_the_files_where_they_lie(started, tmp_path):
    name, good = [*s.workbooks(3).items()][1]
    (tmp_path / "收到" / name).write_bytes(s.spoiled(good, s.WRONG))
    started("rounds", "receive", "季.db", "收到")
    started("rounds", "check", "季.db", "-o", "清单.xlsx")
    book = openpyxl.load_workbook(tmp_path / "清单.xlsx")
    links = [cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    targets = {link.target for link in links if link.target}
    assert {unquote(target) for target in targets} == {f"收到/{name}"}
