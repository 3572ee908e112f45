"""A Word report through the check of files: with tables, without, and documents that are no report."""

import shutil

import pytest

from tests.received import good as g
from tests.report_text.documents import made
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile

TITLE = "2024年度乙市丙局整体支出绩效自评报告"
WRONG = "支出总计1253.78万元，其中项目支出90万元、基本支出1144.41万元。"


def codes(path, profile=None) -> list[str]:
    chosen = load_profile(profile) if profile else None
    return [finding.code for finding in unfolded(check_file(path, chosen).findings)]


def test_a_report_without_tables_is_read_all_the_same(tmp_path):
    path = made(tmp_path / "报告.docx", [TITLE, WRONG])
    assert codes(path) == ["F132", "R101"]
    (found,) = (finding for finding in unfolded(check_file(path).findings) if finding.code == "R101")
    assert (found.value, found.expected) == ("1253.78万元", "1234.41万元")
    assert (found.location.file, found.location.cell) == (str(path), "第2段")
    assert found.location.unit_name == "乙市丙局"


def test_the_place_and_year_of_the_title_choose_the_outline(tmp_path):
    """岳阳 prescribes ten sections; those that are not there are missed. Elsewhere none is missed."""
    lines = ["一、单位基本情况", "甲。", "二、预算支出情况", WRONG.replace("1253.78", "1234.41")]
    here = made(tmp_path / "a.docx", [TITLE.replace("乙市", "岳阳市"), *lines])
    elsewhere = made(tmp_path / "b.docx", [TITLE, *lines])
    assert codes(here).count("R151") > 0 == codes(elsewhere).count("R151")
    assert codes(elsewhere, "hunan-yueyang-2024").count("R151") == codes(here).count("R151")


def test_a_document_that_is_no_report_is_not_read_as_one(tmp_path):
    assert codes(made(tmp_path / "a.docx", ["关于报送材料的通知", WRONG])) == ["F132"]


@pytest.mark.parametrize("kind", ["xlsx", "empty"])
def test_other_files_are_left_alone(kind, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(g.good() if kind == "xlsx" else b"")
    assert not [code for code in codes(path) if code.startswith("R")]


def test_the_report_is_not_changed(tmp_path):
    path = made(tmp_path / "报告.docx", [TITLE, WRONG])
    copy = shutil.copy(path, tmp_path / "前.docx")
    check_file(path)
    assert path.read_bytes() == (tmp_path / copy).read_bytes()
