"""Amounts in 元 among amounts in 万元, and given values that their formula contradicts."""

import pytest

from tests.ledgers.samples import column, right_tables, set_cell, write_xlsx
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.ledger import read_ledger


@pytest.fixture
def tables():
    return right_tables()


@pytest.fixture
def findings(tmp_path, profile):
    def of(tables, code):
        ledger = read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), profile)
        return [finding for finding in ledger.findings if finding.code == code]

    return of


def test_an_amount_in_yuan_next_to_last_year_in_wan_yuan(tables, findings):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", 1710200)
    (finding,) = findings(tables, "L123")
    assert (finding.location.sheet, finding.location.cell) == ("支出", "AH2")
    assert finding.severity is Severity.ERROR
    assert (finding.value, finding.expected) == ("1710200万元", "171.02万元")
    assert "10000 倍" in finding.message


def test_an_amount_in_doubt_is_left_out(tables, tmp_path, profile):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", 1710200)
    ledger = read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), profile)
    assert "公用经费_本年决算数" not in ledger.filings[0].of("基础")[0].fields


def test_a_whole_row_in_yuan_is_seen_against_the_total(tables, findings):
    for period, value in (("上年决算数", 1379800), ("本年预算数", 1710200), ("本年决算数", 1710200)):
        set_cell(tables, "支出", 0, f"公用经费·{period}", value)
    assert [finding.location.cell for finding in findings(tables, "L123")] == ["AF2", "AG2", "AH2"]


def test_one_total_in_yuan(tables, findings):
    set_cell(tables, "支出", 0, "年度资金总额·全年执行数", 12035000)
    (finding,) = findings(tables, "L123")
    assert finding.location.label == "年度资金总额·全年执行数"
    assert finding.expected == "1203.5万元"


def test_a_project_in_yuan(tables, findings):
    set_cell(tables, "项目", 0, "财政拨款·全年执行数", 169800)
    (finding,) = findings(tables, "L123")
    assert finding.location.sheet == "项目"
    assert finding.location.row_key == "10"


def test_a_special_fund_in_yuan(tables, findings):
    set_cell(tables, "专项资金", 0, "本年决算数", 20000)
    (finding,) = findings(tables, "L123")
    assert finding.location.row_key == "防汛"


def test_great_growth_within_the_total_is_no_slip(tables, findings):
    set_cell(tables, "支出", 0, "公用经费·上年决算数", 0.05)
    set_cell(tables, "支出", 0, "公用经费·本年预算数", 0.05)
    assert findings(tables, "L123") == []


def test_nothing_to_compare_with_is_no_slip(tables, findings):
    for head in ("年初预算数", "全年预算数", "全年执行数"):
        set_cell(tables, "支出", 0, f"年度资金总额·{head}", None)
        set_cell(tables, "支出", 1, f"年度资金总额·{head}", None)
    set_cell(tables, "支出", 1, "公用经费·本年决算数", 200000)
    assert findings(tables, "L123") == []


def test_a_given_rate_that_agrees_says_nothing(tables, findings):
    set_cell(tables, "支出", 0, "执行率", "100%")
    set_cell(tables, "支出", 0, "执行率得分", 10)
    set_cell(tables, "单位", 0, "在职人员控制率", 0.931)
    assert findings(tables, "L130") == []


def test_a_given_rate_is_compared_at_the_precision_of_the_form(tables, findings):
    set_cell(tables, "单位", 0, "在职人员控制率", 27 / 29)
    assert findings(tables, "L130") == []
    set_cell(tables, "单位", 0, "在职人员控制率", "93%")
    (finding,) = findings(tables, "L130")
    assert (finding.value, finding.expected) == ("93%", "93.1%")


def test_given_values_are_kept_and_noted_where_the_ledger_has_them(tables, tmp_path, profile):
    set_cell(tables, "项目", 0, "执行率", "99%")
    set_cell(tables, "项目", 0, "执行率得分", 9.9)
    ledger = read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), profile)
    reported = [
        (finding.code, finding.severity, finding.value, finding.expected) for finding in ledger.findings
    ]
    assert reported == [("L130", Severity.NOTE, "99%", "99.88%"), ("L130", Severity.NOTE, "9.9分", "9.99分")]
    assert {finding.location.cell[-1] for finding in ledger.findings} == {"2"}
    assert ledger.filings[0].of("项目")[1].fields["执行率"] == 0.99


