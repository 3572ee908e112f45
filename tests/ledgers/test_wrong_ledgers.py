"""Each thing that can be wrong with a ledger: a finding at its place, everything else read."""

import pytest
from openpyxl import load_workbook

from tests.ledgers.samples import column, drop_column, rename, right_tables, set_cell, write_csv, write_xlsx
from xlperf.core.errors import InputError
from xlperf.declarations.forms_and_rules import Severity
from xlperf.ledgers.ledger import read_ledger


@pytest.fixture
def tables():
    return right_tables()


@pytest.fixture
def read(tmp_path, profile):
    def read_tables(tables):
        return read_ledger(write_xlsx(tables, tmp_path / "台账.xlsx"), profile)

    return read_tables


def only(ledger):
    (finding,) = ledger.findings
    return finding


def place(finding):
    return finding.code, finding.location.sheet, finding.location.cell


def test_a_missing_sheet_is_named_and_the_rest_is_read(tables, read):
    del tables["指标"]
    ledger = read(tables)
    assert only(ledger).code == "L101"
    assert "“指标”" in only(ledger).message
    assert ledger.filings[0].of("整体")[0].fields["年度资金总额_全年执行数"] == 1203.5
    assert len(ledger.filings[0].of("项目")) == 2


def test_a_missing_column_is_named_and_the_other_columns_are_read(tables, read):
    drop_column(tables, "支出", "公用经费·本年预算数")
    ledger = read(tables)
    assert place(only(ledger)) == ("L102", "支出", "A1")
    assert "缺少 1 列：公用经费·本年预算数" in only(ledger).message
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 171.02


@pytest.mark.parametrize("head", ["三公经费·本年决算数", "执行率", "执行分值"])
def test_columns_with_formulas_or_defaults_may_be_missing(tables, read, head):
    drop_column(tables, "支出", head)
    assert read(tables).findings == []


def test_personal_columns_may_be_missing(tables, read):
    for head in ("填表人", "联系电话", "填报日期", "主管部门"):
        drop_column(tables, "单位", head)
    assert read(tables).findings == []


def test_without_its_key_column_a_sheet_is_not_read_and_only_the_key_is_asked_for(tables, read):
    drop_column(tables, "指标", "单位编码")
    drop_column(tables, "指标", "分值")
    ledger = read(tables)
    assert [finding.code for finding in ledger.findings] == ["L102"]
    assert "缺少 1 列：单位编码" in ledger.findings[0].message
    assert ledger.filings[0].of("整体")[0].tables == {}


def test_missing_columns_of_a_sheet_are_one_finding_and_those_with_a_fallback_none(tables, read):
    for head in ("主管部门", "实施单位", "财政拨款·年初预算数", "上年结转·年初预算数"):
        drop_column(tables, "项目", head)
    finding = only(read(tables))
    assert "缺少 2 列：财政拨款·年初预算数、上年结转·年初预算数；" in finding.message


def test_an_unknown_column_is_named_with_what_was_probably_meant(tables, read):
    rename(tables, "单位", "联系电话", "联系话")
    finding = only(read(tables))
    assert place(finding) == ("L103", "单位", "I1")
    assert finding.severity is Severity.WARNING
    assert "联系话" in finding.message
    assert "联系电话" in finding.message


@pytest.mark.parametrize("head", ["序号", "备注", "备 注"])
def test_columns_that_people_add_for_themselves(tables, read, head):
    for index, row in enumerate(tables["单位"]):
        row.append(head if index == 0 else index)
    assert read(tables).findings == []


def test_an_unknown_sheet_is_a_note(tables, read):
    tables["备查"] = [["随便"]]
    finding = only(read(tables))
    assert (finding.code, finding.location.sheet, finding.severity) == ("L104", "备查", Severity.NOTE)


def test_the_instruction_sheet_is_no_unknown_sheet(tables, read):
    tables["填写说明"] = [["随便"]]
    assert read(tables).findings == []


