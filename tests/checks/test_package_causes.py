"""A package of several files: what a fault in one makes in another, and what is there more than once."""

from pathlib import Path

import pytest

from tests.checks.test_consequences import BASIC, OVERALL, PROJECT, typed, value
from tests.checks.test_filing import filed
from tests.received import packages as p
from tests.shared_files import SHARED, needs_cases
from xlperf.declarations.check_report import Report
from xlperf.declarations.findings import Finding, Link
from xlperf.jobs.check import check

TOTAL = "项目支出_本年决算数"
EXECUTED = "年度资金总额_全年执行数"


def checked(folder: Path, files: dict[str, bytes]) -> Report:
    return check([filed(folder / "某单位", files)])


def only(report: Report, code: str) -> Finding:
    (found,) = (top for top in report.findings if top.code == code)
    return found


def names(finding: Finding, link: Link = Link.PLACE) -> list[str]:
    return [Path(other.location.file).name for other in finding.linked(link)]


def under(finding: Finding) -> set[tuple[str, str]]:
    """Code and file of what follows from a finding."""
    followers = finding.linked(Link.CONSEQUENCE)
    return {(other.code, Path(other.location.file).name) for other in followers}


def basic(**figures: float) -> bytes:
    """附件1 with some figures typed over."""
    changes = {BASIC: p.g.chained(*(typed("基础", name, figure) for name, figure in figures.items()))}
    return p.sheets(p.BASIC, changes=changes)


def project(figure: float) -> bytes:
    """The sheet of the first project with another total, whose parts stay as they are."""
    return p.sheets(p.PROJECTS[0], changes={PROJECT: typed("项目", EXECUTED, figure)})


def overall(total: float, **figures: float) -> bytes:
    """附件2 with another total of the scores, and some figures typed over."""
    edits = (typed("整体", name, figure) for name, figure in {"总分_得分": total, **figures}.items())
    return p.sheets(p.OVERALL, changes={OVERALL: p.g.chained(*edits)})


PLANNED = "年度资金总额_年初预算数"


# Causes in another file


def test_a_wrong_total_explains_a_rule_that_fails_on_another_file(tmp_path):
    """All projects together are 29.61, one alone 25.13: less than the total that was typed, 5."""
    report = checked(tmp_path, p.package(附件1=basic(**{TOTAL: 5})))
    assert ("X814", "项目2.docx") in under(only(report, "B505"))
    assert "X814" not in {top.code for top in report.findings}


def test_a_wrong_total_does_not_explain_what_the_right_one_does_not_mend(tmp_path):
    """40 for one project is more than 29.61 too."""
    edits = typed("项目", "财政拨款_全年执行数", 40), p.g.cached(p.g.address("项目", EXECUTED), "40")
    large = p.sheets(p.PROJECTS[0], changes={PROJECT: p.g.chained(*edits)})
    report = checked(tmp_path, p.package(附件1=basic(**{TOTAL: 5}), 项目1=large))
    assert "项目1.xlsx" in {Path(top.location.file).name for top in report.findings if top.code == "X814"}


def test_a_wrong_project_explains_the_sum_in_another_file(tmp_path):
    executed = value("项目", EXECUTED)
    report = checked(tmp_path, p.package(项目1=project(executed + 3)))
    assert ("X801", "附件1.xlsx") in under(only(report, "P701"))
    report = checked(
        tmp_path, p.package(项目1=project(executed + 3), 附件1=basic(业务工作经费_本年决算数=70))
    )
    assert "X801" in {top.code for top in report.findings}


def test_a_wrong_table_explains_that_the_report_says_another_figure(tmp_path):
    right = value("基础", "三公经费_本年决算数")
    files = p.package(
        附件1=basic(三公经费_本年决算数=66.6), 报告=p.report(f"2024年三公经费支出{right}万元。")
    )
    assert ("R132", "报告.docx") in under(only(checked(tmp_path, files), "B503"))


def test_a_wrong_table_does_not_explain_a_wrong_report(tmp_path):
    files = p.package(附件1=basic(三公经费_本年决算数=66.6), 报告=p.report("2024年三公经费支出17.5万元。"))
    assert "R132" in {top.code for top in checked(tmp_path, files).findings}


