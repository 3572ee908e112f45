"""A run that goes on from an earlier one: the same result, and nothing read that has not changed."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.received import good as g
from tests.received import packages as p
from xlperf.checks.file_check import check_file
from xlperf.cli import run as xlperf
from xlperf.core.errors import InputError
from xlperf.declarations.check_report import Report
from xlperf.jobs import journal as journals
from xlperf.jobs import reading_files
from xlperf.jobs.check import check
from xlperf.jobs.journal import Journal, Keeping
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.stored_results import part_of_stored, result_of_stored, stored_part, stored_result
from xlperf.ooxml.limits import LIMITS, Limits

BROKEN = b"PK\x03\x04 broken"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A unit in one workbook, one in several files, and a file that cannot be read."""
    folder = tmp_path / "收到"
    (folder / "甲").mkdir(parents=True)
    (folder / "乙").mkdir()
    (folder / "甲" / g.file_name()).write_bytes(g.edited({g.BASIC: g.number("C9", 1)}))
    for name, content in p.package().items():
        (folder / "乙" / name).write_bytes(content)
    (folder / "坏.xlsx").write_bytes(BROKEN)
    return folder


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file with the name of every file that is read, a line each."""
    log = tmp_path / "read"
    usual = reading_files.read_file

    def read_file(path: str, *given: object) -> object:
        with log.open("a") as lines:
            lines.write(f"{Path(path).name}\n")
        return usual(path, *given)

    for module in ("reading_files", "packages"):
        monkeypatch.setattr(f"xlperf.jobs.{module}.read_file", read_file)
    return log


def names(log: Path) -> set[str]:
    """The names of the files read since the last time."""
    found = set(log.read_text().split("\n")) - {""} if log.exists() else set()
    log.unlink(missing_ok=True)
    return found


def keeping(inbox: Path, *, goes_on: bool = True) -> Keeping:
    return Keeping(inbox.parent / "清单.json", goes_on)


def checked(
    inbox: Path, *, goes_on: bool = True, profile: str | None = None, limits: Limits = LIMITS
) -> Report:
    return check([inbox], profile, options=RunOptions(limits=limits, keeping=keeping(inbox, goes_on=goes_on)))


def same(first: Report, second: Report) -> bool:
    return (first.findings, first.files, first.ratios) == (second.findings, second.files, second.ratios)


def test_what_is_stored_of_a_file_is_what_was_found(inbox: Path) -> None:
    for path in sorted(inbox.rglob("*.*")):
        result = check_file(path)
        assert result_of_stored(stored_result(result)) == result
        read = reading_files.read_file(str(path))
        assert read.part is None or part_of_stored(stored_part(read.part)) == read.part


def test_nothing_is_read_again_that_is_the_same(inbox: Path, reads: Path) -> None:
    first = checked(inbox, goes_on=False)
    assert len(names(reads)) == len(first.files)
    again = checked(inbox)
    assert names(reads) == set()
    assert same(first, again)
    assert again.unchanged == len(first.files)


def test_a_file_that_has_changed_is_read_with_those_of_its_package(inbox: Path, reads: Path) -> None:
    checked(inbox, goes_on=False)
    names(reads)
    (inbox / "甲" / g.file_name()).write_bytes(g.good())
    assert same(checked(inbox), check([inbox]))
    names(reads)
    (inbox / "乙" / "项目2.docx").unlink()
    report = checked(inbox)
    read = names(reads)
    assert {"附件1.xlsx", "项目1.xlsx"} <= read
    assert "坏.xlsx" not in read
    assert same(report, check([inbox]))


def test_a_new_file_and_one_that_moved(inbox: Path) -> None:
    checked(inbox, goes_on=False)
    (inbox / "丙").mkdir()
    (inbox / "丙" / "附件.xlsx").write_bytes(p.plain())
    (inbox / "坏.xlsx").rename(inbox / "还是坏.xlsx")
    assert same(checked(inbox), check([inbox]))


def test_a_run_of_its_own_begins_again(inbox: Path, reads: Path) -> None:
    checked(inbox, goes_on=False)
    names(reads)
    checked(inbox, goes_on=False)
    assert g.file_name() in names(reads)


@pytest.mark.parametrize("changed", ["version", "declarations", "profile", "limits"])
def test_other_rules_or_another_version_count_for_nothing(
    inbox: Path, reads: Path, monkeypatch: pytest.MonkeyPatch, changed: str, tmp_path: Path
) -> None:
    checked(inbox, goes_on=False)
    names(reads)
    settings: dict[str, Any] = {}
    if changed == "version":
        monkeypatch.setattr(journals, "__version__", "0.0")
    elif changed == "declarations":
        (tmp_path / "schemas").mkdir()
        (tmp_path / "schemas" / "x.json").write_text("{}")
        monkeypatch.setattr(journals, "schemas_dir", lambda: tmp_path / "schemas")
    elif changed == "profile":
        settings["profile"] = "national-2020"
    else:
        settings["limits"] = Limits(rows=20_000)
    assert checked(inbox, **settings).unchanged == 0
    assert g.file_name() in names(reads)


def test_a_file_that_a_password_might_open_is_tried_again(inbox: Path, reads: Path) -> None:
    (inbox / "缺.doc").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))
    found = {
        finding.code
        for finding in checked(inbox, goes_on=False).findings
        if finding.location.file.endswith("缺.doc")
    }
    names(reads)
    checked(inbox)
    assert ("缺.doc" in names(reads)) == bool(found & {"F114", "F116", "F112"})


def test_a_damaged_journal_is_made_again(inbox: Path) -> None:
    first = checked(inbox, goes_on=False)
    keeping(inbox).path.write_bytes(b"no database" * 1000)
    assert same(checked(inbox), first)
    assert checked(inbox).unchanged == len(first.files)


def test_two_runs_do_not_write_one_journal(inbox: Path) -> None:
    with Journal(keeping(inbox)), pytest.raises(InputError, match="另一次运行"):
        checked(inbox)


def test_the_command_goes_on(inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "问题清单.json"
    command = ["check", str(inbox), "-o", str(output)]
    assert xlperf(command) == 1
    first = output.read_bytes()
    assert json.loads(first)["findings"]
    capsys.readouterr()
    for option in ("--resume", "--changed-only"):
        output.unlink()
        assert xlperf([*command, option]) == 1
        assert output.read_bytes() == first
        assert "没有变，用上次的结果" in capsys.readouterr().err
    assert xlperf(["check", str(inbox), "--resume"]) == 2
    assert "-o" in capsys.readouterr().err


def test_the_journal_is_one_file_that_any_reader_of_sqlite_opens(inbox: Path) -> None:
    checked(inbox, goes_on=False)
    assert sorted(path.name for path in inbox.parent.iterdir()) == ["收到", "清单.json.journal"]
    with sqlite3.connect(keeping(inbox).path) as database:
        (count,) = database.execute("SELECT count(*) FROM results").fetchone()
    assert count == len([path for path in inbox.rglob("*") if path.is_file()])
