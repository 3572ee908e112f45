"""新建, 生成上报件, 导入文件, 设置, 诊断: questions asked, files written, nothing replaced unasked."""

from dataclasses import dataclass

import openpyxl

import xlperf
from tests.excel.actions.test_check import encrypted
from tests.received import good as g
from xlperf.core.user_files import Settings, read_settings, write_settings
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.excel.actions.ribbon import perform
from xlperf.excel.doctor.examination import Result, Standing
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.strip import strip
from xlperf.workbooks.workbook_writer import new_bytes

YUEYANG = g.PROFILE.id


def number_of(profile: str) -> str:
    return str(profile_ids().index(profile) + 1)


def test_new_writes_and_opens_what_the_command_line_writes(person, tmp_path, stub_books):
    write_settings(Settings(YUEYANG, 2024))
    perform("new", person.will("0", "", tmp_path))
    assert "“0”不行" in person.bad[0]
    (path,) = tmp_path.glob("*.xlsx")
    assert path.read_bytes() == new_bytes(g.PROFILE)
    assert g.PROFILE.name in path.name
    assert person.app.books.active.fullname == str(path)
    path.write_bytes(b"mine")
    person.app.impl.open.clear()
    perform("new", person.will("1", path, False))
    assert path.read_bytes() == b"mine"
    perform("new", person.will("1", path, True))
    assert path.read_bytes() == new_bytes(g.PROFILE)
    perform("new", person.will("1", path))
    assert "正在 Excel 里打开，不能覆盖" in person.bad[0]
    perform("new", person.will("1", None))
    perform("new", person.will(None))
    assert person.said == []


def test_settings_are_chosen_from_the_list_of_all_profiles(person):
    perform("settings", person.will(number_of(YUEYANG), "明年", "2025"))
    listed = " ".join([*person.asked, *person.said])
    for name in profile_ids():
        assert load_profile(name).name in listed
    assert "“明年”不是年度" in person.bad[0]
    assert read_settings() == Settings(YUEYANG, 2025)
    perform("settings", person.will("", ""))
    assert read_settings() == Settings(YUEYANG, 2025)
    perform("settings", person.will(number_of(YUEYANG), None))
    perform("settings", person.will(None))
    assert read_settings() == Settings(YUEYANG, 2025)


def test_the_profile_of_the_settings_is_for_workbooks_that_name_none(opened, person, plain, tmp_path):
    book = opened(plain)
    perform("check", person)
    message = person.last
    write_settings(Settings("hunan-hengyang-2023"))
    perform("check", person.will())
    assert person.last == message
    book.api.book.custom_doc_props.props.clear()
    perform("check", person.will())
    book.api.save_copy(tmp_path / "无.xlsx")
    assert (
        f"{len(xlperf.check([tmp_path / '无.xlsx'], 'hunan-hengyang-2023').findings)} 个问题" in person.last
    )


def test_the_upload_copy_is_that_of_strip(opened, person, plain, tmp_path):
    book = opened(plain)
    book.api.save_copy(tmp_path / "同.xlsx")
    expected = strip([tmp_path / "同.xlsx"], tmp_path / "批量").files[0].read_bytes()
    perform("upload", person.will(tmp_path / "报.xlsx"))
    assert (tmp_path / "报.xlsx").read_bytes() == expected
    assert (tmp_path / book.name).read_bytes() == plain
    perform("upload", person.will(tmp_path / "报.xlsx", False))
    perform("upload", person.will(tmp_path / book.name))
    assert "正在 Excel 里打开，不能覆盖" in person.bad[0]
    assert (tmp_path / book.name).read_bytes() == plain


