"""Files that take too long or too much are findings of the import; the others are imported."""

import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.received import good as g
from tests.received import packages as p
from xlperf.cli import run as xlperf
from xlperf.jobs import annotate as annotating
from xlperf.jobs import import_filings as importing
from xlperf.jobs import reading_files
from xlperf.jobs import strip as stripping
from xlperf.jobs.annotate import annotate
from xlperf.jobs.check import check
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.processes import within
from xlperf.jobs.reading_files import Order, ReadFile
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.outputs.exported_file import export_file

UNPACKED = 6 * 2**20
BALLAST = {"xl/media/ballast.bin": bytes(UNPACKED)}
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such limit")


def bounds(seconds: float = 60, memory_bytes: int = LIMITS.memory_bytes) -> Limits:
    return Limits(seconds=seconds, memory_bytes=memory_bytes, apart_from=UNPACKED)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A large workbook and a small one, of two units."""
    inbox = tmp_path / "收到"
    inbox.mkdir()
    (inbox / "1_大.xlsx").write_bytes(g.edited({}, BALLAST, workbook=p.plain()))
    (inbox / "2_小.xlsx").write_bytes(p.sheets(p.BASIC))
    return inbox


def sleep(files: list[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    """Stands for reading that does not end."""
    time.sleep(600)
    return []


def told(result: object) -> dict[str, str]:
    return {
        Path(one.location.file).name: one.code
        for one in result.findings
        if one.code.startswith("F") and one.location.file
    }


def test_apart_the_same_is_read(folder):
    name = str(folder / "1_大.xlsx")
    assert within(name, bounds(), 60, export_file, name, None) == export_file(name)


def test_a_file_that_takes_too_long_is_left_out(folder, tmp_path, monkeypatch):
    monkeypatch.setattr(reading_files, "_read_here", sleep)
    result = import_filings([folder / "1_大.xlsx"], tmp_path / "稿", limits=bounds(seconds=0.5))
    assert (result.files, told(result)) == ([], {"1_大.xlsx": "F133"})
    assert [path.name for path in result.skipped] == ["1_大.xlsx"]


@posix
def test_a_file_that_takes_too_much_memory_is_left_out(folder, tmp_path):
    result = import_filings([folder], tmp_path / "稿", limits=bounds(memory_bytes=10 * 2**20))
    assert told(result) == {"1_大.xlsx": "F134"}
    assert [file.name for file in result.files] == ["2_小.xlsx"]


def test_a_file_that_breaks_the_program_is_left_out(folder, tmp_path, monkeypatch):
    def broken(*_: object) -> None:
        raise ValueError("坏")

    monkeypatch.setattr(importing, "merged", broken)
    result = import_filings([folder / "2_小.xlsx"], tmp_path / "稿")
    assert (result.files, told(result)) == ([], {"2_小.xlsx": "F113"})


@posix
def test_json_goes_on_too(folder, capsys, monkeypatch):
    small = bounds(memory_bytes=10 * 2**20)
    usual = Limits.__init__
    monkeypatch.setattr(Limits, "__init__", lambda self, **given: usual(self, **(asdict(small) | given)))
    assert xlperf(["import", str(folder), "--format", "json"]) == 1
    printed = capsys.readouterr()
    assert '"source": "2_小.xlsx"' in printed.out
    assert "1_大.xlsx" in printed.err


@posix
def test_upload_copies_too(tmp_path):
    (tmp_path / "大.xlsx").write_bytes(g.edited({}, BALLAST, workbook=p.plain()))
    (tmp_path / "好.xlsx").write_bytes(p.plain())
    result = stripping.strip([tmp_path], tmp_path / "上报", limits=bounds(memory_bytes=10 * 2**20))
    assert told(result) == {"大.xlsx": "F134"}
    assert [file.name for file in result.files] == ["好.xlsx"]


@posix
def test_annotated_copies_too(tmp_path):
    (tmp_path / "大.xlsx").write_bytes(p.sheets(p.BASIC))
    report = check([tmp_path])
    tight = Limits(apart_from=0, memory_bytes=10 * 2**20)
    result = annotate(report, tmp_path / "批注", limits=tight)
    assert told(result) == {"大.xlsx": "F134"}
    assert annotating.annotate(report, tmp_path / "批注").files
