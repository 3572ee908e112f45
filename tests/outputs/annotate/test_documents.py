"""Annotated Word documents, read back with python-docx and LibreOffice."""

import io
from copy import deepcopy
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from lxml import etree

from tests.engines import NEVER, convert
from tests.outputs.annotate import samples as s
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.jobs.annotate import annotate, annotated
from xlperf.jobs.check import check

OWN = "xlperf"
CODES = ("F105", "F106", "F112")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def received(tmp_path, document: Document, name: str = "附件.docx"):
    path = tmp_path / name
    document.save(path)
    return path


def sample() -> Document:
    """Two passages, a table with a nested one, a last passage; a comment of a person on the first."""
    document = docx.Document()
    first = document.add_paragraph("一、部门概况")
    document.add_paragraph("")
    document.add_paragraph("2024年支出总计1253.78万元。")
    outer = document.add_table(2, 3)
    for row, cells in enumerate(outer.rows, 1):
        for column, cell in enumerate(cells.cells, 1):
            cell.text = f"外{row}{column}"
    inner = outer.cell(0, 1).add_table(1, 2)
    inner.cell(0, 1).text = "内12"
    document.add_table(1, 1).cell(0, 0).text = "后11"
    document.add_comment(first.runs, text="请补充", author="张经办")
    return document


def about(path, sheet: str, cell: str, code: str = "F106"):
    return finding(code, Location(str(path), sheet, cell), reason="x")


def marked(document: Document, number: int) -> str:
    """The text inside the range of a comment."""
    inside, texts = False, []
    for element in document.element.body.iter():
        if element.tag.startswith(f"{W}commentRange") and element.get(f"{W}id") == str(number):
            inside = element.tag.endswith("Start")
        elif inside and element.tag == f"{W}t":
            texts.append(element.text)
    return "".join(texts)


@pytest.mark.parametrize(
    ("sheet", "cell", "text"),
    [
        ("表1", "第1行第1列", "外11"),
        ("表1", "第2行第3列", "外23"),
        ("表2", "第1行第2列", "内12"),
        ("表1、表3", "表3 第1行第1列", "后11"),
        ("表3", "上方“附件”", "后11"),
        ("表3", "", "后11"),
        ("", "第2段", "2024年支出总计1253.78万元。"),
        ("", "", "一、部门概况"),
        ("表9", "第1行第1列", "一、部门概况"),
        ("表1", "第9行第1列", "一、部门概况"),
    ],
)
def test_a_comment_is_where_the_finding_says(tmp_path, sheet, cell, text):
    path = received(tmp_path, sample())
    document = docx.Document(io.BytesIO(annotated(path, [about(path, sheet, cell)])))
    (own,) = (comment for comment in document.comments if comment.author == OWN)
    assert marked(document, own.comment_id) == text
    assert own.text.startswith("错误 F106：")
    assert "办法：" in own.text


def test_findings_of_one_place_share_a_comment(tmp_path):
    path = received(tmp_path, sample())
    found = [about(path, "表1", "第1行第1列", code) for code in CODES]
    document = docx.Document(io.BytesIO(annotated(path, found)))
    (own,) = (comment for comment in document.comments if comment.author == OWN)
    assert [code for code in CODES if code in own.text] == list(CODES)


def plain(element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def test_nothing_else_is_changed(tmp_path):
    path = received(tmp_path, sample())
    before, after = s.parts(path.read_bytes()), s.parts(annotated(path, [about(path, "表1", "第1行第1列")]))
    assert before.keys() == after.keys()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/document.xml", "word/comments.xml"}
    old, new = docx.Document(path), docx.Document(io.BytesIO(s.packed(after)))
    assert [comment.text for comment in new.comments if comment.author != OWN] == [
        comment.text for comment in old.comments
    ]
    (own,) = (comment for comment in new.comments if comment.author == OWN)
    body = deepcopy(new.element.body)
    for element in list(body.iter()):
        if element.get(f"{W}id") == str(own.comment_id) and "comment" in element.tag:
            gone = element if "Range" in element.tag else element.getparent()
            gone.getparent().remove(gone)
    assert plain(body) == plain(old.element.body)


def test_a_document_without_comments_gets_the_part_for_them(tmp_path):
    document = docx.Document()
    document.add_paragraph("正文")
    path = received(tmp_path, document)
    data = s.without(path.read_bytes(), "word/comments.xml")
    path.write_bytes(data)
    (own,) = docx.Document(io.BytesIO(annotated(path, [about(path, "", "第1段")]))).comments
    assert own.author == OWN


def test_annotating_again_replaces_our_comments_only(tmp_path):
    path = received(tmp_path, sample())
    path.write_bytes(annotated(path, [about(path, "表1", "第1行第1列"), about(path, "表2", "第1行第2列")]))
    again = docx.Document(io.BytesIO(annotated(path, [about(path, "表2", "第1行第2列")])))
    assert sorted(comment.author for comment in again.comments) == sorted([OWN, "张经办"])
    marks = [mark for mark in again.element.body.iter() if mark.tag == f"{W}commentReference"]
    assert len(marks) == 2


def test_libreoffice_keeps_the_comments(tmp_path):
    path = received(tmp_path, sample())
    path.write_bytes(annotated(path, [about(path, "表2", "第1行第2列")]))
    document = docx.Document(convert(path, "docx", tmp_path / "again", NEVER))
    assert sorted(comment.author for comment in document.comments) == sorted([OWN, "张经办"])


def test_hostile_texts(tmp_path):
    path = received(tmp_path, sample())
    found = replace(about(path, "", ""), message="<w:p>\x00\ud800&")
    assert "<w:p>&" in docx.Document(io.BytesIO(annotated(path, [found]))).comments.get(1).text


def test_a_checked_document_gets_its_copy_and_is_read_the_same_again(tmp_path):
    document = docx.Document()
    document.add_paragraph("没有附件表的报告")
    path = received(tmp_path, document)
    report = check([path])
    (copy,) = annotate(report, tmp_path / "批注").files
    assert [finding.code for finding in check([copy]).findings] == [
        finding.code for finding in report.findings
    ]
