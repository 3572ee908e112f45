"""This year against last year: nothing where the two agree, each contradiction found by its rule alone."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.finishing.rollup import district
from xlperf.checks.last_year import check_last_year, year_rules
from xlperf.checks.unit_filing import UnitFiling
from xlperf.declarations.forms_and_rules import Example, Rule, Severity
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.verdicts import VerdictKind, judge

PROFILE = load_profile("hunan-yueyang-2024")
RULES = [*PROFILE.year_rules.values()]
PERIOD, EARLIER = "_本年决算数", "_上年决算数"


def unit(filing: Filing, year: int) -> UnitFiling:
    file = f"{year}/{filing.unit_code}.xlsx"
    return UnitFiling(filing, year, (file,), [file] * len(filing.records), [{} for _ in filing.records])


def last_year(number: int) -> Filing:
    """A unit of the demo with everything that rules compare: a fund, a building, a growing indicator."""
    filing = deepcopy(district.filings(6)[number])
    basic, overall = filing.of("基础")[0], filing.of("整体")[0]
    basic.fields |= {"批复规模": 1200.0, "实际规模": 1190.0, "实际投资": 350.0, "三公经费_本年预算数": 8.0}
    basic.fields |= {"公用经费_本年决算数": 380.82}
    basic.tables["专项"] = [{"专项名称": "节能专项", "上年决算数": 15.0, "本年决算数": 16.98}]
    overall.fields |= {"年度资金总额_全年预算数": 1273.05, "年度资金总额_全年执行数": 1253.78}
    overall.fields["实际完成情况"] = "全年办理公文 1100 件，保障会议 70 次。"
    overall.tables["指标"][0] |= {"三级指标": "累计建成充电桩", "实际完成值": "100个"}
    for record in filing.of("项目"):
        record.fields["年度资金总额_全年预算数"] = 90.0
        record.fields["年度资金总额_全年执行数"] = 80.0
    return filing


def next_year(last: Filing, factor: float, carried: float) -> Filing:
    """What agrees with ``last``: amounts times ``factor``, at most what was left carried over."""
    filing = deepcopy(last)
    for record in filing.records:
        for name, value in record.fields.items():
            if isinstance(value, float) and PROFILE.forms[record.form].fields[name].type.id == "amount":
                record.fields[name] = round(value * factor, 2)
    basic, overall = filing.of("基础")[0], filing.of("整体")[0]
    for name in list(basic.fields):
        if name.endswith(EARLIER):
            basic.fields[name] = last.of("基础")[0].fields.get(name.removesuffix(EARLIER) + PERIOD)
    basic.fields |= {"三公经费_本年预算数": 8.0, "实际投资": 400.0}
    basic.tables["专项"][0] |= {"上年决算数": 16.98, "本年决算数": 20.0}
    overall.fields["实际完成情况"] = "全年办理公文 1300 件，保障会议 90 次。"
    overall.tables["指标"][0]["实际完成值"] = "120个"
    for record in filing.of("项目"):
        record.fields["上年结转_全年预算数"] = round(10.0 * carried, 2)
    return filing


@dataclass(frozen=True)
class Spoiling:
    """A contradiction: the change of this year that makes it, and the field it is found at."""

    code: str
    change: Callable[[Filing], object]
    field: str


def of(alias: str, **values: object) -> Callable[[Filing], object]:
    return lambda filing: filing.of(alias)[0].fields.update(values)


def row_of(alias: str, table: str, **values: object) -> Callable[[Filing], object]:
    return lambda filing: filing.of(alias)[0].tables[table][0].update(values)


def all_of(*changes: Callable[[Filing], object]) -> Callable[[Filing], object]:
    return lambda filing: [change(filing) for change in changes]


LAST_YEARS_MONEY = all_of(
    of("整体", 年度资金总额_全年预算数=1273.05, 年度资金总额_全年执行数=1253.78),
    of("基础", 公用经费_本年决算数=380.82),
)
SPOILINGS = [
    Spoiling("Y101", of("基础", 公用经费_上年决算数=987.65), "公用经费_上年决算数"),
    Spoiling("Y101", of("基础", 接待_上年决算数=987.65), "接待_上年决算数"),
    Spoiling("Y102", of("基础", 编制数=999.0), "编制数"),
    Spoiling("Y103", row_of("基础", "专项", 上年决算数=19.68), "专项_上年决算数"),
    Spoiling("Y104", of("整体", 单位名称="另外一个单位"), "单位名称"),
    Spoiling("Y105", of("项目", 上年结转_全年预算数=10.01), "上年结转_全年预算数"),
    Spoiling("Y106", of("项目", 项目名称="从来没有过的项目", 上年结转_全年预算数=3.0), "上年结转_全年预算数"),
    Spoiling("Y107", of("项目", 主管部门="另外一个部门"), "主管部门"),
    Spoiling("Y107", of("项目", 实施单位="另外一个部门"), "实施单位"),
    Spoiling("Y108", row_of("整体", "指标", 实际完成值="80个"), "指标_实际完成值"),
    Spoiling("Y109", of("整体", 实际完成情况="全年办理公文 1100 件，保障会议 70 次。"), "实际完成情况"),
    Spoiling("Y110", LAST_YEARS_MONEY, "年度资金总额_全年执行数"),
    Spoiling("Y111", of("基础", 批复规模=1200.0, 实际规模=1190.0, 实际投资=350.0), "实际投资"),
    Spoiling("Y112", of("基础", 三公经费_本年预算数=8.01), "三公经费_本年预算数"),
]
years = st.tuples(st.integers(0, 5), st.sampled_from([0.5, 0.93, 1.07, 1.4, 2.0]), st.floats(0, 1))


@settings(max_examples=40)
@given(years)
def test_two_years_that_agree_have_no_contradiction(drawn):
    number, factor, carried = drawn
    last = last_year(number)
    assert [*check_last_year(unit(next_year(last, factor, carried), 2025), unit(last, 2024))] == []


@settings(max_examples=8)
@given(years)
@pytest.mark.parametrize("spoiling", SPOILINGS, ids=lambda spoiling: f"{spoiling.code}-{spoiling.field}")
def test_each_contradiction_is_found_and_nothing_else(spoiling, drawn):
    number, factor, carried = drawn
    last = last_year(number)
    this = next_year(last, factor, carried)
    spoiling.change(this)
    found = [*check_last_year(unit(this, 2025), unit(last, 2024))]
    assert [(problem.code, problem.location.field) for problem in found] == [(spoiling.code, spoiling.field)]
    (problem,) = found
    assert problem.location.file == f"2025/{last.unit_code}.xlsx"
    assert f"{last.unit_code}.xlsx" in problem.message
    assert "…" not in problem.message.replace("……", "")


@pytest.mark.parametrize(
    "field", ["年度资金总额_全年预算数", "年度资金总额_全年执行数", "公用经费_本年决算数"]
)
def test_money_that_is_the_same_but_for_one_figure_is_no_copy(field):
    last = last_year(0)
    this = next_year(last, 1.07, 0)
    LAST_YEARS_MONEY(this)
    for record in this.of("基础") + this.of("整体"):
        record.fields |= {field: record.fields[field] + 0.01} if field in record.fields else {}
    assert [*check_last_year(unit(this, 2025), unit(last, 2024))] == []


def test_last_years_table_with_another_year_on_it_is_found():
    last = last_year(0)
    codes = {found.code for found in check_last_year(unit(deepcopy(last), 2025), unit(last, 2024))}
    assert {"Y109", "Y110", "Y111"} <= codes


def test_a_value_in_doubt_is_not_compared():
    last = last_year(0)
    this = next_year(last, 1.1, 0)
    this.of("基础")[0].fields["编制数"] = 999.0
    doubtful = unit(this, 2025)
    doubtful.doubts[0]["编制数"] = "有两种读法"
    assert [*check_last_year(doubtful, unit(last, 2024))] == []


def test_forms_that_were_not_filed_are_no_contradiction():
    last = last_year(0)
    this = next_year(last, 1.1, 0)
    for kept in ("基础", "整体", "项目"):
        less = Filing(this.unit_code, this.unit_name, this.profile, this.of(kept))
        assert [*check_last_year(unit(less, 2025), unit(last, 2024))] == []
        earlier = Filing(last.unit_code, last.unit_name, last.profile, last.of(kept))
        assert [*check_last_year(unit(this, 2025), unit(earlier, 2024))] == []


def outcomes(rule: Rule, example: Example) -> list[VerdictKind]:
    """The verdicts of a rule on its example, over this year's names and those of last year."""
    last = {f"上年.{name}": value for row in example.sheets.get("上年", ()) for name, value in row.items()}
    rows = example.sheets.get(rule.each) or example.tables.get(rule.each) or [{}]
    found = []
    for instance in rule.instances:
        for row in rows:
            given = {**example.fields, **row, **last}
            numbers = {key: float(value) if isinstance(value, int) else value for key, value in given.items()}
            found.append(judge(instance, _Names(numbers)).kind)
    return found


