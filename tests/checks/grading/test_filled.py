"""A grading table that somebody filled in: each mistake found by the rules that grade, nothing else said."""

import io
import shutil

import docx
import pytest

from tests.finishing.grading.packages import SECTIONS, report, write_package
from xlperf.checks.file_reading import read_file
from xlperf.checks.grading.scheme import scheme_of
from xlperf.checks.package_check import check_package
from xlperf.declarations.findings import unfolded
from xlperf.declarations.profile import load_profile

SCHEME = scheme_of(load_profile("hunan-yueyang-2024"))
HEADINGS = ["一级标准", "二级标准", "分值", "评分标准", "评分", "扣分理由"]
FULL = [10, 10, 10, 10, 10, 10, 20, 20]


def table(scores, reasons=None, *, total=None, points=None) -> bytes:
    """A grading table in Word with these scores; ``reasons`` by row."""
    document = docx.Document()
    document.add_paragraph("附件3")
    document.add_paragraph("预算单位整体支出绩效自评工作考核评分表")
    document.add_paragraph("单位名称：")
    rows = [HEADINGS]
    for number, (item, score) in enumerate(zip(SCHEME.items, scores, strict=True)):
        of_level = sum(other.points for other in SCHEME.levels[item.level])
        level = f"{item.level}\n（{of_level}分）"
        weight = (points or {}).get(number, item.points)
        rows.append([level, item.title, weight, item.standard, score, (reasons or {}).get(number, "")])
    rows.append(["合计", "", 100, "", sum(filter(None, scores)) if total is None else total, ""])
    grid = document.add_table(rows=len(rows), cols=6)
    for row, texts in zip(grid.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = "" if text is None else str(text)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.fixture
def graded(tmp_path):
    """The findings about a grading table that lies with a whole package."""

    def check(content: bytes, sections=SECTIONS) -> list[tuple[str, str, str]]:
        shutil.rmtree(tmp_path / "收到", ignore_errors=True)
        folder = write_package(tmp_path / "收到", sections)
        home = next(folder.iterdir())
        (home / "考核评分表.docx").write_bytes(content)
        results = check_package([read_file(path) for path in sorted(home.iterdir())])
        found = [found for result in results for found in unfolded(result.findings)]
        return [(each.code, each.value, each.expected) for each in found if each.code.startswith("G")]

    return check


def test_full_marks_for_a_whole_package_are_right(graded):
    assert graded(table(FULL)) == []


def test_a_table_that_nobody_has_filled_in_is_not_judged(graded):
    assert graded(table([None] * 8, total="")) == []


WRONG = [
    ({"scores": [11, *FULL[1:]]}, ("G101", "11", "")),
    ({"scores": FULL, "total": 98}, ("G102", "98", "100")),
    ({"scores": [7, *FULL[1:]]}, ("G103", "7", "")),
    ({"scores": [9.5, *FULL[1:]], "reasons": {0: "迟报"}}, ("G104", "9.5", "")),
    ({"scores": [10, 10, 5, *FULL[3:]], "reasons": {2: "缺项目表"}}, ("G105", "5", "10")),
    ({"scores": [*FULL[:6], 5, 20], "reasons": {6: "问题过于简单"}}, ("G106", "5", "")),
    ({"scores": [8, *FULL[1:]], "points": {0: 8}}, ("G107", "8", "10")),
]


@pytest.mark.parametrize(
    ("given", "expected"), WRONG, ids=lambda value: value[0] if type(value) is tuple else ""
)
def test_each_mistake_is_found_by_itself(graded, given, expected):
    assert graded(table(given.pop("scores"), **given)) == [expected]


def test_points_for_a_section_that_only_asks_for_money(graded):
    only = {
        **SECTIONS,
        "四、存在的问题及原因分析": ["一是工作经费不足。", "二是项目资金紧张，难以开展工作。"],
    }
    assert graded(table(FULL), only) == [("G108", "20", "0")]
    nothing = [*FULL[:6], 0, 20]
    assert graded(table(nothing, {6: "只提出经费不足"}), only) == []


def test_points_for_a_section_that_is_not_there(graded):
    fewer = {title: texts for title, texts in SECTIONS.items() if "应用" not in title}
    assert graded(table(FULL), fewer) == [("G105", "10", "8")]


def test_a_report_and_its_grading_table_in_one_file(tmp_path):
    document = docx.Document(io.BytesIO(report({t: s for t, s in SECTIONS.items() if "应用" not in t})))
    own = docx.Document(io.BytesIO(table(FULL)))
    document.element.body.append(own.tables[0]._tbl)
    path = tmp_path / "报告.docx"
    document.save(path)
    (result,) = check_package([read_file(path)])
    found = [each for each in unfolded(result.findings) if each.code.startswith("G")]
    assert [(each.code, each.expected) for each in found] == [("G105", "8")]
