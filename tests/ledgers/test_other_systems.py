"""Ledgers as other systems export them and people lay them out: units of money, codes, totals, headings."""

import pytest
from openpyxl import load_workbook

from tests.ledgers.samples import right_tables, write_csv, write_xlsx
from xlperf.core.errors import InputError
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.ledger import read_ledger

SPENT, TOTAL = "公用经费·本年决算数", "年度资金总额·全年执行数"
LAYOUT = "L102"
"""Columns that these ledgers do not have."""


@pytest.fixture
def tables():
    right = right_tables()
    return {name: right[name] for name in ("单位", "项目", "指标", "专项资金")}


@pytest.fixture
def read(tmp_path, profile):
    def read_tables(tables, change=None, answers=None):
        path = write_xlsx(tables, tmp_path / "台账.xlsx")
        if change:
            book = load_workbook(path)
            change(book)
            book.save(path)
        return read_ledger(path, profile, answers)

    return read_tables


def found(ledger):
    return [
        (finding.code, finding.location.sheet, finding.location.cell)
        for finding in ledger.findings
        if finding.code not in (LAYOUT, "L114")
    ]


def given(ledger, name="公用经费_本年决算数", form="基础"):
    return [filing.of(form)[0].fields.get(name) for filing in ledger.filings]


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("编制单位：元谋县财政局", 1),
        ("填报单位：元氏县", 1),
        ("单位：元          编制单位：县财政局", 10000),
        ("金 额 单 位 ： 元", 10000),
        ("（单位：人民币元）", 10000),
        ("单位：千元（保留两位小数）", 10),
    ],
)
def test_a_place_whose_name_begins_as_a_unit_of_money_is_none(tables, read, title, unit):
    tables["支出"] = [
        ["2024年支出"],
        [title],
        ["单位编码", SPENT],
        ["001", 171.02 * unit],
        ["A-2", 20 * unit],
    ]
    ledger = read(tables)
    assert found(ledger) == ([] if unit == 1 else [("L122", "支出", "B3")])
    assert given(ledger) == pytest.approx([171.02, 20])


@pytest.mark.parametrize(
    ("aside", "per_unit"),
    [
        ("（人民币元）", 10000),
        ("(￥元)", 10000),
        ("（元，含税）", 10000),
        ("（2024年、元）", 10000),
        ("/元", 10000),
        ("（千）", 10),
        ("（亿）", 0.0001),
        ("（万）", 1),
    ],
)
def test_units_of_money_in_other_words(tables, read, aside, per_unit):
    tables["支出"] = [["单位编码", f"{SPENT}{aside}"], ["001", 171.02 * per_unit]]
    assert given(read(tables)) == [pytest.approx(171.02), None]


@pytest.mark.parametrize("aside", ["（美元）", "（元/人）", "（以元为单位填列）"])
def test_a_heading_with_an_unclear_unit_of_money_is_asked(tables, read, aside):
    tables["支出"] = [["单位编码", f"{SPENT}{aside}"], ["001", 1710200]]
    answers = Answers()
    ledger = read(tables, answers=answers)
    assert found(ledger) == [("L103", "支出", "B1")]
    assert given(ledger) == [None, None]
    assert answers.content()["列名"]["支出"][f"{SPENT}{aside}"]["建议"] == [SPENT]


def test_units_of_money_in_a_row_of_their_own(tables, read):
    tables["支出"] = [
        ["单位编码", "公用经费", "接待", "年度资金总额"],
        [None, "本年决算数", "本年决算数", "全年执行数"],
        [None, "元", "（万元）", "万元"],
        ["001", 1710200, 3, 1203.5],
        ["A-2", 200000, 2, 88.8],
    ]
    ledger = read(tables)
    assert found(ledger) == [("L122", "支出", "B3")]
    assert given(ledger) == [171.02, 20]
    assert given(ledger, "接待_本年决算数") == [3, 2]


