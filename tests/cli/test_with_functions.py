"""--with-functions of new, fill and import: the panel is there, and only where it was asked for."""

import openpyxl
import pytest

from tests.ledgers.samples import right_tables, write_xlsx
from tests.received import good as g
from xlperf.declarations.source import texts_of

PROFILE = g.PROFILE.id
PANEL = texts_of("working")["check"]["panel"]


def has_panel(path) -> bool:
    book = openpyxl.load_workbook(path)
    return any(cell.value == PANEL["title"] for row in book["校验"] for cell in row)


def test_new(xlperf, tmp_path):
    assert xlperf("new", PROFILE, "-o", "带.xlsx", "--with-functions", "--projects", 2).status == 0
    assert xlperf("new", PROFILE, "-o", "不带.xlsx").status == 0
    assert has_panel(tmp_path / "带.xlsx")
    assert not has_panel(tmp_path / "不带.xlsx")


@pytest.mark.parametrize("other", ["--plain", "--ledger"])
def test_new_with_what_has_no_check_sheet(xlperf, tmp_path, other):
    ended = xlperf("new", PROFILE, "-o", "甲.xlsx", "--with-functions", other)
    assert (ended.status, "--with-functions" in ended.err) == (2, True)
    assert not (tmp_path / "甲.xlsx").exists()


def test_fill(xlperf, tmp_path):
    write_xlsx(right_tables(), tmp_path / "台账.xlsx")
    ended = xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "稿", "--with-functions")
    assert (ended.status, "--working" in ended.err) == (2, True)
    ended = xlperf("fill", "台账.xlsx", "-p", PROFILE, "-o", "稿", "--working", "--with-functions")
    assert ended.status == 0, ended.err
    assert all(has_panel(path) for path in (tmp_path / "稿").iterdir())


def test_import(xlperf, inbox, tmp_path):
    assert xlperf("import", inbox, "-o", "稿", "--with-functions").status == 0
    copies = [*(tmp_path / "稿").rglob("*.xlsx")]
    assert copies
    assert all(map(has_panel, copies))
