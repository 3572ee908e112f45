"""The demo ledgers: the published figures as published, and made-up units without a flaw."""

from collections import Counter

import pytest
from openpyxl import load_workbook

from xlperf.core.errors import InputError
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.profile import load_profile
from xlperf.jobs.demo.units import DEMO_LEDGERS, demo_rows, write_demo_ledger
from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.ledger import read_ledger


@pytest.fixture(scope="module")
def ledgers():
    return {
        name: read_ledger(workbooks_dir() / file, load_profile(name))
        for name, (file, _) in DEMO_LEDGERS.items()
    }


@pytest.fixture(scope="module")
def junshan(ledgers):
    return ledgers["hunan-yueyang-2024"].filings[0]


@pytest.fixture(scope="module")
def hengyang(ledgers):
    return ledgers["hunan-hengyang-2023"].filings[0]


@pytest.mark.parametrize("name", DEMO_LEDGERS)
def test_the_committed_ledger_is_what_the_generator_makes(name):
    file, units = DEMO_LEDGERS[name]
    profile = load_profile(name)
    book = load_workbook(workbooks_dir() / file, read_only=True)
    made = demo_rows(profile, units)
    for sheet in load_layout(profile).sheets.values():
        headings, *rows = book[sheet.name].iter_rows(values_only=True)
        assert list(headings) == list(sheet.columns)
        expected = [tuple(row.get(head) for head in sheet.columns) for row in made[sheet.name]]
        assert [row[: len(headings)] for row in rows] == expected


@pytest.mark.parametrize("name", DEMO_LEDGERS)
def test_sizes(ledgers, name):
    ledger = ledgers[name]
    assert len(ledger.filings) == DEMO_LEDGERS[name][1]
    assert len({unit.name for unit in ledger.units}) == len(ledger.units)


def test_the_first_ledger_is_a_district_of_300(ledgers):
    assert len(ledgers["hunan-yueyang-2024"].filings) == 300


@pytest.mark.parametrize("name", DEMO_LEDGERS)
def test_reading_them_finds_no_error(ledgers, name):
    assert [finding for finding in ledgers[name].findings if finding.severity is not Severity.NOTE] == []


def test_only_published_figures_differ_from_their_formulas(ledgers):
    assert ledgers["hunan-yueyang-2024"].findings == []
    differing = [
        (finding.location.unit_code, finding.value, finding.expected)
        for finding in ledgers["hunan-hengyang-2023"].findings
    ]
    assert differing == [
        ("001", "0%", "不适用"),
        ("001", "0%", "不适用"),
        ("001", "99%", "99.88%"),
        ("001", "9.9分", "9.99分"),
        ("001", "76%", "76.17%"),
        ("001", "7.6分", "7.62分"),
        ("001", "79%", "79.43%"),
        ("001", "7.9分", "7.94分"),
    ]


def test_junshan_basic_form(junshan):
    fields = junshan.of("基础")[0].fields
    assert (junshan.unit_code, junshan.unit_name) == ("001", "岳阳市君山区人民政府办公室")
    assert (fields["编制数"], fields["在职人数"], fields["在职人员控制率"]) == (47, 47, 1)
    assert (fields["三公经费_上年决算数"], fields["三公经费_本年预算数"], fields["三公经费_本年决算数"]) == (
        0,
        5,
        0,
    )
    assert [fields[f"项目支出_{period}"] for period in ("上年决算数", "本年预算数", "本年决算数")] == [
        55,
        90,
        90,
    ]
    assert "业务工作经费_本年决算数" not in fields
    assert fields["公用经费_本年预算数"] == 422.77
    assert fields["会议培训费_上年决算数"] == 3.06
    assert (fields["政府采购_本年预算数"], fields["政府采购_本年决算数"]) == (93, 93)
    assert fields["基本支出预算调整_本年决算数"] == 1183.05


def test_junshan_overall_form(junshan):
    overall = junshan.of("整体")[0]
    fields = overall.fields
    assert [fields[f"年度资金总额_{column}"] for column in ("年初预算数", "全年预算数", "全年执行数")] == [
        1328.5,
        1273.05,
        1253.78,
    ]
    assert (fields["执行率"], fields["执行率得分"], fields["总分_得分"]) == (0.9849, 9.85, 98.85)
    assert (fields["收入_一般公共预算"], fields["收入_其他资金"]) == (1224.79, 28.99)
    assert (fields["支出_基本支出"], fields["支出_项目支出"]) == (1163.78, 90)
    rows = overall.tables["指标"]
    assert len(rows) == 15
    assert sum(row["分值"] for row in rows) == 90
    assert sum(row["得分"] for row in rows) == 89
    assert [rows[1]["年度指标值"], rows[8]["年度指标值"], rows[9]["实际完成值"], rows[14]["实际完成值"]] == [
        "1000篇、条",
        "2024、12、31",
        "1253.78万元",
        "≧95%",
    ]


def test_junshan_project(junshan):
    (project,) = junshan.of("项目")
    assert project.fields["项目名称"] == "政府办专项"
    assert project.fields["年度资金总额_全年执行数"] == 80
    assert "其他资金_年初预算数" not in project.fields
    assert project.fields["总分_得分"] == 98
    rows = project.tables["指标"]
    assert len(rows) == 12
    cost = rows[6]
    assert (cost["年度指标值"], cost["实际完成值"], cost["分值"], cost["得分"]) == (
        "≦80万元",
        "90万元",
        10,
        8,
    )
    assert cost["偏差原因"]