def test_two_columns_of_one_head(tables, read):
    for index, row in enumerate(tables["单位"]):
        row.append("编制数" if index == 0 else 999)
    ledger = read(tables)
    assert place(only(ledger)) == ("L105", "单位", "O1")
    assert ledger.filings[0].of("基础")[0].fields["编制数"] == 29.0


@pytest.mark.parametrize(
    ("sheet", "head"), [("单位", "单位编码"), ("指标", "单位编码"), ("项目", "项目编号")]
)
def test_a_blank_key(tables, read, sheet, head):
    set_cell(tables, sheet, 1, head, None)
    findings = [finding for finding in read(tables).findings if finding.code == "L110"]
    letter = "AB"[column(tables[sheet], head)]
    assert [place(finding) for finding in findings] == [("L110", sheet, f"{letter}3")]
    assert "第 3 行" in findings[0].message


def test_of_a_unit_listed_twice_only_what_both_rows_say_is_used(tables, read):
    set_cell(tables, "单位", 1, "单位编码", "001")
    ledger = read(tables)
    duplicate = next(finding for finding in ledger.findings if finding.code == "L111")
    assert place(duplicate) == ("L111", "单位", "A3")
    assert "第 2 行" in duplicate.message
    assert "编制数（D2 为“29”，D3 为“12”）" in duplicate.message
    assert [unit.name for unit in ledger.units] == ["青禾镇人民政府"]
    assert ledger.filings[0].of("基础")[0].fields["编制数"] is None


def test_a_project_number_twice_in_one_unit_but_not_in_two_units(tables, read):
    set_cell(tables, "项目", 1, "项目编号", "10")
    ledger = read(tables)
    assert place(only(ledger)) == ("L111", "项目", "B3")
    assert "项目名称（C2 为“公共机构节能”，C3 为“公车管理”）" in only(ledger).message
    assert [record.fields["项目名称"] for record in ledger.filings[0].of("项目")] == [None]
    set_cell(tables, "项目", 1, "单位编码", "A-2")
    assert read(tables).findings == []


@pytest.mark.parametrize(("sheet", "cell"), [("单位", "A4"), ("支出", "A4"), ("项目", "B4")])
def test_a_row_that_comes_again_unchanged_is_a_note(tables, read, sheet, cell):
    before = read(tables).filings
    tables[sheet].append([*tables[sheet][1]])
    ledger = read(tables)
    assert place(only(ledger)) == ("L142", sheet, cell)
    assert only(ledger).severity is Severity.NOTE
    assert [record.fields for filing in ledger.filings for record in filing.records] == [
        record.fields for filing in before for record in filing.records
    ]


def test_two_rows_of_one_unit_fill_each_others_blanks(tables, read):
    tables["支出"].append([*tables["支出"][1]])
    set_cell(tables, "支出", 0, "公用经费·本年预算数", None)
    set_cell(tables, "支出", 2, "公用经费·本年决算数", None)
    ledger = read(tables)
    assert only(ledger).code == "L142"
    basic = ledger.filings[0].of("基础")[0].fields
    assert (basic["公用经费_本年预算数"], basic["公用经费_本年决算数"]) == (171.02, 171.02)


def test_three_rows_of_one_unit_of_which_two_agree_leave_no_guess(tables, read):
    head = "公用经费·本年决算数"
    for value in (9.0, 171.02):
        tables["支出"].append([*tables["支出"][1]])
        set_cell(tables, "支出", len(tables["支出"]) - 2, head, value)
    ledger = read(tables)
    assert [finding.code for finding in ledger.findings] == ["L111", "L142"]
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] is None


def test_two_amount_rows_for_one_unit(tables, read):
    set_cell(tables, "支出", 1, "单位编码", "001")
    codes = [finding.code for finding in read(tables).findings]
    assert codes == ["L111", "L114"]


