"""Every declared link has a case in which it folds and one in which it must not.

One figure is typed over in a filing without faults: all that is found then follows from that. A second one,
which is a fault on its own, must not be listed under the first.
"""

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.checks import test_consequences as single
from tests.checks import test_package_causes as several
from tests.checks.test_received import CASES, received
from tests.received import good as g
from tests.season import test_copying as rounds
from xlperf.checks.file_check import check_file
from xlperf.declarations.codes import followings
from xlperf.declarations.findings import Finding

PARTS = {"基础": g.BASIC, "整体": g.OVERALL, "项目": g.PROJECT}
Fault = tuple[str, str, int, str, float]
"""Form, field, row, what is done to its cell, by how much or with which figure."""

THREE, PROJECTS = "三公经费_本年决算数", "项目支出_本年决算数"
BUDGET, SCORE = "年度资金总额_全年预算数", "指标_得分"
FOLDS: dict[tuple[str, str], Fault] = {
    ("B523", "B505"): ("基础", PROJECTS, 0, "times", 10_000),
    ("B523", "X801"): ("基础", PROJECTS, 0, "times", 10_000),
    ("S632", "S601"): ("整体", BUDGET, 0, "times", 10_000),
    ("S632", "W601"): ("整体", "年度资金总额_全年执行数", 0, "times", 10_000),
    ("S632", "P701"): ("项目", "年度资金总额_年初预算数", 0, "times", 10_000),
    ("S602", "M404"): ("整体", BUDGET, 0, "plus", 7),
    ("S604", "S603"): ("整体", SCORE, 0, "times", 10_000),
    ("S604", "M404"): ("整体", SCORE, 0, "times", 10_000),
    ("M404", "B503"): ("基础", THREE, 0, "saved", 7),
    ("M404", "S603"): ("整体", "总分_得分", 0, "saved", 7),
    ("M404", "X801"): ("基础", PROJECTS, 0, "saved", 7),
    ("M402", "X803"): ("项目", BUDGET, 0, "text", 0),
    ("M403", "B501"): ("基础", "在职人员控制率", 0, "formula", 2),
    ("M403", "S603"): ("整体", "总分_得分", 0, "formula", 2),
    ("M403", "X814"): ("基础", PROJECTS, 0, "formula", 2),
    ("C302", "B505"): ("基础", "业务工作经费_本年预算数", 0, "text", 0),
    ("C302", "M404"): ("基础", "在职人数", 0, "text", 0),
    ("C302", "S633"): ("整体", BUDGET, 0, "text", 0),
    ("C308", "M404"): ("基础", "在职人数", 0, "error", 0),
    ("B503", "B515"): ("基础", THREE, 0, "plus", 7),
    ("B505", "X801"): ("基础", PROJECTS, 0, "plus", 7),
    ("P701", "X801"): ("项目", "年度资金总额_全年执行数", 0, "plus", 7),
    ("P701", "S628"): ("项目", "年度资金总额_年初预算数", 0, "plus", 7),
}
RECEIVED = {
    ("M411", "M404"): "typed_formula_out_of_date",
    ("M412", "S603"): "row_inserted_below_the_block",
    ("M415", "M403"): "own_formula_linked_to_another_file",
    ("M408", "B505"): "own_formula_without_result",
}
"""Workbooks that were received, with the causes that one figure cannot make."""
ELSEWHERE = {
    "B504": (several.test_a_part_explains_what_its_total_is_compared_with,) * 2,
    "B506": (
        several.test_a_total_of_rows_explains_the_report,
        single.test_a_total_that_is_right_explains_nothing,
    ),
    "S603": (
        several.test_a_wrong_total_of_scores_explains_the_report,
        several.test_a_wrong_table_does_not_explain_a_wrong_report,
    ),
    "B508": (several.test_empty_parts_explain_the_totals_of_their_own_form,) * 2,
    "P702": (several.test_empty_parts_explain_the_totals_of_their_own_form,) * 2,
    "R132": (
        several.test_in_a_report_without_forms_one_wrong_figure_is_one_finding,
        single.test_a_real_package_has_half_as_many_lines,
    ),
    "T201": (single.test_a_missing_form_explains_what_needs_it, several.test_a_missing_form_of_a_package),
    "D911": (several.test_a_missing_form_of_a_package,) * 2,
    "D914": (
        single.test_where_two_readings_differ_that_is_the_finding,
        several.test_what_all_differing_files_have_is_no_matter_of_the_difference,
    ),
    "D922": (
        several.test_two_drafts_of_a_report_differ_and_what_only_one_says_follows_from_that,
        several.test_what_all_differing_files_have_is_no_matter_of_the_difference,
    ),
    "D903": (
        rounds.test_figures_that_another_unit_sent_two_rounds_ago,
        rounds.test_one_text_of_another_unit_is_said_on_its_own,
    ),
}
"""Cause → the tests of several files in which it folds, and in which it must not."""

