"""Layouts of other places: the same form in other words, numbered otherwise, of another year."""

import json

import pytest

from tests.intake import wordfiles as w
from xlperf.checks.file_check import check_file
from xlperf.declarations.findings import unfolded
from xlperf.drafting.wording import sense
from xlperf.intake.filing_reader import read_filing
from xlperf.outputs.machine_reports import export_file

PROJECT = [
    ["项目名称", "道路养护", "", "", "", "", "", "", ""],
    ["主管部门", "甲市交通局", "", "", "", "项目单位", "", "甲市公路站", ""],
    [
        "项目资金\n（万元）",
        "",
        "",
        "年初预算",
        "调整后预算数(A)",
        "预算执行数(B)",
        "权重",
        "执行率(B/A)",
        "自评得分",
    ],
    ["", "资金总额", "", "100", "120", "90", "10", "75%", "7.5"],
    ["", "其中：本年财政拨款", "", "100", "120", "90", "", "", ""],
    ["", "上年结转", "", "", "", "", "", "", ""],
    ["", "其它资金", "", "", "", "", "", "", ""],
    ["年度总体目标", "年初设定目标", "", "", "", "全年实际完成情况", "", "", ""],
    ["", "养护道路 30 公里。", "", "", "", "养护道路 28 公里。", "", "", ""],
    [
        "绩效指标",
        "一级指标",
        "二级指标",
        "三级指标",
        "指标值",
        "全年完成值",
        "权重",
        "自评得分",
        "未完成原因分析",
    ],
    ["", "产出指标（50分）", "数量指标", "养护里程", "≥30公里", "28公里", "50", "46.67", "雨季停工"],
    ["", "效益指标（30分）", "社会效益指标", "投诉减少", "≥10%", "12%", "30", "30", ""],
    ["", "满意度指标（10分）", "服务对象满意度指标", "群众满意度", "≥90%", "95%", "10", "10", ""],
    ["合计", "", "", "", "", "", "100", "94.17", ""],
]

TOUCHING = [
    PROJECT[0],
    ["主管部门", "甲市交通局", "", "", "", "项目单位", "甲市公路站", "", ""],
    *PROJECT[2:],
]
"""The same without an empty cell between the label and the value of 项目单位."""


@pytest.fixture
def exported(tmp_path):
    def export(lines, *above):
        path = tmp_path / "自评.docx"
        path.write_bytes(w.document(*map(w.paragraph, above), w.plain(lines)))
        (form,) = export_file(path)["forms"]
        return form

    return export


def test_a_project_form_in_other_words_is_read(exported):
    form = exported(TOUCHING, "附件3", "2022年度项目支出绩效自评表")
    fields = form["fields"]
    assert form["kind"] == "project_self_eval"
    assert fields["项目支出名称"] == "道路养护"
    assert (fields["主管部门"], fields["实施单位"]) == ("甲市交通局", "甲市公路站")
    total = "项目资金/年度资金总额"
    assert [fields[f"{total}/{name}"] for name in ("年初预算数", "全年预算数", "全年执行数")] == [
        100,
        120,
        90,
    ]
    assert [fields[f"{total}/{name}"] for name in ("分值", "执行率", "得分")] == [10, 0.75, 7.5]
    assert fields["项目资金/当年财政拨款/全年执行数"] == 90
    assert fields["年度总体目标/实际完成情况"] == "养护道路 28 公里。"
    assert fields["总分/得分"] == 94.17
    assert form["notes"] == {f"{total}/执行率": "percent, printed 75%"}
    cells = form["indicators"][0].pop("cells")
    assert cells["target"] == "第11行第5列"
    assert form["indicators"][0] == {
        "level1": "产出指标",
        "level1_points": 50,
        "level2": "数量指标",
        "level3": "养护里程",
        "target": "≥30公里",
        "actual": "28公里",
        "weight": 50,
        "score": 46.67,
        "deviation": "雨季停工",
    }
    assert len(form["indicators"]) == 3


def test_the_total_row_may_come_last(exported):
    lines = [*PROJECT[:3], *PROJECT[4:7], PROJECT[3], *PROJECT[7:]]
    fields = exported(lines, "2022年度项目支出绩效自评表")["fields"]
    assert fields["项目资金/年度资金总额/全年执行数"] == 90
    assert fields["项目资金/当年财政拨款/全年预算数"] == 120
    assert fields["项目资金/其他资金/全年执行数"] is None


def test_without_score_columns_nothing_is_read_as_a_score(exported):
    """Columns 权重 and 自评得分 left out of funds and indicators alike."""
    lines = [[*line[:6], line[7]] for line in PROJECT[:9]]
    lines += [[*line[:6], line[8]] for line in PROJECT[9:]]
    form = exported(lines, "2022年度项目支出绩效自评表")
    fields = form["fields"]
    assert fields["项目资金/年度资金总额/全年执行数"] == 90
    assert fields["项目资金/年度资金总额/执行率"] == 0.75
    assert fields["项目资金/年度资金总额/分值"] is None
    assert fields["项目资金/年度资金总额/得分"] is None
    assert [row["deviation"] for row in form["indicators"]] == ["雨季停工", None, None]
    assert {row["weight"] for row in form["indicators"]} == {None}


