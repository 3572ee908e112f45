"""The command line of upload copies: what is said, what is written, how it ends."""

import docx
import openpyxl
import pytest

from tests.received import good as g

STAFF = g.address("基础", "在职人数")


def test_good_files(xlperf, inbox, tmp_path):
    ended = xlperf("strip", "收到", "-o", "上报")
    assert (ended.status, ended.out) == (0, "")
    assert "已生成 1 份上报稿，用时" in ended.err
    book = openpyxl.load_workbook(tmp_path / "上报" / "好.xlsx")
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_formulas_stay_when_asked(xlperf, inbox, tmp_path):
    assert xlperf("strip", "收到/*.xlsx", "-o", "上报", "--keep-formulas").status == 0
    book = openpyxl.load_workbook(tmp_path / "上报" / "好.xlsx")
    assert any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_open_errors_are_listed_and_the_copy_is_written(xlperf, inbox, tmp_path):
    (inbox / "错.xlsx").write_bytes(g.edited({g.BASIC: g.number(STAFF, 1000)}))
    ended = xlperf("strip", "收到", "-o", "上报")
    assert ended.status == 1
    assert "错.xlsx" in ended.out
    assert "错误 " in ended.out
    assert "警告 " not in ended.out
    assert "较轻的问题，用 xlperf check 查看" in ended.err
    assert (tmp_path / "上报" / "错.xlsx").exists()
    assert xlperf("strip", "收到", "-o", "上报", "--force", "--fail-on", "从不").status == 0


def test_warnings_are_listed_when_they_count(xlperf, inbox):
    (inbox / "好.xlsx").write_bytes(g.edited({}, {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}))
    assert xlperf("strip", "收到", "-o", "上报").status == 0
    ended = xlperf("strip", "收到", "-o", "上报", "--force", "--fail-on", "警告")
    assert ended.status == 1
    assert "警告 F121" in ended.out


def test_a_file_without_copy(xlperf, inbox, tmp_path):
    (inbox / "坏.xlsx").write_bytes(b"PK\x03\x04")
    ended = xlperf("strip", "收到", "-o", "上报", "-v")
    assert ended.status == 1
    assert "F115" in ended.out
    assert "已生成 1 份上报稿，1 份没有生成（原因见上）" in ended.err
    assert "好.xlsx" in ended.err
    assert not (tmp_path / "上报" / "坏.xlsx").exists()


def test_an_existing_copy(xlperf, inbox):
    xlperf("strip", "收到", "-o", "上报")
    ended = xlperf("strip", "收到", "-o", "上报")
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("错误：文件夹“上报”里已有 1 个要写的文件")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("strip", "收到"), "缺少选项 -o / --output。"),
        (("strip", "-o", "上报"), "缺少参数 文件或文件夹…。"),
        (("strip", "没有", "-o", "上报"), "找不到“没有”"),
    ],
)
def test_wrong_calls(xlperf, inbox, words, sentence):
    ended = xlperf(*words)
    assert ended.status == 2
    assert sentence in ended.err


def test_a_report_among_the_workbooks_is_sent_as_it_is(xlperf, inbox, tmp_path):
    document = docx.Document()
    document.add_paragraph("某局2024年度整体支出绩效自评报告")
    document.save(str(inbox / "报告.docx"))
    ended = xlperf("strip", "收到", "-o", "上报")
    assert "提示 U106：这是 Word 文档，不另生成上报稿。" in ended.out
    assert "F107" not in ended.out
    assert [path.name for path in (tmp_path / "上报").iterdir()] == ["好.xlsx"]


def test_with_errors_the_next_step_is_to_mend_them(xlperf, inbox):
    (inbox / "好.xlsx").write_bytes(g.edited({g.OVERALL: g.number(g.address("整体", "指标_得分", 2), 99)}))
    assert "下一步：先改好上面的错误" in xlperf("strip", "收到", "-o", "上报").err
    (inbox / "好.xlsx").write_bytes(g.good())
    assert "下一步：核对后上报" in xlperf("strip", "收到", "-o", "上报", "--force").err