def test_an_unknown_unit_in_a_detail_sheet(tables, read):
    set_cell(tables, "指标", 0, "单位编码", "003")
    ledger = read(tables)
    assert place(only(ledger)) == ("L112", "指标", "A2")
    assert only(ledger).value == "003"
    assert len(ledger.filings[0].of("整体")[0].tables["指标"]) == 1


def test_a_code_that_lost_its_zeros_is_recognised_in_the_message(tables, read):
    set_cell(tables, "指标", 0, "单位编码", "1")
    finding = only(read(tables))
    assert finding.code == "L112"
    assert "是否为“001”" in finding.message


def test_a_number_is_the_code_that_has_zeros_before_it(tables, read):
    set_cell(tables, "指标", 0, "单位编码", 1)
    ledger = read(tables)
    assert ledger.findings == []
    (join,) = (join for join in ledger.joins if join.sheet == "指标")
    assert [text for text, _ in join.other] == ["1"]
    assert len(ledger.filings[0].of("整体")[0].tables["指标"]) == 2


def test_a_number_that_may_be_two_codes_is_none(tables, read):
    tables["单位"].append(["01", "同心社区", *[None] * (len(tables["单位"][0]) - 2)])
    set_cell(tables, "指标", 0, "单位编码", 1)
    assert "L112" in [finding.code for finding in read(tables).findings]


def test_a_code_without_its_zeros_and_the_name_are_the_unit(tables, read):
    for row in tables["支出"]:
        row.insert(1, "单位名称")
    tables["支出"][1][:2], tables["支出"][2][1] = ["1", "青禾镇人民政府"], None
    ledger = read(tables)
    assert ledger.findings == []
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 171.02


def test_an_unknown_project_number(tables, read):
    set_cell(tables, "指标", 2, "项目编号", "3")
    ledger = read(tables)
    finding = only(ledger)
    assert place(finding) == ("L113", "指标", "B4")
    assert (finding.location.unit_code, finding.location.unit_name) == ("001", "青禾镇人民政府")


def test_a_unit_without_amounts(tables, read):
    del tables["支出"][2]
    finding = only(read(tables))
    assert (finding.code, finding.location.unit_code, finding.severity) == ("L114", "A-2", Severity.WARNING)
    assert "白鹭小学" in finding.message


def test_text_in_an_amount_leaves_it_empty(tables, read):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", "详见附表")
    ledger = read(tables)
    assert place(only(ledger)) == ("L120", "支出", "AH2")
    assert only(ledger).value == "详见附表"
    basic = ledger.filings[0].of("基础")[0]
    assert "公用经费_本年决算数" not in basic.fields
    assert basic.fields["公用经费_本年预算数"] == 171.02


def test_an_amount_with_its_unit_is_read_and_noted(tables, read):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", "171.02万元")
    set_cell(tables, "支出", 0, "公用经费·本年预算数", "1710200元")
    ledger = read(tables)
    assert [(finding.code, finding.expected, finding.severity) for finding in ledger.findings] == [
        ("L121", "171.02万元", Severity.NOTE),
        ("L121", "171.02万元", Severity.NOTE),
    ]
    basic = ledger.filings[0].of("基础")[0]
    assert (basic.fields["公用经费_本年决算数"], basic.fields["公用经费_本年预算数"]) == (171.02, 171.02)


def test_a_head_in_yuan_converts_its_column_with_one_note(tables, read):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", 1710200)
    set_cell(tables, "支出", 1, "公用经费·本年决算数", "200,000")
    rename(tables, "支出", "公用经费·本年决算数", "公用经费·本年决算数（元）")
    ledger = read(tables)
    assert place(only(ledger)) == ("L122", "支出", "AH1")
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 171.02
    assert ledger.filings[1].of("基础")[0].fields["公用经费_本年决算数"] == 20.0


