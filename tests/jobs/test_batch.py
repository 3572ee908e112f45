"""A ledger filled into a folder: all or nothing for each file, and no unit in another's way."""

import errno
import os
from pathlib import Path

import openpyxl
import pytest

from tests.workbooks.filings import filing
from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs import fill as batch
from xlperf.jobs import write_workbooks
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.fill import file_name, fill
from xlperf.jobs.run_options import RunOptions
from xlperf.ledgers.ledger import Ledger
from xlperf.workbooks.workbook_writer import writer_of

PROFILE = "hunan-yueyang-2024"
UNITS = 120


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "台账.xlsx"
    write_demo_ledger(path, load_profile(PROFILE), UNITS)
    return path


def made_of(monkeypatch: pytest.MonkeyPatch, filings: list[Filing]) -> None:
    """Let every ledger hold these filings."""
    monkeypatch.setattr(
        batch, "read_ledger", lambda source, *_: Ledger(str(source), load_profile(PROFILE), filings, [], [])
    )


def units(*names: tuple[str, str]) -> list[Filing]:
    return [filing(load_profile(PROFILE), code=code, name=name) for code, name in names]


def test_one_workbook_a_unit_whatever_the_number_of_workers(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_workbooks, "LEAST_PER_WORKER", 50)
    seen: list[tuple[int, int]] = []
    serial = fill(ledger, PROFILE, tmp_path / "serial")
    options = RunOptions(2, lambda *counts: seen.append(counts))
    parallel = fill(ledger, PROFILE, tmp_path / "parallel", options=options)
    assert len(serial.files) == len(set(serial.files)) == UNITS
    assert [path.name for path in serial.files] == [path.name for path in parallel.files]
    for path, other in zip(serial.files, parallel.files, strict=True):
        assert path.read_bytes() == other.read_bytes()
    assert sorted(os.listdir(tmp_path / "parallel")) == sorted(path.name for path in parallel.files)
    assert seen[-1] == (UNITS, UNITS)
    assert seen == sorted(seen)
    assert len(seen) == 3
    assert serial.skipped == []
    assert serial.seconds > 0
    book = openpyxl.load_workbook(serial.files[0], data_only=True)
    assert book.worksheets[1]["C3"].value in serial.files[0].name


def test_working_copies_are_the_same_whoever_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of(monkeypatch, units(*((str(number), f"第{number}局") for number in range(10))))
    first, second = (
        fill("台账", PROFILE, tmp_path / str(n), working=True, options=RunOptions(n)).files for n in (1, 2)
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_progress_counts_every_workbook(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made_of(monkeypatch, units(("1", "甲局"), ("2", "乙局")))
    seen: list[tuple[int, int]] = []
    fill("台账", PROFILE, tmp_path, options=RunOptions(progress=lambda *counts: seen.append(counts)))
    assert seen == [(1, 2), (2, 2)]


def test_units_with_the_same_file_name_are_left_out_and_the_others_filled(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made_of(monkeypatch, units(("a1", "某/局"), ("A1", "某?局"), ("002", "另一局")))
    result = fill("台账", PROFILE, tmp_path)
    assert [path.name for path in result.files] == ["002_另一局.xlsx"]
    assert os.listdir(tmp_path) == ["002_另一局.xlsx"]
    assert result.skipped == ["某/局", "某?局"]
    assert [found.code for found in result.findings] == ["L140", "L140"]
    assert "某?局（A1）" in result.findings[0].message
    assert result.findings[0].location.unit_code == "a1"


def test_names_that_systems_refuse_are_made_safe() -> None:
    (unit,) = units(("../00:1", "某局\n<办公室>"))
    assert file_name(unit) == "_00_1_某局 _办公室_.xlsx"


def test_existing_files_are_refused_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made_of(monkeypatch, units(("1", "甲局"), ("2", "乙局"), ("3", "丙局")))
    kept = [tmp_path / "2_乙局.xlsx", tmp_path / "3_丙局.xlsx"]
    for path in kept:
        path.write_text("mine")
    with pytest.raises(OutputError, match=r"已有 2 个.*2_乙局\.xlsx.*没有改动.*--force"):
        fill("台账", PROFILE, tmp_path)
    assert sorted(tmp_path.iterdir()) == kept
    assert {path.read_text() for path in kept} == {"mine"}
    assert len(fill("台账", PROFILE, tmp_path, force=True).files) == 3
    assert all(path.read_bytes()[:2] == b"PK" for path in kept)


def test_a_full_disk_leaves_whole_files_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made_of(monkeypatch, units(("1", "甲局"), ("2", "乙局"), ("3", "丙局")))
    first = writer_of(load_profile(PROFILE), working=False).workbook(units(("1", "甲局"))[0])
    written = 0
    replace = Path.replace

    def fill_up(source: Path, target: Path) -> Path:
        nonlocal written
        written += 1
        if written == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return replace(source, target)

    monkeypatch.setattr(Path, "replace", fill_up)
    with pytest.raises(OutputError, match="磁盘空间不足"):
        fill("台账", PROFILE, tmp_path)
    assert os.listdir(tmp_path) == ["1_甲局.xlsx"]
    assert (tmp_path / "1_甲局.xlsx").read_bytes() == first


def test_a_folder_that_cannot_be_one_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made_of(monkeypatch, units(("1", "甲局")))
    file = tmp_path / "文件"
    file.write_text("")
    with pytest.raises(OutputError, match="文件夹"):
        fill("台账", PROFILE, file)
    with pytest.raises(OutputError, match="文件夹"):
        fill("台账", PROFILE, file / "里面")
    assert file.read_text() == ""


@pytest.mark.parametrize(("number", "reason"), [(errno.EROFS, "只读"), (errno.EACCES, "没有写入权限")])
def test_a_read_only_folder_is_an_error(
    number: int, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made_of(monkeypatch, units(("1", "甲局")))

    def refuse(path: Path, data: bytes) -> int:
        raise OSError(number, "refused")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(OutputError, match=reason):
        fill("台账", PROFILE, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_wrong_arguments_are_input_errors(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="口径"):
        fill(tmp_path / "台账.xlsx", "没有的口径", tmp_path / "out")
    with pytest.raises(InputError, match="台账"):
        fill(tmp_path / "没有.xlsx", PROFILE, tmp_path / "out")
    assert not (tmp_path / "out").exists()
