"""The command line of a year's beginning: new --from, fill --from."""

from dataclasses import replace

import openpyxl

from tests.received import good as g
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.jobs.carry_over import CarryResult, begin_year
from xlperf.ledgers.ledger import read_ledger


def test_a_ledger_and_workbooks_from_last_years_filings(xlperf, inbox, tmp_path):
    (inbox / "好.xlsx").rename(inbox / g.file_name())
    ended = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx")
    assert ended.status == 0
    assert "1 家单位" in ended.err
    (filing,) = read_ledger(tmp_path / "台账.xlsx", None).filings
    last = g.filing().of("基础")[0].fields
    assert filing.of("基础")[0].fields["公用经费_上年决算数"] == last["公用经费_本年决算数"]
    assert xlperf("new", "hunan-yueyang-2024", "--from", "收到", "-o", "附件表").status == 0
    sheet = openpyxl.load_workbook(tmp_path / "附件表" / g.file_name())["基础数据表"]
    assert sheet[g.address("基础", "编制数")].value == last["编制数"]


def test_nothing_that_is_there_is_written_over(xlperf, inbox, tmp_path):
    (tmp_path / "台账.xlsx").write_bytes(b"mine")
    ended = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx")
    assert ended.status == 2
    assert "--force" in ended.err
    assert (tmp_path / "台账.xlsx").read_bytes() == b"mine"


def test_a_ledger_is_filled_up_from_last_years_ledger(xlperf, inbox, tmp_path):
    xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "上年.xlsx")
    book = openpyxl.load_workbook(tmp_path / "上年.xlsx")
    units = book["单位"]
    headings = [cell.value for cell in units[1]]
    units.cell(2, headings.index("编制数") + 1).value = None
    book.save(tmp_path / "今年.xlsx")
    ended = xlperf("fill", "今年.xlsx", "--from", "收到", "-o", "附件表", "--fail-on", "never")
    assert ended.status == 0
    assert "L150" in ended.out
    assert "编制数" in ended.out


def test_a_profile_of_the_same_year_is_doubted(xlperf, inbox, tmp_path):
    said = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx").out
    assert said.count("警告 L155：这是 2024 年度的表，不早于口径“湖南省岳阳市 2024 年度”") == 1
    said = xlperf("new", "hunan-hengyang-2023", "--ledger", "--from", "收到", "-o", "衡阳.xlsx").out
    assert "警告 L155" in said


def test_many_notes_of_a_kind_are_said_once_and_listed_in_a_file(xlperf, tmp_path, monkeypatch):
    units = [f"第{number}局" for number in range(1, 8)]
    places = [Location(f"收到/{unit}.xlsx", unit_name=unit) for unit in units]
    notes = [finding("L154", place, f"目标 {place.unit_name}", count=1, year=2024) for place in places]
    others = [finding("L153", places[0], "7", label="编制数", why="有两种读法")]
    made = CarryResult([tmp_path / "附件表"], len(units), [*notes, *others])
    monkeypatch.setattr("xlperf.jobs.carry_over.begin_year", lambda *given, **options: made)
    ended = xlperf("new", "hunan-yueyang-2024", "--from", "收到", "-o", "附件表")
    assert ended.out.count("L154") == 1
    assert "7 条" in ended.out
    assert "第1局上年报送的“编制数”读作 7，拿不准（有两种读法），没有结转。" in ended.out
    book = openpyxl.load_workbook(tmp_path / "附件表-结转问题清单.xlsx")
    listed = " ".join(str(cell.value) for row in book["问题清单"].iter_rows() for cell in row)
    assert all(f"目标 {unit}" in listed for unit in units)
    assert "有两种读法" in listed
    xlperf("new", "hunan-yueyang-2024", "--from", "收到", "-o", "附件表")
    assert (tmp_path / "附件表-结转问题清单2.xlsx").exists()
    made.findings[:] = made.findings[:5]
    assert xlperf("new", "hunan-yueyang-2024", "--from", "收到", "-o", "附件表").out.count("L154") == 5


def test_no_workbook_is_written_over_that_of_another_unit(tmp_path, monkeypatch):
    """What no file name may hold is left out of it: the names of two units may then be one."""
    filings = [replace(g.filing(), unit_code="", unit_name=name) for name in ("甲/乙局", "甲?乙局", "丙局")]
    units = [
        UnitFiling(
            made, 2024, (f"{made.unit_name[0]}.xlsx",), [""] * len(made.records), [{} for _ in made.records]
        )
        for made in filings
    ]
    monkeypatch.setattr("xlperf.jobs.carry_over.last_years_filings", lambda *given: (units, []))
    made = begin_year("hunan-yueyang-2024", ["收到"], tmp_path / "附件表", plain=True)
    assert [path.name for path in made.files] == ["_丙局.xlsx"]
    assert made.units == 1
    assert [found.location.unit_name for found in made.findings if found.code == "L140"] == [
        "甲/乙局",
        "甲?乙局",
    ]


def test_what_was_filed_and_is_not_carried_over_is_named(xlperf, tmp_path):
    """A file that cannot be read, one that is not read, and the second filing of a unit."""
    received = tmp_path / "收到"
    (received / "又").mkdir(parents=True)
    (received / g.file_name()).write_bytes(g.good())
    (received / "又" / g.file_name()).write_bytes(g.edited({g.BASIC: g.number("C9", 1)}))
    (received / "003_坏局.xlsx").write_bytes(g.good()[:3000])
    (received / "说明.psd").write_bytes(b"8BPS")
    said = xlperf("new", "hunan-yueyang-2024", "--ledger", "--from", "收到", "-o", "台账.xlsx").out
    assert "003_坏局.xlsx" in said
    assert "说明.psd" in said
    assert "错误 D902" in said
    ended = xlperf("fill", "台账.xlsx", "--from", "收到", "-o", "附件表", "--fail-on", "never")
    assert "003_坏局.xlsx" in ended.out
