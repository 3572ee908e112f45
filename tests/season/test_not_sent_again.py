"""What a unit did not send again is part of its filing as it came before."""

from datetime import date
from pathlib import Path

import pytest

from tests.finishing.grading.packages import UNIT, report
from tests.received import good as g
from tests.season import season_files as s
from xlperf.finishing.reports.run import PlannedReport, made_report
from xlperf.season.latest import LatestFilings, write_latest
from xlperf.season.receiving import receive
from xlperf.season.start import start
from xlperf.season.store import Store

HOME = f"{g.filing().unit_code}_{UNIT}"


@pytest.fixture
def season(tmp_path):
    s.write_ledger(tmp_path / "台账.xlsx", 2)
    start(
        tmp_path / "季.db", str(tmp_path / "台账.xlsx"), g.PROFILE.id, due=None, day=date(2025, 7, 1), by=""
    )
    with Store(tmp_path / "季.db") as store:
        yield store


def came(season: Store, tmp_path: Path, number: int, **files: bytes) -> None:
    home = tmp_path / f"第{number}轮" / HOME
    home.mkdir(parents=True)
    for name, data in files.items():
        (home / name.replace("_", ".")).write_bytes(data)
    receive(season, [tmp_path / f"第{number}轮"], day=date(2025, 7, number))


def taken(season: Store, tmp_path: Path) -> tuple[LatestFilings, dict[str, bytes]]:
    result = write_latest(season, tmp_path / "收齐")
    return result, {path.name: path.read_bytes() for path in (tmp_path / "收齐" / HOME).iterdir()}


def test_the_report_that_was_not_sent_again_comes_from_the_round_before(season, tmp_path):
    wrong, right, text = g.edited({g.BASIC: g.number(s.STAFF, 99)}), g.good(), report()
    came(season, tmp_path, 1, 表_xlsx=wrong, 报告_docx=text)
    came(season, tmp_path, 2, 改过的表_xlsx=right)
    result, files = taken(season, tmp_path)
    assert files == {"改过的表.xlsx": right, "报告.docx": text}
    assert (result.units, result.files) == (1, 2)
    assert [said.partition("：")[2] for said in result.remarks] == [
        "第 1 轮的“报告.docx”后来没有再报，一并取出。"
    ]


def test_of_one_round_nothing_is_read_or_said(season, tmp_path):
    both = {"表_xlsx": g.good(), "报告_docx": report()}
    came(season, tmp_path, 1, **both)
    result, files = taken(season, tmp_path)
    assert {*files.values()} == {*both.values()}
    assert result.remarks == []


def test_a_table_in_an_earlier_report_that_says_something_else_is_named(season, tmp_path):
    with_tables, _ = made_report(PlannedReport(g.filing(), "整体", tmp_path), None)
    came(season, tmp_path, 1, 表_xlsx=g.good(), 报告_docx=with_tables)
    came(season, tmp_path, 2, 表_xlsx=g.edited({g.BASIC: g.number(g.address("基础", "编制数"), 99)}))
    result, files = taken(season, tmp_path)
    assert files.keys() == {"表.xlsx", "报告.docx"}
    assert ["《基础数据表》" in said and "《整体" not in said for said in result.remarks] == [True]
