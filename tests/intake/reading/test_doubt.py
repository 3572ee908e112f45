"""What the page does not decide is null or doubted, and every cell is accounted for."""

from tests.intake.reading.drawn import filled, only, page, reading
from xlperf.intake.reading.export import exported
from xlperf.intake.reading.form_readings import Role

HEADINGS = ["", "<", "年初预算数", "全年预算数", "全年执行数"]


def project(*rows):
    return [["项目支出绩效自评表", "<", "<", "<", "<"], ["项目名称", "<", "道路", "<", "<"], *rows]


def test_a_blank_cell_takes_nothing_from_its_neighbours():
    form = only(project(HEADINGS, ["资金（万元）", "年度资金总额", "", "100", "90"]))
    assert form["fields"]["项目资金/年度资金总额/年初预算数"] is None
    assert form["fields"]["项目资金/年度资金总额/全年预算数"] == 100


def test_without_a_money_unit_amounts_are_doubted():
    form = only(project(HEADINGS, ["资金", "年度资金总额", "80", "100", "90"]))
    assert form["fields"]["项目资金/年度资金总额/年初预算数"] == 80
    assert "项目资金/年度资金总额/年初预算数" in form["uncertain"]


def test_a_sum_chooses_between_two_values_of_one_row():
    rows = [["年度资金总额", "<", "100", "100", "90"], ["其中：财政拨款", "<", "60", "60", "60"]]
    more = [["其他资金", "<", "40", "40", "30"], ["年度资金总额", "<", "", "", "95"]]
    form = only(project([*HEADINGS[:-1], "全年执行数（万元）"], *rows, *more))
    assert form["fields"]["项目资金/年度资金总额/全年执行数"] == 90


def test_values_under_one_heading_twice_are_not_chosen_between():
    form = only(
        [
            ["部门整体支出绩效自评表", "<", "<"],
            ["部门名称", "某局", "<"],
            ["自评得分", "95", ""],
            ["自评总分", "97", ""],
        ]
    )
    assert form["fields"]["总分/得分"] is None
    assert form["uncertain"]["总分/得分"]["readings"] == [95, 97]


def test_an_unknown_heading_is_kept_under_its_printed_name_and_reported():
    made = exported(reading(page(project([*HEADINGS, "到账数"], ["年度资金总额", "<", "1", "2", "3", "4"]))))
    assert made["forms"][0]["fields"]["项目资金/年度资金总额/到账数"] == 4
    assert "到账数" in made["account"]["unknown_labels"]


def test_a_number_without_a_label_is_unused_with_the_reason():
    made = exported(
        reading(page(project(HEADINGS, ["年度资金总额", "<", "1", "2", "3"], ["", "", "", "", "77"])))
    )
    [unused] = made["account"]["unused"]
    assert (unused["cell"], unused["text"]) == ("E5", "77")
    assert unused["reason"]
    assert 77 not in made["forms"][0]["fields"].values()


def test_every_cell_ends_in_one_role():
    read = reading(
        page(project(HEADINGS, ["年度资金总额", "<", "1", "—", "3"], ["注：说明文字", "<", "<", "<", "<"]))
    )
    roles = {entry.cell.place: entry.role for entry in read.account.entries.values()}
    assert roles["A1"] is Role.TITLE
    assert roles["A2"] is Role.LABEL
    assert roles["C2"] is Role.VALUE
    assert roles["C3"] is Role.HEADING
    assert roles["D4"] is Role.VALUE
    assert roles["A5"] is Role.NOTE
    assert sum(read.account.counts().values()) == 11


def test_template_rows_are_no_indicators():
    form = only(
        project(
            ["一级指标", "二级指标", "三级指标", "指标值", "完成值"],
            ["产出指标", "数量指标", "巡护里程", "5公里", "6公里"],
            ["^", "^", "指标2：", "", ""],
            ["^", "^", "……", "", ""],
        )
    )
    assert [row["level3"] for row in form["indicators"]] == ["巡护里程"]


def test_a_page_without_results_is_no_form():
    rows = [
        ["项目支出绩效目标申报表", "<", "<"],
        ["项目名称", "道路", "<"],
        ["一级指标", "三级指标", "指标值"],
    ]
    made = exported(reading(page(rows)))
    assert made["forms"] == []
    assert made["account"]["counts"]["unused"] == 6


def test_a_list_of_projects_is_no_form():
    rows = [
        ["2024年度项目支出绩效自评情况汇总表", "<", "<", "<"],
        ["项目名称", "全年预算数", "全年执行数", "自评得分"],
        ["桥梁检测", "86", "86", "100"],
    ]
    assert exported(reading(page(rows)))["forms"] == []


def test_a_cell_with_several_labels_feeds_each_field_once():
    form = only([["项目自评表", "<"], ["项目名称", "道路"], ["填表人：张某　填报日期：2024年1月2日", "<"]])
    got = filled(form)
    assert (got["填表人"], got["填报日期"]) == ("张某", "2024年1月2日")


def test_a_huge_page_is_not_read_but_accounted_for():
    rows = [[f"甲{row}乙{column}" for column in range(40)] for row in range(250)]
    made = exported(reading(page(rows)))
    assert made["forms"] == []
    assert made["account"]["counts"]["unused"] == 10_000


def test_marks_of_others_next_to_a_column_without_a_heading_are_not_the_units_own():
    headings = ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "分值", "", "财政复核得分", "原因"]
    row = ["产出指标", "数量指标", "新建校舍", "1栋", "1栋", "50", "50", "45", ""]
    top = [["项目支出绩效自评表", *["<"] * 8], ["项目名称", "校舍", *["<"] * 7]]
    form = only([*top, headings, row])
    assert form["indicators"][0]["score"] is None


def test_names_of_the_third_level_without_their_heading_are_not_those_of_the_fourth():
    headings = ["一级指标", "二级指标", "", "四级指标", "指标值", "完成值", "分值", "得分"]
    row = ["产出指标", "数量指标", "新建校舍", "小学", "1栋", "1栋", "50", "50"]
    top = [["项目支出绩效自评表", *["<"] * 7], ["项目名称", "校舍", *["<"] * 6]]
    form = only([*top, headings, row])
    assert form["indicators"][0]["level3"] is None


def test_levels_in_neighbouring_columns_are_no_forms_side_by_side():
    headings = ["一级指标", "二级指标", "三级指标", "四级指标", "指标值", "完成值", "分值", "得分"]
    row = ["产出指标", "数量指标", "新建校舍", "小学", "1栋", "1栋", "50", "50"]
    form = only([["项目支出绩效自评表"], ["项目名称", "校舍"], headings, row])
    assert form["indicators"][0]["level3"] == "新建校舍"


def test_labels_under_headings_of_amounts_name_no_row_of_them():
    form = only(
        [
            ["部门整体支出绩效自评表", *["<"] * 6],
            ["部门名称", "某局", *["<"] * 5],
            ["年度预算（万元）", "年初预算数", "全年预算数", "全年执行数", "执行率", "分值", "得分"],
            ["", "10", "10", "10", "100%", "10", "10"],
            ["", "一般公共预算", "7", "政府性基金拨款", "2", "", ""],
        ]
    )
    assert not [path for path in filled(form) if path.endswith(("执行率", "全年预算数")) and "一般" in path]
    assert 0.02 not in form["fields"].values()
    assert 2 not in form["fields"].values()
