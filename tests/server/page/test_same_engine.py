"""What the page finds and writes is what the command line finds and writes, byte for byte."""

import contextlib
import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

import xlperf
from tests.received import good as g
from xlperf.cli import run
from xlperf.outputs.report_formats import render
from xlperf.server.page.shown_report import shown_report

RECEIVED = Path(__file__).parents[2] / "received"


def spoilt(folder: Path) -> list[Path]:
    """A workbook with a wrong figure, as two different units could send it."""
    edit = {g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 1)}
    path = folder / "改坏的.xlsx"
    path.write_bytes(g.edited(edit))
    return [path]


def faultless(folder: Path) -> list[Path]:
    (folder / g.file_name()).write_bytes(g.good())
    return [folder / g.file_name()]


def word(folder: Path) -> list[Path]:
    return [*(RECEIVED / "accepted/word_report").glob("*.docx")]


def old(folder: Path) -> list[Path]:
    return [*(RECEIVED / "accepted/old_workbook").glob("*.xls")]


def report_and_workbook(folder: Path) -> list[Path]:
    return [*spoilt(folder), *word(folder)]


def archive(folder: Path) -> list[Path]:
    (path,) = spoilt(folder)
    with zipfile.ZipFile(folder / "一个单位.zip", "w") as packed:
        packed.write(path, "附件/改坏的.xlsx")
        packed.writestr("附件/说明.pdf", b"%PDF-1.4")
    return [folder / "一个单位.zip"]


def truncated(folder: Path) -> list[Path]:
    (folder / "传坏的.xlsx").write_bytes(g.good()[:3000])
    return [folder / "传坏的.xlsx"]


def old_document(folder: Path) -> list[Path]:
    (folder / "旧的.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(4096))
    return [folder / "旧的.xlsx"]


KINDS = [spoilt, faultless, word, old, report_and_workbook, archive, truncated, old_document]


def as_given(paths: list[Path]) -> list[str]:
    """The names under which files that lie in several folders are given to the page."""
    return [path.name for path in paths]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_the_findings_are_those_of_the_command_line(kind, page, here):
    paths = [path.resolve() for path in kind(here)]
    for path in paths:
        if path.parent != here:
            (here / path.name).write_bytes(path.read_bytes())
    shown = page.check(paths)
    expected = json.loads(json.dumps(shown_report(xlperf.check(as_given(paths)))))
    assert {key: shown[key] for key in expected} == expected


def test_the_command_line_itself_says_the_same(page, here, capsys):
    shown = page.check(spoilt(here))
    assert run(["check", "改坏的.xlsx", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    on_page = [finding for group in shown["groups"] for finding in group["findings"]]
    assert [(each["code"], each["message"]) for each in found] == [
        (each["code"], each["message"]) for each in sorted(on_page, key=lambda finding: finding["number"])
    ]


def test_the_annotated_copy_has_the_bytes_of_the_command_line(page, here):
    (path,) = spoilt(here)
    page.check([path])
    name, data = page.make("annotated")
    with contextlib.redirect_stdout(io.StringIO()):
        assert run(["annotate", path.name, "-o", "批注稿"]) == 1
    (copy,) = (path for path in (here / "批注稿").rglob("*") if path.name == name)
    assert data == copy.read_bytes()


def test_the_copies_of_several_files_are_in_one_archive(page, here):
    (path,) = spoilt(here)
    (here / "另一份.xlsx").write_bytes(path.read_bytes())
    page.check([path, here / "另一份.xlsx"])
    name, data = page.make("annotated")
    assert name == "批注稿.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {Path(inside).name for inside in archive.namelist()} == {path.name, "另一份.xlsx"}


def test_the_upload_copy_has_the_bytes_of_the_command_line(page, here):
    (path,) = faultless(here)
    page.check([path])
    name, data = page.make("upload")
    xlperf.strip([path], here / "上报稿")
    assert (name, data) == (path.name, (here / "上报稿" / path.name).read_bytes())


def test_the_text_that_is_copied_is_that_of_the_terminal(page, here):
    paths = spoilt(here)
    page.check(paths)
    page.browser.run("copied = ''; copy = text => { copied = text; }; make('text')")
    text = page.browser.wait("copied")
    assert text == render(xlperf.check(as_given(paths)), "text").decode()


def test_the_record_names_every_file_by_its_digest(page, here):
    paths = spoilt(here)
    page.check(paths)
    name, data = page.make("record")
    text = data.decode("utf-8-sig")
    assert name == "自查记录.txt"
    assert hashlib.sha256(paths[0].read_bytes()).hexdigest() in text
    assert f"xlperf {xlperf.__version__}" in text
    assert ".doc" in text  # what was not checked
