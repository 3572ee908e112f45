"""Rounds: what is new, still open, fixed or not looked at again, whatever moved or was renamed meanwhile."""

import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import openpyxl
import pytest

from tests.outputs.samples import BROKEN, FILES, RATE, SUM
from tests.received import good as g
from tests.received import packages as p
from xlperf.core.errors import InputError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Location, Status, numbered, unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.jobs.baseline import Baseline, compare, read_baseline
from xlperf.jobs.check import check
from xlperf.outputs.report_formats import render, write

STAFF = g.address("基础", "在职人数")
SCORE = g.address("整体", "指标_得分", 2)
TOO_MANY, TOO_HIGH = g.number(STAFF, 1000), g.number(SCORE, 99)
BAD = {g.BASIC: TOO_MANY, g.OVERALL: TOO_HIGH}


def lay(folder: Path, data: bytes, name: str = "") -> Path:
    path = folder / (name or g.file_name())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def rounds(tmp_path: Path, first: dict[str, bytes], second: dict[str, bytes]) -> Report:
    """The second check, compared with the JSON that the first one wrote."""
    for folder, files in (("一", first), ("二", second)):
        for name, data in files.items():
            lay(tmp_path / folder, data, name)
    write(check([tmp_path / "一"]), tmp_path / "上次.json")
    return compare(check([tmp_path / "二"]), read_baseline(tmp_path / "上次.json"))


def codes(report: Report, status: Status) -> list[str]:
    return sorted({finding.code for finding in unfolded(report.by_status[status])})


def test_the_same_files_again_are_all_still_open(tmp_path):
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, {g.file_name(): g.edited(BAD)})
    assert {finding.status for finding in report.findings} == {Status.OPEN}
    assert "B501" in codes(report, Status.OPEN)
    assert (report.fixed, report.unchecked) == ([], [])


def moved() -> bytes:
    """The same mistakes: rows shifted, a tab renamed."""
    basic = g.chained(TOO_MANY, g.shifted(3, 2))
    rename = g.replaced("基础数据表", "基础")
    return g.edited({**BAD, g.BASIC: basic, g.WORKBOOK: rename})


@pytest.mark.parametrize("name", [g.file_name(), "分局/最终版 改2.xlsx"])
def test_shifted_rows_renamed_tabs_and_files_do_not_hide_a_problem(tmp_path, name):
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, {name: moved()})
    assert {"B501", "B502", "S604"} <= set(codes(report, Status.OPEN))
    assert {code[0] for code in codes(report, Status.NEW)} == {"T"}
    assert (report.fixed, report.unchecked) == ([], [])


def test_corrected_figures_are_fixed_and_another_mistake_is_new(tmp_path):
    other = g.edited({g.BASIC: g.text(g.address("基础", "办公经费_本年决算数"), "约三十万")})
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, {g.file_name(): other})
    assert {"B501", "S604"} <= set(codes(report, Status.FIXED))
    assert "C302" in codes(report, Status.NEW)
    assert report.unchecked == []
    assert {finding.status for finding in report.fixed} == {Status.FIXED}


def test_a_problem_with_another_wrong_figure_is_the_same_problem(tmp_path):
    again = g.edited({g.BASIC: g.number(STAFF, 900), g.OVERALL: TOO_HIGH})
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, {g.file_name(): again})
    assert "B501" in codes(report, Status.OPEN)
    assert codes(report, Status.NEW) == codes(report, Status.FIXED) == []


@pytest.mark.parametrize("second", [{"003_别的单位.xlsx": g.good()}, {g.file_name(): b"PK\3\4"}])
def test_what_was_not_sent_again_or_cannot_be_read_is_not_called_fixed(tmp_path, second):
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, second)
    assert report.fixed == []
    assert {"B501", "S604"} <= set(codes(report, Status.UNCHECKED))


def test_a_form_that_is_missing_this_time_is_not_looked_at_again(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(g.edited(BAD)))
    del book["整体支出绩效自评表"]
    stream = io.BytesIO()
    book.save(stream)
    report = rounds(tmp_path, {g.file_name(): g.edited(BAD)}, {g.file_name(): stream.getvalue()})
    assert "S604" in codes(report, Status.UNCHECKED)
    assert "S604" not in codes(report, Status.FIXED)


def test_a_file_that_opens_at_last_is_fixed(tmp_path):
    report = rounds(tmp_path, {g.file_name(): b"PK\3\4"}, {g.file_name(): g.good()})
    assert codes(report, Status.FIXED) == ["F115"]


def test_a_project_that_got_another_name_is_the_same_project(tmp_path):
    score = g.number(g.address("项目", "指标_得分"), 99)
    name = g.text(g.address("项目", "项目名称"), "另一个名称")
    first, second = g.edited({g.PROJECT: score}), g.edited({g.PROJECT: g.chained(score, name)})
    report = rounds(tmp_path, {g.file_name(): first}, {g.file_name(): second})
    assert "S604" in codes(report, Status.OPEN)
    assert "S604" not in codes(report, Status.UNCHECKED)


