"""Which year the values of basic data are of, where titles and columns disagree."""

import pytest

from tests.intake.reading.drawn import page, reading
from xlperf.intake.page import TABLE

STAFF = ["财政供养人员情况", "编制数", "2024年实际在职人数", "控制率"]
ROWS = [["三公经费", "5.7", "5.6", "5.2"], ["公用经费", "8", "8", "7"], ["政府采购金额", "1", "2", "2"]]
HEADINGS = ["经费（万元）", "2023年决算数", "2024年预算数", "2024年决算数"]


def basic(title, headings=HEADINGS, rows=ROWS):
    top = [[title, "<", "<", "<"], STAFF, ["", "51", "49", "96.08%"], headings, *rows]
    [form] = reading(page(top)).forms
    return form


@pytest.mark.parametrize("printed", [2022, 2023, 2025])
def test_columns_say_the_year_where_the_title_is_of_another(printed):
    form = basic(f"{printed}年度部门整体支出绩效评价基础数据表")
    assert (form.title_year, form.year) == (printed, 2024)
    assert form.plain("三公经费/2024决算数") == 5.2
    assert form.plain("财政供养人员情况/2024年实际在职人数") == 49


def test_years_in_a_row_above_the_columns_count_too():
    headings = [["经费（万元）", "2023年", "2024年", "<"], ["^", "决算数", "预算数", "决算数"]]
    top = [["2023年度基础数据表", "<", "<", "<"], STAFF, ["", "51", "49", "96.08%"], *headings, *ROWS]
    [form] = reading(page(top)).forms
    assert form.year == 2024


def test_a_column_that_lost_its_heading_changes_no_year():
    form = basic("2024年度部门整体支出绩效评价基础数据表", [*HEADINGS[:3], ""])
    assert form.year == 2024


def test_budgets_of_the_year_in_the_title_keep_it():
    headings = ["经费（万元）", "2023年预算数", "2023年决算数", "2024年预算数"]
    assert basic("2024年度基础数据表", headings).year == 2024
    headings = ["经费（万元）", "2023年预算数", "2024年预算数", "2024年决算数"]
    assert basic("2023年度基础数据表", headings).year == 2023


def test_a_year_that_lost_its_heading_over_two_columns_leaves_the_title_right():
    headings = [["项目", "2023年", "<", "", "<"], ["^", "预算数", "决算数", "预算数", "决算数"]]
    rows = [["三公经费合计", "6", "5.4", "5.8", "5.1"], ["公用经费", "20", "18.8", "19.5", "18.9"]]
    title = ["2024年度部门整体支出绩效评价基础数据表", "<", "<", "<", "<"]
    staff = [[*STAFF, "备注"], ["", "51", "49", "96.08%", ""]]
    [form] = reading(page([title, *staff, *headings, *rows])).forms
    assert form.year == 2024


@pytest.mark.parametrize(("also", "year"), [("一、概况", 2023), ("二、2022年度工作", None)])
def test_the_title_of_a_report_is_the_year_of_forms_that_print_none(also, year):
    before = ("某站2023年度项目支出绩效自评报告", also, *["正文"] * 8, "项目支出绩效自评表")
    rows = [["项目名称", "道路", "<"], ["三级指标", "指标值", "完成值"], ["里程", "1公里", "1公里"]]
    [form] = reading(page(rows, kind=TABLE, before=before)).forms
    assert form.year == year
