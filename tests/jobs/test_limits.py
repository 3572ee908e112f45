"""Files that break the program are findings of every job that opens them; the others are done."""

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.received import packages as p
from xlperf.cli import run as xlperf
from xlperf.jobs import annotate as annotating
from xlperf.jobs import import_filings as importing
from xlperf.jobs import strip as stripping
from xlperf.jobs.annotate import annotate
from xlperf.jobs.check import check
from xlperf.jobs.import_filings import import_filings
from xlperf.outputs import machine_reports

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="replaces functions of forked workers")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workbook that is not to be survived, and a good one, of two units."""
    inbox = tmp_path / "收到"
    inbox.mkdir()
    (inbox / "1_坏.xlsx").write_bytes(p.plain())
    (inbox / "2_好.xlsx").write_bytes(p.sheets(p.BASIC))
    return inbox


def codes_by_file(result: object) -> dict[str, str]:
    return {
        Path(finding.location.file).name: finding.code
        for finding in result.findings
        if finding.code.startswith("F") and finding.location.file
    }


def dying(call):
    """The call, which the system kills for the bad file."""

    def dies(source, *given):
        if "坏" in str(source):
            os.kill(os.getpid(), signal.SIGKILL)
        return call(source, *given)

    dies.__module__, dies.__qualname__ = call.__module__, call.__qualname__
    return dies


def test_a_file_that_breaks_the_program_is_left_out(folder, tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("坏")

    monkeypatch.setattr(importing, "merged", broken)
    result = import_filings([folder / "2_好.xlsx"], tmp_path / "稿")
    assert (result.files, codes_by_file(result)) == ([], {"2_好.xlsx": "F113"})


def test_json_goes_on(folder, capsys, monkeypatch):
    monkeypatch.setattr(machine_reports, "export_file", dying(machine_reports.export_file))
    assert xlperf(["import", str(folder), "--format", "json"]) == 1
    printed = capsys.readouterr()
    assert '"source": "2_好.xlsx"' in printed.out
    assert "1_坏.xlsx" in printed.err


def test_upload_copies(folder, tmp_path, monkeypatch):
    (folder / "2_好.xlsx").write_bytes(p.plain())
    monkeypatch.setattr(stripping, "read_file", dying(stripping.read_file))
    result = stripping.strip([folder], tmp_path / "上报")
    assert codes_by_file(result)["1_坏.xlsx"] == "F135"
    assert [file.name for file in result.files] == ["2_好.xlsx"]


def test_annotated_copies(folder, tmp_path, monkeypatch):
    report = check([folder])
    monkeypatch.setattr(annotating, "_copy", dying(annotating._copy))
    result = annotate(report, tmp_path / "批注")
    assert codes_by_file(result) == {"1_坏.xlsx": "F135"}
    assert [file.name for file in result.files] == ["2_好.xlsx"]
