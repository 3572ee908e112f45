"""Forms that begin far from the first cell of a sheet."""

import pytest

from tests.intake.reading.drawn import page, reading
from xlperf.intake.page import Page
from xlperf.intake.reading.regions import LAST_COLUMN, LAST_ROW

ROWS = [
    ["项目支出绩效自评表", "<", "<", "<"],
    ["项目名称", "道路", "<", "<"],
    ["项目资金（万元）", "年初预算数", "全年预算数", "全年执行数"],
    ["年度资金总额", "80", "100", "90"],
]


def moved(down, right):
    """The page further down and to the right."""
    drawn = page(ROWS)
    for cell in drawn.cells:
        cell.r0, cell.r1, cell.c0, cell.c1 = cell.r0 + down, cell.r1 + down, cell.c0 + right, cell.c1 + right
    return drawn


@pytest.mark.parametrize(("down", "right"), [(5000, 0), (1_000_000, 0), (0, 200), (0, 9000), (2998, 254)])
def test_it_is_read_from_where_it_begins(down, right):
    [form] = reading(moved(down, right)).forms
    assert form.plain("项目资金/年度资金总额/全年执行数") == 90


@pytest.mark.parametrize(("down", "right"), [(LAST_ROW + 5, 0), (0, LAST_COLUMN + 5)])
def test_what_is_too_far_from_there_is_accounted_for(down, right):
    near, far = page([["附件3"]]).cells, moved(down, right).cells
    read = reading(Page("表", [*near, *far]))
    assert read.forms == []
    reasons = {entry.reason for entry in read.account.unused() if entry.cell in far}
    assert len(reasons) == 1
    assert str(LAST_ROW) in reasons.pop()
