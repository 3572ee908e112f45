"""Every indicator target and result of two published filings (君山 2024, 衡阳 2023) that is no full sentence.

The expected readings are written by hand next to the text as it is printed, padding included.
"""

from datetime import date

import pytest

from xlperf.notation import (
    DateSpan,
    is_nothing,
    level1_label,
    parse_amount,
    parse_date,
    parse_number,
    parse_quantity,
)

WORDS = "words"
FIGURE_IN_WORDS = "a figure inside words, not to be read as the cell's quantity"
WHOLE_YEAR = DateSpan(date(2024, 1, 1), date(2024, 12, 31), False)
LAST_DAY = DateSpan(date(2024, 12, 31), date(2024, 12, 31), False)
BY_DECEMBER = DateSpan(date(2023, 12, 1), date(2023, 12, 31), True)
BY_NEW_YEAR = DateSpan(date(2023, 12, 31), date(2023, 12, 31), True)
BY_2026 = DateSpan(date(2026, 12, 31), date(2026, 12, 31), True)


def percent(value, comparator="="):
    return comparator, value / 100, "%"


def money(value, comparator="="):
    return comparator, value, "万元"


JUNSHAN_OVERALL = [
    ("10次", ("=", 10, "次"), "12次", ("=", 12, "次")),
    ("1000篇、条", ("=", 1000, "篇、条"), "1100篇、条", ("=", 1100, "篇、条")),
    ("≥20次", (">=", 20, "次"), "25次", ("=", 25, "次")),
    ("≥ 50次", (">=", 50, "次"), "55次", ("=", 55, "次")),
    ("≥30次", (">=", 30, "次"), "35次", ("=", 35, "次")),
    ("≥98%", percent(98, ">="), "100%", percent(100)),
    ("≥90%", percent(90, ">="), "100%", percent(100)),
    ("2024、12、31", LAST_DAY, "2024、12、31", LAST_DAY),
    ("≤1328.5万元", money(1328.5, "<="), "1253.78万元", money(1253.78)),
    ("　效果明显", WORDS, "　效果明显", WORDS),
    ("　≧90%", percent(90, ">="), "　≧95%", percent(95, ">=")),
]

JUNSHAN_PROJECT = [
    ("　≧30次", (">=", 30, "次"), "　33次", ("=", 33, "次")),
    ("　≧60次", (">=", 60, "次"), "　81次", ("=", 81, "次")),
    ("≧120个", (">=", 120, "个"), "　133个", ("=", 133, "个")),
    ("　＝100%", percent(100), "　100%", percent(100)),
    ("　≧90%", percent(90, ">="), "　100%", percent(100)),
    ("2024年全年", WHOLE_YEAR, "2024年全年", WHOLE_YEAR),
    ("≦80万元", money(80, "<="), "　90万元", money(90)),
    ("效果明显", WORDS, "效果明显", WORDS),
    ("　≧95%", percent(95, ">="), "　96%", percent(96)),
]

HENGYANG_OVERALL = [
    ("成本控制在预算范围内", WORDS, "严格控制", WORDS),
    ("集中保管1577个房产证", FIGURE_IN_WORDS, "实现全部管理", WORDS),
    ("对全市腾退单位专项检查", WORDS, "100%检查", FIGURE_IN_WORDS),
    ("完成1965家单位统计", FIGURE_IN_WORDS, "100%统计", FIGURE_IN_WORDS),
    ("统一管理全市501台公车", FIGURE_IN_WORDS, "实现全年监控", WORDS),
    ("不遗失损坏房产证", WORDS, "全年无遗失损坏", WORDS),
    ("优化调整办公用房", WORDS, "整体优化", WORDS),
    ("统计不出现错漏情况", WORDS, "无错漏情况", WORDS),
    ("投诉同比减少，处理量同比增长", WORDS, "无投诉", WORDS),
    ("2023年12月前", BY_DECEMBER, "100%", percent(100)),
    ("对全市国有资产进行摸底清查", WORDS, "全部清查完毕", WORDS),
    ("能耗同比下降1%；水耗下降1%", FIGURE_IN_WORDS, "　100%", percent(100)),
    ("95%", percent(95), "100%", percent(100)),
]

