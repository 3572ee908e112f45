"""A unit's package of several files, checked as the one filing it is."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.received import good as g
from tests.received import packages as p
from tests.received.spoiling import KINDS
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.jobs.check import check
from xlperf.jobs.run_options import RunOptions

ALWAYS = {"D913", "M405"}
"""No grading sheet; workbooks cut up by a program without a calculation engine."""


def filed(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def reported(report) -> list[tuple[str, str, str, str]]:
    """What is found except ALWAYS: code, file, sheet, cell."""
    return [
        (finding.code, Path(finding.location.file).name, finding.location.sheet, finding.location.cell)
        for finding in unfolded(report.findings)
        if finding.code not in ALWAYS
    ]


def project(changes: dict[str, str]) -> g.Edit:
    return g.chained(*(g.text(g.address("项目", field), text) for field, text in changes.items()))


def sheet_of(**changes: str) -> bytes:
    return p.sheets(p.PROJECTS[0], changes={g.PROJECT: project(changes)})


def test_a_complete_package_has_no_faults(tmp_path):
    report = check([filed(tmp_path / "某单位", p.package())])
    assert reported(report) == []
    assert {file.unit_name for file in report.files} == {p.UNIT}
    (rates,) = report.ratios
    assert rates.values["财政供养人员情况·控制率"] == 1.0
    assert any("执行率" in label for label in rates.values)


def test_a_zip_is_a_package_whatever_folders_are_in_it(tmp_path):
    path = tmp_path / "007_某镇.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, content) in enumerate(p.package().items()):
            archive.writestr(f"{number}/{name}", content)
    report = check([path])
    assert reported(report) == []
    assert {(file.unit_code, file.unit_name) for file in report.files} == {("", p.UNIT)}


@pytest.mark.parametrize(
    ("left_out", "code", "severity", "word"),
    [
        ("附件1", "D911", Severity.ERROR, "基础数据表"),
        ("附件2", "D911", Severity.ERROR, "整体支出绩效自评表"),
        ("报告", "D912", Severity.WARNING, "报告"),
    ],
)
def test_a_missing_piece_is_reported_once(tmp_path, left_out, code, severity, word):
    report = check([filed(tmp_path / "某单位", p.package(**{left_out: None}))])
    (found,) = (finding for finding in unfolded(report.findings) if finding.code in ("D911", "D912", "T201"))
    assert (found.code, found.severity, found.location.unit_name) == (code, severity, p.UNIT)
    assert word in found.message
    assert not {finding[0] for finding in reported(report)} - {code}


def test_all_project_sheets_missing(tmp_path):
    report = check([filed(tmp_path / "某单位", p.package(项目1=None, 项目2=None))])
    codes = [finding[0] for finding in reported(report)]
    assert codes.count("D911") == 1
    assert "T201" not in codes


def test_a_project_sheet_that_was_not_sent_is_missed_by_the_sum(tmp_path):
    report = check([filed(tmp_path / "某单位", p.package(项目2=None))])
    (found,) = (finding for finding in unfolded(report.findings) if finding.code == "X801")
    place = found.location
    at = g.address("基础", "项目支出_本年决算数")
    assert (Path(place.file).name, place.sheet, place.cell) == ("附件1.xlsx", p.BASIC, at)


def test_two_versions_of_a_form(tmp_path):
    other = {g.OVERALL: g.number(g.address("整体", "年度资金总额_年初预算数"), 1)}
    content = p.sheets(p.OVERALL, changes=other)
    report = check([filed(tmp_path / "某单位", p.package(附件2改=content))])
    (found,) = (finding for finding in unfolded(report.findings) if finding.code == "D914")
    assert {Path(found.location.file).name, found.message.split("“")[1].split("”")[0]} == {
        "附件2.docx",
        "附件2改.xlsx",
    }
    assert "年初预算数" in found.message
    assert "D902" not in {finding.code for finding in unfolded(report.findings)}


def test_the_same_form_in_a_workbook_and_in_the_report(tmp_path):
    report = check([filed(tmp_path / "某单位", p.package(附件2稿=p.sheets(p.OVERALL)))])
    assert reported(report) == []


def test_one_sheet_for_one_project(tmp_path):
    again = sheet_of(主管部门="某市财政局")
    report = check([filed(tmp_path / "某单位", p.package(项目1改=again))])
    found = [finding for finding in unfolded(report.findings) if finding.code == "D914"]
    assert len(found) == 1
    assert "主管部门" in found[0].message


def test_another_units_project_sheet(tmp_path):
    strange = sheet_of(主管部门="某县水利局", 实施单位="某县水利局")
    report = check([filed(tmp_path / "某单位", p.package(项目1=strange))])
    (found,) = (finding for finding in unfolded(report.findings) if finding.code == "D915")
    assert (found.value, found.expected) == ("某县水利局", p.UNIT)
    at = g.address("项目", "实施单位")
    assert (Path(found.location.file).name, found.location.cell) == ("项目1.xlsx", at)


def test_a_project_of_a_unit_below_is_its_own(tmp_path):
    below = sheet_of(实施单位="青禾镇农业服务中心")
    report = check([filed(tmp_path / "某单位", p.package(项目1=below))])
    assert "D915" not in {finding.code for finding in unfolded(report.findings)}


def test_another_year(tmp_path):
    old = g.replaced("2024年度项目支出绩效自评表", "2023年度项目支出绩效自评表")
    content = p.sheets(p.PROJECTS[0], changes={g.PROJECT: old})
    report = check([filed(tmp_path / "某单位", p.package(项目1=content))])
    (found,) = (finding for finding in unfolded(report.findings) if finding.code == "D916")
    assert (found.value, found.expected) == ("2023", "2024")
    assert (Path(found.location.file).name, found.location.sheet) == ("项目1.xlsx", p.PROJECTS[0])


def test_the_report_is_read_against_the_forms_of_the_other_files(tmp_path):
    wrong = p.report("当年基本支出共1.23万元。")
    report = check([filed(tmp_path / "某单位", p.package(报告=wrong))])
    assert ("R132", "报告.docx", "", "第3段") in reported(report)


def test_an_unreadable_piece_leaves_the_others(tmp_path):
    report = check([filed(tmp_path / "某单位", p.package(项目2=KINDS["truncated"]()))])
    assert {("F115", "项目2.docx", "", "")} <= set(reported(report))
    assert "D911" not in {finding.code for finding in unfolded(report.findings)}


def test_units_in_folders_of_their_own_are_kept_apart(tmp_path):
    filed(tmp_path / "甲", p.package())
    name = g.text(g.address("整体", "单位名称"), "某县水利局")
    other = p.sheets(p.OVERALL, changes={g.OVERALL: name})
    strange = sheet_of(主管部门="某县水利局", 实施单位="某县水利局")
    pieces = p.package(附件2=None, 项目1=strange, 项目2=None, 报告=p.report(unit="某县水利局"))
    filed(tmp_path / "乙", pieces | {"附件2.xlsx": other})
    report = check([tmp_path])
    units = {Path(file.path).parent.name: file.unit_name for file in report.files}
    assert units == {"甲": p.UNIT, "乙": "某县水利局"}
    assert not {"D902", "D911", "D912", "D914", "D915"} & {
        finding.code for finding in unfolded(report.findings)
    }


def test_whole_workbooks_in_one_folder_stay_by_themselves(tmp_path):
    filed(tmp_path, {"初稿.xlsx": g.good(), "定稿.xlsx": g.good()})
    assert [finding.code for finding in unfolded(check([tmp_path]).findings)] == ["D902"]


def test_a_workbook_that_lacks_a_form_is_no_piece_of_another_units(tmp_path):
    """Two files, named after their units: each as if it had come alone."""
    filed(tmp_path, {"001_某县水利局.xlsx": KINDS["form_missing"](), g.file_name(): g.good()})
    assert [finding.code for finding in unfolded(check([tmp_path]).findings)] == ["T201"]


def test_a_report_finds_its_workbook_among_those_of_other_units(tmp_path):
    name = g.text(g.address("整体", "单位名称"), "某县水利局")
    other = g.edited({g.OVERALL: name, g.BASIC: g.number(g.address("基础", "办公经费_本年预算数"), 12)})
    wrong = p.report("当年基本支出共1.23万元。")
    filed(tmp_path, {"001_某县水利局.xlsx": other, g.file_name(): g.good(), "报告.docx": wrong})
    found = {finding.code: finding.location.unit_name for finding in unfolded(check([tmp_path]).findings)}
    assert found["R132"] == p.UNIT
    assert found["D913"] == p.UNIT


def test_processes_give_the_same_report(tmp_path):
    filed(tmp_path / "甲", p.package(项目2=None))
    alone, together = (check([tmp_path], options=RunOptions(count)) for count in (1, 2))
    assert alone.findings == together.findings
    assert alone.files == together.files


def test_a_mistake_of_ours_is_a_finding_too(tmp_path, monkeypatch):
    filed(tmp_path / "甲", p.package())
    monkeypatch.setattr("xlperf.checks.package_check.merged", lambda *_: 1 / 0)
    assert "F113" in {finding.code for finding in unfolded(check([tmp_path]).findings)}


def foreign(project: str, bureau: str, unit: str) -> bytes:
    """A project form of some other place, which names no profile."""
    book = openpyxl.Workbook()
    for row in (
        ["项目支出绩效自评表"],
        ["项目名称", project],
        ["主管部门", bureau, "实施单位", unit],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["", "年度资金总额", 100, 100, 100, 10, "100%", 10],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "改造数量", "≥2个", "2个", 90, 90],
        ["总分", "", "", "", "", 100, 100],
    ):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_project_forms_that_name_different_units_are_no_package(tmp_path):
    """A folder of what came in is not taken for one unit's filing, nor a guessed profile for another's."""
    files = {
        "甲.xlsx": foreign("食堂改造", "临渚市教育局", "临渚市第三小学"),
        "乙.xlsx": foreign("农机核验", "柳河市农业农村局", "柳河市农机推广站"),
        "丙.xlsx": foreign("操场改造", "临渚市教育局", "临渚市第五小学"),
    }
    report = check([filed(tmp_path / "收到", files)])
    assert not {code for code, *_ in reported(report)} & {"D905", "D911", "D912", "D915", "D916"}


def test_project_forms_that_name_the_same_units_are_a_package(tmp_path):
    names = ("食堂改造", "操场改造")
    files = {f"{name}.xlsx": foreign(name, "临渚市教育局", "临渚市第三小学") for name in names}
    report = check([filed(tmp_path / "收到", files)])
    assert "D912" in {code for code, *_ in reported(report)}
