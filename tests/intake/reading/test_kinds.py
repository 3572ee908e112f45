"""Which form a page is where its title is missing, and what years in headings say."""

from tests.intake.reading.drawn import filled, only, page, reading
from xlperf.intake.reading.export import exported


def test_a_list_of_projects_is_no_form():
    headings = ["序号", "项目名称", "全年预算数", "全年执行数", "执行率", "自评得分"]
    rows = [["1", "道路", "86", "86", "100%", "100"], ["2", "桥梁", "45", "41.4", "92%", "98"]]
    made = exported(reading(page([["填报单位：某局", "<", "<", "<", "<", "单位：万元"], headings, *rows])))
    assert made["forms"] == []


def test_an_untitled_form_with_charge_and_doer_is_a_projects():
    rows = [
        ["主管部门", "某局", "实施单位", "某站"],
        ["", "年初预算数", "全年预算数", "全年执行数（万元）"],
        ["年度资金总额", "10", "10", "9"],
    ]
    form = only(rows)
    assert form["kind"] == "project_self_eval"
    assert filled(form)["项目资金/年度资金总额/全年执行数"] == 9


def test_a_single_year_over_basic_data_may_be_the_year_before():
    rows = [
        ["基础数据表", "<", "<"],
        ["项目（万元）", "2022年决算数", "预算数"],
        ["三公经费", "5", "6"],
        ["公用经费", "5", "6"],
    ]
    made = exported(reading(page(rows)))
    assert made["report"]["year"] is None
    assert filled(made["forms"][0])["三公经费/2022决算数"] == 5


def test_headings_of_several_years_are_no_line_with_the_year():
    rows = [
        ["基础数据表", "<", "<", "<", "<"],
        ["", "2022年", "<", "2023年", "<"],
        ["项目（万元）", "预算数", "决算数", "预算数", "决算数"],
        ["三公经费", "5", "5", "6", "4"],
        ["公用经费", "7", "7", "8", "7"],
    ]
    made = exported(reading(page(rows)))
    assert made["report"]["year"] == 2023
    assert filled(made["forms"][0])["三公经费/2022决算数"] == 5


def test_a_table_with_the_names_of_the_one_above_begins_another_form():
    def project(name):
        return page(
            [
                [name and "项目名称", name, "<", "<"],
                ["主管部门", "某局", "实施单位", "某站"],
                ["资金（万元）", "年初预算数", "全年预算数", "全年执行数"],
                ["年度资金总额", "10", "10", "9"],
            ],
            kind="table",
        )

    made = exported(reading(project("道路"), project("")))
    assert [form["fields"]["项目支出名称"] for form in made["forms"]] == ["道路", None]
