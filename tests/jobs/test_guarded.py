"""Limits of time and memory: one bad file is one finding, and the others are checked as ever."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.received import good as g
from xlperf.checks.file_check import check_file
from xlperf.jobs import check as run
from xlperf.jobs import reading_files
from xlperf.jobs.check import check
from xlperf.jobs.reading_files import Order, ReadFile
from xlperf.ooxml.limits import LIMITS, Limits

UNPACKED = 6 * 2**20
BAD = "坏"
posix = pytest.mark.skipif(sys.platform == "win32", reason="no such limit, no such signal")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three good workbooks, of which the second is large."""
    ballast = {"xl/media/ballast.bin": bytes(UNPACKED)}
    for name, content in (
        ("1_甲局", g.good()),
        (f"2_{BAD}局", g.edited({}, ballast)),
        ("3_丙局", g.good()),
    ):
        (tmp_path / f"{name}.xlsx").write_bytes(content)
    return tmp_path


def limits(seconds: float = 60, memory_bytes: int = LIMITS.memory_bytes) -> Limits:
    return Limits(seconds=seconds, memory_bytes=memory_bytes, apart_from=UNPACKED)


def refusals(folder: Path, bounds: Limits = LIMITS, workers: int = 1) -> dict[str, str]:
    """The codes about files as such, by the beginning of the file's name; all files are in the report."""
    report = check([folder], limits=bounds, workers=workers)
    assert len(report.files) == 3
    return {
        Path(one.location.file).name[0]: one.code for one in report.findings if one.code.startswith("F13")
    }


def read(files: list[str]) -> list[ReadFile]:
    return [ReadFile(file, result=check_file(file)) for file in files]


def kill_for_bad_files(files: list[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    """Stands for reading that the system kills."""
    if any(BAD in file for file in files):
        os.kill(os.getpid(), signal.SIGKILL)
    return read(files)


def sleep(files: list[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    """Stands for reading that does not end."""
    time.sleep(600)
    return []


def test_apart_the_result_is_the_same(folder: Path) -> None:
    (large,) = folder.glob(f"*{BAD}*")
    apart, here = (check([large], limits=bounds) for bounds in (limits(), LIMITS))
    assert (apart.findings, apart.files) == (here.findings, here.files)


def test_too_long(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "_read_here", sleep)
    started = time.perf_counter()
    assert refusals(folder, limits(seconds=0.5)) == {"2": "F133"}
    assert time.perf_counter() - started < 30


@posix
def test_too_much_memory(folder: Path) -> None:
    assert refusals(folder, limits(memory_bytes=10 * 2**20)) == {"2": "F134"}


def test_without_memory_in_this_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhaust(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("xlperf.checks.file_reading.open_file", exhaust)
    assert refusals(folder) == {"1": "F134", "2": "F134", "3": "F134"}


@posix
def test_a_process_that_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_files, "_read_here", kill_for_bad_files)
    assert refusals(folder, limits()) == {"2": "F135"}


@posix
def test_a_worker_that_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    monkeypatch.setattr(reading_files, "BATCH", 2)
    monkeypatch.setattr(reading_files, "read_batch", kill_for_bad_files)
    monkeypatch.setattr(reading_files, "_read_here", kill_for_bad_files)
    assert refusals(folder, workers=2) == {"2": "F135"}


@posix
def test_a_worker_that_is_killed_by_chance(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    monkeypatch.setattr(reading_files, "BATCH", 2)
    monkeypatch.setattr(reading_files, "read_batch", kill_for_bad_files)
    assert refusals(folder, workers=2) == {}
