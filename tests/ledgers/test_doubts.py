"""What people do to ledgers that the template does not ask for: taken where it is sure, else asked once."""

import json

import pytest
from openpyxl import load_workbook

from tests.ledgers.samples import column, rename, right_tables, set_cell, write_xlsx
from xlperf.core.errors import InputError
from xlperf.ledgers.answers import Answers, read_answers, write_answers
from xlperf.ledgers.ledger import read_ledger


@pytest.fixture
def tables():
    return right_tables()


@pytest.fixture
def read(tmp_path, profile):
    def read_tables(tables, answers=None):
        return read_ledger(write_xlsx(tables, tmp_path / "台账.xlsx"), profile, answers)

    return read_tables


def found(ledger):
    return [(finding.code, finding.location.sheet, finding.location.cell) for finding in ledger.findings]


def basic(ledger, unit=0):
    return ledger.filings[unit].of("基础")[0].fields


def test_a_doubtful_heading_is_asked_once_and_the_answer_read(tables, read, tmp_path):
    rename(tables, "单位", "编制数", "编数")
    answers = Answers()
    assert found(read(tables, answers)) == [("L103", "单位", "D1"), ("L102", "单位", "A1")]
    write_answers(tmp_path / "对照.json", answers)
    content = json.loads((tmp_path / "对照.json").read_text("utf-8"))
    assert content["列名"] == {"单位": {"编数": {"对应": "", "建议": ["编制数"]}}}
    content["列名"]["单位"]["编数"]["对应"] = "编制数"
    (tmp_path / "对照.json").write_text(json.dumps(content), "utf-8")
    again = read_answers(tmp_path / "对照.json")
    ledger = read(tables, again)
    assert found(ledger) == []
    assert not again.has_questions
    assert basic(ledger)["编制数"] == 29


def test_a_column_that_is_not_needed(tables, read):
    rename(tables, "单位", "联系电话", "联系话")
    assert found(read(tables, Answers({"列名": {"单位": {"联系话": "不用"}}}))) == []


@pytest.mark.parametrize("content", [b"[]", b"{", b"\xff"])
def test_another_file_is_no_mapping(tmp_path, content):
    (tmp_path / "对照.json").write_bytes(content)
    with pytest.raises(InputError, match="对照文件"):
        read_answers(tmp_path / "对照.json")


def test_a_year_that_is_neither_this_nor_last_is_not_taken_for_one(tables, read):
    rename(tables, "支出", "公用经费·上年决算数", "公用经费2022年决算数")
    ledger = read(tables)
    assert ("L109", "支出", "AF1") in found(ledger)
    assert "2022" in next(finding.message for finding in ledger.findings if finding.code == "L109")
    assert "公用经费_上年决算数" not in basic(ledger)


def test_rows_are_joined_by_the_name_of_the_unit(tables, read):
    head = tables["支出"][0]
    head[0] = "单位名称"
    tables["支出"][1][0], tables["支出"][2][0] = "青禾镇\n人民政府", "市直-白鹭小学"
    ledger = read(tables)
    assert found(ledger) == []
    assert basic(ledger)["公用经费_本年决算数"] == 171.02
    assert basic(ledger, 1)["公用经费_本年决算数"] == 20


def test_a_code_in_another_spelling_is_joined_and_counted(tables, read):
    tables["支出"][1][0] = "００１"
    tables["支出"][2][0] = "a-2"
    ledger = read(tables)
    assert found(ledger) == []
    join = ledger.joins[0]
    assert (join.rows, join.exact) == (2, 0)
    assert [text for text, _ in join.other] == ["００１", "a-2"]
    assert "“００１”→001 青禾镇人民政府（第 2 行）" in "".join(join.lines())


def test_a_short_name_is_proposed_and_the_answer_read(tables, read):
    tables["支出"][0][0] = "单位名称"
    tables["支出"][1][0], tables["支出"][2][0] = "君山区青禾镇人民政府", "白鹭小学"
    answers = Answers()
    ledger = read(tables, answers)
    assert ("L112", "支出", "A2") in found(ledger)
    assert "疑为“001 青禾镇人民政府”" in "".join(ledger.joins[0].lines())
    asked = answers.content()["单位"]
    assert asked == {"君山区青禾镇人民政府": {"对应": "", "建议": ["001"]}}
    ledger = read(tables, Answers({"单位": {"君山区青禾镇人民政府": "001"}}))
    assert found(ledger) == []
    assert basic(ledger)["公用经费_本年决算数"] == 171.02


def test_rows_without_a_unit_are_one_finding(tables, read):
    for row in tables["指标"][2:4]:
        row[0] = None
    ledger = read(tables)
    assert found(ledger) == [("L110", "指标", "A3")]
    assert "第 3–4 行" in ledger.findings[0].message
    assert ledger.joins[2].unnamed == [3, 4]