# Findings by themselves


def at(finding, status=None, **place):
    return replace(finding, status=status, location=replace(finding.location, **place))


def compared(now, before, files=FILES, exempted=(), was_exempted=()):
    report = Report("0.1.0", files=files).holding(now, exempted)
    return compare(report, Baseline("上次.json", "0.1.0", before, was_exempted))


def test_equal_findings_are_counted():
    twins = [at(RATE, cell=cell) for cell in ("H6", "H7", "H8")]
    report = compared(twins[1:], twins)
    assert [finding.status for finding in report.findings] == [Status.OPEN, Status.OPEN]
    assert len(report.fixed) == 1
    assert len({finding.fingerprint for finding in numbered(twins)}) == 3


def test_fingerprints_know_neither_cells_nor_tabs_nor_paths_nor_texts():
    elsewhere = at(replace(RATE, message="别的话", value="97%"), file="别处/a.xlsx", cell="A1")
    assert at(elsewhere, form="整体").fingerprint == at(RATE, form="整体", sheet="改名").fingerprint
    for other in ({"form": "整体"}, {"item": "甲"}, {"field": "b"}, {"row_key": "甲"}, {"unit_code": "2"}):
        assert at(RATE, **other).fingerprint != RATE.fingerprint
    assert replace(RATE, code="B502").fingerprint != RATE.fingerprint


def test_a_unit_is_the_same_by_its_name_alone():
    nameless = at(RATE, unit_code="", file="b.xlsx")
    report = compared([nameless], [RATE], [CheckedFile("b.xlsx", "", "君山区住建局")])
    assert [finding.status for finding in report.findings] == [Status.OPEN]


def test_a_fixed_problem_is_listed_under_the_name_that_its_unit_has_now():
    report = compared([], [RATE], [CheckedFile("b.xlsx", "", "君山区住建局")])
    assert [(finding.location.unit_code, finding.location.unit_name) for finding in report.fixed] == [
        ("", "君山区住建局")
    ]


def test_two_units_of_one_name_stay_apart():
    names = ["君山区住建局"] * 2
    places = [{"unit_code": code, "unit_name": name} for code, name in zip("12", names, strict=True)]
    before = [at(RATE, **place) for place in places]
    report = compared(before[:1], before, [CheckedFile("a.xlsx", "1", names[0])])
    assert [finding.status for finding in report.findings] == [Status.OPEN]
    assert [finding.location.unit_code for finding in report.unchecked] == ["2"]


def test_a_unit_that_files_at_last_and_one_that_still_does_not():
    missing = replace(RATE, code="D901", location=Location(unit_code="101002", unit_name="没有问题的单位"))
    never = at(missing, unit_code="9", unit_name="从不报的单位")
    report = compared([never], [missing, never])
    assert [finding.status for finding in report.findings] == [Status.OPEN]
    assert [finding.location.unit_code for finding in report.fixed] == ["101002"]


def test_exempted_findings_are_neither_fixed_nor_new():
    exempt = replace(RATE, exempt="已批复")
    report = compared([SUM], [RATE, SUM], exempted=[exempt])
    assert (report.fixed, report.unchecked) == ([], [])
    report = compared([RATE], [], was_exempted=[exempt, replace(SUM, exempt="已批复")])
    assert [finding.status for finding in report.findings] == [Status.OPEN]
    assert report.fixed == []


# What a baseline may be


def test_what_is_read_back_is_what_was_written(tmp_path):
    report = Report("0.1.0", files=FILES).holding([RATE, SUM, BROKEN], [replace(SUM, exempt="已批复")])
    write(report, tmp_path / "a.json")
    baseline = read_baseline(tmp_path / "a.json")
    assert (baseline.findings, baseline.exempted) == (report.findings, report.exempted)
    assert baseline.version == "0.1.0"


GOOD = json.loads(render(Report("0.1.0").holding([RATE]), "json"))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\3\4 a workbook", "不是完整的 JSON 文件"),
        (render(Report("0.1.0"), "json")[:-20], "不是完整的 JSON 文件"),
        (b"[" * 100_000, "不是完整的 JSON 文件"),
        (b"[]", "不是 xlperf check 的 JSON 结果"),
        (b'{"name": "x"}', "不是 xlperf check 的 JSON 结果"),
        (render(Report("0.1.0"), "sarif"), "不是 xlperf check 的 JSON 结果"),
        (json.dumps({**GOOD, "fingerprints": 1}).encode(), "另一个版本（0.1.0）的结果.*重新检查一遍"),
        (json.dumps({**GOOD, "findings": [{"code": "B501"}]}).encode(), "内容残缺或被改动过"),
        (json.dumps({**GOOD, "findings": [{**GOOD["findings"][0], "file": 7}]}).encode(), "内容残缺"),
        (json.dumps({**GOOD, "findings": [{**GOOD["findings"][0], "severity": "?"}]}).encode(), "内容残缺"),
        (json.dumps({**GOOD, "findings": 7}).encode(), "内容残缺"),
    ],
)
def test_a_baseline_that_is_none(tmp_path, content, sentence):
    path = tmp_path / "上次.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        read_baseline(path)


