"""Encrypted files are read with the right password, and distinguished from wrong and missing ones."""

import hashlib
import io
import json

import pytest
from msoffcrypto.format.ooxml import OOXMLFile

from tests.intake import wordfiles as w
from tests.intake.test_reader import as_given, shown
from tests.outputs.annotate import samples as s
from tests.received import good as g
from tests.received import packages as p
from xlperf.cli import run
from xlperf.declarations.findings import unfolded
from xlperf.intake import kinds as compound
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.check import check
from xlperf.jobs.run_options import RunOptions
from xlperf.ooxml.limits import Limits

PASSWORD = "绩效2024"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("locked")
    for suffix, content in (("xlsx", g.good()), ("docx", w.report(g.good()))):
        stream = io.BytesIO()
        OOXMLFile(io.BytesIO(content)).encrypt(PASSWORD, stream)
        (folder / g.file_name().replace("xlsx", suffix)).write_bytes(stream.getvalue())
    return folder


def received(folder, suffix, *passwords):
    return read_filing(folder / g.file_name().replace("xlsx", suffix), limits=Limits(passwords=passwords))


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_the_right_password_among_others_opens_it(suffix, files):
    assert shown(received(files, suffix, "1234", PASSWORD).filing) == as_given()


@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
@pytest.mark.parametrize(("passwords", "code"), [((), "F103"), (("1234", "绩效"), "F117")])
def test_without_the_right_one_it_is_reported(suffix, passwords, code, files):
    assert [finding.code for finding in received(files, suffix, *passwords).findings] == [code]


def test_without_the_library_that_is_reported(files, monkeypatch):
    monkeypatch.setattr(compound, "_LIBRARY", "no_such_module")
    (found,) = received(files, "xlsx", PASSWORD).findings
    assert found.code == "F118"
    assert "xlperf[encrypted]" in found.fix


def test_a_password_does_no_harm_to_other_files(tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.good())
    assert read_filing(path, limits=Limits(passwords=(PASSWORD,))).findings == []


def test_the_password_is_asked_for_by_the_command(files):
    path = str(files / g.file_name())
    assert run(["check", path]) == 1
    assert run(["check", path, "--password", PASSWORD]) == 0
    assert PASSWORD not in repr(Limits(passwords=(PASSWORD,)))


def test_import_asks_for_it_too(files, tmp_path):
    path = str(files / g.file_name())
    assert run(["import", path, "-o", str(tmp_path / "without"), "--fail-on", "never"]) == 0
    assert list((tmp_path / "without").iterdir()) == []
    run(["import", path, "-o", str(tmp_path), "--password", "1234", "--password", PASSWORD])
    assert shown(read_filing(tmp_path / g.file_name()).filing) == as_given()


def test_import_prints_it_as_json(files, capsys):
    assert run(["import", str(files / g.file_name()), "--format", "json", "--password", PASSWORD]) == 0
    assert json.loads(capsys.readouterr().out)["source"] == g.file_name()


def test_the_text_of_an_encrypted_report_is_checked(tmp_path):
    stream = io.BytesIO()
    wrong = "全年支出 100 万元，其中：基本支出 60 万元、项目支出 30 万元。"
    content = p.report(wrong, *(hashlib.sha256(bytes([number])).hexdigest() for number in range(200)))
    OOXMLFile(io.BytesIO(content)).encrypt(PASSWORD, stream)
    (tmp_path / "报告.docx").write_bytes(stream.getvalue())
    report = check([tmp_path], options=RunOptions(limits=Limits(passwords=(PASSWORD,))))
    assert "R101" in {finding.code for finding in unfolded(report.findings)}


def test_no_decrypted_copy_is_annotated(tmp_path, capsys):
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(s.bad())).encrypt(PASSWORD, stream)
    (tmp_path / "错.xlsx").write_bytes(stream.getvalue())
    out = tmp_path / "批注"
    assert run(["annotate", str(tmp_path / "错.xlsx"), "-o", str(out), "--password", PASSWORD]) == 1
    assert [path.name for path in out.rglob("*.*")] == ["退回通知.docx"]
    printed = capsys.readouterr().out
    assert "A105" in printed
    assert "B5" in printed
