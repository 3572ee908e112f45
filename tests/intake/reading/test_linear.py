"""A page ten times as long takes ten times the work, not a hundred times: calls of functions are counted."""

import sys

import pytest

from tests.intake.reading.drawn import page
from xlperf.declarations.profile import load_profile
from xlperf.intake.page import TABLE, Document
from xlperf.intake.page_records import page_record
from xlperf.intake.reading.read import read_document

TOP = [
    ["项目支出绩效自评表", *["<"] * 7],
    ["项目名称", "道路", *["<"] * 6],
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["^", "年度资金总额", "100", "100", "90", "10", "90%", "9"],
]
HEADINGS = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "得分", "原因"]
FEW, MANY = 30, 300
ALLOWED = 14


def indicators(number):
    return [["产出指标", "数量指标", f"指标名称{at}", "≥5个", "6个", "1", "1", ""] for at in range(number)]


def money(number):
    return [page([*TOP, *(["^", f"来源{at}", "1", "1", "1", "", "", ""] for at in range(number))])]


def unlabelled(number):
    return [page([*TOP, *(["", "", f"{at}", "2", "3", "", "", ""] for at in range(number))])]


def unknown(number):
    return [page([*TOP, *([f"标题{at}", f"文字{at}", *[""] * 6] for at in range(number))])]


def ambiguous(number):
    rows = (["年度资金总额", "", "100", "100", f"{90 + at}", "10", "90%", "9"] for at in range(number))
    return [page([*TOP, *rows])]


def stacked(number):
    return [page([*TOP, HEADINGS, *indicators(4), ["总分", *["<"] * 4, "100", "100", ""]] * (number // 5))]


def over_the_page(number):
    tables = [page([*TOP, HEADINGS, *indicators(5)], "表1", kind=TABLE, grid=(1000,) * 8)]
    for at in range(number // 5):
        tables.append(page(indicators(5), f"表{at + 2}", kind=TABLE, grid=(1000,) * 8))
    return tables


def calls(pages):
    """How many functions of ours are called to read the pages and to make records of them."""
    counted = 0

    def count(_frame, event, _argument):
        nonlocal counted
        counted += event == "call"

    profile = load_profile("hunan-yueyang-2024")
    sys.setprofile(count)
    try:
        read = read_document(Document("drawn.xlsx", pages))
        for form in read.forms:
            page_record(form, read, profile, guessed=True)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("drawn", [money, unlabelled, unknown, ambiguous, stacked, over_the_page])
def test_work_grows_as_the_page_does(drawn):
    calls(drawn(FEW))
    assert calls(drawn(MANY)) < ALLOWED * calls(drawn(FEW))