def test_columns_that_are_not_there_are_reported_once_and_not_asked_for(exported, tmp_path):
    """Neither points nor scores; the cell behind 项目单位 moved with the columns that are gone."""
    lines = [[*line[:6], line[7]] for line in PROJECT[:9]]
    lines += [[*line[:6], line[8]] for line in PROJECT[9:]]
    form = exported(lines, "2022年度项目支出绩效自评表")
    assert form["fields"]["实施单位"] == "甲市公路站"
    found = [
        finding for finding in unfolded(check_file(tmp_path / "自评.docx").findings) if finding.code != "T201"
    ]
    assert [finding.code for finding in found] == ["T227"]
    assert "分值、" in found[0].message


def test_captions_need_not_be_in_a_document(exported, tmp_path):
    exported(PROJECT, "2022年度项目支出绩效自评表")
    assert "T208" not in {finding.code for finding in unfolded(check_file(tmp_path / "自评.docx").findings)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2023年决算数", "2022年决算数"),
        ("1、公务用车购置和维护经费", "（一）公务用车购置及运行维护费："),
        ("调整后预算数(A)", "全年 预算数"),
        ("批复规模\n（㎡）", "批复规模"),
    ],
)
def test_wording_that_does_not_matter(first, second):
    assert sense(first, 2024) == sense(second, 2023)


def test_a_year_matters_against_the_year_of_its_form():
    assert sense("2023年决算数", 2024) != sense("2024年决算数", 2024)


def test_what_was_filled_in_stays_as_received(exported, tmp_path):
    exported(TOUCHING, "2022年度项目支出绩效自评表")
    text = json.dumps(export_file(tmp_path / "自评.docx"), ensure_ascii=False)
    assert "雨季停工" in text
    assert json.loads(text)["report"] == {
        "title": "2022年度项目支出绩效自评表",
        "unit": "甲市公路站",
        "year": 2022,
    }


class TestYuan:
    """A form in 元, as some places print it: read in 万元, with the raw text and a note."""

    def lines(self):
        lines = [[cell.replace("（万元）", "（元）") for cell in line] for line in PROJECT]
        lines[3] = ["", "资金总额", "", "1,000,000.00", "1200000", "900000", "10", "75%", "7.5"]
        lines[4] = ["", "其中：本年财政拨款", "", "100万元", "1,200,000元", "900000", "", "", ""]
        return lines

    def test_amounts_are_converted_and_those_with_a_unit_are_not_converted_again(self, exported):
        fields = exported(self.lines(), "2022年度项目支出绩效自评表")["fields"]
        total = "项目资金/年度资金总额"
        names = ("年初预算数", "全年预算数", "全年执行数")
        assert [fields[f"{total}/{name}"] for name in names] == [100, 120, 90]
        assert [fields[f"项目资金/当年财政拨款/{name}"] for name in names] == [100, 120, 90]
        assert (fields[f"{total}/分值"], fields[f"{total}/得分"]) == (10, 7.5)

    def test_the_raw_text_is_kept_and_it_is_reported_once(self, exported, tmp_path):
        exported(self.lines(), "2022年度项目支出绩效自评表")
        (record,) = read_filing(tmp_path / "自评.docx").filing.records
        found = record.provenance["年度资金总额_年初预算数"]
        assert (found.raw, found.note) == ("1,000,000.00", "表头单位是元，换算成万元")
        codes = [finding.code for finding in unfolded(check_file(tmp_path / "自评.docx").findings)]
        assert codes.count("C314") == 1
        assert not {"C306", "S632"} & set(codes)

    def test_where_both_units_are_printed_nothing_is_converted(self, exported):
        fields = exported(PROJECT, "2022年度项目支出绩效自评表", "金额单位：元")["fields"]
        assert fields["项目资金/年度资金总额/全年执行数"] == 90

    def test_the_unit_may_be_above_the_form(self, exported):
        lines = [[cell.replace("（万元）", "") for cell in line] for line in self.lines()]
        fields = exported(lines, "2022年度项目支出绩效自评表", "填报单位：甲市公路站    金额单位：元")[
            "fields"
        ]
        assert fields["项目资金/年度资金总额/全年执行数"] == 90


def test_sign_and_unit_in_columns_of_their_own_are_read_with_the_figure(exported, tmp_path):
    headings = [*PROJECT[9][:4], "指标性质", "指标值", "计量单位", *PROJECT[9][5:]]
    rows = [
        [*PROJECT[10][:4], "≥", "30", "公里", "28", *PROJECT[10][6:]],
        [*PROJECT[11][:4], "≥", "10", "%", "12", *PROJECT[11][6:]],
        [*PROJECT[12][:4], "定性", "显著", "", "显著", *PROJECT[12][6:]],
    ]
    total = ["总分", *[""] * 7, "100", "94.17", ""]
    form = exported(
        [*[[*line, "", ""] for line in PROJECT[:9]], headings, *rows, total], "2022年度项目支出绩效自评表"
    )
    assert [(row["target"], row["actual"]) for row in form["indicators"]] == [
        ("≥30公里", "28公里"),
        ("≥10%", "12%"),
        ("显著", "显著"),
    ]
    assert [row["weight"] for row in form["indicators"]] == [50, 30, 10]
    (record,) = read_filing(tmp_path / "自评.docx").filing.records
    assert record.provenance["指标", 0, "年度指标值"].raw == "30"


def test_the_next_label_with_its_figure_is_no_value_of_the_one_before(exported):
    """主管部门 left empty, the label behind it with its value in one cell."""
    lines = [list(line) for line in PROJECT]
    lines[1] = ["主管部门", "", "", "", "", "实施单位：甲市公路站", "", "", ""]
    assert exported(lines, "2022年度项目支出绩效自评表")["fields"]["主管部门"] is None
