"""What is listed under what: each declared link where it holds, and where it must not."""

import io
import json
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.checks.test_filing import filed
from tests.checks.test_received import received
from tests.received import good as g
from tests.received import packages as p
from tests.shared_files import SHARED, needs_cases
from xlperf.checks.file_check import check_file
from xlperf.core.paths import schemas_dir
from xlperf.declarations.codes import followings, in_one_file_only, sheet_groups
from xlperf.declarations.explain import all_codes
from xlperf.declarations.findings import Link, unfolded
from xlperf.declarations.forms_and_rules import Severity
from xlperf.jobs.check import check
from xlperf.outputs.report_formats import render

BASIC, OVERALL, PROJECT = g.BASIC, g.OVERALL, g.PROJECT


def at(alias: str, name: str, row: int = 0) -> str:
    return g.address(alias, name, row)


def typed(alias: str, name: str, value: float, row: int = 0) -> g.Edit:
    return g.number(at(alias, name, row), value)


@cache
def good() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(g.good()), data_only=True)


def value(alias: str, name: str) -> float:
    """What the good workbook shows."""
    return float(good()[g.PROFILE.forms[alias].sheet_name(0)][at(alias, name)].value)


def trees(folder: Path, changes: dict[str, g.Edit]) -> dict[str, set[str]]:
    """The codes that are found, each with the codes of what follows from it."""
    path = folder / g.file_name()
    path.write_bytes(g.edited(changes))
    found: dict[str, set[str]] = {}
    for top in check_file(path).findings:
        found.setdefault(top.code, set()).update(other.code for other in top.folded)
    return found


# Figures put right


def test_a_total_typed_over_explains_what_it_is_compared_with(tmp_path):
    changes = {BASIC: typed("基础", "三公经费_本年决算数", 66.6)}
    found = trees(tmp_path, changes)
    assert {"B515", "B517"} <= found["B503"]
    assert not {"B515", "B517"} & found.keys()


def test_a_total_that_is_right_explains_nothing(tmp_path):
    part = value("基础", "三公经费_本年预算数") + 5
    changes = {
        BASIC: g.chained(
            typed("基础", "接待_本年决算数", part), g.cached(at("基础", "三公经费_本年决算数"), str(part))
        )
    }
    found = trees(tmp_path, changes)
    assert "B503" not in found
    assert "B515" in found


def test_what_is_still_wrong_with_the_right_total_is_listed_on_its_own(tmp_path):
    high = value("基础", "三公经费_本年预算数") + 5
    changes = {
        BASIC: g.chained(
            typed("基础", "接待_本年决算数", high), typed("基础", "三公经费_本年决算数", high + 9)
        )
    }
    found = trees(tmp_path, changes)
    assert "B503" in found
    assert "B515" in found


def test_a_stale_rate_is_one_line_of_the_gravest_severity(tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({BASIC: g.cached("F4", "0.5")}))
    (found,) = (top for top in check_file(path).findings if top.code == "M404")
    assert [other.code for other in found.folded] == ["B501"]
    assert (found.severity, found.own) == (Severity.ERROR, Severity.WARNING)


def test_a_fault_of_the_figures_is_not_explained_by_a_stale_rate(tmp_path):
    found = trees(tmp_path, {BASIC: typed("基础", "在职人数", 1000)})
    assert found["M404"] == {"B501"}
    assert "B502" in found


def test_a_score_above_its_points_explains_the_total(tmp_path):
    score, full = at("整体", "指标_得分"), value("整体", "指标_分值")
    missing = full - value("整体", "指标_得分")
    total = value("整体", "总分_得分") + missing  # of the same scores, with full points for the first
    wrong = g.number(score, full + 90)
    found = trees(tmp_path, {OVERALL: g.chained(wrong, typed("整体", "总分_得分", total))})
    assert "S603" in found["S604"]
    found = trees(tmp_path, {OVERALL: g.chained(wrong, typed("整体", "总分_得分", total - 7))})
    assert "S603" in found