def test_errors_are_reported_before_an_upload_copy_is_made(opened, person, plain, tmp_path):
    book = opened(plain)
    book.sheets[1].range(g.address("整体", "指标_得分", 1)).value = 99
    perform("upload", person.will(False))
    assert "个错误，仍要生成上报件吗" in person.asked[0]
    assert sorted(tmp_path.glob("*.xlsx")) == [tmp_path / book.name]
    perform("upload", person.will(True, tmp_path / "报.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "报.xlsx").sheetnames == [sheet.name for sheet in book.sheets]


def test_the_lists_of_the_add_in_are_not_in_the_upload_copy(opened, person, plain, ledger, tmp_path):
    book = opened(plain)
    book.sheets[1].range(g.address("整体", "指标_三级指标", 1)).value = "改过"
    official = [sheet.name for sheet in book.sheets]
    perform("fill", person.will(ledger, True))
    perform("check", person.will())
    assert len(book.sheets) == len(official) + 2
    perform("upload", person.will(tmp_path / "报.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "报.xlsx").sheetnames == official


def test_the_password_of_a_workbook_is_asked_for_before_an_upload_copy(
    opened, person, plain, tmp_path, monkeypatch
):
    opened(plain)
    (tmp_path / "同.xlsx").write_bytes(plain)
    expected = strip([tmp_path / "同.xlsx"], tmp_path / "批量").files[0].read_bytes()
    monkeypatch.setattr(person, "save_copy", lambda book, path: path.write_bytes(encrypted(plain, "正确")))
    perform("upload", person.will("错误", "正确", tmp_path / "报.xlsx"))
    assert person.bad == []
    assert (tmp_path / "报.xlsx").read_bytes() == expected
    perform("upload", person.will(None))
    assert "没有生成上报件" in person.bad[0]


def test_no_upload_copy_of_what_holds_no_form(person):
    person.app.books.add().sheets[0].range("A1").value = "菜单"
    perform("upload", person.will())
    assert "没有生成上报件" in person.bad[0]


def test_import_makes_the_working_copies_of_the_batch(person, plain, tmp_path, stub_books):
    inbox, out, batch = (tmp_path / name for name in ("收到", "工作稿", "批量"))
    inbox.mkdir()
    (inbox / "甲.xlsx").write_bytes(plain)
    expected = import_filings([inbox / "甲.xlsx"], batch)
    copy = out / expected.files[0].name
    perform("import", person.will(True, [inbox / "甲.xlsx"], out))
    assert person.bad == []
    assert copy.read_bytes() == expected.files[0].read_bytes()
    assert person.app.books.active.fullname == str(copy)
    assert "写出 1 份工作稿" in person.last
    assert bool(expected.findings) == bool(list(out.glob("导入说明*")))
    person.app.impl.open.clear()
    copy.write_bytes(b"mine")
    perform("import", person.will(True, [inbox / "甲.xlsx"], out, False))
    assert copy.read_bytes() == b"mine"
    assert "写出 0 份工作稿" in person.last


def test_import_into_the_folder_of_the_sources_keeps_them(person, plain, tmp_path, stub_books):
    inbox = tmp_path / "收到"
    inbox.mkdir()
    (inbox / "甲.xlsx").write_bytes(plain)
    name = import_filings([inbox / "甲.xlsx"], tmp_path / "批量").files[0].name
    source = (inbox / "甲.xlsx").rename(inbox / name)
    (inbox / "说明.txt").write_text("请查收", encoding="utf-8")
    perform("import", person.will(False, inbox, inbox))
    assert source.read_bytes() == plain
    assert read_filing(inbox / f"{source.stem}（工作稿）.xlsx").filing


def test_import_of_nothing_that_can_be_read_is_reported(person, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    perform("import", person.will(True, [tmp_path / "坏.xlsx"], tmp_path / "出"))
    assert "1 个文件没有用上：坏.xlsx" in person.last
    assert [path.name for path in (tmp_path / "出").iterdir()] == ["导入说明1.xlsx"]
    for answers in ((True, None), (False, None), (True, [tmp_path / "坏.xlsx"], None)):
        perform("import", person.will(*answers))
        assert person.said == []


@dataclass
class Examined:
    ok: bool
    title: str
    found: str
    cure: str = ""


def test_doctor_shows_the_cures_first(person, monkeypatch):
    results = [
        Result("python", "Python", Standing.OK, "3.11"),
        Result("dll", "DLL", Standing.SKIPPED, "不适用"),
        Result("fonts", "字体", Standing.FAILED, "没能检查"),
        Result("blocked", "加载项", Standing.ACTION, "被阻止", "解除锁定"),
    ]
    monkeypatch.setattr("xlperf.excel.actions.short_actions.examine", lambda: results)
    perform("doctor", person)
    assert person.last.index("解除锁定") < person.last.index("Python")
    assert "查了 2 项，1 项需要处理" in person.bad[0]
    results.pop()
    perform("doctor", person.will())
    assert person.bad == []
    assert person.last.split("\n") == [
        "查了 1 项，没有需要处理的；1 项不适用。另有 1 项没能检查，是否正常不知道。",
        *("✓ Python：3.11", "－ DLL：不适用", "－ 字体：没能检查"),
    ]
