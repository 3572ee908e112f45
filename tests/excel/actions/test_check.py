"""一键校验 over a live workbook: the findings of the batch, said, listed, coloured, and taken back."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlwings as xw
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

import xlperf
from tests.engines import convert
from tests.excel.actions.engine import start
from tests.excel.actions.livebook import cells_of
from tests.excel.actions.person import Person
from tests.excel.actions.shown import coloured, listed, loaded, rows_of_findings, rows_of_list
from tests.received import good as g
from xlperf.core.user_files import Settings, write_settings
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import texts_of
from xlperf.excel.actions.list_sheets import find_listing
from xlperf.excel.actions.ribbon import perform
from xlperf.jobs.annotate import annotate
from xlperf.jobs.strip import strip

COLOURS = texts_of("annotate")["colours"]
STAFF = ("基础数据表", g.address("基础", "编制数"))
TARGET = ("整体支出绩效自评表", g.address("整体", "指标_得分", 1))
PROJECT = ("项目支出绩效自评表1", g.address("项目", "指标_分值", 2))


def spoil(book):
    """Three mistakes on three sheets."""
    for (sheet, cell), value in ((STAFF, 1), (TARGET, 99), (PROJECT, "二十")):
        book.sheets[sheet].range(cell).value = value


def encrypted(content, password):
    """The workbook with a password, as Excel saves copies of one that has it."""
    stream = BytesIO()
    OOXMLFile(BytesIO(content)).encrypt(password, stream)
    return stream.getvalue()


def saved(book, path):
    path.parent.mkdir(exist_ok=True)
    book.api.save_copy(path)
    return path


@dataclass
class Scene:
    """A spoilt workbook that was checked: the file before and after, what the batch says of it."""

    book: Any
    person: Person
    before: Path
    after: Path
    report: Report


@pytest.fixture(scope="module")
def scene(plain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("校验")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CONFIG_HOME", str(folder / "设置"))
        patch.setattr(xw.engines, "active", None)
        person = Person(start())
        (folder / g.file_name()).write_bytes(plain)
        book = person.app.books.open(str(folder / g.file_name()))
        spoil(book)
        before = saved(book, folder / "前" / book.name)
        perform("check", person)
        after = saved(book, folder / "后" / book.name)
        yield Scene(book, person, before, after, xlperf.check([before]))


def test_the_list_is_the_verdict_of_the_batch(scene):
    report = scene.report
    assert {Severity.ERROR, Severity.WARNING} <= {finding.severity for finding in report.findings}
    assert rows_of_list(listed(scene.after)) == rows_of_findings(report.findings)
    assert rows_of_findings(xlperf.check([scene.after]).findings) == rows_of_findings(report.findings)
    assert scene.person.bad == []
    for number, word in ((report.errors, "错误"), (report.warnings, "警告"), (report.notes, "提示")):
        assert f"{word} {number} 个" in scene.person.last


def test_cells_have_the_colour_of_their_gravest_finding(scene):
    ranks = {}
    for finding in unfolded(scene.report.findings):
        place = finding.location.sheet, finding.location.cell
        if finding.location.cell:
            ranks[place] = min(ranks.get(place, 9), finding.severity.rank)
    expected = {place: COLOURS[list(Severity)[rank].value] for place, rank in ranks.items()}
    assert coloured(scene.after, "问题") == expected
    assert PROJECT in expected


def test_every_line_links_to_its_cell(scene):
    sheet = loaded(scene.after)["问题"]
    for row in range(4, sheet.max_row + 1):
        where = f"'{sheet.cell(row, 3).value}'!{sheet.cell(row, 4).value}"
        assert sheet.cell(row, 4).hyperlink.location == where
        assert sheet.cell(row, 1).value == row - 3


def test_the_first_finding_is_selected(scene):
    first = scene.report.findings[0].location
    assert scene.book.sheets.active.name == first.sheet
    assert scene.person.app.selection.address.replace("$", "") == first.cell
    assert first.sheet == TARGET[0]


def test_strip_gives_the_upload_copy_of_the_untouched_workbook(scene, tmp_path):
    untouched, after = (
        strip([path], tmp_path / path.parent.name).files[0] for path in (scene.before, scene.after)
    )
    assert after.read_bytes() == untouched.read_bytes()


def test_the_file_of_the_user_is_not_touched(scene, plain):
    assert Path(scene.book.fullname).read_bytes() == plain


def test_calamine_reads_the_workbook_as_it_was(scene):
    before, after = (CalamineWorkbook.from_path(str(path)) for path in (scene.before, scene.after))
    for title in before.sheet_names:
        assert after.get_sheet_by_name(title).to_python() == before.get_sheet_by_name(title).to_python()
    lines = after.get_sheet_by_name("问题").to_python()
    code = lines[2].index("代码")
    assert [line[code] for line in lines[3:]] == [finding.code for finding in unfolded(scene.report.findings)]


def test_a_mended_cell_loses_its_colour_and_its_line(opened, person, plain, tmp_path):
    book = opened(plain)
    sheet, cell = PROJECT
    right = book.sheets[sheet].range(cell).value
    spoil(book)
    perform("check", person)
    rows = len(listed(saved(book, tmp_path / "一" / book.name)))
    book.sheets[sheet].range(cell).value = right
    find_listing(book).name = "要改的"
    perform("check", person)
    after = saved(book, tmp_path / "二" / book.name)
    assert {sheet for sheet, _ in coloured(after, "要改的")} == {STAFF[0], TARGET[0]}
    assert len(listed(after, "要改的")) < rows
    assert rows_of_list(listed(after, "要改的")) == rows_of_findings(xlperf.check([after]).findings)
    assert "问题" not in loaded(after).sheetnames
    assert "您自己的" not in person.last


def test_a_cell_with_a_fill_of_its_own_keeps_it(opened, person, plain, tmp_path):
    book = opened(plain)
    spoil(book)
    book.sheets[PROJECT[0]].range(PROJECT[1]).api.cells()[0].fill = PatternFill("solid", fgColor="FFFFFF00")
    perform("check", person)
    after = saved(book, tmp_path / "后" / book.name)
    cell = loaded(after)[PROJECT[0]][PROJECT[1]]
    assert cell.fill.fgColor.rgb == "FFFFFF00"
    assert "1 个出错的格子原来就有底色" in person.last
    assert PROJECT[1] in [line["单元格"] for line in listed(after)]


def test_a_good_workbook_has_no_findings(opened, person, plain, tmp_path):
    book = opened(plain)
    perform("check", person)
    assert person.last == "没有发现问题。"
    after = saved(book, tmp_path / "后" / book.name)
    assert listed(after) == []
    assert coloured(after) == {}


def test_a_workbook_of_another_year_than_the_one_chosen_is_reported(opened, person, plain):
    opened(plain)
    perform("check", person)
    assert "年度的" not in person.last
    write_settings(Settings(g.PROFILE.id, g.PROFILE.year + 1))
    perform("check", person)
    assert f"是 {g.PROFILE.year} 年度的；您在“设置”里选的是 {g.PROFILE.year + 1} 年度" in person.last


def test_a_sheet_of_the_users_that_has_the_same_name_stays(opened, person, plain, tmp_path):
    book = opened(plain)
    spoil(book)
    own = book.sheets.add("问题", after=book.sheets[len(book.sheets) - 1])
    own.range("A1").value = "我自己记的"
    perform("check", person)
    perform("check", person)
    after = saved(book, tmp_path / "后" / book.name)
    assert loaded(after)["问题"]["A1"].value == "我自己记的"
    assert "“问题2”" in person.last
    assert [line["代码"] for line in listed(after, "问题2")]
    assert "问题3" not in loaded(after).sheetnames


def test_a_protected_structure_is_reported_with_the_first_findings(opened, person, plain, tmp_path):
    book = opened(plain)
    spoil(book)
    book.api.book.security.lockStructure = True
    perform("check", person)
    assert person.bad == []
    assert "结构受保护" in person.last
    assert "超编" in person.last
    after = saved(book, tmp_path / "后" / book.name)
    assert "问题" not in loaded(after).sheetnames
    assert PROJECT in coloured(after)


def test_a_sheet_protected_by_a_password_is_not_coloured(opened, person, plain, tmp_path):
    book = opened(plain)
    spoil(book)
    protection = book.sheets[PROJECT[0]].api.protection
    protection.set_password("秘密")
    protection.formatCells = True
    other = book.sheets[STAFF[0]].api.protection
    other.formatCells = True
    perform("check", person)
    assert person.bad == []
    assert f"“{PROJECT[0]}”有密码保护" in person.last
    after = saved(book, tmp_path / "后" / book.name)
    sheets = {sheet for sheet, _ in coloured(after, "问题")}
    assert PROJECT[0] not in sheets
    assert STAFF[0] in sheets
    assert other.sheet is True
    assert PROJECT[1] in [line["单元格"] for line in listed(after)]


def test_a_hidden_sheet_and_a_read_only_workbook_are_reported(opened, person, plain):
    book = opened(plain)
    spoil(book)
    book.api.read_only = True
    book.sheets[STAFF[0]].api.sheet_state = "veryHidden"
    perform("check", person)
    assert person.bad == []
    assert f"“{STAFF[0]}”是隐藏的" in person.last
    assert "只读" in person.last
    assert book.sheets.active.name == TARGET[0]


def test_a_workbook_never_saved_is_checked_all_the_same(opened, person, plain, tmp_path):
    book = opened(plain)
    spoil(book)
    book.api.path, book.api.name = None, "工作簿1"
    perform("check", person)
    assert person.bad == []
    assert rows_of_list(listed(saved(book, tmp_path / "后" / "工作簿1.xlsx"))) == rows_of_findings(
        xlperf.check([tmp_path / "后" / "工作簿1.xlsx"]).findings
    )


def test_without_a_workbook_and_with_one_that_holds_no_form(person, tmp_path):
    perform("check", person)
    assert "没有打开的工作簿" in person.last
    book = person.app.books.add()
    book.sheets[0].range("A1").value = [["菜单", "价格"], ["=1+1", 3]]
    perform("check", person.will())
    assert person.bad == []
    report = xlperf.check([saved(book, tmp_path / "工作簿1.xlsx")])
    assert report.findings
    assert rows_of_list(listed(tmp_path / "工作簿1.xlsx")) == rows_of_findings(report.findings)
    assert book.sheets.active.name == "问题"


def test_an_old_workbook_is_listed_but_not_coloured(opened, person, plain, tmp_path, monkeypatch):
    book = opened(plain, "甲.xlsx")
    spoil(book)
    old = convert(saved(book, tmp_path / "前" / "甲.xlsx"), "xls", tmp_path / "旧")
    monkeypatch.setattr(person, "save_copy", lambda book, path: path.write_bytes(old.read_bytes()))
    book.api.name = "甲.xls"
    perform("check", person)
    assert person.bad == []
    assert "只列出问题" in person.last
    after = saved(book, tmp_path / "后" / "甲.xlsx")
    assert coloured(after, "问题") == {}
    assert rows_of_list(listed(after)) == rows_of_findings(xlperf.check([old]).findings)


def test_texts_of_findings_stay_texts_whatever_they_look_like(opened, person, plain, tmp_path):
    book = opened(plain)
    book.sheets[PROJECT[0]].range(PROJECT[1]).value = "'=1+1"
    perform("check", person)
    after = saved(book, tmp_path / "后" / book.name)
    sheet = loaded(after)["问题"]
    assert all(cell.data_type in "ns" for row in sheet.iter_rows() for cell in row)
    assert any("=1+1" in line["填报"] for line in listed(after) if line["填报"])


def test_the_password_of_a_workbook_is_asked_for(opened, person, plain, tmp_path, monkeypatch):
    book = opened(plain)
    spoil(book)
    open_copy = saved(book, tmp_path / "前" / book.name)
    monkeypatch.setattr(
        person, "save_copy", lambda book, path: path.write_bytes(encrypted(open_copy.read_bytes(), "正确"))
    )
    perform("check", person.will("错误", "正确"))
    assert person.bad == []
    monkeypatch.undo()
    assert rows_of_list(listed(saved(book, tmp_path / "后" / book.name))) == rows_of_findings(
        xlperf.check([open_copy]).findings
    )


def test_a_returned_annotated_copy_gets_a_new_list_in_place_of_the_old(opened, person, plain, tmp_path):
    first = opened(plain)
    spoil(first)
    first.sheets[PROJECT[0]].range(PROJECT[1]).api.cells()[0].comment = Comment("会计的备注", "会计")
    received = saved(first, tmp_path / "前" / first.name)
    copy = annotate(xlperf.check([received]), tmp_path / "批注").files[0]
    book = opened(copy.read_bytes(), "退回.xlsx")
    book.sheets[STAFF[0]].range(STAFF[1]).value = 500
    perform("check", person)
    assert person.bad == []
    after = saved(book, tmp_path / "后" / "退回.xlsx")
    assert loaded(after).sheetnames.count("问题") == 1
    assert rows_of_list(listed(after)) == rows_of_findings(xlperf.check([after]).findings)
    places = {(line["工作表"], line["单元格"]) for line in listed(after) if line["单元格"]}
    assert coloured(after, "问题").keys() == places
    notes = {
        (sheet.title, cell.coordinate): cell.comment.text
        for sheet in loaded(after).worksheets
        for cell in cells_of(sheet)
        if cell.comment
    }
    assert notes == {PROJECT: "会计的备注"}
    plain_copy, annotated_copy = (
        strip([path], tmp_path / path.parent.name / "上报").files[0] for path in (received, copy)
    )
    assert annotated_copy.read_bytes() == plain_copy.read_bytes()
