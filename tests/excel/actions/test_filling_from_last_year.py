"""照上年填报: last year's final figures into this year's blank cells, nothing that is filled in changed."""

from pathlib import Path

import openpyxl
import pytest

from tests.excel.actions.shown import listed
from tests.received import good as g
from xlperf.core.user_files import Settings, write_settings
from xlperf.excel.actions.ribbon import perform
from xlperf.intake.filing_reader import read_filing
from xlperf.workbooks.workbook_writer import new_bytes

LAST = {record.form: record for record in reversed(g.filing().records)}
FINAL, BEFORE = "公用经费_本年决算数", "公用经费_上年决算数"


@pytest.fixture
def last_year(plain, tmp_path) -> Path:
    """What the good unit filed last year, in a folder of its own."""
    folder = tmp_path / "上年 收到的表"
    folder.mkdir()
    (folder / g.file_name()).write_bytes(plain)
    return folder


def read(book, folder: Path):
    """What is filled in now: form → fields."""
    folder.mkdir(exist_ok=True)
    book.api.save_copy(folder / book.name)
    return {record.form: record for record in reversed(read_filing(folder / book.name).filing.records)}


def test_a_blank_workbook_begins_with_last_year(opened, person, blank, last_year, tmp_path):
    book = opened(blank)
    perform("last_year", person.will(False, last_year, True))
    assert person.bad == []
    assert "其中 0 格原来有内容" in person.asked[2]
    now = read(book, tmp_path / "后")
    basic, before = now["基础"].fields, LAST["基础"].fields
    assert basic[BEFORE] == before[FINAL]
    assert basic["编制数"] == before["编制数"]
    assert basic[FINAL] is None
    assert now["整体"].fields["预期目标"] == LAST["整体"].fields["预期目标"]
    names = [row["三级指标"] for row in now["整体"].tables["指标"]]
    assert names == [row["三级指标"] for row in LAST["整体"].tables["指标"]]
    assert {row.get("实际完成值") for row in now["整体"].tables["指标"]} == {None}
    assert now["项目"].fields["项目名称"] == LAST["项目"].fields["项目名称"]
    assert now["项目"].fields.get("年度资金总额_全年执行数") is None
    book.api.save_copy(tmp_path / "存.xlsx")
    assert len(listed(tmp_path / "存.xlsx", "填充记录")) > 10


def test_what_is_filled_in_stays(opened, person, blank, last_year, tmp_path):
    book = opened(blank)
    book.sheets[0].range(g.address("基础", "编制数")).value = 7
    book.sheets[0].range(g.address("基础", BEFORE)).value = 1.5
    perform("last_year", person.will(True, [last_year / g.file_name()], True))
    now = read(book, tmp_path / "后")["基础"].fields
    assert (now["编制数"], now[BEFORE]) == (7, 1.5)
    assert now["在职人数"] == LAST["基础"].fields["在职人数"]


def test_a_project_name_typed_with_a_line_break_is_the_same_project(opened, person, last_year, tmp_path):
    book = opened(new_bytes(g.PROFILE, plain=True, projects=2))
    first, second = (record.fields for record in g.filing().of("项目"))
    name, goal = g.address("项目", "项目名称"), g.address("项目", "预期目标")
    typed = f"{first['项目名称'][:2]}\n{first['项目名称'][2:]}"
    book.sheets[2].range(name).value = typed
    perform("last_year", person.will(False, last_year, True))
    assert person.bad == []
    assert book.sheets[2].range(name).value == typed
    assert book.sheets[2].range(goal).value == first["预期目标"]
    assert book.sheets[3].range(name).value == second["项目名称"]


def test_a_project_that_lost_its_name_is_not_overwritten(opened, person, plain, last_year, tmp_path):
    """Nor are scores filled in that last year's table does not give."""
    book = opened(plain)
    book.sheets[1].range(g.address("整体", "指标_得分", 1)).value = None
    book.sheets[2].range(g.address("项目", "项目名称")).value = None
    perform("last_year", person.will(False, last_year))
    assert "没有要填的" in person.last
    assert f"{LAST['项目'].fields['项目名称']}：工作簿里没有可以填的这张表" in person.last


def test_a_full_workbook_has_nothing_to_fill(opened, person, plain, last_year):
    opened(plain)
    perform("last_year", person.will(False, last_year))
    assert "没有要填的" in person.last
    assert "选的是 2024 年度的表" in person.last


def test_last_years_ledger_will_do(opened, person, blank, ledger, tmp_path):
    book = opened(blank)
    perform("last_year", person.will(True, [ledger], True))
    assert read(book, tmp_path / "后")["基础"].fields[BEFORE] == LAST["基础"].fields[FINAL]


def test_without_an_open_workbook_working_copies_are_begun(person, last_year, tmp_path, stub_books):
    write_settings(Settings(g.PROFILE.id, 2024))
    perform("last_year", person.will(True, False, last_year, tmp_path))
    assert person.bad == []
    (written,) = tmp_path.glob("*照上年*/*.xlsx")
    assert person.app.books.active.fullname == str(written)
    assert "已照上年先填好 1 家" in person.last
    person.app.impl.open.clear()
    perform("last_year", person.will(False))
    assert person.said == []


def test_a_working_copy_whose_name_is_open_already_is_not_opened(person, last_year, tmp_path):
    """Excel opens a name once."""
    write_settings(Settings(g.PROFILE.id, 2024))
    other = tmp_path / "别处" / f"{g.filing().unit_code}_{g.filing().unit_name}.xlsx"
    other.parent.mkdir()
    openpyxl.Workbook().save(other)
    person.app.books.open(str(other))
    perform("last_year", person.will(True, False, last_year, tmp_path))
    assert person.bad == []
    assert "已照上年先填好 1 家" in person.last
    assert [path.name for path in tmp_path.glob("*照上年*/*.xlsx")] == [other.name]
    assert len(person.app.books) == 1


@pytest.mark.parametrize("answers", [(True, None), (False, None)])
def test_it_can_be_cancelled_at_every_question(opened, person, blank, answers):
    opened(blank)
    perform("last_year", person.will(*answers))
    assert (person.said, person.bad) == ([], [])


def test_files_without_forms_are_reported(opened, person, blank, tmp_path):
    opened(blank)
    openpyxl.Workbook().save(tmp_path / "通讯录.xlsx")
    perform("last_year", person.will(True, [tmp_path / "通讯录.xlsx"]))
    assert "没有认出一个单位的附件表" in person.bad[0]