IN_YUAN = "项目支出_本年决算数"


def test_a_score_above_its_points_explains_that_the_total_is_not_of_it(tmp_path):
    """The total was right before the score was typed over, and has not been calculated again."""
    full = at("整体", "指标_得分"), value("整体", "指标_得分"), value("整体", "指标_分值")
    assert full[1] == full[2], "the first score of the good workbook is full"
    found = trees(tmp_path, {OVERALL: g.number(full[0], full[2] + 55)})
    assert {"S603", "M404"} <= found["S604"]
    assert not {"S603", "M404"} & found.keys()
    total = at("整体", "总分_得分")
    other = g.cached(total, str(value("整体", "总分_得分") - 7))
    found = trees(tmp_path, {OVERALL: g.chained(g.number(full[0], full[2] + 55), other)})
    assert "M404" in found


def test_an_amount_in_yuan_explains_the_sums_that_it_is_in(tmp_path):
    found = trees(tmp_path, {BASIC: typed("基础", IN_YUAN, value("基础", IN_YUAN) * 10_000)})
    assert {"B505", "X801"} <= found["B523"]
    assert not {"B505", "X801"} & found.keys()


def test_an_amount_in_yuan_does_not_explain_another_sum(tmp_path):
    edits = (
        typed("基础", IN_YUAN, value("基础", IN_YUAN) * 10_000),
        typed("基础", "三公经费_本年决算数", 66.6),
    )
    found = trees(tmp_path, {BASIC: g.chained(*edits)})
    assert "B503" in found
    assert "B505" in found["B523"]


def test_a_wrong_total_explains_that_it_is_not_that_of_the_projects(tmp_path):
    found = trees(tmp_path, {BASIC: typed("基础", IN_YUAN, value("基础", IN_YUAN) + 2)})
    assert "X801" in found["B505"]


# Formulas


CASES = Path(__file__).parents[1] / "received" / "accepted"