def test_titles_with_two_units_of_money_leave_the_amounts_out(tables, read):
    tables["支出"] = [
        ["2024年支出（单位：万元）"],
        ["单位：元"],
        ["单位编码", SPENT, f"{TOTAL}（元）"],
        ["001", 1710200, 12035000],
    ]
    ledger = read(tables)
    assert found(ledger) == [("L122", "支出", "C3"), ("L144", "支出", "B3")]
    assert given(ledger) == [None, None]
    assert given(ledger, "年度资金总额_全年执行数", "整体") == [1203.5, None]


def test_amounts_are_read_as_their_cells_show_them(tables, read):
    headings = ["公用经费", "接待", "年度资金总额", "办公经费", "出国", "会议培训费"]
    headings = [f"{head}·{'全年执行数' if head == '年度资金总额' else '本年决算数'}" for head in headings]
    tables["支出"] = [["单位编码", *headings], ["001", 1710200, 0.12, 12035000, 12.5, 34000, 0]]

    def change(book):
        formats = ['0!.0,"万"', "0%", '#,##0.00"元"', '0.00"万元"', '0.0,"千元"', '0"元"']
        for letter, code in zip("BCDEFG", formats, strict=True):
            book["支出"][f"{letter}2"].number_format = code

    ledger = read(tables, change)
    notes = {finding.location.cell: (finding.code, finding.value) for finding in ledger.findings[1:]}
    assert notes["B2"] == ("L121", "171.0万")
    assert notes["C2"] == ("L120", "12%")
    assert notes["D2"] == ("L121", "12,035,000.00元")
    assert notes["F2"] == ("L121", "34.0千元")
    fields = ledger.filings[0].of("基础")[0].fields
    assert [
        fields.get(f"{name}_本年决算数") for name in ("公用经费", "接待", "办公经费", "出国", "会议培训费")
    ] == [
        171.02,
        None,
        12.5,
        3.4,
        0,
    ]


def test_headings_in_three_rows(tables, read):
    tables["支出"] = [
        ["2024年度部门支出"],
        ["单位编码", "公用经费", None, None, "接待", None],
        [None, "2023年", "2024年", None, "2023年", "2024年"],
        [None, "决算数", "预算数", "决算数", "决算数", "决算数"],
        ["001", 137.98, 171.02, 171.01, 3, 4],
    ]
    ledger = read(tables)
    assert found(ledger) == []
    names = [
        "公用经费_上年决算数",
        "公用经费_本年预算数",
        "公用经费_本年决算数",
        "接待_上年决算数",
        "接待_本年决算数",
    ]
    fields = ledger.filings[0].of("基础")[0].fields
    assert [fields[name] for name in names] == [137.98, 171.02, 171.01, 3, 4]


EXPORT = [
    ["单位编码", "单位名称", "科目名称", "2023年决算数", "2024年决算数"],
    ["001", "青禾镇人民政府", "公用经费", 1379800, 1710200],
    [None, None, "公务接待费", 32000, 29000],
    ["A-2", "白鹭小学", "公用经费", None, 200000],
]


@pytest.mark.parametrize(("name", "lead"), [("支出明细", [["单位：元"]]), ("支出明细（元）", [])])
def test_an_export_in_yuan_says_so_above_the_table_or_in_its_name(tables, read, name, lead):
    tables[name] = [*lead, *EXPORT]
    ledger = read(tables)
    at = 1 + len(lead)
    assert found(ledger) == [
        ("L108", name, ""),
        ("L122", name, f"D{at}"),
        ("L122", name, f"E{at}"),
        ("L110", name, f"A{at + 2}"),
    ]
    assert given(ledger) == [171.02, 20]
    assert given(ledger, "接待_本年决算数") == [None, None]


def test_merged_units_of_an_export_are_filled_down(tables, read):
    tables["支出明细（元）"] = EXPORT

    def change(book):
        for area in ("A2:A3", "B2:B3"):
            book["支出明细（元）"].merge_cells(area)

    ledger = read(tables, change)
    assert [code for code, _, _ in found(ledger)] == ["L108", "L122", "L122", "L118", "L118"]
    assert given(ledger, "接待_本年决算数") == [2.9, None]


