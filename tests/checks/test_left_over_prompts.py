"""Prompts and unfilled rows of the template in the cells of a form."""

import pytest

from tests.received import good as g
from xlperf.checks.cells_stage import is_template_row
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded

_GOAL = g.address("整体", "预期目标")
_NAME = g.address("整体", "指标_三级指标")


def found(tmp_path, *edits):
    path = tmp_path / g.file_name()
    path.write_bytes(g.edited({g.OVERALL: g.chained(*edits)}))
    return [
        (finding.code, finding.location.cell, finding.value)
        for finding in unfolded(check_file(path).findings)
        if finding.code in ("C315", "C316")
    ]


def test_the_good_workbook_has_none(tmp_path):
    assert found(tmp_path) == []


@pytest.mark.parametrize("prompt", ["（100字以内）", "请填写", "100字以内", "（限200字以内）"])
def test_a_prompt_in_a_value(tmp_path, prompt):
    assert found(tmp_path, g.text(_GOAL, prompt)) == [("C315", _GOAL, prompt)]


@pytest.mark.parametrize(
    "text", ["完成维修改造。", "培训1500字以上的简报编写", "请示报告按期办结", "简报字数不少于100字"]
)
def test_what_is_no_prompt(tmp_path, text):
    assert found(tmp_path, g.text(_GOAL, text)) == []


@pytest.mark.parametrize("text", ["指标1：", "指标2", "……"])
def test_a_row_of_the_template(tmp_path, text):
    assert found(tmp_path, g.text(_NAME, text)) == [("C316", _NAME, text)]


@pytest.mark.parametrize("text", ["指标1：会议召开", "会议召开……", "3", "—", ""])
def test_a_row_that_says_something(text):
    assert not is_template_row(text)