def test_no_persons_are_named(junshan, hengyang):
    for filing in (junshan, hengyang):
        for record in filing.records:
            assert "填表人" not in record.fields
            assert "联系电话" not in record.fields


def test_hengyang_basic_and_overall_form(hengyang):
    basic, overall = (record.fields for record in hengyang.records[:2])
    assert (basic["编制数"], basic["在职人数"], basic["在职人员控制率"]) == (29, 27, 0.931)
    assert basic["项目支出_上年决算数"] == 817.94
    assert basic["运行维护经费_本年决算数"] == 483.75
    assert (overall["收入_一般公共预算"], overall["收入_专户非税"]) == (969.32, 234.18)
    assert "总分_得分" not in overall


def test_hengyang_projects_as_published(hengyang):
    projects = hengyang.of("项目")
    assert [
        (
            fields["年度资金总额_全年预算数"],
            fields["年度资金总额_全年执行数"],
            fields["执行率"],
            fields["执行率得分"],
            fields["总分_得分"],
        )
        for fields in (project.fields for project in projects)
    ] == [
        (40, 40, 1, 10, 100),
        (17, 16.98, 0.99, 9.9, 99.9),
        (76, 76, 1, 10, 100),
        (111.58, 111.58, 1, 10, 100),
        (30.15, 30.15, 1, 10, 100),
        (21.14, 19.32, 0.9139, 9.14, 99.14),
        (8.39, 8.39, 1, 10, 100),
        (56.26, 56.26, 1, 10, 95),
        (302.29, 230.24, 0.76, 7.6, 97.6),
        (26.06, 20.7, 0.79, 7.9, 97.9),
    ]
    assert [len(project.tables["指标"]) for project in projects] == [7, 8, 7, 7, 7, 8, 8, 11, 8, 8]
    assert all(sum(row["分值"] for row in project.tables["指标"]) == 90 for project in projects)


def test_hengyang_estimate_keeps_its_amounts(hengyang):
    texts = [row["年度指标值"] for row in hengyang.of("项目")[7].tables["指标"]]
    (estimate,) = [text for text in texts if "195693.69" in text]
    for amount in ("15099.34", "3190.09", "1542.37", "1280.26"):
        assert amount in estimate


@pytest.mark.parametrize("name", DEMO_LEDGERS)
def test_made_up_figures_add_up(ledgers, name):
    for filing in ledgers[name].filings[1:]:
        basic, overall = (record.fields for record in filing.records[:2])
        projects = [project.fields for project in filing.of("项目")]
        sources = ("财政拨款", "上年结转", "其他资金")
        spent = sum(fields.get(f"{source}_全年执行数", 0) for fields in projects for source in sources)
        assert 1 <= len(projects) <= 6
        assert overall["支出_项目支出"] == pytest.approx(spent)
        executed = overall["年度资金总额_全年执行数"]
        assert overall["支出_基本支出"] + overall["支出_项目支出"] == pytest.approx(executed)
        income = sum(value for field, value in overall.items() if field.startswith("收入_"))
        assert income == pytest.approx(executed)
        assert executed <= overall["年度资金总额_全年预算数"]
        assert basic["在职人数"] <= basic["编制数"]


@pytest.mark.parametrize("name", DEMO_LEDGERS)
def test_made_up_weights_are_those_of_the_profile(ledgers, name):
    levels = load_profile(name).indicators
    for filing in ledgers[name].filings[1:]:
        for record in (filing.of("整体")[0], *filing.of("项目")):
            points = Counter()
            for row in record.tables["指标"]:
                points[row["一级指标"]] += row["分值"]
                assert row["得分"] == row["分值"] or row["偏差原因"]
            assert points == {level.name: level.weight for level in levels[record.form]}


def test_there_is_variety(ledgers):
    filings = ledgers["hunan-yueyang-2024"].filings[1:]
    rows = [row for filing in filings for record in filing.records for row in record.tables.get("指标", [])]
    assert {len(filing.of("项目")) for filing in filings} == {1, 2, 3, 4, 5, 6}
    assert {len(filing.of("基础")[0].tables.get("专项", [])) for filing in filings} == {0, 1, 2, 3, 4}
    assert any(filing.of("基础")[0].fields["接待_本年决算数"] == 0 for filing in filings)
    assert any(filing.of("基础")[0].fields["政府采购_本年预算数"] == 0 for filing in filings)
    assert any("批复规模" in filing.of("基础")[0].fields for filing in filings)
    assert 0.005 < sum(row["得分"] < row["分值"] for row in rows) / len(rows) < 0.05


def test_a_smaller_ledger_begins_the_same_way(tmp_path):
    profile = load_profile("hunan-yueyang-2024")
    write_demo_ledger(tmp_path / "a.xlsx", profile, units=5)
    small, large = demo_rows(profile, 5), demo_rows(profile, 9)
    assert [row for row in large["指标"] if row["单位编码"] <= "005"] == small["指标"]
    assert len(read_ledger(tmp_path / "a.xlsx", profile).filings) == 5


def test_a_profile_without_demo_figures(tmp_path):
    with pytest.raises(InputError, match="没有演示数据"):
        write_demo_ledger(tmp_path / "a.xlsx", load_profile("national-2020"))


@pytest.mark.parametrize("units", [0, 10000])
def test_numbers_of_units_that_cannot_be(units):
    with pytest.raises(InputError, match="单位数"):
        demo_rows(load_profile("hunan-yueyang-2024"), units)
