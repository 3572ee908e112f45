"""A right ledger gives its filings, the same from every kind of source."""

import pytest

from tests.ledgers.samples import right_tables, set_cell, write_csv, write_sqlite, write_xlsx
from xlperf.declarations.records import Provenance
from xlperf.ledgers.ledger import read_ledger


@pytest.fixture
def ledger(tmp_path, profile):
    return read_ledger(write_xlsx(right_tables(), tmp_path / "台账.xlsx"), profile)


def test_a_right_ledger_has_no_findings(ledger):
    assert ledger.findings == []


def test_units_keep_their_order_and_their_codes_as_text(ledger):
    assert [(unit.code, unit.name, unit.department) for unit in ledger.units] == [
        ("001", "青禾镇人民政府", "财政局"),
        ("A-2", "白鹭小学", ""),
    ]
    assert [(filing.unit_code, filing.unit_name, filing.file) for filing in ledger.filings] == [
        ("001", "青禾镇人民政府", ""),
        ("A-2", "白鹭小学", ""),
    ]


def test_records_come_in_the_order_of_the_forms_and_projects_in_that_of_their_numbers(ledger):
    first, second = ledger.filings
    assert [(record.form, record.sheet) for record in first.records] == [
        ("基础", "基础数据表"),
        ("整体", "整体支出绩效自评表"),
        ("项目", "项目支出绩效自评表1"),
        ("项目", "项目支出绩效自评表2"),
    ]
    assert [record.fields["项目名称"] for record in first.of("项目")] == ["公车管理", "公共机构节能"]
    assert [record.form for record in second.records] == ["基础", "整体"]


def test_only_given_values_are_set(ledger):
    basic = ledger.filings[0].of("基础")[0]
    assert basic.fields == {
        "编制数": 29.0,
        "在职人数": 27.0,
        "填表人": "甲",
        "填报日期": "2025.3.1",
        "联系电话": "0730-1",
        "公车购置_上年决算数": 0.0,
        "公车运行_上年决算数": 3.93,
        "公车运行_本年预算数": 3.58,
        "公用经费_上年决算数": 137.98,
        "公用经费_本年预算数": 171.02,
        "公用经费_本年决算数": 171.02,
        "业务工作经费_本年决算数": 132.98,
    }
    assert basic.tables == {
        "专项": [
            {"专项名称": "防汛", "上年决算数": 1.5, "本年预算数": 2.0, "本年决算数": 2.0},
            {"专项名称": "道路", "本年预算数": 0.01, "本年决算数": 0.0},
        ]
    }


def test_a_unit_column_reaches_every_form_that_has_the_field(ledger):
    for record in ledger.filings[0].records:
        assert record.fields["填报日期"] == "2025.3.1"


def test_the_overall_form_takes_name_totals_and_goals(ledger):
    overall = ledger.filings[0].of("整体")[0]
    assert overall.fields["单位名称"] == "青禾镇人民政府"
    assert overall.fields["年度资金总额_年初预算数"] == 631.39
    assert overall.fields["支出_项目支出"] == 616.73
    assert overall.fields["预期目标"] == "完成年度任务"


def test_blank_department_and_implementing_unit_of_a_project_come_from_the_unit(ledger):
    blank, given = (record.fields for record in ledger.filings[0].of("项目"))
    assert (blank["主管部门"], blank["实施单位"]) == ("财政局", "青禾镇人民政府")
    assert (given["主管部门"], given["实施单位"]) == ("市直单位", "后勤中心")


def test_indicators_without_project_number_belong_to_the_overall_form(ledger):
    rows = ledger.filings[0].of("整体")[0].tables["指标"]
    assert rows[0] == {
        "一级指标": "产出指标",
        "二级指标": "数量指标",
        "三级指标": "会议",
        "年度指标值": "≥30次",
        "实际完成值": "33次",
        "分值": 5.0,
        "得分": 5.0,
    }
    assert rows[1]["年度指标值"] == "=100%"
    assert rows[1]["偏差原因"] == "天气"
    assert "得分" not in ledger.filings[1].of("整体")[0].tables["指标"][0]


def test_indicators_with_project_number_belong_to_that_project(ledger):
    vehicles, saving = ledger.filings[0].of("项目")
    assert vehicles.tables == {}
    assert [row["三级指标"] for row in saving.tables["指标"]] == ["节能"]


def test_provenance_leads_back_to_the_ledger_cell(ledger):
    basic, overall = ledger.filings[0].records[:2]
    assert basic.provenance["编制数"] == Provenance("单位", "D2", 29.0)
    assert overall.provenance["指标", 1, "偏差原因"] == Provenance("指标", "J3", "天气")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_a_folder_of_csv_gives_the_same_filings(tmp_path, profile, ledger, encoding):
    other = read_ledger(write_csv(right_tables(), tmp_path / "csv", encoding), profile)
    assert values(other) == values(ledger)
    assert other.findings == []


def test_a_database_gives_the_same_filings(tmp_path, profile, ledger):
    other = read_ledger(write_sqlite(right_tables(), tmp_path / "台账.db"), profile)
    assert values(other) == values(ledger)
    assert other.findings == []


def test_findings_do_not_depend_on_the_source_either(tmp_path, profile):
    tables = right_tables()
    set_cell(tables, "支出", 0, "公用经费·本年决算数", "80万元")
    set_cell(tables, "支出", 1, "公用经费·本年决算数", "约二十")
    set_cell(tables, "项目", 1, "单位编码", "009")
    sources = [
        write_xlsx(tables, tmp_path / "a.xlsx"),
        write_csv(tables, tmp_path / "csv", "gbk"),
        write_sqlite(tables, tmp_path / "a.db"),
    ]
    reported = [
        [
            (finding.code, finding.location.sheet, finding.location.cell, finding.message)
            for finding in read_ledger(source, profile).findings
        ]
        for source in sources
    ]
    assert len(reported[0]) == 3
    assert reported[0] == reported[1] == reported[2]


def values(ledger):
    return [
        (filing.unit_code, filing.unit_name, [(r.form, r.sheet, r.fields, r.tables) for r in filing.records])
        for filing in ledger.filings
    ]
