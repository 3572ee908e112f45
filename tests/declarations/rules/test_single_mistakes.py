"""One mistake, one finding: a filing without fault, spoilt in one place at a time."""

from collections.abc import Callable

import pytest

from tests.declarations.rules.published import published
from tests.declarations.rules.verdicts import BROKEN, cases
from xlperf.checks.scopes import Scopes
from xlperf.declarations.evaluation import compute
from xlperf.declarations.records import Filing, Record

Spoil = Callable[[Filing], None]
PROFILE = "hunan-yueyang-2024"
FUNDS = [
    f"{source}_{period}"
    for source in ("财政拨款", "年度资金总额")
    for period in ("年初预算数", "全年预算数", "全年执行数")
]


def put(alias: str, **fields: float | str | None) -> Spoil:
    """Overwrite fields in the first record of a form; computed values stay as they were printed."""
    return lambda filing: filing.of(alias)[0].fields.update(fields)


def row(alias: str, index: int, **columns: float | str | None) -> Spoil:
    def spoil(filing: Filing) -> None:
        filing.of(alias)[0].tables["指标"][index].update(columns)

    return spoil


def hospitality(period: str, amount: float) -> Spoil:
    return put("基础", **{f"三公经费_{period}": amount, f"接待_{period}": amount})


def scored(index: int, score: float, total: float, **columns: str) -> Spoil:
    """Another score in a row of 整体, with its reason, and the total that follows from it."""
    return both(row("整体", index, 得分=score, **columns), put("整体", 总分_得分=total))


def both(*spoils: Spoil) -> Spoil:
    def spoil(filing: Filing) -> None:
        for spoiling in spoils:
            spoiling(filing)

    return spoil


CORRECTIONS = both(
    put("基础", 基本支出预算调整_本年预算数=-55.45, 基本支出预算调整_本年决算数=-55.45),
    put("基础", 项目支出_上年决算数=85.0),
    put("基础", 业务工作经费_上年决算数=85.0, 业务工作经费_本年预算数=90.0, 业务工作经费_本年决算数=90.0),
    put("整体", 总分_得分=99.85),
    row("整体", 9, 年度指标值="≤1273.05万元"),
    row("整体", 10, 得分=10.0),
    row("整体", 14, 实际完成值="95%"),
    put("项目", **dict.fromkeys(FUNDS, 90.0)),
    put("项目", 总分_得分=100.0),
    row("项目", 1, 实际完成值="75次"),
    row("项目", 6, 年度指标值="≦90万元", 实际完成值="90万元", 得分=10.0),
)


def spoilt(spoil: Spoil) -> list[str]:
    """Codes of all findings, in the order of the rules, for the corrected filing spoilt by ``spoil``."""
    filing, profile = published(PROFILE)
    CORRECTIONS(filing)
    spoil(filing)
    for record in filing.records:
        _forget_readings(record)
        compute(record, profile)
    names = Scopes(filing, profile)
    return [
        code
        for code, rule in profile.rules.items()
        for case in cases(rule, filing, profile, names)
        if case.verdict.outcome == BROKEN
    ]


def _forget_readings(record: Record) -> None:
    shown = {"一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"}
    for row in record.tables.get("指标", ()):
        for name in set(row) - shown:
            del row[name]


def test_the_corrected_filing_has_no_finding_of_any_severity():
    assert spoilt(lambda filing: None) == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (put("基础", 在职人员控制率=0.98), "B501"),
        (both(put("基础", 编制数=46.0), put("基础", 在职人员控制率=1.0217)), "B502"),
        (put("基础", 三公经费_本年预算数=5.5), "B503"),
        (put("基础", 公车_上年决算数=0.5), "B504"),
        (put("基础", 项目支出_上年决算数=88.0), "B505"),
        (put("基础", 水电差旅费_本年决算数=378.0), "B507"),
        (both(hospitality("上年决算数", 7.0), hospitality("本年决算数", 6.0)), "B515"),
        (hospitality("本年决算数", 3.0), "B517"),
        (put("基础", 公用经费_本年决算数=430.0), "B518"),
        (put("基础", 政府采购_本年决算数=94.0), "B519"),
        (put("基础", 公用经费_本年预算数=4227700.0), "B523"),
        (put("基础", 办公经费_本年决算数=3.476), "B524"),
        (put("基础", 厉行节约保障措施=None), "B527"),
        (put("整体", 执行率=1253.78 / 1328.5, 执行率得分=9.85), "S601"),
        (put("整体", 执行率得分=9.8, 总分_得分=99.8), "S602"),
        (put("整体", 执行率得分=9.8), "S602"),
        (put("整体", 总分_得分=99.58), "S603"),
        (scored(0, 6.0, 100.85), "S604"),
        (both(row("整体", 0, 分值=4.0, 得分=4.0), put("整体", 总分_得分=98.85)), "S607"),
        (scored(0, 4.0, 98.85, 实际完成值="已完成", 年度指标值="按计划"), "S613"),
        (row("整体", 3, 实际完成值="45次"), "S614"),
        (scored(3, 4.8, 99.65, 实际完成值="45次", 偏差原因="会议合并"), "S615"),
        (scored(3, 4.0, 98.85, 实际完成值="45次", 偏差原因="会议合并"), "S616"),
        (scored(3, 4.0, 98.85, 偏差原因="质量待提高"), "S617"),
        (row("整体", 3, 实际完成值="80次"), "S619"),
        (row("整体", 3, 实际完成值="多次"), "S621"),
        (row("整体", 3, 实际完成值="55人"), "S623"),
        (row("整体", 0, 实际完成值="≥12次"), "S625"),
        (row("整体", 8, 实际完成值="2025年1月"), "S626"),
        (row("整体", 14, 实际完成值="105%"), "S636"),
        (row("整体", 9, 实际完成值="1263万元"), "S637"),
        (put("整体", 支出_基本支出=1136.78), "W601"),
        (put("整体", 支出_基本支出=1183.05), "W602"),
        (put("项目", 财政拨款_全年执行数=70.0), "P701"),
        (put("整体", 支出_项目支出=80.0, 支出_基本支出=1173.78), "X804"),
        (put("项目", 主管部门="岳阳市财政局", 实施单位="岳阳市财政局"), "X815"),
    ],
)
def test_one_mistake_is_one_finding(spoil, code):
    assert spoilt(spoil) == [code]


def test_a_missing_project_sheet_is_reported_once():
    def drop(filing: Filing) -> None:
        filing.records.remove(filing.of("项目")[0])

    assert spoilt(drop) == ["X811"]


def test_a_project_in_yuan_is_reported_in_its_own_sheet():
    codes = spoilt(put("项目", **dict.fromkeys(FUNDS, 900000.0)))
    assert "X814" in codes
    assert "X801" not in codes
