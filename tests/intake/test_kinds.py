"""What a file is, is decided by its content; each kind that cannot be read has its own code."""

import io
import zipfile
from pathlib import Path

import pytest

from tests.engines import convert
from tests.intake import wordfiles as w
from tests.received import good as g
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.kinds import open_file
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def converted(tmp_path_factory) -> dict[str, bytes]:
    """The good workbook and the same as a report, saved by LibreOffice in the old formats."""
    folder = tmp_path_factory.mktemp("kinds")
    book, report = folder / "good.xlsx", folder / "report.docx"
    book.write_bytes(g.good())
    report.write_bytes(w.report(g.good()))
    made = {kind: convert(book, kind, folder / "out").read_bytes() for kind in ("xls", "ods")}
    return made | {"doc": convert(report, "doc", folder / "out").read_bytes(), "docx": report.read_bytes()}


def code(content: bytes, folder: Path, name: str = "a.xlsx", limits: Limits | None = None) -> list[str]:
    path = folder / name
    path.write_bytes(content)
    return [finding.code for finding in read_filing(path, limits=limits or Limits()).findings]


@pytest.mark.parametrize("kind", ["xls", "ods", "doc", "docx"])
def test_the_content_decides_the_kind_whatever_the_name(kind, converted, tmp_path):
    path = tmp_path / "某单位.xlsx"
    path.write_bytes(converted[kind])
    opened = open_file(path)
    assert opened.kind.id == kind
    (found,) = opened.noticed()
    assert found.code == "F123"
    assert opened.kind.suffixes[0] in found.fix


def test_et_and_wps_are_right_suffixes(converted, tmp_path):
    for kind, suffix in (("xls", "et"), ("doc", "wps"), ("docx", "docm")):
        path = tmp_path / f"某单位.{suffix}"
        path.write_bytes(converted[kind])
        assert not list(open_file(path).noticed())


@pytest.mark.parametrize("kind", ["xls", "doc", "ods", "docx"])
def test_half_a_file_is_incomplete(kind, converted, tmp_path):
    content = converted[kind]
    assert code(content[: len(content) // 2], tmp_path) == ["F115"]


@pytest.mark.parametrize("kind", ["xls", "doc"])
def test_damage_inside_is_a_finding(kind, converted, tmp_path):
    content = bytearray(converted[kind])
    content[600 : len(content) // 2] = bytes(len(content) // 2 - 600)
    assert set(code(bytes(content), tmp_path)) <= {"F106", "F107", "F115", "F116", "F130", "F132", "F123"}


def test_an_encrypted_word_document_says_so_in_its_head(converted, tmp_path):
    """The bit fEncrypted of the FIB: bit 0 of byte 11 of the stream WordDocument."""
    content = bytearray(converted["doc"])
    start = content.index(b"\xec\xa5")
    content[start + 11] |= 1
    assert code(bytes(content), tmp_path) == ["F103"]


def test_an_encrypted_opendocument_says_so_in_its_manifest(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest><encryption-data/></manifest>")
        archive.writestr("content.xml", "xxxx")
    assert code(stream.getvalue(), tmp_path) == ["F103"]


def test_entities_in_a_word_document_are_refused(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert code(stream.getvalue(), tmp_path) == ["F110"]


def test_an_old_document_without_libreoffice_says_what_to_do(converted, tmp_path, monkeypatch):
    monkeypatch.setattr("xlperf.intake.office.office", lambda: None)
    path = tmp_path / "a.doc"
    path.write_bytes(converted["doc"])
    (found,) = read_filing(path).findings
    assert found.code == "F114"
    assert ".docx" in found.fix


def test_a_conversion_that_takes_too_long_is_given_up(converted, tmp_path):
    assert code(converted["doc"], tmp_path, "a.doc", Limits(office_seconds=0)) == ["F116"]


@pytest.mark.parametrize("kind", ["xls", "ods", "docx"])
def test_more_cells_than_the_limit_are_refused(kind, converted, tmp_path):
    assert code(converted[kind], tmp_path, f"a.{kind}", Limits(cells=20)) == ["F111"]


def test_macros_objects_links_and_revisions_of_a_document_are_reported(tmp_path):
    table = w.plain([["一", "二"], ["1", "2"]])
    dde = "<w:p><w:r><w:instrText>DDEAUTO excel a.xls R1C1</w:instrText></w:r></w:p>"
    revised = "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    parts = {"word/vbaProject.bin": OLE2, "word/embeddings/oleObject1.bin": OLE2}
    content = w.document(table, dde, revised, parts=parts)
    assert code(content, tmp_path, "a.docx") == ["F120", "F122", "F127", "F128", "F130"]


def test_a_report_without_tables_is_reported_as_one(tmp_path):
    assert code(w.document(w.paragraph("一、基本情况")), tmp_path, "a.docx") == ["F132"]


def test_a_strict_workbook_is_read_and_reported(tmp_path):
    strict = g.replaced(
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({g.WORKBOOK: strict, g.BASIC: strict, g.OVERALL: strict, g.PROJECT: strict}))
    received = read_filing(path)
    assert [finding.code for finding in received.findings] == ["F125"]
    assert len(received.filing.records) >= 3


def test_a_picture_in_a_cell_is_reported_with_its_place(tmp_path):
    at = g.address("基础", "厉行节约保障措施")
    picture = g.cell(at, '<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', "str")
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({g.BASIC: picture}))
    (found,) = read_filing(path).findings
    assert (found.code, found.location.cell) == ("F126", at)


def test_a_dde_link_of_a_workbook_is_reported(tmp_path):
    link = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({}, {"xl/externalLinks/externalLink1.xml": link}))
    assert [finding.code for finding in read_filing(path).findings] == ["F121", "F127"]


def test_pictures_and_archives_are_refused_by_their_names(tmp_path):
    for content in (b"\x89PNG....", b"Rar!....", b"7z\xbc\xaf....", b"{\\rtf1 }"):
        path = tmp_path / "a.docx"
        path.write_bytes(content)
        with pytest.raises(Refused) as caught:
            open_file(path)
        assert caught.value.finding.code == "F107"