def test_totals_and_rows_without_a_subject_of_an_export_are_named(tables, read):
    tables["支出明细（元）"] = [
        *EXPORT[:2],
        ["001", None, None, 1, 2],
        ["001", None, "小计", 1379800, 1710200],
        ["合计", None, "公用经费", 1379800, 1710200],
        ["A-2", None, "小计", 1379800, 1710200],
    ]
    ledger = read(tables)
    messages = [finding.message for finding in ledger.findings if finding.code in ("L115", "L110")]
    assert ["第 4、6 行是“小计”行" in messages[0], "第 5 行是“合计”行" in messages[1]] == [True, True]
    assert "第 3 行的“科目名称”是空的" in messages[2]


def test_codes_and_names_in_one_column(tables, read):
    tables["单位"] = [
        ["单位编码", "编制数"],
        ["001-青禾镇人民政府", 29],
        ["[002]白鹭小学", 12],
        ["003 乡财政所", 3],
    ]
    tables["支出"] = [["预算单位", SPENT], ["001-青禾镇人民政府", 171.02], ["002-白鹭小学", 20], ["003", 5]]
    ledger = read({name: tables[name] for name in ("单位", "支出")})
    units = [(unit.code, unit.name) for unit in ledger.units]
    assert units == [("001", "青禾镇人民政府"), ("002", "白鹭小学"), ("003", "乡财政所")]
    assert given(ledger) == [171.02, 20, 5]
    assert given(ledger, "单位名称", "整体") == ["青禾镇人民政府", "白鹭小学", "乡财政所"]


def test_a_list_of_units_with_nothing_but_codes_and_names(tables, read):
    tables["单位"] = [["预算单位", "编制数"], ["001-青禾镇人民政府", 29], ["002-白鹭小学", 12]]
    units = read({"单位": tables["单位"]}).units
    assert [(unit.code, unit.name) for unit in units] == [("001", "青禾镇人民政府"), ("002", "白鹭小学")]


def test_names_alone_are_no_codes(tables, read):
    tables["单位"] = [["预算单位", "编制数"], ["青禾镇人民政府", 29]]
    with pytest.raises(InputError, match="没有列“单位编码”"):
        read({"单位": tables["单位"]})


def test_the_code_of_one_unit_before_the_name_of_another(tables, read):
    tables["单位"][2][0] = "002"
    tables["支出"] = [["单位编码", SPENT], ["002-青禾镇人民政府", 171.02], ["001-青禾镇人民政府", 3]]
    ledger = read({name: tables[name] for name in ("单位", "支出")})
    assert found(ledger)[-1] == ("L135", "支出", "A2")
    assert given(ledger) == [3, None]


@pytest.mark.parametrize(
    "row",
    [["全县合计", None], ["本页小计：", None], [None, "县直单位小计"], ["9", "乡镇小计"], ["总 合 计", None]],
)
def test_totals_under_other_words_are_no_units(tables, read, row):
    tables["单位"].append([*row, *[41] * 3])
    tables["支出"] = [
        ["单位编码", "单位名称", SPENT],
        ["001", None, 171.02],
        ["A-2", None, 20],
        [*row, 191.02],
    ]
    ledger = read(tables)
    assert [code for code, _, _ in found(ledger)] == ["L115", "L115"]
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]


@pytest.mark.parametrize("code", ["1.01E+11", "1E+15", 101001000000000123])
def test_a_code_that_has_lost_digits_is_none(tables, read, code):
    tables["单位"].append([code, "乡财政所"])
    ledger = read(tables)
    assert ("L117", "单位", "A4") in found(ledger)
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]


def test_a_code_from_a_spreadsheet_saved_as_csv(tables, tmp_path, profile):
    tables["单位"] += [["1.01E+11", "乡财政所"], ["1.01E+11", "乡卫生院"]]
    ledger = read_ledger(write_csv(tables, tmp_path / "台账", "gb18030"), profile)
    assert [unit.code for unit in ledger.units] == ["001", "A-2"]


def test_a_number_that_is_one_code_and_may_be_another(tables, read):
    tables["单位"].append(["1", "乡财政所"])
    tables["支出"] = [["单位编码", SPENT], [1, 171.02]]
    ledger = read(tables)
    assert ("L112", "支出", "A2") in found(ledger)
    assert given(ledger) == [None, None, None]


