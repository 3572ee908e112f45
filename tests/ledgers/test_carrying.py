"""Last year's filing → the beginning of next year's: what is there, what stays away, what is said."""

from copy import deepcopy
from dataclasses import replace

from tests.finishing.rollup import district
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.ledgers.carrying import carry_over, fill_blanks, form_changes
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.template import ledger_rows, write_ledger

PROFILE = load_profile("hunan-yueyang-2024")


def last_year() -> Filing:
    return deepcopy(district.filings(2)[1])


def carried(filing: Filing, doubts=None, profile=PROFILE):
    unsure = doubts or [{} for _ in filing.records]
    return carry_over(filing, 2024, unsure, profile, "上年.xlsx")


def test_last_years_result_is_this_years_earlier_figure():
    last = last_year()
    old, new = last.of("基础")[0].fields, carried(last).filing.of("基础")[0].fields
    moved = {name: value for name, value in old.items() if name.endswith("_本年决算数") and value is not None}
    for name, value in moved.items():
        target = name.replace("本年", "上年")
        assert new.get(target, value) == value, name
    assert new["公用经费_上年决算数"] == old["公用经费_本年决算数"]
    assert not any(name.endswith(("本年预算数", "本年决算数")) for name in new)
    assert new["编制数"] == old["编制数"]


def test_units_projects_and_indicators_are_there_and_results_are_not():
    last = last_year()
    new = carried(last).filing
    assert new.of("整体")[0].fields["单位名称"] == last.of("整体")[0].fields["单位名称"]
    assert [record.fields["项目名称"] for record in new.of("项目")] == [
        record.fields["项目名称"] for record in last.of("项目")
    ]
    for record, old in zip(new.records, last.records, strict=True):
        rows, before = record.tables.get("指标", []), old.tables.get("指标", [])
        assert [row["三级指标"] for row in rows] == [row["三级指标"] for row in before]
        assert not any(row.keys() & {"实际完成值", "得分", "偏差原因"} for row in rows)


def test_what_is_in_doubt_is_not_taken_over_and_named():
    last = last_year()
    doubts = [
        {"公用经费_本年决算数": "有两种读法"} if record.form == "基础" else {} for record in last.records
    ]
    made = carried(last, doubts)
    assert "公用经费_上年决算数" not in made.filing.of("基础")[0].fields
    assert [found.code for found in made.findings if found.code == "L153"] == ["L153"]


def test_texts_with_last_years_number_are_named_once_a_unit():
    last = last_year()
    last.of("整体")[0].tables["指标"][0]["年度指标值"] = "2024年12月31日前"
    found = [found for found in carried(last).findings if found.code == "L154"]
    assert len(found) == 1
    assert "2024" in found[0].message


def test_a_ledger_of_what_was_carried_over_reads_back_the_same(tmp_path):
    made = [carried(deepcopy(filing)).filing for filing in district.filings(3)]
    path = tmp_path / "下一年.xlsx"
    write_ledger(PROFILE, path, ledger_rows(made, PROFILE))
    read = read_ledger(path, None).filings
    assert [filing.unit_code for filing in read] == [filing.unit_code for filing in made]
    for filing, other in zip(made, read, strict=True):
        for record, again in zip(filing.records, other.records, strict=True):
            form = PROFILE.forms[record.form]
            kept = {name: value for name, value in record.fields.items() if form.fields[name].formula is None}
            shown = {name: again.fields.get(name) for name in kept}
            assert shown == kept
            assert [row.get("三级指标") for row in again.tables.get("指标", [])] == [
                row.get("三级指标") for row in record.tables.get("指标", [])
            ]


def test_only_blanks_are_filled_and_it_is_said_which():
    last = last_year()
    new = carried(last).filing
    own = deepcopy(district.filings(2)[1])
    basic = own.of("基础")[0]
    basic.fields["编制数"], basic.fields["公用经费_上年决算数"] = None, 1.0
    before = deepcopy(basic.fields)
    found = [*fill_blanks(own, new, PROFILE, "上年.xlsx")]
    assert basic.fields["编制数"] == last.of("基础")[0].fields["编制数"]
    assert all(basic.fields[name] == value for name, value in before.items() if value is not None)
    assert "编制数" in next(problem for problem in found if problem.code == "L150").message


def test_a_project_that_is_over_is_named_and_not_added():
    last = last_year()
    new = carried(last).filing
    own = deepcopy(district.filings(2)[1])
    own.records.remove(own.of("项目")[0])
    count = len(own.of("项目"))
    codes = [found.code for found in fill_blanks(own, new, PROFILE, "上年.xlsx")]
    assert codes.count("L152") == 1
    assert len(own.of("项目")) == count


def test_changes_of_the_forms_are_said_field_by_field():
    assert [*form_changes(PROFILE, PROFILE)] == []
    found = [*form_changes(PROFILE, load_profile("hunan-hengyang-2023"))]
    assert any("成本指标" in line and "新增" in line for line in found)
    assert any("产出指标" in line and "50" in line and "40" in line for line in found)


def test_new_fields_are_named_in_the_order_of_the_form():
    form = PROFILE.forms["基础"]
    before = replace(PROFILE, forms={**PROFILE.forms, "基础": replace(form, fields={}, tables={})})
    labels = [field.label for field in form.fields.values() if not field.virtual]
    found = [*form_changes(before, PROFILE)]
    assert len(labels) > 20
    assert [f"“{label}”" in line for label, line in zip(labels, found, strict=False)] == [True] * len(labels)