def test_a_baseline_that_is_not_there(tmp_path):
    with pytest.raises(InputError, match="找不到上次的结果"):
        read_baseline(tmp_path / "没有.json")
    with pytest.raises(InputError, match="读不了上次的结果"):
        read_baseline(tmp_path)


# Formats

FIXED, UNCHECKED = at(SUM, field="已改"), at(RATE, unit_code="9", unit_name="没再报的单位", file="无.xlsx")
ROUND = compared([RATE, BROKEN], [RATE, FIXED, UNCHECKED], exempted=[replace(SUM, exempt="已批复")])


def test_json_says_it_for_programs():
    content = json.loads(render(ROUND, "json"))
    schema = json.loads((schemas_dir() / "finding.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(content)
    assert content["baseline"] == {"file": "上次.json", "new": 1, "open": 1, "fixed": 1, "unchecked": 1}
    assert [finding["status"] for finding in content["findings"]] == ["open", "new"]
    assert [finding["field"] for finding in content["fixed"]] == ["已改"]
    assert [finding["unit_code"] for finding in content["unchecked"]] == ["9"]


def test_text_says_it_before_the_code_and_lists_what_is_gone():
    text = render(ROUND, "text").decode()
    assert "  错误 仍未改 B501 " in text
    assert "  提示 新问题 F101：" in text
    assert text.index("已改正（上次有，这次没有了）") < text.index("未复查（这次没有报来，或没能读出）")
    assert text.endswith("与 上次.json 相比：新问题 1，仍未改 1，已改正 1，未复查 1。\n")


def test_sarif_has_the_states_of_its_standard():
    results = json.loads(render(ROUND, "sarif"))["runs"][0]["results"]
    assert [result["baselineState"] for result in results] == ["unchanged", "new", "new", "absent"]


def test_junit_passes_what_is_fixed_and_skips_what_was_not_looked_at():
    root = ET.fromstring(render(ROUND, "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("6", "1", "2")
    names = [case.get("name").split()[0] for case in root.iter("testcase")]
    statuses = set(names) & {status.value for status in Status}
    assert sorted(statuses) == ["仍未改", "已改正", "新问题", "未复查"]


def test_html_has_a_column_and_a_filter():
    page = render(ROUND, "html").decode()
    assert "<th>与上次相比</th>" in page
    assert '<option value="fixed">已改正</option>' in page
    assert page.count('data-status="open"') == page.count('data-status="fixed"') == 1
    assert "与上次相比" not in render(Report("0.1.0").holding([RATE]), "html").decode()


def test_the_workbook_has_a_column_sheets_and_counts():
    book = openpyxl.load_workbook(io.BytesIO(render(ROUND, "xlsx")))
    assert book.sheetnames == ["汇总", "问题清单", "已豁免", "已改正", "未复查"]
    headings = [cell.value for cell in book["问题清单"][1]]
    assert headings[8] == "与上次相比"
    assert [row[8].value for row in book["问题清单"].iter_rows(min_row=2) if row[1].value] == [
        "仍未改",
        "新问题",
    ]
    assert [cell.value for cell in book["已豁免"][1]][8:10] == ["与上次相比", "豁免理由"]
    rows = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    start = next(at for at, row in enumerate(rows) if row[0] == "四、与上次相比") + 2
    assert [(row[0], row[2]) for row in rows[start : start + 5]] == [
        ("新问题", 1), ("仍未改", 1), ("已改正", 1), ("未复查", 1), ("合计", 4),
    ]  # fmt: skip
    assert ["101001", "君山区住建局", 0, 1, 0, 0, None] in rows


def test_nothing_gone_still_has_its_sheet():
    book = openpyxl.load_workbook(io.BytesIO(render(compared([], []), "xlsx")))
    assert book["已改正"].max_row == 1


@pytest.mark.parametrize("severity", Severity)
def test_severities_come_back(tmp_path, severity):
    write(Report("1").holding([replace(RATE, severity=severity)]), tmp_path / "a.json")
    assert read_baseline(tmp_path / "a.json").findings[0].severity is severity


def test_what_is_wrong_with_a_report_that_was_not_sent_again_is_not_fixed(tmp_path):
    text = p.report("2024年末编制10人，在职人员12人。")
    both = {f"甲/{g.file_name()}": g.good(), "甲/报告.docx": text}
    report = rounds(tmp_path, both, {f"甲/{g.file_name()}": g.good()})
    assert "R121" in codes(report, Status.UNCHECKED)
    assert "R121" not in codes(report, Status.FIXED)