def case(folder: Path, name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for top in check_file(received(CASES / name, folder)).findings:
        found.setdefault(top.code, set()).update(other.code for other in top.folded)
    return found


@pytest.mark.parametrize(
    ("name", "cause", "under"),
    [
        ("typed_formula_out_of_date", "M411", {"M404"}),
        ("row_inserted_below_the_block", "M412", {"S603"}),
        ("own_formula_linked_to_another_file", "M415", {"M403"}),
        ("own_formula_without_result", "M408", {"B505"}),
        ("formula_replaced", "M403", {"B501"}),
    ],
)
def test_a_formula_that_is_wrong_explains_what_it_gives(tmp_path, name, cause, under):
    assert case(tmp_path, name) == {cause: under}


def test_a_text_for_a_number_does_not_explain_what_does_not_use_it(tmp_path):
    edits = g.text(at("基础", "办公经费_本年决算数"), "约三十万"), typed("基础", "三公经费_本年决算数", 66.6)
    found = trees(tmp_path, {BASIC: g.chained(*edits)})
    assert not found["C302"] & {"B503", "B515", "B517"}


# One line for a sheet


def test_matters_of_the_template_of_a_sheet_are_one_line(tmp_path):
    found = case(tmp_path, "swapped_columns")
    assert found == {"T209": {"T209", "T216"}}


def test_each_sheet_has_its_own_line(tmp_path):
    found = check_file(received(CASES / "names_lost", tmp_path)).findings
    sheets = [top.location.sheet for top in found if top.code == "T206"]
    assert len(sheets) == len(set(sheets)) > 1


# Several files


def test_the_same_fault_in_two_files_is_one_with_two_places(tmp_path):
    wrong = {OVERALL: typed("整体", "总分_得分", 50)}
    files = p.package(
        附件2稿=p.sheets(p.OVERALL, changes=wrong), 附件2改=p.sheets(p.OVERALL, changes=wrong), 附件2=None
    )
    report = check([filed(tmp_path / "某单位", files)])
    (found,) = (top for top in report.findings if top.code == "S603")
    places = [other.location.file for other in found.linked(Link.PLACE)]
    assert len({found.location.file, *places}) == 2
    counts = {Path(file.path).name: file.errors for file in report.files}
    assert counts["附件2稿.xlsx"] == counts["附件2改.xlsx"] == 1
    assert report.errors == 1


def test_where_two_readings_differ_that_is_the_finding(tmp_path):
    wrong = {OVERALL: typed("整体", "总分_得分", 50)}
    other = {OVERALL: g.number(at("整体", "年度资金总额_年初预算数"), 1)}
    files = p.package(
        附件2稿=p.sheets(p.OVERALL, changes=wrong), 附件2改=p.sheets(p.OVERALL, changes=other), 附件2=None
    )
    report = check([filed(tmp_path / "某单位", files)])
    (found,) = (top for top in report.findings if top.code == "D914")
    assert "S603" in {follower.code for follower in found.linked(Link.CONSEQUENCE)}
    assert "S603" not in {top.code for top in report.findings}


def test_a_fault_of_one_file_only_has_no_other_place(tmp_path):
    wrong = {OVERALL: typed("整体", "总分_得分", 50)}
    report = check(
        [filed(tmp_path / "某单位", p.package(附件2=None, 附件2稿=p.sheets(p.OVERALL, changes=wrong)))]
    )
    (found,) = (top for top in report.findings if top.code == "S603")
    assert [*found.linked(Link.PLACE)] == []


def test_a_missing_form_explains_what_needs_it(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(g.good()))
    for name in [name for name in book.sheetnames if name.startswith("项目支出绩效自评表")]:
        del book[name]
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / g.file_name()
    path.write_bytes(stream.getvalue())
    found = {top.code: {other.code for other in top.folded} for top in check_file(path).findings}
    assert "X811" in found["T201"]
    assert "X811" not in found


@needs_cases
def test_a_real_package_has_half_as_many_lines(tmp_path):
    report = check([SHARED / "cases/packages/18_word_and_xls_of_one_unit"])
    (wrong,) = (top for top in report.findings if top.code == "R132")
    assert [other.code for other in wrong.folded] == ["R101"]
    alone = [top for top in report.findings if top.code == "R101"]
    assert ["98人" in top.message for top in alone] == [True]
    assert len(report.findings) < len([*unfolded(report.findings)]) * 0.6
    assert {top.code for top in report.findings if any(top.linked(Link.PLACE))} >= {"X801", "S637", "B508"}


# The declaration, and what is made of it


def test_every_declared_code_exists():
    known = all_codes()
    for following in followings():
        for start in (*following.cause, *following.of):
            assert any(code.startswith(start) for code in known), start
    assert all(code in known for group in sheet_groups() for code in group)
    assert all(any(code.startswith(start) for code in known) for start in in_one_file_only())


def test_json_has_every_finding_with_its_cause(tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({BASIC: typed("基础", "三公经费_本年决算数", 66.6)}))
    report = check([path])
    content = json.loads(render(report, "json"))
    by_print = {entry["fingerprint"]: entry for entry in content["findings"]}
    (under,) = (entry for entry in content["findings"] if entry["code"] == "B515")
    assert under["cause"]["link"] == "consequence"
    assert by_print[under["cause"]["fingerprint"]]["code"] == "B503"
    assert content["summary"]["folded"] == len([entry for entry in content["findings"] if "cause" in entry])
    assert (schemas_dir() / "finding.schema.json").is_file()


def test_the_report_can_be_unfolded(tmp_path):
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({BASIC: typed("基础", "三公经费_本年决算数", 66.6)}))
    report = check([path])
    every = report.unfolded()
    assert every.warnings == report.warnings + 2
    assert (every.folded, {found.link for found in every.findings}) == (0, {None})
