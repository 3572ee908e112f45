"""A package from its receipt to verdict, copy, notice and record; hostile ones; processes that die."""

import io
import os
import signal
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from tests.season import season_files as s
from tests.server.intake.intake_service import UNITS, codes_in
from xlperf.jobs.annotate import Letter
from xlperf.season.receiving import receive
from xlperf.season.returning import return_units
from xlperf.season.review import review
from xlperf.season.start import start
from xlperf.season.store import Store
from xlperf.server.intake import app as service

DAY = date(2026, 3, 20)


def book(number: int, *, is_wrong: bool = False) -> tuple[str, bytes]:
    """Name and workbook of a unit, with errors where it ``is_wrong``."""
    name, data = [*s.workbooks(UNITS).items()][number - 1]
    return name, s.spoiled(data, s.WRONG) if is_wrong else data


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    """What the bureau's own commands make of the wrong workbook of the first unit: messages, copy."""
    folder = tmp_path_factory.mktemp("手工")
    s.write_ledger(folder / "台账.xlsx", UNITS)
    start(folder / "季.db", folder / "台账.xlsx", "", due=None, day=DAY)
    name, data = book(1, is_wrong=True)
    (folder / "收到").mkdir()
    (folder / "收到" / name).write_bytes(data)
    with Store(folder / "季.db") as store:
        receive(store, [folder / "收到"], day=DAY)
        report = review(store, day=DAY).report
        _, result = return_units(store, folder / "退", Letter(day=DAY))
    assert result
    return [found.message for found in report.findings], result.files[0].read_bytes()


@pytest.fixture(scope="module")
def wrong(bureau):
    """The first unit, and what it sees of its wrong workbook when that is checked."""
    name, data = book(1, is_wrong=True)
    unit = bureau.unit("001")
    receipt = unit.receipt({name: data})
    return unit, unit.checked(receipt)


def test_the_verdict_is_that_of_the_commands(wrong, by_hand):
    _, found = wrong
    messages = [finding["message"] for group in found["report"]["groups"] for finding in group["findings"]]
    assert (found["state"], found["grade"]) == ("done", "error")
    assert sorted(messages) == sorted(by_hand[0])
    assert found["downloads"] == ["annotated", "notice", "record"]


def test_the_copy_is_that_of_a_return(wrong, by_hand):
    unit, found = wrong
    answer = unit.ask("GET", f"packages/{found['receipt']}/annotated")
    assert answer.content == by_hand[1]
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''001_")


def test_the_notice_names_the_unit_and_what_is_wrong(wrong):
    unit, found = wrong
    answer = unit.ask("GET", f"packages/{found['receipt']}/notice")
    document = docx.Document(io.BytesIO(answer.content))
    text = "".join(paragraph.text for paragraph in document.paragraphs)
    assert s.filings(UNITS)[0].unit_name in text
    assert len(document.tables[0].rows) > 1


def test_the_record_has_number_time_hashes_and_verdict(wrong):
    unit, found = wrong
    text = unit.ask("GET", f"packages/{found['receipt']}/record").content.decode("utf-8-sig")
    for said in (found["receipt"], found["received"], found["sha256"], found["verdict"]):
        assert said in text
    assert found["files"][0]["sha256"] in text


def test_the_copy_sent_back_unchanged_is_known(bureau, wrong):
    unit, found = wrong
    copy = unit.ask("GET", f"packages/{found['receipt']}/annotated").content
    again = unit.checked(unit.receipt({found["files"][0]["name"]: copy}))
    assert codes_in(again) == codes_in(found)
    with Store(bureau.season) as store:
        said = [event.text for event in store.events() if event.unit == 1]
    assert "没有改" in said[-1]


def test_several_copies_come_in_an_archive(bureau):
    name, data = book(2, is_wrong=True)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.namelist()
    unit = bureau.unit("002")
    found = unit.checked(
        unit.receipt({name: data, f"另_{name}": s.spoiled(data, s.warned(s.filings(UNITS)[1]))})
    )
    answer = unit.ask("GET", f"packages/{found['receipt']}/annotated")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as copies:
        assert len(copies.namelist()) == 2


def test_a_hostile_file_is_a_finding_and_harms_nobody(bureau):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b"\0" * (300 * 2**20))
    name, data = book(3)
    unit = bureau.unit("003")
    files = {name: data, "炸弹.xlsx": bomb.getvalue(), "空.docx": b"", "乱.xls": os.urandom(3000)}
    found = unit.checked(unit.receipt(files))
    assert found["state"] == "done"
    named = {group["file"] for group in found["report"]["groups"]}
    assert {"炸弹.xlsx", "空.docx", "乱.xls"} <= named
    assert codes_in(found) & {"F107", "F108", "F109", "F110"}


def test_another_units_workbook_is_said(bureau):
    name, data = book(4)
    unit = bureau.unit("003")
    found = unit.checked(unit.receipt({name: data}))
    assert codes_in(found) == {"D923"}
    assert found["downloads"] == ["record"]
    assert bureau.unit("004").ask("GET", "packages").json() == []


def test_a_process_that_dies_is_replaced_and_nothing_is_lost(bureau):
    intake = bureau.client.app.routes[-1].endpoint.__self__
    assert isinstance(intake, service.Intake)
    (process,) = intake._pool._processes
    os.kill(process._process.pid, signal.SIGKILL)
    name, data = book(4)
    unit = bureau.unit("004")
    assert unit.checked(unit.receipt({name: data}))["state"] == "done"


def test_the_register_has_it_all(bureau, wrong, tmp_path: Path):
    with Store(bureau.season) as store:
        (unit,) = [unit for unit in store.units() if unit.code == "001"]
        assert store.findings(unit.id)[unit.id]
        assert store.rounds()[0].source == wrong[1]["receipt"]
        first = store.files(unit.id, 1)
    assert [file.digest for file in first] == [wrong[1]["files"][0]["sha256"]]
