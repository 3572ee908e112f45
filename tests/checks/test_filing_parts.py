"""Which files are one unit's package: reports are of the unit that they state, wherever they lie."""

from xlperf.checks.filing_parts import FilingPart, grouped
from xlperf.checks.merged_filing import unit_of

ROADS, WOODS = "某某市交通局", "某某市林业局"


def workbook(path: str, name: str, code: str = "") -> FilingPart:
    return FilingPart(path, "xlsx", code, name, has_forms=True, is_whole=True)


def report(path: str, stated: str, code: str = "") -> FilingPart:
    return FilingPart(path, "docx", code, title=f"2024年度{stated}整体支出绩效自评报告", stated=stated)


def with_tables(path: str, name: str, code: str = "") -> FilingPart:
    return FilingPart(path, "docx", code, name, has_forms=True, is_whole=True, title=f"{name}自评报告")


def packages(*parts: FilingPart) -> list[list[str]]:
    return [[part.path for part in group] for group in grouped(parts)]


def test_reports_in_a_folder_of_their_own_join_the_workbooks():
    parts = (
        workbook("表/101_交通.xlsx", ROADS, "101"),
        workbook("表/102_林业.xlsx", WOODS, "102"),
        report("报告/102.docx", WOODS, "102"),
        report("报告/101.docx", ROADS, "101"),
    )
    assert packages(*parts) == [["表/101_交通.xlsx", "报告/101.docx"], ["表/102_林业.xlsx", "报告/102.docx"]]


def test_a_report_with_tables_joins_too_and_a_second_filing_does_not():
    own = workbook("表/101.xlsx", ROADS, "101")
    assert packages(own, with_tables("报告/101.docx", ROADS, "101")) == [["表/101.xlsx", "报告/101.docx"]]
    assert packages(own, workbook("又报/101.xlsx", ROADS, "101")) == []
    first, second = (with_tables(f"{folder}/101.docx", ROADS, "101") for folder in ("一", "二"))
    assert packages(first, second) == []


def test_a_name_that_two_units_have_leads_to_neither():
    units = [workbook(f"表/{code}.xlsx", "财政所", code) for code in ("201", "202")]
    assert packages(*units, report("报告/财政所.docx", "财政所")) == []
    assert packages(*units, report("报告/202_财政所.docx", "财政所", "202")) == [
        ["表/202.xlsx", "报告/202_财政所.docx"]
    ]


def test_reports_of_several_units_in_one_folder_are_not_one_units():
    assert packages(report("报告/甲.docx", ROADS), report("报告/乙.docx", WOODS)) == []
    two = (report("报告/整体.docx", ROADS), report("报告/项目.docx", ROADS))
    assert packages(*two) == [["报告/整体.docx", "报告/项目.docx"]]


def test_a_unit_with_only_a_report_is_the_one_that_it_states():
    assert unit_of([report("报告/终稿.docx", ROADS)]) == ("", ROADS)
    assert unit_of([report("报告/101_某某市交通局_自评报告.docx", ROADS, "101")]) == ("101", ROADS)
    assert unit_of([report("101_某某市交通局/终稿.docx", ROADS)]) == ("101", ROADS)
    assert unit_of([report("101_某某市交通局/终稿.docx", WOODS)]) == ("", WOODS)
    assert unit_of([report("101_某某市交通局/终稿.docx", "")]) == ("101", ROADS)