OTHERS: dict[str, Fault] = {
    "B503": ("基础", "三公经费_上年决算数", 0, "plus", 7),
    "B505": ("基础", "项目支出_上年决算数", 0, "plus", 7),
    "M404": ("基础", "三公经费_上年决算数", 0, "saved", 7),
    "P701": ("项目", "年度资金总额_全年预算数", 0, "plus", 7),
    "S601": ("项目", "执行率", 0, "plus", 0.3),
    "S603": ("项目", "总分_得分", 0, "plus", 5),
    "W601": ("整体", "支出_基本支出", 0, "plus", 7),
}
"""Follower → a second fault of its kind on another figure; for the others that of B503."""


@cache
def shown() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(g.good()), data_only=True)


def edit(fault: Fault) -> tuple[str, g.Edit]:
    """The part of the workbook and what is done to it."""
    alias, name, row, kind, by = fault
    at = g.address(alias, name, row)
    value = shown()[g.PROFILE.forms[alias].sheet_name(0)][at].value
    figure = float(value) if isinstance(value, int | float) else 0.0
    edits = {
        "times": lambda: g.number(at, figure * by),
        "plus": lambda: g.number(at, figure + by),
        "saved": lambda: g.cached(at, repr(figure + by)),
        "formula": lambda: g.formula(at, "1+1", repr(by)),
        "text": lambda: g.text(at, "约三十"),
        "error": lambda: g.cell(at, "<v>#DIV/0!</v>", "e"),
    }
    return PARTS[alias], edits[kind]()


def found(folder: Path, *faults: Fault) -> list[Finding]:
    changes: dict[str, g.Edit] = {}
    for part, change in map(edit, faults):
        changes[part] = g.chained(changes[part], change) if part in changes else change
    path = folder / g.file_name()
    path.write_bytes(g.edited(changes))
    return check_file(path).findings


@pytest.mark.parametrize("link", FOLDS, ids="-".join)
def test_what_one_wrong_figure_makes_is_under_it(link, tmp_path):
    cause, follower = link
    tops = found(tmp_path, FOLDS[link])
    assert any(top.code == cause and follower in {o.code for o in top.folded} for top in tops), [
        (top.code, [o.code for o in top.folded]) for top in tops
    ]


SECONDS = [(link, OTHERS.get(link[1], OTHERS["B503"])) for link in FOLDS]


@pytest.mark.parametrize(("link", "second"), SECONDS, ids=str)
def test_what_another_wrong_figure_makes_is_not_under_it(link, second, tmp_path):
    cause, _ = link
    place = g.PROFILE.forms[second[0]].sheet_name(0), g.address(second[0], second[1], second[2])
    tops = found(tmp_path, FOLDS[link], second)
    assert place not in {cell(other) for top in tops if top.code == cause for other in top.folded}
    alone = {top.code for top in found(tmp_path, second) if cell(top) == place}
    assert alone & {top.code for top in tops if cell(top) == place}


def cell(finding: Finding) -> tuple[str, str]:
    return finding.location.sheet, finding.location.cell


def of_code(top: Finding, code: str) -> Iterator[Finding]:
    return (other for other in top.folded if other.code == code)


@pytest.mark.parametrize(("link", "name"), RECEIVED.items(), ids=str)
def test_formulas_that_people_wrote(link, name, tmp_path):
    (case,) = (case for case in CASES if case.name == name)
    data = received(case, tmp_path).read_bytes()
    path = tmp_path / g.file_name()
    tops = {}
    for with_second in (False, True):
        second = {g.BASIC: g.number(g.address("基础", "三公经费_上年决算数"), 7)} if with_second else {}
        path.write_bytes(g.edited(second, workbook=data))
        tops[with_second] = check_file(path).findings
        assert any(top.code == link[0] and [*of_code(top, link[1])] for top in tops[with_second])
    assert "B503" not in {top.code for top in tops[False]}
    assert "B503" in {top.code for top in tops[True]}


def test_every_declared_cause_has_both_cases():
    folds, others = ({cause for (cause, _) in links} for links in (FOLDS, [link for link, _ in SECONDS]))
    tested = {cause for cause, _ in RECEIVED} | ELSEWHERE.keys()
    for following in followings():
        for cause in following.cause:
            links = [link for link in (*FOLDS, *RECEIVED) if link[0] == cause]
            assert cause in ELSEWHERE or any(link[1].startswith(following.of) for link in links), following
            assert cause in tested or cause in folds & others, following
