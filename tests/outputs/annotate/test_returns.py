"""What a unit gets back: a folder of its own, its copies, those of old formats converted, and a letter."""

import io
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.engines import convert
from tests.outputs.annotate import samples as s
from tests.received import good as g
from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.checked_files import CheckedFile
from xlperf.jobs.annotate import AnnotateResult, Letter, annotate
from xlperf.jobs.check import check
from xlperf.jobs.unit_folders import unit_files
from xlperf.outputs.return_notice import Notice, notice_document, notice_template

LETTER = Letter(due=date(2026, 4, 15), sender="某县财政局", day=date(2026, 3, 20))


def returned(tmp_path: Path, letter: Letter = LETTER, **settings: object) -> AnnotateResult:
    return annotate(check([tmp_path / "收到"]), tmp_path / "退回", letter=letter, **settings)


def inbox(tmp_path: Path, **files: bytes) -> Path:
    folder = tmp_path / "收到"
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    return folder


def texts(path: Path) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(path).paragraphs]


def rows(path: Path) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in docx.Document(path).tables[0].rows]


def folders(*files: CheckedFile) -> list[str]:
    return [unit.folder for unit in unit_files(files)]


def test_a_folder_for_each_unit_named_by_code_and_name():
    assert folders(
        CheckedFile("收到/a.xlsx", "001", "甲局"),
        CheckedFile("收到/b.xlsx", "", "甲局"),
        CheckedFile("收到/c.xlsx", "", "乙局"),
        CheckedFile("收到/坏.xlsx"),
        CheckedFile("收到/c.docx", "", "c"),
    ) == ["001_甲局", "乙局", "坏", "c"]


def test_the_folder_or_archive_of_a_unit_keeps_its_name_and_holds_what_cannot_be_read():
    files = (
        CheckedFile("收到/051_君山区政府办/表.xlsx", "002", "君山区人民政府办公室"),
        CheckedFile("收到/051_君山区政府办/坏.docx"),
        CheckedFile("收到/丙局.zip/1.xlsx"),
        CheckedFile("收到/丙局.zip/2.xlsx"),
    )
    units = unit_files(files)
    assert [(unit.folder, len(unit.paths)) for unit in units] == [("051_君山区政府办", 2), ("丙局", 2)]


def test_units_of_one_name_do_not_share_a_folder():
    assert folders(
        CheckedFile("一/附件.xlsx", "", "附件"), CheckedFile("二/附件.docx"), CheckedFile("a/附件.xls")
    ) == [
        "一",
        "二",
        "a",
    ]
    assert folders(CheckedFile("一/甲.xlsx", "", "甲"), CheckedFile("一/甲.docx")) == ["甲", "甲（2）"]


def test_the_letter_says_what_is_wrong_where_what_to_do_and_by_when(tmp_path):
    inbox(tmp_path, 错=s.bad())
    result = returned(tmp_path)
    (letter,) = result.notices
    assert letter == tmp_path / "退回" / g.filing().unit_name / "退回通知.docx"
    report = check([tmp_path / "收到"])
    said = texts(letter)
    assert said[0] == "预算绩效自评材料退回通知"
    assert said[1] == f"{g.filing().unit_name}："
    counts = f"发现问题 {len(report.findings)} 个：错误 {report.errors} 个，警告 {report.warnings} 个"
    assert counts in said[2]
    assert "请于2026 年 4 月 15 日前修改后重新报送" in said[2]
    assert "1．错.xlsx（批注稿：有问题的格子标了底色和批注）" in said
    assert said[-2:] == ["某县财政局", "2026 年 3 月 20 日"]
    table = rows(letter)
    assert table[0] == ["序号", "位置", "问题", "怎么改", "单位说明"]
    assert {row[2] for row in table} >= {found.message for found in report.findings}
    assert table[1][0].startswith("错误 ")
    assert all(row[4] == "" for row in table if row[0].isdigit())


def test_without_a_date_working_days_are_counted_from_receipt(tmp_path):
    inbox(tmp_path, 错=s.bad())
    (letter,) = returned(tmp_path, Letter()).notices
    assert "请于收到本通知后 5 个工作日内修改后重新报送" in texts(letter)[2]


def test_what_concerns_the_package_is_in_the_letter_though_no_copy_shows_it(tmp_path):
    folder = tmp_path / "收到" / "007_某镇"
    folder.mkdir(parents=True)
    whole = io.BytesIO(s.bad())
    for name, sheet in (("1", "基础数据表"), ("2", "整体支出绩效自评表")):
        book = openpyxl.load_workbook(whole)
        for other in [title for title in book.sheetnames if title != sheet]:
            del book[other]
        book.save(folder / f"{name}.xlsx")
    result = returned(tmp_path)
    (letter,) = result.notices
    assert letter.parent.name == "007_某镇"
    assert any(row[1] == "整份材料" for row in rows(letter))


def test_a_letter_that_comes_back_with_the_files_is_no_filing(tmp_path):
    inbox(tmp_path, 错=s.bad())
    returned(tmp_path)
    again = check([tmp_path / "退回"])
    (about_letter,) = [found for found in again.findings if found.location.file.endswith("退回通知.docx")]
    assert about_letter.code == "F131"
    assert "本程序的退回通知" in about_letter.message
    before = check([tmp_path / "收到"])
    assert len(again.findings) == len(before.findings) + 1


