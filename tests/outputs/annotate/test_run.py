"""A folder of files to annotated copies: which get one, which do not and why, what is never overwritten."""

import zipfile
from dataclasses import replace

import openpyxl
import pytest

from tests.outputs.annotate import samples as s
from tests.received import good as g
from tests.received.spoiling import KINDS
from xlperf.core.errors import OutputError
from xlperf.declarations.findings import Location
from xlperf.jobs.annotate import annotate, annotated
from xlperf.jobs.check import check
from xlperf.ooxml.received_bytes import Refused


def codes(result) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.parametrize(
    ("part", "code"),
    [("_xmlsignatures/sig1.xml", "A101"), ("xl/revisions/revisionHeaders.xml", "A102")],
)
def test_workbooks_that_must_not_be_changed(tmp_path, part, code):
    result = s.annotated(tmp_path, g.edited({}, {part: b"<a/>"}, workbook=s.bad()))
    assert (result.files, codes(result)) == ([], [code])
    assert [path.name for path in result.skipped] == [g.file_name()]


def test_other_kinds_and_broken_files_are_reported_and_the_rest_goes_on(tmp_path):
    inbox = tmp_path / "收到"
    inbox.mkdir()
    for name in ("docx_named_xlsx", "xls_named_xlsx", "damaged_part", "encrypted", "empty_file"):
        built = KINDS[name]()
        (inbox / f"{name}.xlsx").write_bytes(built if isinstance(built, bytes) else built[0])
    (inbox / g.file_name()).write_bytes(s.bad())
    (inbox / "003_好.xlsx").write_bytes(g.good())
    report = check([inbox])
    result = annotate(report, tmp_path / "批注")
    assert g.file_name() in [path.name for path in result.files]
    assert len(result.files) + len(result.skipped) + result.faultless == len(report.files) == 7
    reported = {finding.location.file for finding in (*report.findings, *result.findings)}
    assert {str(path) for path in result.skipped} <= reported
    everything = [(finding.location.file, finding.code) for finding in (*report.findings, *result.findings)]
    unread = [reported for reported in everything if reported[1].startswith("F")]
    assert len(unread) == len(set(unread))


def test_a_part_that_only_annotating_reads_is_damaged(tmp_path):
    result = s.annotated(
        tmp_path, g.edited({"xl/comments7.xml": lambda xml: xml[:-20]}, workbook=s.lived_in())
    )
    assert (result.files, codes(result)) == ([], ["F106"])


def test_files_without_findings_get_no_copy(tmp_path):
    result = s.annotated(tmp_path, g.good())
    assert (result.files, result.skipped, result.faultless) == ([], [], 1)


def test_the_copies_of_files_of_one_name_have_the_name_of_their_folder_in_front(tmp_path):
    for folder in ("甲", "乙", "甲/丙", "乙/丙"):
        (tmp_path / "收到" / folder).mkdir(parents=True)
        (tmp_path / "收到" / folder / "附件.xlsx").write_bytes(s.bad())
    with zipfile.ZipFile(tmp_path / "收到" / "丁.ZIP", "w") as archive:
        archive.writestr("附件.xlsx", s.bad())
    result = annotate(check([tmp_path / "收到"]), tmp_path / "批注")
    assert sorted(path.name for path in result.files) == sorted(
        ["收到_丁_附件.xlsx", "收到_甲_附件.xlsx", "收到_乙_附件.xlsx", "甲_丙_附件.xlsx", "乙_丙_附件.xlsx"]
    )
    assert result.findings == []


def test_names_that_differ_only_in_case_are_left_out(tmp_path):
    for name in ("a.xlsx", "A.xlsx"):
        (tmp_path / "收到").mkdir(exist_ok=True)
        (tmp_path / "收到" / name).write_bytes(s.bad())
    result = annotate(check([tmp_path / "收到"]), tmp_path / "批注")
    assert (result.files, codes(result)) == ([], ["A104", "A104"])


