"""Filings → lines and sums: nothing counted that is in doubt, nobody left out without being named."""

import openpyxl
import pytest

from tests.finishing.rollup import district
from xlperf.finishing.reports.run import PlannedReport, made_report
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.rollup_figures import Line, RollUp, change_rate


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Five units: the second has too many people, the third overspends, the fourth counts in 元."""
    changes = {1: district.over_staffed, 2: district.over_budget, 3: district.in_yuan}
    folder = district.write(tmp_path_factory.mktemp("district") / "收到", district.filings(5), changes)
    (folder / "006_没传完.xlsx").write_bytes(b"PK\x03\x04")
    return folder


@pytest.fixture(scope="module")
def rolled(folder, tmp_path_factory):
    return roll_up([folder], ledger=district.ledger(tmp_path_factory.mktemp("ledger"), 7))


def test_a_unit_has_the_figures_that_it_filed(rolled):
    filings = district.filings(5)
    for line, filing in zip(rolled.units[:3], filings[:3], strict=True):
        overall = filing.of("整体")[0].fields
        assert (line.code, line.name) == (filing.unit_code, filing.unit_name)
        assert line.values["全年执行数"] == overall["年度资金总额_全年执行数"]
        assert line.values["项目个数"] == len(filing.of("项目"))
    assert [line.item for line in rolled.projects if line.code == "002"] == [
        record.fields["项目名称"] for record in filings[1].of("项目")
    ]


def test_a_sum_leaves_out_what_is_in_doubt_and_says_so(rolled):
    filings = district.filings(5)
    right = [filing.of("整体")[0].fields["年度资金总额_全年执行数"] for filing in filings]
    total = rolled.total("全年执行数")
    assert total.value == pytest.approx(sum(right) - right[3])
    assert (total.units, total.doubtful) == (4, 1)
    assert "元" in rolled.units[3].doubts["全年执行数"].reason


def test_the_rate_of_all_is_that_of_the_sums(rolled):
    spent, budget = rolled.total("全年执行数").value, rolled.total("全年预算数").value
    assert rolled.total("预算执行率").value == round(spent / budget, 4)


def test_limits_name_the_units_beyond_them(rolled):
    assert [line.code for line in rolled.over("超编")] == ["002"]
    assert "003" in [line.code for line in rolled.over("公用经费超预算")]


def test_every_unit_is_in_one_class_or_has_no_value(rolled):
    for name in ("等级", "得分", "执行率"):
        counted = sum(map(len, rolled.distribution(name).values()))
        without = [line for line in rolled.units if "预算执行率" not in line.values]
        assert counted == len(rolled.units) - (len(without) if name == "执行率" else 0)


def test_who_is_missing_is_named(rolled):
    found = {left.code: left.kind for left in rolled.left_out}
    assert found == {"006": "unread", "007": "missing"}
    assert rolled.expected == 7


def test_a_unit_that_filed_twice_is_counted_once(folder, tmp_path):
    twice = tmp_path / "再报"
    twice.mkdir()
    first = sorted(folder.glob("001*"))[0]
    (twice / first.name).write_bytes(first.read_bytes())
    rolled = roll_up([folder, twice])
    assert len(rolled.units) == 5
    assert [left.file for left in rolled.left_out if left.kind == "twice"] == [str(twice / first.name)]


def test_last_year_is_found_by_code_or_name(folder):
    rolled = roll_up([folder], last_year=[folder])
    assert all(earlier is not None and earlier.code == line.code for line, earlier in rolled.pairs())


def indicators(form: str, *results: tuple[str, str]) -> district.Change:
    """The first indicators of a form called otherwise, with these results."""

    def change(filing):
        for row, (name, result) in zip(filing.of(form)[0].tables["指标"], results, strict=False):
            row |= {"三级指标": name, "实际完成值": result}

    return change


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """Three units that also filed the year before; what they state of themselves differs in kind."""
    folder = tmp_path_factory.mktemp("years")
    last, this = district.filings(3), district.filings(3)
    for filing, before, now in zip(range(3), (8.0, 10.0, 0.0), (6.0, 11.0, 2.0), strict=True):
        for units, budget in ((last, before), (this, now)):
            guests = {"公车购置": 0.0, "公车运行": 0.0, "出国": 0.0, "接待": budget}
            units[filing].of("基础")[0].fields |= {
                f"{item}_本年预算数": each for item, each in guests.items()
            }
            for total in ("三公经费", "公车"):
                units[filing].of("基础")[0].fields.pop(f"{total}_本年预算数", None)
    changes = {
        0: indicators("整体", ("完成及时率", "98%"), ("质量达标率", "95.5％"), ("质量达标率", "96%")),
        1: indicators("项目", ("资金到位率", "100%"), ("成本节约率", "没有超支")),
    }
    return roll_up(
        [district.write(folder / "本年", this, changes)], last_year=[district.write(folder / "上年", last)]
    )


def test_the_change_of_budgets_is_known_where_last_year_is(two_years):
    rates = [line.values.get("三公经费变动率") for line in two_years.units]
    assert rates == [-0.25, 0.1, "不适用"]  # 6 after 8, 11 after 10, 2 after nothing
    assert two_years.total("三公经费变动率").value == pytest.approx(0.0556)  # 19 after 18


def test_rates_that_units_state_of_themselves_are_columns(two_years):
    first, second, _ = two_years.units
    assert first.values["完成及时率"] == 0.98
    assert "质量达标率" not in first.values
    assert first.doubts["质量达标率"].shown == "95.5％、96%"
    assert "完成及时率" not in second.values
    (project, *_) = [line for line in two_years.projects if line.code == second.code]
    assert project.values["资金到位率"] == 1.0
    assert "成本节约率" not in project.values
    assert two_years.total("完成及时率").value is None
    assert two_years.mean("完成及时率").value == 0.98


def test_columns_that_nobody_has_are_not_shown(rolled, two_years):
    names = ["三公经费变动率", "完成及时率", "实际完成率", "预算执行率"]
    assert rolled.shown(names) == ["预算执行率"]
    assert two_years.shown(names) == ["三公经费变动率", "完成及时率", "预算执行率"]


def test_a_workbook_and_a_report_with_the_same_tables_do_not_differ(tmp_path):
    (filing,) = district.filings(2)[1:]
    home = district.write(tmp_path / "表", [filing])
    (tmp_path / "报告").mkdir()
    report, _ = made_report(PlannedReport(filing, "整体", tmp_path), None)
    (tmp_path / "报告" / "报告.docx").write_bytes(report)
    rolled = roll_up([home, tmp_path / "报告"])
    assert [(line.name, line.remarks) for line in rolled.units] == [(filing.unit_name, [])]
    assert rolled.left_out == []


def test_a_unit_that_filed_again_without_its_code_is_counted_once(folder, tmp_path):
    first = sorted(folder.glob("002*"))[0]
    (tmp_path / "再报").mkdir()
    (tmp_path / "再报" / f"{first.stem.partition('_')[2]}.xlsx").write_bytes(first.read_bytes())
    rolled = roll_up([folder, tmp_path / "再报"])
    assert [line.code for line in rolled.units] == ["001", "002", "003", "004", "005"]
    assert [left.kind for left in rolled.left_out] == ["twice", "unread"]
    assert rolled.units[1].problems == roll_up([folder]).units[1].problems


def test_a_unit_that_the_ledger_calls_otherwise_is_expected_once(folder, tmp_path):
    ledger = district.ledger(tmp_path, 5)
    book = openpyxl.load_workbook(ledger)
    sheet = book["单位"]
    place = next(
        cell for row in sheet.iter_rows() for cell in row if cell.value == district.filings(2)[1].unit_name
    )
    sheet.cell(place.row, place.column).value = f"{place.value}（本级）"
    sheet.cell(place.row, place.column - 1).value = "777"
    book.save(ledger)
    rolled = roll_up([folder], ledger=ledger)
    assert rolled.expected == 5


def test_units_of_one_name_are_each_compared_with_their_own_year_before():
    def units(**spent: float) -> list[Line]:
        profile = district.PROFILE.id
        return [
            Line(code[1:], "中心幼儿园", profile, 2024, values={"全年执行数": value})
            for code, value in spent.items()
        ]

    rolled = RollUp("某县", 2024, units(_1=30.0, _2=50.0), [], {}, [])
    rolled.last = RollUp("某县", 2023, units(_1=20.0), [], {}, [])
    assert [earlier and earlier.code for _, earlier in rolled.pairs()] == ["1", None]
    assert rolled.change("全年执行数") == (20.0, 30.0)


def test_nothing_grows_from_less_than_nothing():
    assert [change_rate(last, 5.0) for last in (4.0, 0.0, -5.0)] == [0.25, "不适用", "不适用"]


def test_an_amount_in_words_is_in_doubt(tmp_path):
    def words(filing):
        filing.of("整体")[0].fields["年度资金总额_全年执行数"] = "约一百万"

    rolled = roll_up([district.write(tmp_path / "收到", district.filings(2), {1: words})])
    assert rolled.units[1].doubts["全年执行数"].shown == "约一百万"
    total = rolled.total("全年执行数")
    assert (total.units, total.doubtful) == (1, 1)
