"""Pages of a unit's own: the score and grade in the head against the rows, template rows, reasons."""

import openpyxl
import pytest

from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded

ROWS = [
    ["2024年度项目支出绩效自评表"],
    ["项目名称", "节能改造", "", "主管部门", "甲市水利局", "", "实施单位", "甲市水利局"],
    ["自评得分", 0, "", "自评等级", ""],
    ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
    ["", "年度资金总额", 80, 80, 80, 10, "100%", 10],
    ["", "其中：当年财政拨款", 80, 80, 80, "", "", ""],
    ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因"],
    ["产出指标", "数量指标", "改造面积", "≥90㎡", "95㎡", 50, 50, ""],
    ["效益指标", "社会效益", "群众受益", "≥90人", "72人", 40, 32, "天气影响工期"],
    ["总分", "", "", "", "", 100, 92, ""],
]


def found(tmp_path, *, score, total=92, grade="", extra=()):
    book = openpyxl.Workbook()
    rows = [list(row) for row in ROWS]
    rows[2][1], rows[2][4], rows[-1][6] = score, grade, total
    for row in [*rows[:-1], *extra, rows[-1]]:
        book.active.append(row)
    path = tmp_path / "自评表.xlsx"
    book.save(path)
    codes = ("C315", "C316", "C323", "C324", "S603", "S645")
    return [
        (finding.code, finding.value, finding.expected)
        for finding in unfolded(check_file(path).findings)
        if finding.code in codes
    ]


def test_head_and_rows_agree(tmp_path):
    assert found(tmp_path, score=92, grade="优") == []


def test_the_head_says_another_score(tmp_path):
    assert found(tmp_path, score=95) == [("C324", "95", "92")]


def test_neither_is_the_sum(tmp_path):
    ((code, value, _),) = found(tmp_path, score=95, total=97)
    assert code == "C323"
    assert set(value.split("、")) == {"95", "97"}


@pytest.mark.parametrize(("grade", "reported"), [("良", [("S645", "良", "优")]), ("优秀", []), ("合格", [])])
def test_the_grade_printed_on_the_page(tmp_path, grade, reported):
    assert found(tmp_path, score=92, grade=grade) == reported


def test_template_rows_give_no_values_but_are_reported(tmp_path):
    extra = [["", "", "指标2：", "", "", "", "", ""], ["", "", "……", "", "", "", "", ""]]
    ((code, value, _),) = found(tmp_path, score=92, extra=extra)
    assert (code, value) == ("C316", "指标2：")


def test_a_column_below_the_amounts_is_none_of_theirs(tmp_path):
    """The total line has points; the amounts have none, and where they would be is the goal."""
    book = openpyxl.Workbook()
    for row in (
        ["项目支出绩效自评表"],
        ["项目名称", "良种繁育基地", None, None, None, "实施单位", "某县种子站"],
        ["项目资金（万元）", None, None, None, None, "年度总体目标"],
        ["资金来源", "全年预算数", "全年执行数", "执行率", "得分", "预期目标", "实际完成情况"],
        ["年度资金总额", 165, 165, "100%", 10, "建设良种繁育基地1500亩", "建成良种繁育基地1510亩"],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"],
        ["产出指标", "数量指标", "基地面积", "1500亩", "1500亩", 50, 50],
        ["效益指标", "经济效益指标", "繁育良种", "≥52万公斤", "54万公斤", 30, 30],
        ["满意度指标", "服务对象满意度指标", "用种农户满意度", "≥90%", "91%", 10, 10],
        ["总分", None, None, None, None, 100, 100],
    ):
        book.active.append(row)
    book.save(tmp_path / "种子站.xlsx")
    codes = {finding.code for finding in unfolded(check_file(tmp_path / "种子站.xlsx").findings)}
    assert codes.isdisjoint({"C301", "M410", "S603"})


def test_what_the_form_does_not_have_is_named_as_labels_are(tmp_path):
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append([*row[:6], "100%", *row[7:]] if "其中：当年财政拨款" in row else row)
    book.save(tmp_path / "自评表.xlsx")
    (found,) = (
        finding
        for finding in unfolded(check_file(tmp_path / "自评表.xlsx").findings)
        if finding.code == "T227"
    )
    assert "当年财政拨款·执行率" in found.message
    assert "/" not in found.message


def unexplained(tmp_path, *, spent=76, head="原因", reason="", label=""):
    """What is reported of an execution rate below 100 % by a form with a column or a label for the reason."""
    book = openpyxl.Workbook()
    rate = spent / 80
    for row in (
        ["2024年度项目支出绩效自评表"],
        ["项目名称", "节能改造", "", "主管部门", "甲市水利局", "", "实施单位", "甲市水利局"],
        ["项目资金（万元）", "", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分", head],
        ["", "年度资金总额", 80, 80, spent, 10, f"{rate:.2%}", round(10 * rate, 2), reason],
        ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因", ""],
        ["产出指标", "数量指标", "改造面积", "≥90㎡", "95㎡", 50, 50, "", ""],
        ["效益指标", "社会效益", "群众受益", "≥90人", "92人", 40, 40, "", ""],
        ["总分", "", "", "", "", 100, 90 + round(10 * rate, 2), "", ""],
        *([[label, ""]] if label else []),
    ):
        book.active.append([None if value == "" else value for value in row])
    path = tmp_path / "自评表.xlsx"
    book.save(path)
    return [
        (finding.location.cell, finding.message)
        for finding in unfolded(check_file(path).findings)
        if finding.code == "C325"
    ]


def test_money_left_over_and_the_column_for_the_reason_blank(tmp_path):
    ((cell, message),) = unexplained(tmp_path)
    assert cell == "I4"
    assert "95.00%" in message
    assert "4.00 万元" in message


def test_money_left_over_and_the_label_for_the_reason_blank(tmp_path):
    ((_, message),) = unexplained(tmp_path, head="", label="偏差原因分析及改进措施")
    assert "偏差原因分析及改进措施" in message


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "工程结算尚未完成"},
        {"spent": 80},
        {"head": ""},
        {"head": "备注"},
        {"reason": "工程结算尚未完成", "label": "改进措施"},
    ],
)
def test_a_reason_or_no_cell_for_one_or_nothing_left_over(tmp_path, form):
    assert unexplained(tmp_path, **form) == []
