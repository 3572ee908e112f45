"""Every file of a run is opened once, recognised once, and each stage of a check runs once on it."""

import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.received import packages as p
from xlperf.checks import file_check, file_reading, registry
from xlperf.cli import run as xlperf
from xlperf.intake import kinds
from xlperf.jobs.check import check
from xlperf.jobs.run_options import RunOptions

ONCE_EACH = {"opened": 2, "recognised": 2, **dict.fromkeys(registry.STAGES, 2)}


class Counts:
    """How often something was done in this process and its workers: a line of a file each time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def counted(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def counting(*given: object) -> object:
            with self._path.open("a") as lines:
                lines.write(f"{name}\n")
            return call(*given)

        return counting

    def __getitem__(self, name: str) -> int:
        return self.all()[name]

    def all(self) -> Counter[str]:
        return Counter(self._path.read_text().split())


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Counts:
    """How often files are opened, recognised, and looked at by each stage."""
    seen = Counts(tmp_path / "counts")
    monkeypatch.setattr(kinds, "read_content", seen.counted("opened", kinds.read_content))
    monkeypatch.setattr(file_reading, "read_received", seen.counted("recognised", file_reading.read_received))
    stages = {name: seen.counted(name, stage) for name, stage in registry.STAGES.items()}
    monkeypatch.setattr(file_check, "STAGES", stages)
    return seen


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """A workbook with forms of a unit, and a document with another."""
    folder = tmp_path / "收到" / "某单位"
    folder.mkdir(parents=True)
    (folder / "附件1.xlsx").write_bytes(p.package()["附件1.xlsx"])
    (folder / "附件2.docx").write_bytes(p.word(1))
    return folder


def archive(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as zipped:
        for file in folder.iterdir():
            zipped.write(file, file.name)
    return path


def test_check_of_a_package(unit, counts):
    xlperf(["check", str(unit)])
    assert counts.all() == ONCE_EACH


def test_check_of_an_archive(unit, counts):
    xlperf(["check", str(archive(unit))])
    assert counts.all() == ONCE_EACH


def test_check_of_files_that_lie_apart(unit, counts, tmp_path):
    other = tmp_path / "收到" / "另一处"
    other.mkdir()
    (unit / "附件2.docx").rename(other / "附件2.docx")
    xlperf(["check", str(unit.parent)])
    assert counts.all() == ONCE_EACH


def test_check_by_several_workers(unit, counts):
    check([unit], options=RunOptions(2))
    assert counts.all() == ONCE_EACH


def test_import(unit, counts, tmp_path):
    xlperf(["import", str(unit), "-o", str(tmp_path / "稿")])
    assert counts["opened"] == counts["recognised"] == 2


def test_annotate(unit, counts, tmp_path):
    xlperf(["annotate", str(unit), "-o", str(tmp_path / "批注")])
    assert counts.all() == ONCE_EACH


def test_strip(unit, counts, tmp_path):
    xlperf(["strip", str(unit), "-o", str(tmp_path / "上报")])
    assert counts.all() == ONCE_EACH