def test_a_sheet_in_yuan_converts_its_amounts_but_nothing_else(tables, read):
    tables["专项资金(元)"] = [tables["专项资金"][0], ["001", "防汛", 15000, 20000, 20000]]
    del tables["专项资金"]
    ledger = read(tables)
    assert {finding.code for finding in ledger.findings} == {"L122"}
    assert ledger.filings[0].of("基础")[0].tables["专项"] == [
        {"专项名称": "防汛", "上年决算数": 1.5, "本年预算数": 2.0, "本年决算数": 2.0}
    ]


def test_a_head_in_the_base_unit_needs_no_note(tables, read):
    rename(tables, "支出", "公用经费·本年决算数", "公用经费·本年决算数(万元)")
    ledger = read(tables)
    assert ledger.findings == []
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 171.02


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_an_error_in_a_cell_leaves_it_empty(tables, read, error):
    set_cell(tables, "单位", 0, "在职人员控制率", error)
    ledger = read(tables)
    assert place(only(ledger)) == ("L126", "单位", "F2")
    assert "在职人员控制率" not in ledger.filings[0].of("基础")[0].fields


@pytest.mark.parametrize("text", ["合计", "总 计", "小计：", "合计（2 家）"])
@pytest.mark.parametrize("before", [0, 1])
def test_a_row_of_totals_is_no_unit_and_is_noted(tables, read, text, before):
    row = [None] * before + [text]
    tables["单位"].append(row + [None] * (3 - len(row)) + [41, 39])
    ledger = read(tables)
    assert place(only(ledger)) == ("L115", "单位", f"{'AB'[before]}4")
    assert only(ledger).severity is Severity.NOTE
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]


def test_rows_of_totals_in_detail_sheets(tables, read):
    tables["支出"].append(["合计", 5, 5])
    tables["专项资金"].append([None, "小计", 1, 2, 3])
    ledger = read(tables)
    assert [place(finding) for finding in ledger.findings] == [
        ("L115", "支出", "A4"),
        ("L115", "专项资金", "B4"),
    ]
    assert len(ledger.filings[0].of("基础")[0].tables["专项"]) == 2


def test_a_unit_whose_name_only_begins_like_totals_is_a_unit(tables, read):
    tables["单位"].append(["003", "合计办公室", None, 1, 1])
    assert [unit.code for unit in read(tables).units] == ["001", "A-2", "003"]


def test_a_unit_without_a_name(tables, read):
    set_cell(tables, "单位", 0, "单位名称", None)
    ledger = read(tables)
    assert place(only(ledger)) == ("L116", "单位", "B2")
    assert only(ledger).severity is Severity.ERROR
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]


@pytest.mark.parametrize(
    ("sheet", "row", "head", "cell"),
    [("指标", 0, "单位编码", "A2"), ("项目", 1, "项目编号", "B3"), ("指标", 2, "项目编号", "B4")],
)
def test_an_error_is_no_code(tables, read, sheet, row, head, cell):
    set_cell(tables, sheet, row, head, "#REF!")
    ledger = read(tables)
    assert place(only(ledger)) == ("L117", sheet, cell)
    assert only(ledger).value == "#REF!"


def test_an_error_in_the_list_of_units_makes_no_unit(tables, read):
    set_cell(tables, "单位", 1, "单位编码", "#N/A")
    set_cell(tables, "单位", 0, "单位名称", "#N/A")
    ledger = read(tables)
    assert [(unit.code, unit.name) for unit in ledger.units] == [("001", "")]
    assert {"L117", "L126"} <= {finding.code for finding in ledger.findings}


def test_a_formula_without_result_is_named_and_left_empty(tables, tmp_path, profile):
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    book = load_workbook(path)
    book["支出"]["AH2"] = "=100+71.02"
    book["单位"]["A3"] = '="A-"&2'
    book.save(path)
    ledger = read_ledger(path, profile)
    found = {place(finding): finding.value for finding in ledger.findings}
    assert found["L127", "支出", "AH2"] == "=100+71.02"
    assert found["L117", "单位", "A3"] == '="A-"&2'
    assert "公用经费_本年决算数" not in ledger.filings[0].of("基础")[0].fields


