"""What a check calls dangerous is not passed on: no annotated copy, no working copy, no upload copy of it."""

from pathlib import Path

import pytest

from tests.received import good as g
from tests.received import packages as p
from xlperf.cli import run as xlperf
from xlperf.jobs.annotate import annotate
from xlperf.jobs.check import check
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.strip import strip

LINK = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'


def dde() -> bytes:
    """A workbook that asks Excel to start another program."""
    wrong = {g.BASIC: g.number("C9", 1)}
    return g.edited(wrong, {"xl/externalLinks/externalLink1.xml": LINK}, workbook=p.plain())


def entity() -> bytes:
    return g.edited({"xl/styles.xml": lambda xml: ENTITY.decode()}, workbook=p.plain())


@pytest.fixture(params=[(dde, "F127"), (entity, "F110")], ids=["F127", "F110"])
def danger(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A folder with a dangerous file and a good one, and the code of the danger."""
    make, code = request.param
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "坏.xlsx").write_bytes(make())
    (folder / g.file_name()).write_bytes(g.edited({g.BASIC: g.number("C9", 1)}))
    return folder, code


def codes(result: object, folder: Path) -> dict[str, str]:
    """Code and message of what is found about the dangerous file."""
    path = str(folder / "坏.xlsx")
    return {finding.code: finding.message for finding in result.findings if finding.location.file == path}


def test_no_annotated_copy(danger, tmp_path):
    folder, code = danger
    report = check([folder])
    result = annotate(report, tmp_path / "批注")
    assert [file.name for file in result.files] == [g.file_name()]
    assert code in codes(result, folder)["A106"]
    assert code in codes(report, folder)


def test_no_annotated_copy_though_the_danger_is_not_asked_for(danger, tmp_path):
    folder, code = danger
    arguments = ["annotate", str(folder), "-o", str(tmp_path / "批注"), "--ignore", code]
    xlperf(arguments)
    assert [file.name for file in (tmp_path / "批注").rglob("*.xlsx")] == [g.file_name()]


def test_no_working_copy(danger, tmp_path):
    folder, code = danger
    result = import_filings([folder], tmp_path / "稿")
    assert [file.name for file in result.files] == [g.file_name()]
    assert code == "F110" or code in codes(result, folder)["I110"]
    assert [file.name for file in result.skipped] == ["坏.xlsx"]


def test_no_upload_copy(danger, tmp_path):
    folder, code = danger
    result = strip([folder], tmp_path / "上报")
    assert [file.name for file in result.files] == [g.file_name()]
    assert code in codes(result, folder)["U105"]
