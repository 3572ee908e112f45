"""The published filings of two units, and made-up ones: filled from the demo ledgers, checked whole."""

from pathlib import Path

import pytest

from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.jobs.check import check
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

UNITS = 12


@pytest.fixture(scope="module", params=["hunan-yueyang-2024", "hunan-hengyang-2023"])
def report(request, tmp_path_factory) -> Report:
    folder = tmp_path_factory.mktemp("district")
    profile = load_profile(request.param)
    ledger = folder / "ledger.xlsx"
    write_demo_ledger(ledger, profile, UNITS)
    working, official, out = writer_of(profile), writer_of(profile, working=False), folder / "out"
    out.mkdir()
    for filing in read_ledger(ledger, profile).filings:
        writer = working if filing.unit_code == "001" else official
        (out / f"{filing.unit_code}_{filing.unit_name}.xlsx").write_bytes(writer.workbook(filing))
    return check([out], ledger=ledger)


def errors(report: Report, published: bool) -> set[tuple[str, str, str, str]]:
    """Sheet, label or row, value and right figure of the 错误 of the published unit, or of the others."""
    return {
        (
            finding.location.sheet.removeprefix("项目支出绩效自评表"),
            finding.location.row_key or finding.location.field,
            finding.value,
            finding.expected,
        )
        for finding in unfolded(report.findings)
        if finding.severity is Severity.ERROR and (finding.location.unit_code == "001") is published
    }


JUNSHAN = {
    ("1", "支出不超过批复预算", "90万元", "80"),  # 80 executed
    ("基础数据表", "项目支出_本年决算数", "90.00", "80.00"),
}
HENGYANG = {
    ("2", "执行率", "99.00%", "99.88%"),  # 16.98 / 17
    ("2", "执行率得分", "9.9", "9.99"),
    ("9", "执行率", "76.00%", "76.17%"),  # 230.24 / 302.29
    ("9", "执行率得分", "7.6", "7.62"),
    ("10", "执行率", "79.00%", "79.43%"),  # 20.70 / 26.06
    ("10", "执行率得分", "7.9", "7.94"),
    ("基础数据表", "项目支出_本年决算数", "616.73", "609.62"),
    ("基础数据表", "项目支出_本年预算数", "616.73", "688.87"),
}
HENGYANG_SENTENCES = ["117.58", "111.58", "195693.69", "19569.69", "偏差原因却是空的"]


def test_of_published_units_the_mistakes_of_their_tables_are_reported_and_no_others(report):
    found = errors(report, True)
    if report.files[0].profile == "hunan-yueyang-2024":
        assert found == JUNSHAN
        return
    assert found >= HENGYANG
    rest = found - HENGYANG
    assert len(rest) == 3
    said = " ".join(
        finding.message for finding in unfolded(report.findings) if finding.severity is Severity.ERROR
    )
    assert all(sentence in said for sentence in HENGYANG_SENTENCES)


def test_made_up_units_have_no_errors(report):
    assert errors(report, False) == set()
    assert len(report.files) == UNITS


def test_each_unit_has_its_rates(report):
    assert len(report.ratios) == UNITS
    rates = report.ratios[0].values
    if report.files[0].profile == "hunan-yueyang-2024":
        assert rates["财政供养人员情况·控制率"] == 1.0  # 47 of 47
        assert rates["预算执行率"] == pytest.approx(0.9849)  # 1253.78 / 1273.05
    assert "预算调整率（净变动）" in rates


def test_findings_say_file_sheet_cell_label_fix_and_basis(report):
    for finding in unfolded(report.findings):
        assert finding.message
        assert finding.fix
        assert finding.basis
        assert "{" not in finding.message + finding.fix
        assert Path(finding.location.file).exists() or not finding.location.file
        assert finding.location.unit_name
        if finding.code[0] in "BSWPX":
            assert finding.location.sheet
            assert finding.location.cell
            assert finding.location.label
