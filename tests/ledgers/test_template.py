"""The empty ledger that users fill in."""

import pytest
from openpyxl import load_workbook

from xlperf.core.errors import InputError, OutputError
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.template import write_ledger, write_ledger_template


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("template") / "台账.xlsx"
    write_ledger_template(load_profile("hunan-hengyang-2023"), path)
    return load_workbook(path)


def test_sheets_and_headings(book):
    assert book.sheetnames == ["填写说明", "单位", "支出", "项目", "指标", "专项资金"]
    assert [cell.value for cell in book["专项资金"][1]] == [
        "单位编码",
        "专项名称",
        "上年决算数",
        "本年预算数",
        "本年决算数",
    ]
    assert [cell.value for cell in book["指标"][1]][:3] == ["单位编码", "项目编号", "一级指标"]
    assert book["支出"].max_column == 65


def test_it_opens_on_the_units(book):
    assert book.active.title == "单位"


def test_headings_and_keys_stay_in_view(book):
    assert book["支出"].freeze_panes == "B2"
    assert book["指标"].freeze_panes == "C2"
    assert all(book[name].print_title_rows == "$1:$1" for name in book.sheetnames[1:])


def test_instructions_name_the_profile_and_every_sheet(book):
    texts = [cell.value for row in book["填写说明"] for cell in row if cell.value]
    assert "2023" in texts[0]
    assert set(book.sheetnames[1:]) <= set(texts)


def validations(page):
    return {str(rule.sqref).split(":")[0]: rule for rule in page.data_validations.dataValidation}


def test_level_indicators_are_chosen_from_the_profile(book):
    rules = validations(book["指标"])
    assert rules["C2"].formula1 == '"成本指标,产出指标,效益指标,满意度指标"'
    assert "经济成本指标" in rules["D2"].formula1
    assert len(rules["D2"].formula1) <= 255


def test_amounts_and_scores_take_numbers_only(book):
    amounts = validations(book["支出"])
    assert amounts["B2"].type == "decimal"
    assert amounts["B2"].prompt
    assert (validations(book["单位"])["D2"].type, validations(book["单位"])["D2"].formula1) == ("whole", "0")
    score = validations(book["指标"])["I2"]
    assert (score.formula1, score.formula2) == ("0", "100")


def test_codes_and_indicator_values_are_text_columns(book):
    assert book["单位"].column_dimensions["A"].number_format == "@"
    assert book["指标"].column_dimensions["F"].number_format == "@"
    assert book["支出"].column_dimensions["B"].number_format == "#,##0.00"


def test_comments_say_the_unit_and_that_a_column_is_computed(book):
    comment = book["支出"]["B1"].comment.text
    assert "万元" in comment
    assert "一般留空" in comment
    assert "一般留空" not in book["支出"]["H1"].comment.text


@pytest.mark.parametrize("name", profile_ids())
def test_a_filled_template_is_read_without_findings(tmp_path, name):
    profile = load_profile(name)
    rows = {
        "单位": [{"单位编码": "001", "单位名称": "甲"}],
        "支出": [{"单位编码": "001", "公用经费·本年决算数": 5.5}],
        "指标": [{"单位编码": "001", "三级指标": "=1+1", "年度指标值": "=100%"}],
    }
    write_ledger(profile, tmp_path / "a.xlsx", rows)
    ledger = read_ledger(tmp_path / "a.xlsx", profile)
    assert ledger.findings == []
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 5.5
    row = ledger.filings[0].of("整体")[0].tables["指标"][0]
    assert (row["三级指标"], row["年度指标值"]) == ("=1+1", "=100%")


def test_an_empty_template_says_that_no_unit_is_there(tmp_path, profile):
    write_ledger_template(profile, tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="一个单位也没有"):
        read_ledger(tmp_path / "a.xlsx", profile)


def test_a_folder_that_is_not_there(tmp_path, profile):
    with pytest.raises(OutputError):
        write_ledger_template(profile, tmp_path / "no" / "a.xlsx")
