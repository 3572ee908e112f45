"""The units of the five published sources, from a ledger's figures to the report of their place and year.

The expected figures and rates are those that the units have published.
"""

from pathlib import Path

import pytest

from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.finishing.reports.filings_source import source_filings
from xlperf.finishing.reports.run import write_reports
from xlperf.report_text import check_report, read_report
from xlperf.workbooks.workbook_writer import writer_of

LEFT_OVER = "R163"
SOURCES = {
    "hunan-yueyanglou-2024": (
        "岳阳市岳阳楼区机关事务服务中心",
        {"编制数": 54.0, "在职人数": 54.0, "公用经费_本年决算数": 102.24, "项目支出_本年预算数": 754.0},
        {"基本": 991.08, "项目": 5633.59, "年初": 1672.16, "全年": 6624.67},
        [
            "核定编制54人，在职人员54人，在职人员控制率100%",
            "基本支出991.08万元",
            "项目支出预算754万元，实际支出5633.59万元",
        ],
        10,
    ),
    "hunan-wangcheng-2020": (
        "长沙市望城区机关事务中心",
        {"编制数": 20.0, "在职人数": 22.0, "公用经费_本年决算数": 30.03, "项目支出_本年预算数": 3698.0},
        {"基本": 959.98, "项目": 4057.15, "年初": 4526.69, "全年": 4526.69},
        ["预算执行率110.83%", "超预算490.44万元", "在职人员22人，在职人员控制率110%", "基本支出959.98万元"],
        6,
    ),
    "hunan-yueyang-2024": (
        "岳阳市君山区人民政府办公室",
        {"编制数": 47.0, "在职人数": 47.0, "公用经费_本年预算数": 422.77, "公用经费_本年决算数": 384.12},
        {"基本": 1163.78, "项目": 90.0, "年初": 1328.5, "全年": 1273.05},
        ["年初预算1328.5万元，全年预算1273.05万元，实际支出1253.78万元，预算执行率98.49%"],
        10,
    ),
    "hunan-changning-2023": (
        "中共常宁市委机关和事务接待中心",
        {"编制数": 24.0, "在职人数": 22.0, "公用经费_本年预算数": 34.32, "公用经费_本年决算数": 22.9},
        {"基本": 256.96, "项目": 832.43, "年初": 1089.39, "全年": 1089.39},
        ["基本支出256.96万元，占23.59%；项目支出832.43万元，占76.41%", "公用经费控制率66.72%"],
        8,
    ),
    "hunan-hengyang-2023": (
        "衡阳市机关事务管理局",
        {"编制数": 29.0, "在职人数": 27.0, "接待_本年预算数": 4.75, "接待_本年决算数": 4.25},
        {"基本": 586.77, "项目": 616.73, "年初": 631.39, "全年": 1203.5},
        [
            "基本支出586.77万元，占48.76%；项目支出616.73万元，占51.24%",
            "在职人员控制率为93.1%",
            "目标设定10分",
            "本单位无国有资本经营预算。",
            "“三公”经费预算为4.75万元，年度决算为4.25万元，控制率为89.47%",
            "预算执行率100%",
        ],
        9,
    ),
}


def filing_of(profile_id: str) -> Filing:
    unit, basic, spent, _, _ = SOURCES[profile_id]
    total = round(spent["基本"] + spent["项目"], 2)
    overall = {
        "单位名称": unit,
        "年度资金总额_年初预算数": spent["年初"],
        "年度资金总额_全年预算数": spent["全年"],
        "年度资金总额_全年执行数": total,
        "收入_一般公共预算": total,
        "支出_基本支出": spent["基本"],
        "支出_项目支出": spent["项目"],
        "预期目标": "保障机关运转，完成年度任务。",
        "实际完成情况": "机关运转有序，年度任务完成。",
    }
    records = [
        Record("基础", "基础数据表", basic | {"业务工作经费_本年决算数": spent["项目"]}),
        Record("整体", "整体支出绩效自评表", overall),
    ]
    return Filing("001", unit, profile_id, records)


@pytest.mark.parametrize("profile_id", SOURCES)
def test_from_the_figures_to_the_report_of_the_place(tmp_path: Path, profile_id: str):
    profile = load_profile(profile_id)
    unit, _, _, sentences, sections = SOURCES[profile_id]
    received = tmp_path / "收到" / f"001_{unit}.xlsx"
    received.parent.mkdir()
    received.write_bytes(writer_of(profile, working=False).workbook(filing_of(profile_id)))
    source = source_filings([received], None, output=tmp_path / "报告")
    assert [filing.profile for filing in source.filings] == [profile_id]
    document, *others = write_reports(source, tmp_path / "报告").files
    report = read_report(document)
    text = "\n".join(paragraph.text for paragraph in report.paragraphs)
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert f"{profile.year}年度{unit}" in text
    assert sum(paragraph.style == 1 for paragraph in report.paragraphs) == sections
    found = {finding.code for finding in check_report(report, source.filings[0], profile)}
    assert found - {"R121"} == {LEFT_OVER}
    assert others == []