@pytest.mark.parametrize("title", ["金额单位：元", "单位：元", "（单位: 元）"])
def test_the_money_unit_above_the_heading(tables, read, title):
    tables["专项资金"] = [
        ["专项资金台账"],
        [None, title],
        tables["专项资金"][0],
        ["001", "防汛", 15000, 20000, None],
    ]
    ledger = read(tables)
    assert {finding.code for finding in ledger.findings} == {"L122"}
    assert "标题：第 1–2 行" in "".join(ledger.joins[-1].lines())
    assert ledger.filings[0].of("基础")[0].tables["专项"] == [
        {"专项名称": "防汛", "上年决算数": 1.5, "本年预算数": 2.0}
    ]


@pytest.mark.parametrize("note", ["注：以上数据来自决算报表", "填表人：某某", "单位负责人："])
def test_notes_below_the_table_are_no_units(tables, read, note):
    tables["单位"].append([note])
    ledger = read(tables)
    assert found(ledger) == [("L131", "单位", "A4")]
    assert len(ledger.units) == 2


def test_a_row_of_totals_among_the_indicators(tables, read):
    total = [None] * len(tables["指标"][0])
    total[0], total[column(tables["指标"], "一级指标")], total[column(tables["指标"], "分值")] = (
        "001",
        "合计",
        100,
    )
    tables["指标"].append(total)
    ledger = read(tables)
    assert found(ledger) == [("L115", "指标", "C6")]
    assert len(ledger.filings[0].of("整体")[0].tables["指标"]) == 2


def test_merged_figures_count_once(tables, tmp_path, profile):
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    book = load_workbook(path)
    page = book["指标"]
    page.merge_cells("H2:H3")
    page.merge_cells("C2:C3")
    book.save(path)
    ledger = read_ledger(path, profile)
    assert sorted(found(ledger)) == [("L118", "指标", "C2"), ("L119", "指标", "H2")]
    rows = ledger.filings[0].of("整体")[0].tables["指标"]
    assert [(row.get("分值"), row["一级指标"]) for row in rows] == [(5, "产出指标"), (None, "产出指标")]


def test_an_export_with_a_subject_a_row(tables, read):
    del tables["支出"]
    tables["经费导出"] = [
        ["2024年度经费"],
        ["单位编码", "单位名称", "科目名称", "2023年决算数", "2024年预算数", "2024年决算数"],
        ["001", "青禾镇人民政府", "公用经费", 137.98, 171.02, 171.02],
        ["001", "青禾镇人民政府", "公务用车运行维护费", 3.93, 3.58, None],
        ["A-2", "白鹭小学", "公用经费", None, None, 20],
        ["A-2", "白鹭小学", "离退休费", 1, 2, 3],
        ["合计", None, "公用经费", 137.98, 171.02, 191.02],
    ]
    ledger = read(tables)
    codes = [code for code, _, _ in found(ledger)]
    assert codes == ["L108", "L115", "L132"]
    assert "离退休费" in ledger.findings[2].message
    fields = basic(ledger)
    assert (fields["公用经费_上年决算数"], fields["公车运行_本年预算数"]) == (137.98, 3.58)
    assert basic(ledger, 1)["公用经费_本年决算数"] == 20
    origin = ledger.filings[0].of("基础")[0].provenance["公车运行_本年预算数"]
    assert (origin.sheet, origin.cell) == ("经费导出", "E4")


def test_an_export_with_a_row_for_each_subject_and_period(tables, read):
    del tables["支出"]
    tables["明细账"] = [
        ["单位编码", "科目", "期间", "金额（元）"],
        ["001", "公用经费", "2023年决算", 1379800],
        ["001", "公用经费", "2024年决算", 1710200],
        ["001", "公用经费", "2024年决算", 5],
    ]
    ledger = read(tables)
    assert [code for code, _, _ in found(ledger)] == ["L108", "L122", "L133"]
    assert basic(ledger)["公用经费_上年决算数"] == 137.98
    assert "公用经费_本年决算数" not in basic(ledger)


def test_an_export_with_columns_of_periods_is_no_list_of_grants(tables, read):
    del tables["支出"], tables["专项资金"]
    tables["支付明细"] = [
        ["单位编码", "科目编码", "科目名称", "2023年决算", "2024年预算", "2024年决算"],
        ["001", "302", "公用经费", 137.98, 171.02, 171.02],
        ["001", "30217", "公务接待费", 3.2, 3, 2.9],
    ]
    ledger = read(tables)
    assert "L108" in [code for code, _, _ in found(ledger)]
    assert (basic(ledger)["公用经费_上年决算数"], basic(ledger)["接待_本年决算数"]) == (137.98, 2.9)
    assert "专项" not in ledger.filings[0].of("基础")[0].tables


