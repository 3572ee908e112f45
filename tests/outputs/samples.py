"""Findings for the tests of reports: figures of the published forms, and hostile texts."""

from dataclasses import replace

from xlperf.declarations.check_report import Report, UnitRatios
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Severity

JUNSHAN = "received/101001 君山区住建局.xlsx"
HENGYANG = "received/衡阳 项目(1)#2 100%.xlsx"
HOSTILE = "=cmd|' /C calc'!A0"

RATE = Finding(
    code="B501",
    severity=Severity.ERROR,
    message="执行率应为 98.49%，填报 98%。",
    fix="改为 98.49%。",
    basis="自评表填报说明",
    location=Location(
        file=JUNSHAN,
        sheet="整体支出绩效自评表",
        cell="H6",
        field="执行率",
        label="执行率",
        unit_code="101001",
        unit_name="君山区住建局",
    ),
    value="98%",
    expected="98.49%",
)
SUM = Finding(
    code="S602",
    severity=Severity.WARNING,
    message="合计与各项之和不符。",
    fix="核对各项。",
    basis="基础数据表",
    location=Location(
        file=HENGYANG,
        sheet="项目2 '甲'",
        cell="B4",
        field="合计",
        label="合计",
        row_key="道路改造",
        unit_code="430401",
        unit_name="衡阳市住建局",
    ),
    value="1,203.50",
    expected="1203.45",
    amount_unit="万元",
)
BROKEN = Finding(
    code="F101",
    severity=Severity.NOTE,
    message="文件打不开。",
    fix="请重新发送。",
    basis="报送要求",
    location=Location(file="received/坏.xlsx"),
)
INJECTED = replace(
    RATE,
    code="C301",
    message=HOSTILE,
    fix="+1",
    basis="-1",
    value="@SUM(A1)",
    expected="\x1b[31m<script>alert(1)</script>\x00\ufffe\ud800",
    location=replace(RATE.location, unit_name=HOSTILE, label="<b>&", cell="H7"),
)
EXEMPTED = replace(SUM, exempt="市局已函复同意")

FILES = [
    CheckedFile(
        JUNSHAN, "101001", "君山区住建局", sheets=("基础数据表", "整体支出绩效自评表", "项目2", "项目10")
    ),
    CheckedFile(HENGYANG, "430401", "衡阳市住建局"),
    CheckedFile("received/坏.xlsx"),
    CheckedFile("received/好.xlsx", "101002", "没有问题的单位"),
]
RATIOS = [
    UnitRatios("101001", "君山区住建局", {"在职人员控制率": 0.9849, "采购执行率": "不适用"}),
    UnitRatios("430401", "衡阳市住建局", {"在职人员控制率": 1.05, "结转率": None}),
]
EMPTY = Report("0.1.0", files=[CheckedFile("好.xlsx")], seconds=0.2)
REPORT = Report("0.1.0", files=FILES, ratios=RATIOS, seconds=12.34).holding(
    [BROKEN, SUM, INJECTED, RATE], [EXEMPTED]
)


def many(count: int) -> Report:
    """A report of ``count`` findings over 300 units."""
    findings = [
        replace(
            (RATE, SUM)[index % 2],
            location=replace(
                RATE.location,
                file=f"received/{index % 300:06} 单位.xlsx",
                cell=f"H{index // 300 + 1}",
                unit_code=f"{index % 300:06}",
                unit_name=f"第 {index % 300} 个预算单位",
            ),
        )
        for index in range(count)
    ]
    files = [
        CheckedFile(f"received/{index:06} 单位.xlsx", f"{index:06}", f"第 {index} 个预算单位")
        for index in range(300)
    ]
    return Report("0.1.0", files=files, seconds=60).holding(findings)
