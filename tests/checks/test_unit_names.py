"""One unit under several spellings of its name: found on the roster, or proposed, never missing."""

import pytest

from tests.received import good as g
from tests.shared_files import SHARED, needs_cases
from xlperf.checks.scopes import Scopes
from xlperf.checks.unit_naming import named_unit
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.check import check
from xlperf.ledgers.ledger import Ledger, read_ledger
from xlperf.ledgers.units import UnitRow

PROFILE = load_profile("hunan-yueyang-2024")
OWN = g.filing().unit_name


def checked(tmp_path, name):
    """The roster's findings for a file without a unit in its name."""
    (tmp_path / "附件表.xlsx").write_bytes(g.good())
    report = check([tmp_path], ledger=Ledger("台账.xlsx", g.PROFILE, [], [], [UnitRow("777", name, "")]))
    return [(found.code, found.value) for found in unfolded(report.findings) if found.code.startswith("D")]


@pytest.mark.parametrize("name", [f"[101001]{OWN}", f"市直-{OWN}", f"{OWN[:3]}\n{OWN[3:]}", f"{OWN}\u200b"])
def test_another_spelling_on_the_roster_is_the_unit(tmp_path, name):
    assert checked(tmp_path, name) == []


@pytest.mark.parametrize("name", [f"岳阳市{OWN}", f"{OWN}（本级）"])
def test_a_name_that_differs_by_more_is_proposed(tmp_path, name):
    assert checked(tmp_path, name) == [("D908", OWN)]


def test_another_unit_is_missing(tmp_path):
    assert checked(tmp_path, "君山区林业局") == [("D901", ""), ("D907", "")]


@pytest.mark.parametrize("case", ["brackets", "kangxi", "zero"])
@needs_cases
def test_names_of_the_public_report(case):
    ledger = read_ledger(SHARED / "cases" / "ledgers" / f"03_roster_{case}.xlsx", PROFILE)
    report = check([SHARED / "cases" / "packages" / f"03_roster_{case}"], ledger=ledger)
    assert [found.code for found in unfolded(report.findings) if found.code[0] in "DX"] == []


@needs_cases
def test_a_line_break_in_a_name_is_no_difference():
    report = check([SHARED / "cases" / "received" / "09_line_break_in_name.xlsx"])
    assert [found.code for found in unfolded(report.findings) if found.code == "X815"] == []


def test_rules_see_the_unit_in_one_spelling():
    overall = Record("整体", "整体支出绩效自评表", {"单位名称": "第二〇六地质队（本级）"})
    project = Record(
        "项目", "项目支出绩效自评表1", {"主管部门": "市自然资源局", "实施单位": "第二○六\n地质队(本级)"}
    )
    seen = Scopes(Filing("1", "甲", PROFILE.id, [overall, project]), PROFILE).record(project)
    assert seen["实施单位"] == "第二〇六地质队（本级）"
    assert seen["主管部门"] == "市自然资源局"


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("002_report.docx", ("002", "")),
        ("002_number_endash.xlsx", ("002", "")),
        ("430601_自评表.xlsx", ("430601", "")),
        ("430601_附件2整体支出绩效自评表（定稿）.xlsx", ("430601", "")),
        ("2024_自评报告.docx", ("", "")),
        ("430601_君山区财政局.xlsx", ("430601", "君山区财政局")),
        ("430601_君山区财政局自评表.xlsx", ("430601", "君山区财政局自评表")),
        ("君山区财政局.xlsx", ("", "")),
        ("001_某局_单位整体支出绩效自评报告.docx", ("001", "某局")),
        ("001_某局_综合科_自评表.xlsx", ("001", "某局_综合科")),
    ],
)
def test_words_for_what_a_file_is_name_no_unit(file, named):
    assert named_unit(file) == named