def test_headings_in_two_rows_are_read_as_one(tables, read):
    first, second, last = [], [], ""
    for head in tables["支出"][0]:
        subject, _, period = head.partition("·")
        first.append(None if subject == last else subject)
        second.append(period or None)
        last = subject
    given = read(right_tables())
    tables["支出"][:1] = [["全区支出台账"], first, second]
    tables["支出"][3][0] = "zzz"
    tables["支出"].append(["001", *right_tables()["支出"][1][1:]])
    ledger = read(tables)
    assert place(only(ledger)) == ("L112", "支出", "A4")
    for filing, other in zip(ledger.filings, given.filings, strict=True):
        assert [record.fields for record in filing.records] == [record.fields for record in other.records]


def test_a_second_sheet_with_other_units_is_read_too(tables, read):
    right = read(tables)
    second = [tables["支出"][0], tables["支出"].pop()]
    tables["支出（乡镇）"] = second
    ledger = read(tables)
    assert ledger.findings == []
    fields = [[record.fields for record in filing.records] for filing in ledger.filings]
    assert fields == [[record.fields for record in filing.records] for filing in right.filings]


def test_units_that_two_sheets_of_a_kind_have_are_read_from_the_first(tables, read):
    tables["指标 (2)"] = [list(row) for row in tables["指标"]]
    tables["单位"].append(["003", "同心社区", *[None] * (len(tables["单位"][0]) - 2)])
    tables["指标 (2)"].append(["003", *tables["指标"][1][1:]])
    tables["支出"].append(["003", *tables["支出"][2][1:]])
    ledger = read(tables)
    finding = only(ledger)
    assert (finding.code, finding.location.sheet, finding.location.cell) == ("L106", "指标 (2)", "A2")
    assert "与前面的“指标”是同一种表，青禾镇人民政府等 2 个单位" in finding.message
    rows = [len(filing.of("整体")[0].tables["指标"]) for filing in ledger.filings]
    assert rows == [2, 1, 1]


def test_a_hidden_sheet_is_named_and_not_read(tables, tmp_path, profile):
    tables["旧支出"] = [tables["支出"][0], ["001", *[9] * (len(tables["支出"][0]) - 1)]]
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    book = load_workbook(path)
    book["旧支出"].sheet_state = "hidden"
    book.save(path)
    ledger = read_ledger(path, profile)
    assert (only(ledger).code, only(ledger).location.sheet) == ("L138", "旧支出")
    assert "批复规模" not in ledger.filings[0].of("基础")[0].fields


def hide(path, sheet, *, rows=(), columns=(), state="visible"):
    book = load_workbook(path)
    for row in rows:
        book[sheet].row_dimensions[row].hidden = True
    for letter in columns:
        book[sheet].column_dimensions[letter].hidden = True
    book[sheet].sheet_state = state
    book.save(path)


@pytest.mark.parametrize(
    ("hidden", "what"),
    [
        ({"rows": [3]}, "第 3 行"),
        ({"columns": ["D"]}, "第 D 列"),
        ({"state": "hidden"}, "整张表是隐藏的"),
        (
            {"rows": [2, 3], "columns": ["C", "E"], "state": "veryHidden"},
            "整张表是隐藏的；第 2–3 行；第 C、E 列",
        ),
        ({"rows": [60], "columns": ["CZ"]}, None),
    ],
)
def test_what_is_hidden_is_read_and_named_once_a_sheet(tables, tmp_path, profile, hidden, what):
    path = write_xlsx(tables, tmp_path / "台账.xlsx")
    before = read_ledger(path, profile)
    hide(path, "支出", **hidden)
    ledger = read_ledger(path, profile)
    assert [finding.message.partition("：")[2] for finding in ledger.findings] == (
        [f"{what}。"] if what else []
    )
    assert {finding.code for finding in ledger.findings} <= {"L143"}
    assert [filing.records for filing in ledger.filings] == [filing.records for filing in before.filings]


