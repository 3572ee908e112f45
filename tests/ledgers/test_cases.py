"""Ledgers as people send them, after public reports: each is filled as a person would read it."""

import json

import pytest
from openpyxl import load_workbook

from tests.shared_files import SHARED, needs_cases
from xlperf.jobs.fill import fill
from xlperf.ledgers.ledger import read_ledger

pytestmark = needs_cases
LEDGERS = SHARED / "cases" / "ledgers"
YUEYANG = "hunan-yueyang-2024"


@pytest.fixture
def read(profile):
    return lambda name: read_ledger(next(LEDGERS.glob(f"{name}*.xlsx")), profile)


def codes(ledger):
    return sorted({finding.code for finding in ledger.findings})


@pytest.mark.parametrize("name", ["04_codes_one_sheet", "04_codes_shown_with_zeros"])
def test_codes_as_they_are_shown_in_every_sheet(read, name):
    ledger = read(name)
    assert [unit.code for unit in ledger.units] == ["001", "002", "003", "004", "005"]
    assert codes(ledger) == []
    assert [join.exact for join in ledger.joins] == [5, 17, 311, 2]
    assert ledger.filings[0].of("整体")[0].fields["年度资金总额_全年执行数"] == 1253.78


@pytest.mark.parametrize("name", ["05", "13"])
def test_merges_are_filled_down_and_reported_once(read, name):
    ledger, apart = read(name), read("04_codes_one_sheet")
    (found,) = ledger.findings
    assert (found.code, found.location.sheet, found.location.label) == ("L118", "指标", "单位编码")
    for filing, other in zip(ledger.filings, apart.filings, strict=False):
        assert [record.tables for record in filing.records] == [record.tables for record in other.records]


def test_units_in_yuan_are_reported_before_anything_is_filled(tmp_path):
    reported = []
    mapping = tmp_path / "对照.json"
    target = tmp_path / "出"

    def report(ledger):
        reported.append((ledger.held, list(target.iterdir())))

    result = fill(LEDGERS / "10_all_in_yuan.xlsx", YUEYANG, target, mapping=mapping, report=report)
    assert reported == [({"001", "002"}, [])]
    found = [(finding.code, finding.location.unit_code, finding.expected) for finding in result.findings]
    assert found == [("L128", "001", "1328.5万元"), ("L128", "002", "1206.16万元")]
    assert [path.name[:3] for path in result.files] == ["003", "004", "005", "006"]
    answers = json.loads(mapping.read_text("utf-8"))
    for entry in answers["金额单位"]["支出"].values():
        assert entry["对应"] == ""
        entry["对应"] = "元"
    mapping.write_text(json.dumps(answers, ensure_ascii=False), "utf-8")
    again = fill(LEDGERS / "10_all_in_yuan.xlsx", YUEYANG, target, mapping=mapping, force=True)
    assert (again.findings, again.has_questions, len(again.files)) == ([], False, 6)
    page = load_workbook(again.files[0])["整体支出绩效自评表"]
    assert 1328.5 in [cell.value for row in page for cell in row]


def test_headings_with_years_and_other_words(read):
    ledger = read("11")
    assert codes(ledger) == []
    basic = ledger.filings[2].of("基础")[0].fields
    assert (basic["编制数"], basic["在职人数"]) == (51, 49)
    plain = read("12").filings
    for filing, other in zip(ledger.filings, plain, strict=True):
        assert [record.fields for record in filing.records] == [record.fields for record in other.records]


def test_the_column_of_codes_named_otherwise(read):
    ledger = read("12")
    assert codes(ledger) == []
    assert [unit.code for unit in ledger.units] == ["001", "002", "003", "004", "005", "006"]