def test_texts_of_received_files_are_no_fields_of_the_letter(tmp_path):
    (found, *_) = check([inbox(tmp_path, 错=s.bad())]).findings
    hostile = replace(found, message="{{ 7*7 }}{% raw %}<w:p/>&\x00]]>", fix="{%tr for x in y %}")
    data = notice_document(Notice("{{ unit }}<b>", [hostile], ["{%p if %}"], date(2026, 1, 1)))
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[1].text == "{{ unit }}<b>："
    assert document.tables[0].rows[2].cells[2].text == "{{ 7*7 }}{% raw %}<w:p/>& ]]>"


def test_a_letter_of_the_bureau(tmp_path):
    inbox(tmp_path, 错=s.bad())
    own = docx.Document(notice_template())
    own.paragraphs[0].runs[0].text = "某县财政局退回通知"
    own.save(tmp_path / "样本.docx")
    (letter,) = returned(tmp_path, replace(LETTER, template=tmp_path / "样本.docx")).notices
    assert texts(letter)[0] == "某县财政局退回通知"


@pytest.mark.parametrize("content", ["{{ unit", "{{ ''.__class__.__mro__ }}", "没有"])
def test_a_letter_that_cannot_be_filled_in_is_refused_before_anything_is_written(tmp_path, content):
    inbox(tmp_path, 错=s.bad())
    template = tmp_path / "样本.docx"
    if content != "没有":
        own = docx.Document(notice_template())
        own.paragraphs[0].runs[0].text = content
        own.save(template)
    with pytest.raises(InputError, match=r"退回通知的样本“.*样本\.docx”用不了"):
        returned(tmp_path, replace(LETTER, template=template))
    assert not list(tmp_path.glob("退回/*/*"))


def test_an_existing_letter_is_not_replaced(tmp_path):
    inbox(tmp_path, 错=s.bad())
    returned(tmp_path)
    shutil.rmtree(tmp_path / "收到")
    inbox(tmp_path, 另=s.bad())
    with pytest.raises(OutputError, match=r"已有 1 个要写的文件，第一个是“退回通知\.docx”"):
        returned(tmp_path)
    assert returned(tmp_path, force=True).notices


def test_old_workbooks_come_back_as_new_ones_and_say_so(tmp_path):
    source = tmp_path / "错.xlsx"
    source.write_bytes(s.bad())
    old = convert(source, "xls", tmp_path)
    folder = inbox(tmp_path)
    shutil.copy(old, folder / "错.xls")
    shutil.copy(old, folder / "又.et")
    result = returned(tmp_path)
    assert sorted(path.name for path in result.files) == ["又.xlsx", "错.xlsx"]
    assert [found.code for found in result.findings] == ["A107", "A107"]
    for path in result.files:
        book = openpyxl.load_workbook(path)
        assert book[s.BASIC][s.STAFF].comment.text.startswith("【xlperf 检查】")
        assert "由 LibreOffice 从旧格式“" in book["问题"]["A2"].value
    (letter,) = result.notices
    assert "2．错.xlsx（批注稿：由 LibreOffice 从 错.xls 转换而来，请核对后在它上面改）" in texts(letter)


def test_an_old_document_comes_back_as_docx_and_says_so(tmp_path):
    document = docx.Document()
    document.add_paragraph("2024年度部门整体支出绩效自评报告")
    document.add_paragraph("2024年支出总计100万元，其中：基本支出30万元，项目支出60万元。")
    document.save(tmp_path / "报告.docx")
    folder = inbox(tmp_path)
    shutil.copy(convert(tmp_path / "报告.docx", "doc", tmp_path), folder / "报告.doc")
    result = returned(tmp_path)
    assert [path.name for path in result.files] == ["报告.docx"]
    comments = [comment.text for comment in docx.Document(result.files[0]).comments]
    assert comments[0].startswith("这份批注稿由 LibreOffice 从旧格式“报告.doc”转换而来")


def test_without_libreoffice_the_letter_says_why_there_is_no_copy(tmp_path, monkeypatch):
    source = tmp_path / "错.xlsx"
    source.write_bytes(s.bad())
    folder = inbox(tmp_path)
    shutil.copy(convert(source, "xls", tmp_path), folder / "错.xls")
    monkeypatch.setattr("xlperf.intake.office.office", lambda: None)
    result = returned(tmp_path)
    assert (result.files, [found.code for found in result.findings]) == ([], ["A108"])
    assert any(
        line.startswith("1．错.xls（没有批注稿：") and "没有装 LibreOffice" in line
        for line in texts(result.notices[0])
    )


def test_the_list_in_a_copy_has_a_column_for_the_answer_and_hides_how_it_is_recognised(tmp_path):
    sheet = openpyxl.load_workbook(s.copy_of(tmp_path, s.bad()))["问题"]
    headings = [cell.value for cell in sheet[3]]
    assert "单位说明" in headings
    column = sheet.cell(3, headings.index("核对码") + 1).column_letter
    assert sheet.column_dimensions[column].hidden
    prints = [sheet[f"{column}{row}"].value for row in range(4, sheet.max_row + 1)]
    assert prints == [found.fingerprint for found in check([tmp_path / "收到"]).findings]


def test_archives_are_returned_to_their_units(tmp_path):
    folder = inbox(tmp_path)
    with zipfile.ZipFile(folder / "009_某所.zip", "w") as archive:
        archive.writestr("附件.xlsx", s.bad())
    result = returned(tmp_path)
    assert [path.relative_to(tmp_path / "退回").as_posix() for path in (*result.files, *result.notices)] == [
        "009_某所/附件.xlsx",
        "009_某所/退回通知.docx",
    ]
