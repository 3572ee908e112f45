"""Folders of reports: from a ledger, from packages, with earlier reports, as PDF, and interrupted."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.finishing.reports.samples import document, filings
from tests.received import good as g
from tests.report_text.documents import made
from xlperf.checks.file_check import check_file
from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing, Record
from xlperf.finishing.grading.grade import grade
from xlperf.finishing.reports import run
from xlperf.finishing.reports.filings_source import SourceFilings, slim, source_filings
from xlperf.finishing.reports.report_paragraphs import kinds_of
from xlperf.finishing.reports.run import ReportsResult, write_reports
from xlperf.intake.filing_reader import read_filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.journal import Keeping
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.ledgers.sources import is_ledger
from xlperf.report_text import read_report
from xlperf.workbooks.workbook_writer import writer_of

NAMES = ["001_岳阳市君山区人民政府办公室_整体支出绩效自评报告.docx"]


def reports(paths, output: Path, **settings) -> ReportsResult:
    """The reports of what lies under ``paths``."""
    source = source_filings(paths, None, options=settings.get("options", USUAL), output=output)
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
    first = reports([ledger], output, options=RunOptions(keeping=Keeping(output, job="report"))).files
    times = {path: path.stat().st_mtime_ns for path in first}
    first[1].unlink()
    resumed = RunOptions(keeping=Keeping(output, goes_on=True, job="report"))
    again = reports([ledger], output, options=resumed).files
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


def test_an_earlier_report_is_read_by_the_outline_of_its_own_unit(tmp_path):
    """A unit of 岳阳 comes first; the report of the one of 常宁 has sections that only 常宁 knows."""
    other = replace(filings("hunan-changning-2023")[1], unit_code="900")
    units = [slim(filings("hunan-yueyang-2024")[0]), slim(other)]
    old = made(
        tmp_path / "900_报告.docx",
        [
            "2022年度某中心整体支出绩效自评报告",
            "一、部门概况",
            "（一）职能职责",
            "管理服务。",
            "二、自评工作情况",
            "（一）评价小组情况",
            "主任任组长。",
        ],
    )
    source = SourceFilings(units, [], is_ledger=True)
    result = write_reports(source, tmp_path / "报告", earlier=[old])
    (path,) = (path for path in result.files if path.name.startswith("900_"))
    texts = [paragraph.text for paragraph in read_report(path).paragraphs]
    assert texts.index("（一）评价小组情况") < texts.index("主任任组长。") < texts.index("（二）自评工作情况")


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("profile_id", profile_ids())
def test_tables_in_which_nothing_is_filled_in_have_all_their_columns(tmp_path, profile_id, named):
    """The official form has every column, whether or not anybody has written under its headings."""
    profile = load_profile(profile_id)
    records = [Record(form.alias, form.sheet_name(0)) for form in profile.forms.values()]
    for kind in kinds_of(profile):
        path = document(tmp_path / f"{kind}.docx", Filing("001", "某局", profile_id, records), profile, kind)
        found = check_file(path, profile if named else None).findings
        assert "F113" not in {finding.code for finding in found}
        assert [finding.message for finding in found if finding.code in {"T226", "T227"}] == []


def test_points_that_a_person_gave_are_taken_over(tmp_path):
    """The score sheet of 衡阳: the forms give some points, a person the others."""
    profile = load_profile("hunan-hengyang-2023")
    unit = filings(profile.id)[0]
    received = tmp_path / "收到" / f"{unit.unit_code}_{unit.unit_name}.xlsx"
    received.parent.mkdir()
    received.write_bytes(writer_of(profile, working=False).workbook(unit))
    grade([received], tmp_path / "评分")
    table = tmp_path / "评分" / f"{received.stem}_考核评分表.xlsx"
    book = openpyxl.load_workbook(table)
    sheet = book["部门整体评分"]
    names = {str(row[1].value): row[0].row for row in sheet.iter_rows(min_row=4)}
    sheet[f"E{names['绩效目标明确、合理']}"] = 9
    sheet[f"D{names['上年三公经费']}"] = 5
    book.save(table)
    source = SourceFilings([slim(unit)], [], is_ledger=True)
    whole, _ = write_reports(source, tmp_path / "报告", grades=tmp_path / "评分").files
    texts = "\n".join(paragraph.text for paragraph in read_report(whole).paragraphs)
    assert "满分10分，得分9分。" in texts
    assert (
        "2022年“三公”经费预算5万元，2023年“三公”经费预算4.25万元，变动率为-15%。满分2.5分，得分2.5分。"
        in texts
    )
    assert "（一）目标设定10分" in texts
    assert "【请填写：履职效益的情况和自评得分（满分30分）】" in texts
    table.write_bytes(b"broken")
    again = write_reports(source, tmp_path / "再写", grades=tmp_path / "评分")
    assert [found.code for found in again.findings] == ["W105"]


@pytest.mark.skipif(not (shutil.which("soffice") or shutil.which("libreoffice")), reason="needs LibreOffice")
def test_pdf_next_to_each_report(tmp_path):
    (tmp_path / "收到").mkdir()
    (tmp_path / "收到" / g.file_name()).write_bytes(g.good())
    document, portable = reports([tmp_path / "收到"], tmp_path / "报告", pdf=True).files
    assert (document.suffix, portable.suffix) == (".docx", ".pdf")
    assert portable.read_bytes().startswith(b"%PDF")
    assert 20_000 < portable.stat().st_size < 2_000_000
    if shutil.which("pdfinfo") and shutil.which("pdftotext") and shutil.which("pdffonts"):
        about, fonts, text = (_printed(command, portable) for command in ("pdfinfo", "pdffonts", "pdftotext"))
        assert 5 <= int(re.search(r"Pages:\s+(\d+)", about)[1]) <= 12
        assert re.search(r"595(\.\d+)? x 84[12](\.\d+)? pts \(A4\)", about)
        assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}
        spent = g.filing().of("整体")[0].fields["年度资金总额_全年执行数"]
        for shown in (g.filing().unit_name, "基础数据表", "项目支出绩效自评表", f"{spent:g}万元", "总分"):
            assert shown in "".join(text.split()), shown


def _printed(command: str, path: Path) -> str:
    """What a program of poppler says of a PDF."""
    words = [command, str(path), *(["-"] if command == "pdftotext" else [])]
    return subprocess.run(words, capture_output=True, check=True).stdout.decode()


def test_pdf_without_libreoffice_is_refused(ledger, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "office", lambda: None)
    with pytest.raises(InputError, match="LibreOffice"):
        reports([ledger], tmp_path / "报告", pdf=True)
    assert not (tmp_path / "报告").exists()
