"""Word documents as units write them: styles, automatic numbers, revisions, text boxes, tables."""

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.report_text.documents import made, numbered
from xlperf.core.errors import InputError
from xlperf.report_text import read_report


def texts(path) -> list[str]:
    return [paragraph.text for paragraph in read_report(path).paragraphs]


def test_paragraphs_are_counted_without_blank_ones_and_tables(tmp_path):
    path = made(tmp_path / "a.docx", ["标题", "", "甲。", "  ", "乙。"], [["表里", "1"]])
    report = read_report(path)
    assert [(paragraph.number, paragraph.text) for paragraph in report.paragraphs] == [
        (1, "标题"),
        (2, "甲。"),
        (3, "乙。"),
    ]


def test_heading_styles_have_their_level(tmp_path):
    path = made(tmp_path / "a.docx", [("Heading 1", "一、概况"), ("Heading 2", "（一）人员"), "正文。"])
    assert [paragraph.style for paragraph in read_report(path).paragraphs] == [1, 2, 0]


def test_automatic_numbers_are_written_out(tmp_path):
    path = numbered(tmp_path / "a.docx", ["概况", "支出情况", "绩效情况"])
    assert texts(path)[::2] == ["一、概况", "二、支出情况", "三、绩效情况"]


def test_automatic_numbers_start_where_the_list_says(tmp_path):
    path = numbered(tmp_path / "a.docx", [f"第{n}项" for n in range(3)], start=10, kind="decimal")
    assert texts(path)[::2] == ["10、第0项", "11、第1项", "12、第2项"]


def test_inserted_text_is_read_and_deleted_text_is_not(tmp_path):
    document = Document()
    paragraph = document.add_paragraph("支出")._p
    for tag, inner in (("ins", "<w:t>90万元</w:t>"), ("del", "<w:delText>80万元</w:delText>")):
        paragraph.append(
            parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1" w:author="甲"><w:r>{inner}</w:r></w:{tag}>')
        )
    document.save(str(tmp_path / "a.docx"))
    assert texts(tmp_path / "a.docx") == ["支出90万元"]


def test_a_text_file_is_read_without_its_tables(tmp_path):
    (tmp_path / "a.txt").write_text("标题\n甲\t1\n续\n乙\t2\n正文。\n", "utf-8")
    assert texts(tmp_path / "a.txt") == ["标题", "正文。"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7", "只有文字".encode()])
def test_what_is_no_document_is_refused_in_one_sentence(content, tmp_path):
    (tmp_path / "a.docx").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.docx"):
        read_report(tmp_path / "a.docx")


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="没有"):
        read_report(tmp_path / "没有.docx")
