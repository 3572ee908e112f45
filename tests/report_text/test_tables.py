"""Text against the tables of the same filing, with the figures that two units published."""

from tests.declarations.rules.published import published
from xlperf.report_text import check_report

from .conftest import report_of


def reported(profile_id, *lines):
    filing, profile = published(profile_id)
    found = check_report(report_of(lines), filing, profile)
    return [(finding.code, finding.value, finding.expected) for finding in found]


def test_figures_of_the_tables_raise_nothing():
    lines = [
        "编制29人，在职27人。",
        "2023年三公经费预算4.25万元，三公经费决算4.25万元；2022年三公经费决算4.3万元。",
        "全年基本支出586.77万元。全年项目支出616.73万元。",
        "2023年支出合计1203.5万元。自评得分100分。",
    ]
    assert reported("hunan-hengyang-2023", *lines) == []


def test_a_figure_of_the_text_that_the_table_does_not_have():
    """The text of one unit said 4.75 where its table had 4.25; another 1144.41 for 1163.78."""
    assert reported("hunan-hengyang-2023", "2023年三公经费预算4.75万元。") == [
        ("R132", "4.75万元", "4.25万元")
    ]
    assert reported("hunan-yueyang-2024", "全年基本支出共1144.41万元。") == [
        ("R132", "1144.41万元", "1163.78万元")
    ]
    assert reported("hunan-yueyang-2024", "年末在职人员54人。") == [("R132", "54人", "47人")]


def test_other_things_of_like_names_are_not_compared():
    lines = [
        "财政拨款基本支出498.39万元。",
        "二级机构编制11人，其中行政编在职10人。",
        "2021年三公经费决算9万元，2023年三公经费决算4.25万元。",
        "公车项目支出40万元。",
    ]
    assert reported("hunan-hengyang-2023", *lines) == []


def test_a_figure_printed_with_fewer_decimals_is_the_same():
    assert reported("hunan-yueyang-2024", "2024年支出合计1253.8万元。") == []


def test_a_title_that_names_another_unit_than_the_tables():
    filing, profile = published("hunan-yueyang-2024")
    report = report_of(["2024年度乙市丙局整体支出绩效自评报告", "全年基本支出1163.78万元。"])
    (found,) = check_report(report, filing, profile)
    assert (found.code, found.expected) == ("R141", filing.unit_name)