HENGYANG_PROJECTS = [
    ("统一管理全市501台公车", FIGURE_IN_WORDS, "实现统一管理", WORDS),
    ("集中管理各类公车", WORDS, "集中管理，规范有序", WORDS),
    ("2023年12月前", BY_DECEMBER, "2023年12月前", BY_DECEMBER),
    ("有效降低机关运行成本", WORDS, "有效降低", WORDS),
    ("40万", money(40), "40万", money(40)),
    ("≥95%", percent(95, ">="), "100%", percent(100)),
    ("200家单位节约型机关创建情况", FIGURE_IN_WORDS, "已完成", WORDS),
    ("能耗数据统计无基础错漏情况", WORDS, "完整无错漏", WORDS),
    ("成本控制在17万元内", money(17, "<="), "16.98万元", money(16.98)),
    ("衡阳市厅级干部周转房租赁10套", FIGURE_IN_WORDS, "已完成", WORDS),
    ("全年稳定为厅级干部住房提供优质服务", WORDS, "持续服务", WORDS),
    ("成本不超过76万元", money(76, "<="), "76万元", money(76)),
    ("86平方米", ("=", 86, "平方米"), "已完成", WORDS),
    ("统筹协调、有序开展", WORDS, "统筹协调、有序开展", WORDS),
    ("2023年12月31日前", BY_NEW_YEAR, "2023年12月31日前", BY_NEW_YEAR),
    ("193.5万元", money(193.5), "193.5万元", money(193.5)),
    ("长期", WORDS, "长期", WORDS),
    ("117.77万元", money(117.77), "117.58万元", money(117.58)),
    ("≥95%", percent(95, ">="), "99%", percent(99)),
    ("完成7号楼维修", WORDS, "已完成", WORDS),
    ("安全高效", WORDS, "2023年12月31日前完成", BY_NEW_YEAR),
    ("提高行政办公效率", WORDS, "提高行政办公效率", WORDS),
    ("控制在预算范围内", WORDS, "控制在预算范围内", WORDS),
    ("100%", percent(100), "100%", percent(100)),
    ("安全高效，无安全生产责任事故", WORDS, "安全高效，无安全生产责任事故", WORDS),
    ("按照合同节点支付资金，无拖欠", WORDS, "按照合同节点支付资金，无拖欠", WORDS),
    ("建筑及相关产业收入增长", WORDS, "100%", percent(100)),
    ("95%", percent(95), "95%", percent(95)),
    ("完成5号楼会议室维修", WORDS, "完成5号楼会议室维修", WORDS),
    ("8.39万元", money(8.39), "8.39万元", money(8.39)),
    ("≥1000人次", (">=", 1000, "人次"), "已完成", WORDS),
    ("≥40件", (">=", 40, "件"), "已完成", WORDS),
    ("=100%", percent(100), "100%", percent(100)),
    ("优质服务", WORDS, "优质服务", WORDS),
    ("2026年12月31日前竣工验收", BY_2026, "已完成地基等建设", WORDS),
    ("营造风清气正的营商环境", WORDS, "环境得到改善", WORDS),
    (
        "总投资为195693.69万元，其中工程费用15099.34万元",
        FIGURE_IN_WORDS,
        "初步支付56.26万元，未超过预算",
        FIGURE_IN_WORDS,
    ),
    ("302.29万元", money(302.29), "230.24万元", money(230.24)),
    ("26.06万元", money(26.06), "20.7万元", money(20.7)),
]

PAIRS = JUNSHAN_OVERALL + JUNSHAN_PROJECT + HENGYANG_OVERALL + HENGYANG_PROJECTS
READINGS = list(dict.fromkeys(side for pair in PAIRS for side in (pair[:2], pair[2:])))


@pytest.mark.parametrize(("text", "expected"), READINGS)
def test_targets_and_results(text, expected):
    quantity = parse_quantity(text)
    read = quantity and (quantity.comparator, quantity.value, quantity.unit)
    assert read == (expected if isinstance(expected, tuple) else None)
    assert parse_date(text) == (expected if isinstance(expected, DateSpan) else None)
    assert not is_nothing(text)


@pytest.mark.parametrize(
    ("cell", "value", "digits"),
    [
        ("0", 0, 0),
        ("0　", 0, 0),
        ("55.00", 55, 2),
        ("380.82", 380.82, 2),
        ("1183.05　", 1183.05, 2),
        ("　80", 80, 0),
        ("1328.5", 1328.5, 1),
        ("1273.05", 1273.05, 2),
        ("1253.78", 1253.78, 2),
        ("969.32", 969.32, 2),
        ("16.98", 16.98, 2),
    ],
)
def test_money_cells(cell, value, digits):
    read = parse_amount(cell)
    assert (read.value, read.digits, read.unit) == (value, digits, "")


@pytest.mark.parametrize("cell", ["——", "　", "……"])
def test_empty_money_cells(cell):
    assert parse_amount(cell) is None
    assert is_nothing(cell)


@pytest.mark.parametrize(
    ("cell", "rate", "digits"),
    [
        ("98.49%", 0.9849, 2),
        ("　100%", 1, 0),
        ("93.10%", 0.931, 2),
        ("99%", 0.99, 0),
        ("91.39%", 0.9139, 2),
        ("76%", 0.76, 0),
    ],
)
def test_rate_cells(cell, rate, digits):
    assert parse_number(cell) == (rate, digits)


@pytest.mark.parametrize(
    ("cell", "score", "digits"), [("9.85", 9.85, 2), ("　9", 9, 0), ("98.85", 98.85, 2), ("2.5", 2.5, 1)]
)
def test_score_cells(cell, score, digits):
    assert parse_number(cell) == (score, digits)


@pytest.mark.parametrize(
    ("cell", "label", "points"),
    [
        ("产出指标\n\n(50分)", "产出指标", 50),
        ("效益指标\n\n（30分）\n　", "效益指标", 30),
        ("满意度\n指标\n（10分）", "满意度指标", 10),
        ("成本指标\n（20分）", "成本指标", 20),
        ("产出指标\n（40分）", "产出指标", 40),
        ("效益指标（40分）", "效益指标", 40),
        ("满意度指标（10分）", "满意度指标", 10),
    ],
)
def test_level1_cells(cell, label, points):
    assert level1_label(cell) == (label, points)


def test_the_signing_date():
    assert parse_date("2024.4.3") == DateSpan(date(2024, 4, 3), date(2024, 4, 3), False)
