"""Folders of reports: from a ledger, from packages, with earlier reports, as PDF, and interrupted."""

import shutil
from pathlib import Path

import pytest

from tests.finishing.reports.samples import filings
from tests.received import good as g
from tests.report_text.documents import made
from xlperf.core.errors import InputError, OutputError
from xlperf.finishing.reports import run
from xlperf.finishing.reports.filings_source import source_filings
from xlperf.finishing.reports.run import ReportsResult, write_reports
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.journal import Keeping
from xlperf.ledgers.sources import is_ledger
from xlperf.ooxml.limits import LIMITS
from xlperf.report_text import read_report

NAMES = ["001_岳阳市君山区人民政府办公室_整体支出绩效自评报告.docx"]


def reports(paths, output: Path, **settings) -> ReportsResult:
    """The reports of what lies under ``paths``."""
    source = source_filings(paths, None, limits=LIMITS, keeping=settings.get("keeping"), output=output)
    return write_reports(source, output, **settings)


@pytest.fixture
def ledger(tmp_path) -> Path:
    path = tmp_path / "台账.xlsx"
    write_demo_ledger(path, g.PROFILE, units=3)
    return path


def test_a_report_for_each_unit_of_a_ledger(ledger, tmp_path):
    result = reports([ledger], tmp_path / "报告")
    assert [path.name for path in result.files][:1] == NAMES
    assert len(result.files) == 3
    assert sorted((tmp_path / "报告").iterdir()) == sorted(result.files)
    assert result.findings == []


def test_ledgers_are_known_from_what_units_filed(ledger, tmp_path):
    (tmp_path / "附件.xlsx").write_bytes(g.good())
    assert is_ledger(ledger)
    assert not is_ledger(tmp_path / "附件.xlsx")
    assert not is_ledger(tmp_path)
    (tmp_path / "单位.csv").write_text("单位编码\n", "utf-8")
    assert is_ledger(tmp_path)


def test_a_report_of_what_a_unit_filed_has_its_figures(tmp_path):
    (tmp_path / "收到").mkdir()
    (tmp_path / "收到" / g.file_name()).write_bytes(g.good())
    (made_report,) = reports([tmp_path / "收到"], tmp_path / "报告").files
    back = read_filing(made_report).filing
    assert back is not None
    given = g.filing().of("基础")[0].fields
    assert {name: back.of("基础")[0].fields[name] for name in ("编制数", "在职人数")} == {
        name: given[name] for name in ("编制数", "在职人数")
    }


def test_existing_reports_are_not_replaced_unless_asked_to(ledger, tmp_path):
    reports([ledger], tmp_path / "报告")
    with pytest.raises(OutputError):
        reports([ledger], tmp_path / "报告")
    assert len(reports([ledger], tmp_path / "报告", force=True).files) == 3


def test_an_interrupted_run_goes_on(ledger, tmp_path, monkeypatch):
    output = tmp_path / "报告"
    first = reports([ledger], output, keeping=Keeping(output, job="report")).files
    times = {path: path.stat().st_mtime_ns for path in first}
    first[1].unlink()
    again = reports([ledger], output, keeping=Keeping(output, goes_on=True, job="report")).files
    assert [path for path in again if path.stat().st_mtime_ns != times[path]] == [first[1]]


def test_units_whose_files_would_be_called_alike_are_left_out(monkeypatch):
    unit = filings(g.PROFILE.id)[0]
    planned, clashes = run._planned([unit, unit], Path("报告"), {}, {})
    assert planned == []
    assert {found.code for found in clashes} == {"W101"}


def test_an_earlier_report_goes_to_its_unit(ledger, tmp_path):
    old = made(
        tmp_path / "去年.docx",
        [
            "2024年度岳阳市君山区人民政府办公室整体支出绩效自评报告",
            "一、单位基本情况",
            "（一）职能职责",
            "办文办会。",
        ],
    )
    strange = made(
        tmp_path / "别人.docx", ["2024年度某某局整体支出绩效自评报告", "一、单位基本情况", "办事。"]
    )
    result = reports([ledger], tmp_path / "报告", earlier=[old, strange])
    assert [found.code for found in result.findings] == ["W103"]
    assert result.findings[0].location.file == str(strange)
    texts = [paragraph.text for paragraph in read_report(result.files[0]).paragraphs]
    assert "办文办会。" in texts
    others = [paragraph.text for paragraph in read_report(result.files[1]).paragraphs]
    assert "办文办会。" not in others


@pytest.mark.skipif(not (shutil.which("soffice") or shutil.which("libreoffice")), reason="needs LibreOffice")
def test_pdf_next_to_each_report(tmp_path):
    (tmp_path / "收到").mkdir()
    (tmp_path / "收到" / g.file_name()).write_bytes(g.good())
    document, portable = reports([tmp_path / "收到"], tmp_path / "报告", pdf=True).files
    assert (document.suffix, portable.suffix) == (".docx", ".pdf")
    assert portable.read_bytes().startswith(b"%PDF")


def test_pdf_without_libreoffice_is_refused(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "office", lambda: None)
    with pytest.raises(InputError, match="LibreOffice"):
        reports([ledger], tmp_path / "报告", pdf=True)
    assert not (tmp_path / "报告").exists()