def test_a_file_that_gets_no_copy_does_not_stand_in_the_way_of_another_of_its_name(tmp_path):
    inbox = tmp_path / "收到"
    inbox.mkdir()
    (inbox / "附件.xlsx").write_bytes(s.bad())
    (inbox / "附件.xls").write_bytes(b"")
    result = annotate(check([inbox]), tmp_path / "批注")
    assert [path.name for path in result.files] == ["附件.xlsx"]


def test_existing_files_are_kept_without_force(tmp_path):
    s.annotated(tmp_path, s.bad())
    before = (tmp_path / "批注" / s.FOLDER / g.file_name()).read_bytes()
    with pytest.raises(OutputError, match=r"已有 1 个要写的文件.*--force"):
        s.annotated(tmp_path, s.bad())
    assert (tmp_path / "批注" / s.FOLDER / g.file_name()).read_bytes() == before
    assert len(s.annotated(tmp_path, s.bad(), force=True).files) == 1


@pytest.mark.parametrize("force", [False, True])
def test_sources_are_never_replaced(tmp_path, force):
    path = tmp_path / s.FOLDER / g.file_name()
    path.parent.mkdir()
    path.write_bytes(s.bad())
    with pytest.raises(OutputError, match="批注稿会覆盖原文件"):
        annotate(check([path]), tmp_path, force=force)
    assert path.read_bytes() == s.bad()


def test_the_same_input_gives_the_same_bytes(tmp_path):
    data = s.lived_in()
    assert s.copy_of(tmp_path, data).read_bytes() == s.copy_of(tmp_path, data).read_bytes()


def test_texts_of_received_files_do_no_harm(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(s.bad())
    (finding, *_) = (finding for finding in check([path]).findings if finding.code == "B502")
    place = replace(finding.location, label="=cmd|' /C calc'!A0")
    hostile = [
        replace(finding, message="<b>&\x00\ud800]]>" + "长" * 40_000, fix="=1+1", location=place),
        replace(finding, location=Location(str(path), "没有这张表", "ZZZ9999999")),
        replace(finding, location=replace(place, cell="第 3 行")),
    ]
    (tmp_path / "批.xlsx").write_bytes(annotated(path, hostile))
    book = openpyxl.load_workbook(tmp_path / "批.xlsx")
    assert all(cell.data_type in ("s", "n") for row in book["问题"] for cell in row)
    assert book[s.BASIC][s.STAFF].comment.text.startswith("【xlperf 检查】\n警告 B502：<b>&")
    assert book["问题"]["G4"].value == "=1+1"


def test_a_name_of_digits_is_listed_as_it_is(tmp_path):
    """Only the count is a number: a sheet called 007 is no seven, a full-width １２ no twelve."""
    path = tmp_path / "表.xlsx"
    path.write_bytes(s.bad())
    finding = check([path]).findings[0]
    place = Location(str(path), "007", "B4", label="１２")
    (tmp_path / "批.xlsx").write_bytes(annotated(path, [replace(finding, location=place)]))
    listed = openpyxl.load_workbook(tmp_path / "批.xlsx")["问题"]
    assert [listed[cell].value for cell in ("A4", "C4", "E4")] == [1, "007", "１２"]


def test_many_findings(tmp_path):
    path = tmp_path / "表.xlsx"
    path.write_bytes(s.bad())
    (finding, *_) = (finding for finding in check([path]).findings if finding.code == "B502")
    findings = [
        replace(finding, location=replace(finding.location, cell=f"J{row}")) for row in range(1, 3001)
    ]
    data = annotated(path, findings)
    vml = s.parts(data)["xl/drawings/vmlDrawing1.vml"].decode()
    assert vml.count('ObjectType="Note"') == 3000
    assert 'data="1,2,3"' in vml


def test_a_file_that_is_gone_is_refused(tmp_path):
    with pytest.raises(Refused):
        annotated(tmp_path / "没有.xlsx", [])