def test_in_a_report_without_forms_one_wrong_figure_is_one_finding(tmp_path):
    total = value("整体", EXECUTED)
    part = value("整体", "支出_项目支出")
    sentence = (
        f"2024年全年实际支出{total}万元，其中：基本支出{total - part + 7:.2f}万元，项目支出{part}万元。"
    )
    report = checked(tmp_path, p.package(报告=p.report(sentence)))
    assert ("R101", "报告.docx") in under(only(report, "R132"))


def cells(*edits: p.g.Edit) -> bytes:
    """附件1 with its cells changed."""
    return p.sheets(p.BASIC, changes={BASIC: p.g.chained(*edits)})


def saved(name: str, result: float) -> p.g.Edit:
    return p.g.cached(p.g.address("基础", name), repr(result))


def test_a_part_explains_what_its_total_is_compared_with(tmp_path):
    """7 for cars whose two parts are 0; the total of all three has the 7, more than the 5 of the budget."""
    edits = typed("基础", "公车_本年决算数", 7), saved("三公经费_本年决算数", 7)
    report = checked(tmp_path, p.package(附件1=cells(*edits)))
    assert ("B515", "附件1.xlsx") in under(only(report, "B504"))
    edits = (typed("基础", "接待_本年决算数", 9), *edits[:1], saved("三公经费_本年决算数", 16))
    report = checked(tmp_path / "2", p.package(附件1=cells(*edits)))
    assert "B515" in {top.code for top in report.findings}


def test_a_total_of_rows_explains_the_report(tmp_path):
    """One row of 10 in a total of 20; with it all projects are 49.61 in the table, 39.61 in the report."""
    edits = (
        p.g.number(p.g.address("基础", "专项_本年决算数"), 10),
        typed("基础", "专项资金_本年决算数", 20),
        saved(TOTAL, 49.61),
    )
    report = checked(tmp_path, p.package(附件1=cells(*edits), 报告=p.report("2024年项目支出39.61万元。")))
    assert ("R132", "报告.docx") in under(only(report, "B506"))


def test_a_wrong_total_of_scores_explains_the_report(tmp_path):
    right = value("整体", "总分_得分")
    files = p.package(附件2=None, 附件2稿=overall(50), 报告=p.report(f"部门整体支出绩效自评得分{right}分。"))
    assert ("R132", "报告.docx") in under(only(checked(tmp_path, files), "S603"))


def test_an_amount_in_yuan_explains_the_report(tmp_path):
    files = p.package(附件1=basic(**{TOTAL: 296_100}), 报告=p.report("2024年项目支出29.61万元。"))
    assert {
        code[:2] for code, file in under(only(checked(tmp_path, files), "B523")) if file == "报告.docx"
    } == {"R1"}


def test_empty_parts_explain_the_totals_of_their_own_form(tmp_path):
    empty = (p.g.empty(p.g.address("项目", f"财政拨款_{column}")) for column in ("全年预算数", "全年执行数"))
    changes = {PROJECT: p.g.chained(*empty, typed("项目", EXECUTED, value("项目", EXECUTED)))}
    parts = "业务工作经费", "运行维护经费"
    gone = (p.g.empty(p.g.address("基础", f"{part}_本年决算数")) for part in parts)
    total = typed("基础", TOTAL, value("基础", TOTAL))
    files = p.package(项目1=p.sheets(p.PROJECTS[0], changes=changes), 附件1=cells(*gone, total))
    report = checked(tmp_path, files)
    assert ("M409", "项目1.xlsx") in under(only(report, "P702"))
    assert under(only(report, "B508")) == {("M409", "附件1.xlsx")}


def test_a_missing_form_of_a_package(tmp_path):
    files = p.package(项目1=None, 项目2=None, 附件1=basic(三公经费_本年决算数=66.6))
    report = checked(tmp_path, files)
    assert {code for code, _ in under(only(report, "D911"))} == {"X811"}
    assert "B503" in {top.code for top in report.findings}


# The same fault, and differing readings


def test_the_same_fault_from_three_files_is_one_with_three_places(tmp_path):
    wrong = overall(50)
    files = p.package(附件2=None, 附件2甲=wrong, 附件2乙=wrong, 附件2丙=wrong)
    report = checked(tmp_path, files)
    assert len(names(only(report, "S603"))) == 2
    assert report.errors == 1
    assert "3 个文件" in only(report, "D921").message