def test_a_given_total_counts_in_formulas_over_it(tables, findings):
    for period, value in (("年初预算数", 80), ("全年预算数", 80), ("全年执行数", 40)):
        set_cell(tables, "项目", 1, f"年度资金总额·{period}", value)
        set_cell(tables, "项目", 1, f"财政拨款·{period}", None)
    set_cell(tables, "项目", 1, "执行率", "50%")
    assert findings(tables, "L130") == []


def test_a_given_total_of_blank_parts_is_no_contradiction(tables, findings):
    set_cell(tables, "支出", 1, "项目支出·上年决算数", 55)
    assert findings(tables, "L130") == []


def test_a_given_sum_that_is_wrong(tables, findings):
    set_cell(tables, "支出", 0, "公车·上年决算数", 3.9)
    (finding,) = findings(tables, "L130")
    assert (finding.value, finding.expected) == ("3.9万元", "3.93万元")
    assert "公务用车" in finding.message


def test_the_not_applicable_rate_of_a_zero_denominator(tables, findings):
    set_cell(tables, "支出", 0, "批复规模", 0)
    set_cell(tables, "支出", 0, "实际规模", 0)
    set_cell(tables, "支出", 0, "规模控制率", 0)
    (finding,) = findings(tables, "L130")
    assert (finding.value, finding.expected) == ("0%", "不适用")


def test_other_profiles_read_the_same_ledger(tables, tmp_path):
    ledger = read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), load_profile("hunan-hengyang-2023"))
    assert ledger.findings == []
    assert ledger.filings[0].profile == "hunan-hengyang-2023"


@pytest.fixture
def column_in_yuan(tables):
    """Four units; 公用经费·本年决算数 of each in 元, nothing else."""
    units, spent = tables["单位"], tables["支出"]
    for code in ("003", "004"):
        units.append([code, f"{code}社区", *[None] * (len(units[0]) - 2)])
        spent.append([code, *spent[1][1:]])
    spent[2] = ["A-2", *spent[1][1:]]
    at = column(spent, "公用经费·本年决算数")
    for row in spent[1:]:
        row[at] = 1710200
    return tables


def test_a_column_in_yuan_is_one_finding_and_left_out(column_in_yuan, tmp_path, profile):
    answers = Answers()
    path = write_xlsx(column_in_yuan, tmp_path / "a.xlsx")
    ledger = read_ledger(path, profile, answers)
    (finding,) = (found for found in ledger.findings if found.code in ("L123", "L128", "L129", "L139"))
    assert (finding.code, finding.value, finding.expected) == ("L139", "1710200万元", "171.02万元")
    assert "有 4 个金额" in finding.message
    for filing in ledger.filings:
        fields = filing.of("基础")[0].fields
        assert "公用经费_本年决算数" not in fields
        assert fields["公用经费_本年预算数"] == 171.02
    asked = answers.content()["金额单位"]["支出"]["公用经费·本年决算数"]
    assert asked == {"对应": "", "建议": ["元", "万元"]}


@pytest.mark.parametrize(("unit", "amount"), [("元", 171.02), ("万元", 1710200)])
def test_a_column_whose_money_unit_was_answered(column_in_yuan, tmp_path, profile, unit, amount):
    answers = Answers({"金额单位": {"支出": {"公用经费·本年决算数": {"对应": unit}}}})
    ledger = read_ledger(write_xlsx(column_in_yuan, tmp_path / "a.xlsx"), profile, answers)
    assert not {"L123", "L139"} & {found.code for found in ledger.findings}
    assert not answers.has_questions
    given = [filing.of("基础")[0].fields["公用经费_本年决算数"] for filing in ledger.filings]
    assert given == [amount] * 4


def test_an_amount_that_was_said_to_be_right(tables, tmp_path, profile):
    set_cell(tables, "支出", 0, "公用经费·本年决算数", 1710200)
    answers = Answers({"金额单位": {"支出": {"001": "万元"}}})
    ledger = read_ledger(write_xlsx(tables, tmp_path / "a.xlsx"), profile, answers)
    assert "L123" not in {found.code for found in ledger.findings}
    assert ledger.filings[0].of("基础")[0].fields["公用经费_本年决算数"] == 1710200
