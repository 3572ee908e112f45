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

ONCE_EACH = {"opened": 2, "recognised": 2, **dict.fromkeys(registry.STAGES, 2)}


@pytest.fixture
def counts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often files are opened, recognised, and looked at by each stage."""
    seen: Counter[str] = Counter()

    def counted(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def counting(*given: object) -> object:
            seen[name] += 1
            return call(*given)

        return counting

    monkeypatch.setattr(kinds, "read_content", counted("opened", kinds.read_content))
    monkeypatch.setattr(file_reading, "read_received", counted("recognised", file_reading.read_received))
    stages = {name: counted(name, stage) for name, stage in registry.STAGES.items()}
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
    assert counts == ONCE_EACH


def test_check_of_an_archive(unit, counts):
    xlperf(["check", str(archive(unit))])
    assert counts == ONCE_EACH


def test_check_of_files_that_lie_apart(unit, counts, tmp_path):
    other = tmp_path / "收到" / "另一处"
    other.mkdir()
    (unit / "附件2.docx").rename(other / "附件2.docx")
    xlperf(["check", str(unit.parent)])
    assert counts == ONCE_EACH


def test_check_of_many_files(unit, counts, monkeypatch):
    for module in ("check", "reading_files", "packages"):
        monkeypatch.setattr(f"xlperf.jobs.{module}.BATCH", 1)
    check([unit], workers=1)
    assert counts == ONCE_EACH


def test_import(unit, counts, tmp_path):
    xlperf(["import", str(unit), "-o", str(tmp_path / "稿")])
    assert counts["opened"] == counts["recognised"] == 2


def test_annotate(unit, counts, tmp_path):
    xlperf(["annotate", str(unit), "-o", str(tmp_path / "批注")])
    assert counts == ONCE_EACH


def test_strip(unit, counts, tmp_path):
    xlperf(["strip", str(unit), "-o", str(tmp_path / "上报")])
    assert counts == ONCE_EACH