def test_a_fault_of_two_files_of_three_follows_from_the_difference(tmp_path):
    wrong = overall(50, **{PLANNED: 1})
    files = p.package(附件2=None, 附件2甲=wrong, 附件2乙=wrong, 附件2丙=p.sheets(p.OVERALL))
    report = checked(tmp_path, files)
    assert "S603" in {code for code, _ in under(only(report, "D914"))}
    assert "S603" not in {top.code for top in report.findings}


def test_two_files_that_differ_from_a_third_in_the_same_way_are_one_difference(tmp_path):
    wrong = overall(50, **{PLANNED: 1})
    files = p.package(附件2=None, 附件2a=p.sheets(p.OVERALL), 附件2b=wrong, 附件2c=wrong)
    report = checked(tmp_path, files)
    assert names(only(report, "D914")) == ["附件2c.xlsx"]


def test_a_project_that_two_files_give_differently_explains_the_faults_of_one(tmp_path):
    edits = typed("项目", EXECUTED, 99), typed("项目", "财政拨款_年初预算数", 1)
    other = p.sheets(p.PROJECTS[0], changes={PROJECT: p.g.chained(*edits)})
    report = checked(tmp_path, p.package(项目1稿=other))
    differing = only(report, "D914")
    assert differing.location.item
    assert "P701" in {code for code, _ in under(differing)}


def test_what_all_differing_files_have_is_no_matter_of_the_difference(tmp_path):
    first, second = overall(50, **{PLANNED: 1}), overall(50, **{PLANNED: 2})
    report = checked(tmp_path, p.package(附件2=None, 附件2a=first, 附件2b=second))
    assert names(only(report, "S603")) == ["附件2b.xlsx"]
    staff = "2024年末共有人员98人，其中：在职人员47人，离退休人员54人。"
    drafts = {"报告.docx": p.report(staff), "报告（终稿）.docx": p.report(staff, "一年来工作顺利。")}
    report = checked(tmp_path / "2", drafts)
    assert "R101" not in {code for code, _ in under(only(report, "D922"))}
    assert names(only(report, "R101")) == ["报告（终稿）.docx"]


# The same material twice


REPORT = p.report("2024年末共有人员98人，其中：在职人员47人，离退休人员54人。")


def test_a_report_sent_twice_is_said_once_and_so_are_its_faults(tmp_path):
    report = checked(tmp_path, {"报告.docx": REPORT, "报告（终稿）.docx": REPORT})
    assert "2 个文件" in only(report, "D921").message
    assert names(only(report, "R101")) == ["报告（终稿）.docx"]
    assert names(only(report, "F132")) == ["报告（终稿）.docx"]
    assert {top.location.unit_name for top in report.findings} == {p.UNIT}


def test_two_drafts_of_a_report_differ_and_what_only_one_says_follows_from_that(tmp_path):
    other = p.report("2024年末共有人员101人，其中：在职人员47人，离退休人员54人。")
    report = checked(tmp_path, {"报告.docx": REPORT, "报告（终稿）.docx": other})
    differing = only(report, "D922")
    assert "1 段不同" in differing.message
    assert "101人" in differing.message
    assert "R101" in {code for code, _ in under(differing)}
    assert "D921" not in {top.code for top in report.findings}


def test_reports_of_different_units_in_one_folder_are_nothing_to_each_other(tmp_path):
    other = p.report("2024年末共有人员98人，其中：在职人员47人，离退休人员54人。", unit="某县另一个局")
    report = checked(tmp_path, {"甲.docx": REPORT, "乙.docx": other})
    assert [top.code for top in report.findings].count("R101") == 2
    assert not {"D921", "D922"} & {top.code for top in report.findings}


def test_a_report_with_tables_and_a_workbook_are_not_the_same_material(tmp_path):
    report = checked(tmp_path, p.package(整体=p.sheets(p.OVERALL)))
    assert "D921" not in {top.code for top in report.findings}


@needs_cases
@pytest.mark.parametrize(("case", "errors", "warnings"), [("000", 1, 3), ("001", 1, 1)])
def test_a_real_report_in_two_formats_has_its_faults_once(case, errors, warnings):
    """000: another unit on the cover, three tables listed and not sent. 001: ten sums that are 578.95, not
    579.15; 22 people in 20 posts.
    """
    report = check([SHARED / "cases" / case])
    assert (report.errors, report.warnings) == (errors, warnings)
    assert "2 个文件" in only(report, "D921").message