HEADINGS = ["单位编码", "项目编号", "一级指标", "二级指标", "三级指标", "年度指标值"]


def indicators(*numbers):
    return [
        HEADINGS,
        *(["001", number, "产出指标", "数量指标", f"第{at}项", "≥1次"] for at, number in enumerate(numbers)),
    ]


@pytest.mark.parametrize(
    ("numbers", "doubtful", "kept"),
    [
        ((None, "2", None, "10", None), "第 4、6 行", 1),
        (("2", None, "10", None), "第 3、5 行", 0),
        ((None, None, "2", "2", "10"), "", 2),
        (("2", "2", "10", None, None), "", 2),
    ],
)
def test_a_project_number_in_the_first_row_of_each_project_alone(tables, read, numbers, doubtful, kept):
    tables["指标"] = indicators(*numbers)
    ledger = read(tables)
    messages = [finding.message for finding in ledger.findings if finding.code == "L145"]
    assert [doubtful in message for message in messages] == ([True] if doubtful else [])
    assert len(ledger.filings[0].of("整体")[0].tables.get("指标", ())) == kept


@pytest.mark.parametrize(
    ("name", "is_read"),
    [
        ("支出（2023年）", False),
        ("2023年支出", False),
        ("支出2022", False),
        ("支出（2024年）", True),
        ("2023-2024年支出", True),
    ],
)
def test_a_sheet_of_another_year_is_not_this_years(tables, read, name, is_read):
    tables[name] = [
        ["单位编码", SPENT, TOTAL, "接待·本年决算数", "出国·本年决算数"],
        ["001", 171.02, 1203.5, 1, 2],
    ]
    ledger = read(tables)
    assert given(ledger) == [171.02 if is_read else None, None]
    assert ("L146" in [code for code, _, _ in found(ledger)]) is not is_read


def test_headings_that_name_the_other_year_say_what_is_of_it(tables, read):
    tables["2023年支出"] = [["单位编码", "公用经费·2023年决算数", "接待·2023年决算数"], ["001", 137.98, 3]]
    tables["2023年支出"][0] += ["出国·2023年决算数", "办公经费·2023年决算数"]
    assert given(read(tables), "公用经费_上年决算数") == [137.98, None]


def test_headings_and_groups_among_the_rows_are_no_units(tables, read):
    headings = ["单位编码", "单位名称", "编制数"]
    tables["单位"] = [
        headings,
        ["一、县直单位"],
        ["001", "甲局", 29],
        headings,
        ["二、乡镇"],
        ["002", "乙局", 12],
    ]
    tables["支出"] = [["单位编码", SPENT], ["001", 171.02], ["单位编码", SPENT], ["002", 20]]
    ledger = read({name: tables[name] for name in ("单位", "支出")})
    assert found(ledger)[:2] == [("L131", "单位", "A2"), ("L131", "单位", "A5")]
    assert {code for code, _, _ in found(ledger)[2:]} == {"L101"}
    assert [unit.name for unit in ledger.units] == ["甲局", "乙局"]
    assert given(ledger) == [171.02, 20]


def test_a_second_table_below_with_other_columns_is_not_read(tables, read):
    tables["支出"] = [["单位编码", SPENT], ["001", 171.02], ["单位编码", "接待·本年决算数"], ["A-2", 3]]
    ledger = read(tables)
    assert [code for code, _, _ in found(ledger)] == ["L147"]
    assert given(ledger) == [171.02, None]


@pytest.mark.parametrize("row", [[1, 2, 3], ["1", "2", "3"], ["栏次", 1, 2]])
def test_a_row_that_counts_the_columns_is_no_unit(tables, read, row):
    tables["单位"] = [["单位编码", "单位名称", "编制数"], row, ["001", "甲局", 29], ["1", "乙局", 12]]
    tables["支出"] = [["单位编码", SPENT, "接待·本年决算数"], row, ["001", 171.02, 3]]
    ledger = read(tables)
    assert [unit.name for unit in ledger.units] == ["甲局", "乙局"]
    assert given(ledger) == [171.02, None]