class _Names(dict):
    def __missing__(self, name):
        if name.startswith("digits!"):
            return 2
        if name.startswith("参数!"):
            return PROFILE.parameters[name.partition("!")[2]]
        if name == "完成值_数":
            return float(self["实际完成值"].removesuffix("个"))
        return "个" if name == "完成值_单位" else None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_right_about_its_examples(rule):
    assert VerdictKind.OK in outcomes(rule, rule.passing)
    assert VerdictKind.BROKEN not in outcomes(rule, rule.passing)
    assert VerdictKind.BROKEN in outcomes(rule, rule.failing)


def test_there_are_ten_kinds_and_more_and_all_are_judged():
    judged = year_rules(PROFILE)
    sets = [judged.once, *judged.sheets.values(), *judged.rows.values()]
    assert {rule.code for rules in sets for rule, _ in rules.cases} == PROFILE.year_rules.keys()
    assert len(PROFILE.year_rules) >= 10
    assert all(rule.severity is not Severity.ERROR for rule in RULES)


def test_a_project_is_found_by_its_name_however_it_is_spaced():
    last = last_year(1)
    this = next_year(last, 1.1, 0.5)
    record: Record = this.of("项目")[0]
    record.fields["项目名称"] = f" {record.fields['项目名称']}\n"
    assert [*check_last_year(unit(this, 2025), unit(last, 2024))] == []
