"""汇总.xlsx: two foreign engines calculate what is stored, pandas adds up the same, links lead back."""

import re

import openpyxl
import pandas as pd
import pytest

from tests.engines import cells, formualizer_values, recalculate, stored_values
from tests.finishing.rollup import district
from xlperf.finishing.rollup.collect import roll_up
from xlperf.finishing.rollup.layout import texts
from xlperf.finishing.rollup.workbook import write_workbook

FIRST, TOTAL, MEAN, COUNTED, DOUBTFUL = 7, 3, 4, 5, 6


@pytest.fixture(scope="module")
def rolled(tmp_path_factory):
    """Six units, four of them spoilt in different ways, with the five that filed the year before."""
    changes = {1: district.over_staffed, 2: district.over_budget, 3: district.in_yuan, 4: district.scored_low}
    folder = tmp_path_factory.mktemp("district")
    this = district.write(folder / "本年", district.filings(6), changes)
    last = district.write(folder / "上年", district.filings(7)[2:])
    return roll_up([this], last_year=[last])


@pytest.fixture(scope="module")
def workbook(rolled, tmp_path_factory):
    path = tmp_path_factory.mktemp("rollup") / "汇总.xlsx"
    write_workbook(rolled, path)
    return path


@pytest.fixture(scope="module")
def stored(workbook):
    return stored_values(workbook)


def agree(value, other):
    if isinstance(value, int | float) and isinstance(other, int | float):
        return value == pytest.approx(other, abs=1e-9)
    return (value or "") == (other or "")


def test_libreoffice_calculates_what_is_stored(workbook, stored, tmp_path):
    calculated = stored_values(recalculate(workbook, tmp_path))
    at = {
        (sheet, cell.coordinate) for sheet, cell in cells(workbook, data_only=False) if cell.data_type == "f"
    }
    assert len(at) > 200
    assert [
        (place, stored.get(place), calculated.get(place))
        for place in sorted(at)
        if not agree(stored.get(place), calculated.get(place))
    ] == []


def test_formualizer_calculates_what_is_stored(workbook, stored):
    calculated = formualizer_values(workbook)
    at = {
        (sheet, cell.coordinate) for sheet, cell in cells(workbook, data_only=False) if cell.data_type == "f"
    }
    assert [
        (place, stored.get(place), calculated.get(place))
        for place in sorted(at)
        if not agree(stored.get(place), calculated.get(place))
    ] == []


@pytest.mark.parametrize("sheet", ["预算执行", "经费控制", "人员采购资产", "项目"])
def test_pandas_adds_up_the_same(workbook, sheet):
    frame = pd.read_excel(workbook, sheet_name=sheet, header=None, skiprows=FIRST - 1, engine="openpyxl")
    above = pd.read_excel(workbook, sheet_name=sheet, header=None, nrows=FIRST - 1, engine="openpyxl")
    seen = 0
    for column in frame.columns[3:]:
        heading, total = above.iloc[1, column], above.iloc[TOTAL - 1, column]
        numbers = pd.to_numeric(frame[column], errors="coerce").dropna()
        if heading is None or "率" in str(heading) or not isinstance(total, int | float) or pd.isna(total):
            continue
        seen += 1
        assert total == pytest.approx(numbers.sum()), heading
        assert above.iloc[COUNTED - 1, column] == len(numbers), heading
        doubts = frame[column].astype(str).str.startswith("存疑").sum()
        assert above.iloc[DOUBTFUL - 1, column] == doubts, heading
    assert seen >= 3


def test_every_link_leads_to_a_cell_that_is_filled(workbook):
    book = openpyxl.load_workbook(workbook)
    links = [
        (sheet.title, link.ref, link.location)
        for sheet in book
        for link in sheet._hyperlinks or [cell.hyperlink for row in sheet for cell in row if cell.hyperlink]
        if link.location
    ]
    assert len(links) > 40
    for sheet, ref, location in links:
        name, first, last = re.fullmatch(r"'([^']+)'!([A-Z]+\d+)(?::([A-Z]+\d+))?", location).groups()
        values = [cell.value for row in book[name][f"{first}:{last or first}"] for cell in row]
        assert any(value is not None for value in values), (sheet, ref, location)


def test_the_names_behind_a_count_are_as_many(rolled, workbook):
    book = openpyxl.load_workbook(workbook, data_only=True)
    names = book[texts()["members"]["sheet"]]
    counts = {row[0].value: row[0].row for row in names if row[0].value and "：" in str(row[0].value)}
    for title, row in counts.items():
        count = int(re.search(r"：(\d+) 家", title)[1])
        listed = 0
        while names.cell(row + 2 + listed, 3).value:
            listed += 1
        assert listed == count, title


def test_what_is_in_doubt_is_seen_and_not_added(rolled, workbook):
    book = openpyxl.load_workbook(workbook, data_only=True)
    shown = [cell.value for cell in book["预算执行"][FIRST + 3] if str(cell.value).startswith("存疑")]
    assert len(shown) == 3
    reasons = [row[6].value for row in book["存疑和标记"] if row[0].value == "存疑"]
    assert len(reasons) == sum(len(line.doubts) for line in [*rolled.units, *rolled.projects])


def test_years_stand_side_by_side(rolled, workbook):
    sheet = openpyxl.load_workbook(workbook, data_only=True)["上年对比"]
    rows = {row[2].value: row for row in sheet.iter_rows(min_row=4)}
    remarks = [row[-1].value for row in rows.values()]
    assert remarks.count("上年没有报送") == 2
    assert remarks.count("上年报送了，本年没有") == 1
    assert sheet["D3"].value == pytest.approx(rolled.change("全年执行数")[0])


def test_charts_are_there_and_pages_are_a4_across(workbook):
    book = openpyxl.load_workbook(workbook)
    assert len(book["图表"]._charts) == 8
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), sheet.title
    assert {book[name].print_title_rows for name in ("预算执行", "项目")} == {"$1:$2"}


def test_a_name_that_begins_like_a_formula_stays_text(tmp_path):
    units = district.filings(2)
    units[1].of("整体")[0].fields["单位名称"] = "=HYPERLINK(1)"
    units[1].unit_name = "=HYPERLINK(1)"
    rolled = roll_up([district.write(tmp_path / "收到", units)])
    rolled.units[1].name = "=HYPERLINK(1)"
    write_workbook(rolled, tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["预算执行"]
    assert sheet.cell(FIRST + 1, 3).data_type == "s"


def test_nobody_filed_anything_that_can_be_read(tmp_path):
    folder = tmp_path / "收到"
    folder.mkdir()
    (folder / "坏.xlsx").write_bytes(b"PK\x03\x04")
    rolled = roll_up([folder])
    write_workbook(rolled, tmp_path / "汇总.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx")["未计入"]
    assert sheet["A2"].value == "读不了"
