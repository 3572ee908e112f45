"""Limits hold for every file, however small: a bad file is a finding, the others are checked as ever."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.received import good as g
from tests.received import packages as p
from xlperf.checks import file_reading, package_check
from xlperf.checks.file_reading import FileReading
from xlperf.jobs import reading_files
from xlperf.jobs.check import check
from xlperf.jobs.import_filings import import_filings
from xlperf.jobs.run_options import RunOptions
from xlperf.ooxml.limits import LIMITS, Limits

BAD = "坏"
GOOD = 10
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="replaces functions of forked workers")

Act = Callable[[], None]


def spin() -> None:
    """Busy inside a library, in which no signal is looked at."""
    sum(range(10**14))


def swell() -> None:
    kept = []
    while True:
        kept.append(bytearray(2**26))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise ValueError("坏了")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Good workbooks, one of which is named as a bad one."""
    inbox = tmp_path / "收到"
    inbox.mkdir()
    for number in range(1, GOOD + 1):
        name = f"{number:02}_{BAD if number == 2 else '甲'}局.xlsx"
        (inbox / name).write_bytes(g.good())
    return inbox


def acting(read: Callable[..., FileReading], act: Act) -> Callable[..., FileReading]:
    def reading(path: str, *given: object) -> FileReading:
        if BAD in str(path):
            act()
        return read(path, *given)

    return reading


def limits(act: Act) -> Limits:
    return Limits(seconds=3 if act is spin else 60, memory_bytes=2**30)


def refusals(folder: Path, bounds: Limits = LIMITS, workers: int = 1) -> dict[str, str]:
    """The codes about files as such, by the beginning of the file's name; all files are in the report."""
    report = check([folder], options=RunOptions(workers, limits=bounds))
    assert len(report.files) == len([*folder.iterdir()])
    return {
        Path(finding.location.file).name[:2]: finding.code
        for finding in report.findings
        if finding.code in {"F113", "F133", "F134", "F135"}
    }


@pytest.mark.parametrize(
    ("act", "code", "workers"),
    [
        (spin, "F133", 2),
        (swell, "F134", 2),
        (die, "F135", 1),
        (die, "F135", 2),
        (fail, "F113", 1),
        (fail, "F113", 2),
    ],
)
def test_a_bad_file_among_good_ones(
    folder: Path, monkeypatch: pytest.MonkeyPatch, act: Act, code: str, workers: int
) -> None:
    monkeypatch.setattr(reading_files, "read_file", acting(file_reading.read_file, act))
    assert refusals(folder, limits(act), workers) == {"02": code}


@pytest.mark.parametrize(("act", "code"), [(spin, "F133"), (swell, "F134"), (die, "F135")])
def test_a_bad_file_alone(folder: Path, monkeypatch: pytest.MonkeyPatch, act: Act, code: str) -> None:
    monkeypatch.setattr(reading_files, "read_file", acting(file_reading.read_file, act))
    (bad,) = folder.glob(f"*{BAD}*")
    (found,) = check([bad], options=RunOptions(limits=limits(act))).findings
    assert (found.code, found.location.file) == (code, str(bad))


def test_a_bad_file_is_left_out_of_an_import(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_files, "read_file", acting(file_reading.read_file, die))
    result = import_filings([folder], tmp_path / "稿")
    assert [path.name for path in result.skipped] == [f"02_{BAD}局.xlsx"]
    assert len(result.files) == GOOD - 1


def test_a_package_that_cannot_be_checked_is_checked_file_by_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in p.package().items():
        (tmp_path / name).write_bytes(content)
    usual = package_check.merged

    def merged(readings: list[FileReading], *given: object) -> object:
        if len(readings) > 1:
            die()
        return usual(readings, *given)

    monkeypatch.setattr(package_check, "merged", merged)
    apart = check([tmp_path])
    assert {Path(file.path).name for file in apart.files if file.forms} >= {"附件1.xlsx", "项目2.docx"}
    assert [finding.code for finding in apart.findings].count("F135") == 1


def test_a_worker_that_is_killed_by_chance(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = folder.parent / "died"

    def die_once() -> None:
        if not mark.exists():
            mark.touch()
            die()

    monkeypatch.setattr(reading_files, "read_file", acting(file_reading.read_file, die_once))
    assert refusals(folder, workers=2) == {}
    assert mark.exists()


def test_without_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("xlperf.checks.file_reading.open_file", exhaust)
    assert set(refusals(folder).values()) == {"F134"}


def test_what_the_calling_program_itself_holds_does_not_count(folder: Path) -> None:
    held = bytearray(2**28)
    held[:: 2**12] = b"x" * (2**16)
    assert refusals(folder, Limits(seconds=60, memory_bytes=2**28)) == {}
