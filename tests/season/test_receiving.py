"""What is kept of what came: whose it is, under which names, and what is done with it afterwards."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.season import season_files as s
from xlperf.jobs.annotate import Letter
from xlperf.season.receiving import receive
from xlperf.season.returning import return_units
from xlperf.season.review import review
from xlperf.season.season_records import UnitState
from xlperf.season.start import start
from xlperf.season.store import Store

DAY = date(2026, 3, 20)


@pytest.fixture
def season(tmp_path):
    s.write_ledger(tmp_path / "台账.xlsx", 3)
    start(tmp_path / "季.db", tmp_path / "台账.xlsx", "", due=None, day=DAY)
    (tmp_path / "收到").mkdir()
    with Store(tmp_path / "季.db") as store:
        yield store


def second() -> tuple[str, bytes]:
    """Name and workbook of the second unit, with a warning."""
    name = [*s.workbooks(3)][1]
    return name, s.spoiled(s.workbooks(3)[name], s.warned(s.filings(3)[1]))


def states(store: Store) -> dict[str, UnitState]:
    return {unit.code: unit.state for unit in store.units()}


def test_names_in_an_archive_that_lead_elsewhere_or_are_too_long(season, tmp_path):
    name, data = second()
    code, first = name[:3], next(iter(s.workbooks(3).values()))
    with zipfile.ZipFile(tmp_path / "收到" / f"{Path(name).stem}.zip", "w") as archive:
        archive.writestr(f"../../{'长' * 200}.xlsx", data)
    with zipfile.ZipFile(tmp_path / "收到" / "001_某办.zip", "w") as archive:
        archive.writestr("/".join("深" * 30) + "/附件.xlsx", first)
    receive(season, [tmp_path / "收到"], day=DAY)
    assert states(season)[code] is UnitState.RECEIVED
    reviewed = review(season, day=DAY)
    assert {unit.code for unit, _ in reviewed.tallies} == {"001", code}
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"收到"}


def test_contents_are_kept_and_the_folder_that_came_is_not_needed_again(season, tmp_path):
    name, data = second()
    path = tmp_path / "收到" / name
    path.write_bytes(data)
    receive(season, [path.parent], day=DAY)
    path.unlink()
    review(season, day=DAY)
    (unit,), result = return_units(season, tmp_path / "退", Letter(day=DAY))
    assert (unit.code, [copy.name for copy in result.files]) == (name[:3], [name])
    (kept,) = season.files(unit.id)
    assert season.content(kept.digest) == data


def test_an_empty_file_in_place_of_a_filing_is_an_error_and_the_rest_stays_open(season, tmp_path):
    name, data = second()
    (tmp_path / "收到" / name).write_bytes(data)
    receive(season, [tmp_path / "收到"], day=DAY)
    before = review(season, day=DAY).tallies[0][1]
    (tmp_path / "又").mkdir()
    (tmp_path / "又" / name).write_bytes(b"")
    receive(season, [tmp_path / "又"], day=DAY)
    after = review(season, day=DAY)
    ((_, tally),) = after.tallies
    assert before.warnings > 0
    assert (tally.errors, tally.warnings, tally.unchecked) == (1, before.warnings, before.warnings)


def test_what_came_after_acceptance_has_to_be_checked_again(season, tmp_path):
    name, good = [*s.workbooks(3).items()][1]
    (tmp_path / "收到" / name).write_bytes(good)
    receive(season, [tmp_path / "收到"], day=DAY)
    review(season, day=DAY)
    with season.change():
        (unit,) = [unit for unit in season.units() if unit.state is UnitState.RECEIVED]
        unit.state = UnitState.ACCEPTED
        season.put_unit(unit)
    (tmp_path / "收到" / name).write_bytes(second()[1])
    receive(season, [tmp_path / "收到"], day=DAY)
    assert states(season)[name[:3]] is UnitState.AGAIN
    assert "已签收以后又报来" in season.events()[-1].text


def test_a_letter_that_came_alone_does_not_make_the_same_filing_an_older_one(season, tmp_path):
    name, data = second()
    (tmp_path / "收到" / name).write_bytes(data)
    receive(season, [tmp_path / "收到"], day=DAY)
    review(season, day=DAY)
    return_units(season, tmp_path / "退", Letter(day=DAY))
    (letter,) = (tmp_path / "退").rglob("*.docx")
    (tmp_path / "又").mkdir()
    (tmp_path / "又" / letter.name).write_bytes(s.answered_letter(letter, "机构改革划转，编制批复在途。"))
    receive(season, [tmp_path / "又"], day=DAY)
    result = receive(season, [tmp_path / "收到"], day=DAY)
    assert [unit.code for unit in result.same] == [name[:3]]
    assert "与第 1 轮收到的完全相同" in season.events()[-1].text
    assert "与上次不同" not in season.events()[-1].text