def test_a_sheet_a_year_with_a_column_a_subject(tables, read):
    del tables["支出"]
    subjects = ["单位编码", "公用经费", "三公经费", "公车运行", "接待"]
    tables["2023年决算"] = [subjects, ["001", 137.98, 3.93, 3.93, 0]]
    tables["2024年决算"] = [subjects, ["001", 171.02, 3.58, 3.58, 0]]
    ledger = read(tables)
    assert found(ledger) == []
    fields = basic(ledger)
    assert (fields["公用经费_上年决算数"], fields["公用经费_本年决算数"]) == (137.98, 171.02)
    assert fields["公车运行_本年决算数"] == 3.58


def test_a_whole_ledger_in_yuan_is_held_back_and_converted_when_answered(tables, read):
    for sheet in ("支出", "项目", "专项资金"):
        for row in tables[sheet][1:]:
            for index, cell in enumerate(row):
                if isinstance(cell, (int, float)):
                    row[index] = cell * 10000
    set_cell(tables, "支出", 1, "年度资金总额·年初预算数", 2880000)
    set_cell(tables, "支出", 1, "公用经费·上年决算数", 190000)
    answers = Answers()
    ledger = read(tables, answers)
    assert ledger.held == {"001", "A-2"}
    assert {finding.code for finding in ledger.findings} >= {"L129"}
    money = {sheet: {"整张表": "元"} for sheet in ("支出", "项目", "专项资金")}
    again = read(tables, Answers({"金额单位": money}))
    assert (again.held, found(again)) == (frozenset(), [])
    assert basic(again)["公用经费_本年决算数"] == 171.02


def test_a_year_in_yuan_next_to_last_year_in_wan_yuan(tables, read):
    for head in ("公用经费", "公车运行", "业务工作经费", "办公经费"):
        set_cell(tables, "支出", 0, f"{head}·上年决算数", 12.5)
        set_cell(tables, "支出", 0, f"{head}·本年决算数", 131234)
    for head in ("年初预算数", "全年预算数", "全年执行数"):
        set_cell(tables, "支出", 0, f"年度资金总额·{head}", 12035000)
    suspected = [finding for finding in read(tables).findings if finding.code in ("L123", "L128")]
    assert suspected
    assert all(finding.location.sheet == "支出" for finding in suspected)


def test_a_typed_equals_percent_is_a_text(tables, tmp_path, profile):
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    book = load_workbook(path)
    book["指标"]["F2"] = "=100%"
    book.save(path)
    ledger = read_ledger(path, profile)
    assert found(ledger) == []
    assert ledger.filings[0].of("整体")[0].tables["指标"][0]["年度指标值"] == "=100%"


def test_codes_and_percents_are_read_as_shown(tables, tmp_path, profile):
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    book = load_workbook(path)
    for sheet in ("单位", "支出", "项目", "指标", "专项资金"):
        for row in book[sheet].iter_rows(min_row=2, max_col=1):
            if row[0].value == "001":
                row[0].value, row[0].number_format = 1, "000"
    book["指标"]["G3"].value, book["指标"]["G3"].number_format = 0.95, "0%"
    book.save(path)
    ledger = read_ledger(path, profile)
    assert found(ledger) == []
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]
    assert ledger.filings[0].of("整体")[0].tables["指标"][1]["实际完成值"] == "95%"


def test_a_name_that_is_not_that_of_the_code(tables, read):
    for row in tables["支出"]:
        row.insert(1, "单位名称")
    tables["支出"][1][1], tables["支出"][2][1] = "同心社区", "白鹭小学"
    ledger = read(tables)
    assert found(ledger) == [("L134", "支出", "B2")]
    assert "青禾镇人民政府（001）" in ledger.findings[0].message
    assert basic(ledger)["公用经费_上年决算数"] == 137.98


def test_a_row_with_the_code_of_one_unit_and_the_name_of_another_is_not_read(tables, read):
    for row in tables["支出"]:
        row.insert(1, "单位名称")
    tables["支出"][1][1], tables["支出"][2][1] = "白鹭小学", "白鹭小学"
    ledger = read(tables)
    assert [code for code, _, _ in found(ledger)] == ["L135", "L114"]
    assert "青禾镇人民政府（001）" in ledger.findings[0].message
    assert "公用经费_上年决算数" not in basic(ledger)


@pytest.mark.parametrize("name", ["单位信息表", "2024年单位情况", "Sheet1"])
def test_a_list_of_units_under_another_name(tables, read, name):
    tables[name] = tables.pop("单位")
    ledger = read(tables)
    assert found(ledger) == []
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]
