"""When units filed and published: from tables as people make them, and from the register of a season."""

from datetime import date

import openpyxl
import pytest

from tests.season import season_files as s
from xlperf.checks.grading.package import KnownDay
from xlperf.finishing.grading.days import KnownDays, days_of_register, days_of_table
from xlperf.season.receiving import receive
from xlperf.season.start import start
from xlperf.season.store import Store

ROWS = [
    ("2024年度报送情况", None, None, None),
    ("序号", "预算单位编码", "单位名称", "报送日期"),
    (1, "001", "甲市某局", date(2025, 7, 14)),
    (2, "002", "甲市某中心", "2025.7.18"),
    (3, None, "某站", "2025年7月21日"),
]


def read(path) -> KnownDays:
    known = KnownDays()
    days_of_table(path, known)
    return known


@pytest.fixture
def table(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(tmp_path / "日期.xlsx")
    return tmp_path / "日期.xlsx"


def test_a_workbook_with_lines_above_its_headings(table):
    known = read(table)
    units = [("001", ""), ("002", "甲市某中心"), ("", "某站"), ("009", "别处")]
    found = [known.of(code, name) for code, name in units]
    days = [day["线上报送"].day if day else None for day in found]
    assert days == [date(2025, 7, 14), date(2025, 7, 18), date(2025, 7, 21), None]
    assert list(known.strangers()) == []


def test_a_table_in_a_chinese_encoding(tmp_path):
    path = tmp_path / "日期.csv"
    path.write_bytes("单位名称,报送日期,公开日期\n某站,2025-7-3,2025-7-30\n".encode("gb18030"))
    assert read(path).of("", "某站")["公开"].day == date(2025, 7, 30)


def test_a_month_is_no_day(tmp_path):
    path = tmp_path / "日期.csv"
    path.write_text("单位名称,报送日期\n某站,2025年7月\n", "utf-8")
    known = read(path)
    assert known.of("", "某站") == {}
    assert "2025年7月" in known.remarks[0]


def test_first_and_last_day_in_the_register_and_units_that_sent_nothing(tmp_path):
    ledger, season = tmp_path / "台账.xlsx", tmp_path / "季.db"
    s.write_ledger(ledger, 3)
    start(season, str(ledger), s.g.PROFILE.id, due=None, day=date(2025, 7, 1), by="")
    name, content = next(iter(s.workbooks(3).items()))
    inbox = tmp_path / "收到"
    inbox.mkdir()
    with Store(season) as store:
        for number, sent in enumerate((content, s.spoiled(content, s.WRONG)), start=1):
            (inbox / name).write_bytes(sent)
            receive(store, [inbox], day=date(2025, 7, 10 + number))
    known = KnownDays()
    days_of_register(season, known)
    code, unit = name.removesuffix(".xlsx").split("_")
    day = known.of(code, unit)["线上报送"]
    assert isinstance(day.last, KnownDay)
    assert (day.day, day.last.day) == (date(2025, 7, 11), date(2025, 7, 12))
    assert len(known.missing) == 2


def test_a_line_with_another_code_is_of_another_unit_of_the_same_name(tmp_path):
    path = tmp_path / "日期.csv"
    path.write_text("单位编码,单位名称,报送日期\n101,中心幼儿园,2025-7-14\n8,某站,2025-7-15\n", "utf-8")
    known = read(path)
    assert known.of("102", "中心幼儿园") == {}
    assert known.of("101", "中心幼儿园")["线上报送"].day == date(2025, 7, 14)
    assert known.of("008", "某站")["线上报送"].day == date(2025, 7, 15)


def test_long_codes_that_a_workbook_has_as_numbers(tmp_path):
    book = openpyxl.Workbook()
    for row in (("单位编码", "报送日期"), (430611001, 20250714), (430611002, "2025.7.15")):
        book.active.append(row)
    book.save(tmp_path / "日期.xlsx")
    known = read(tmp_path / "日期.xlsx")
    assert known.of("430611001", "") == {}
    assert "20250714" in known.remarks[0]
    assert known.of("430611002", "")["线上报送"].day == date(2025, 7, 15)


def test_the_first_and_the_last_day_are_those_of_the_calendar(tmp_path):
    ledger, season = tmp_path / "台账.xlsx", tmp_path / "季.db"
    s.write_ledger(ledger, 1)
    start(season, str(ledger), s.g.PROFILE.id, due=None, day=date(2025, 7, 1), by="")
    ((name, content),) = s.workbooks(1).items()
    (tmp_path / "收到").mkdir()
    with Store(season) as store:
        for day, sent in ((14, content), (11, s.spoiled(content, s.WRONG))):
            (tmp_path / "收到" / name).write_bytes(sent)
            receive(store, [tmp_path / "收到"], day=date(2025, 7, day))
    known = KnownDays()
    days_of_register(season, known)
    day = known.of(name[:3], "")["线上报送"]
    assert day.last is not None
    assert (day.day, day.last.day) == (date(2025, 7, 11), date(2025, 7, 14))