def test_two_sheets_that_give_different_figures_give_none(tables, read):
    head = ["单位编码", "公用经费", "公务接待费", "办公经费", "会议培训费"]
    tables["2024年决算"] = [head, ["001", 171.02, 1, 2, 3], ["A-2", 21, 4, 5, 6]]
    finding = only(ledger := read(tables))
    assert (finding.code, finding.location.sheet, finding.location.cell) == ("L137", "2024年决算", "B3")
    first, second = (filing.of("基础")[0].fields for filing in ledger.filings)
    assert (first["公用经费_本年决算数"], first["接待_本年决算数"]) == (171.02, 1)
    assert (second["公用经费_本年决算数"], second["接待_本年决算数"]) == (None, 4)


def test_two_units_of_one_name_are_reported(tables, read):
    tables["单位"].append(["003", "白鹭小学 ", *[None] * (len(tables["单位"][0]) - 2)])
    found = [finding for finding in read(tables).findings if finding.code == "L136"]
    assert ["A-2、003" in finding.message for finding in found] == [True]


def test_an_absurd_figure_does_not_fill_the_screen(tables, read):
    set_cell(tables, "支出", 1, "公车运行·本年决算数", 1e300)
    assert len(only(read(tables)).message) < 120


def test_an_endless_text_is_shown_in_part(tables, read):
    set_cell(tables, "指标", 0, "单位编码", "长" * 30000)
    assert len(only(read(tables)).message) < 300


def test_rows_without_any_cell_are_no_rows(tables, read):
    tables["单位"].insert(2, [None] * 14)
    ledger = read(tables)
    assert ledger.findings == []
    assert len(ledger.units) == 2


def test_the_row_of_a_finding_counts_blank_rows_and_titles_above_the_headings(tables, read):
    tables["指标"].insert(0, ["2024 年度指标一览"])
    tables["指标"].insert(2, [None] * 10)
    tables["指标"][3][0] = "zzz"
    assert place(only(read(tables))) == ("L112", "指标", "A4")


def test_no_sheet_of_a_ledger_at_all(tables, read):
    with pytest.raises(InputError) as caught:
        read({"Sheet1": [["a"]]})
    assert "不是台账" in str(caught.value)
    assert "Sheet1" in str(caught.value)
    assert "“单位”" in str(caught.value)


def test_no_list_of_units(tables, read):
    del tables["单位"]
    with pytest.raises(InputError, match="需要工作表“单位”"):
        read(tables)


def test_no_column_of_unit_codes(tables, read):
    drop_column(tables, "单位", "单位编码")
    with pytest.raises(InputError, match="没有列“单位编码”"):
        read(tables)


def test_not_a_single_unit(tables, read):
    tables["单位"] = tables["单位"][:1]
    with pytest.raises(InputError, match="一个单位也没有"):
        read(tables)


def test_every_finding_says_what_to_do(tables, read):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", "详见附表")
    set_cell(tables, "指标", 0, "单位编码", "003")
    for finding in read(tables).findings:
        assert finding.message.endswith("。")
        assert finding.fix.endswith("。")
        assert finding.basis
        assert "{" not in finding.message + finding.fix + finding.basis


def test_a_text_longer_than_a_cell_is_reported(tables, tmp_path, profile):
    set_cell(tables, "单位", 0, "预期目标", "长" * 32768)
    set_cell(tables, "单位", 1, "预期目标", "长" * 32767)
    set_cell(tables, "指标", 0, "三级指标", "😀" * 16384)
    found = read_ledger(write_csv(tables, tmp_path / "台账", "utf-8"), profile).findings
    assert [(item.code, item.value, item.expected) for item in found] == [("L141", "32768", "32767")] * 2
    assert [item.location.label for item in found] == ["预期目标", "三级指标"]
