"""Cells of a worksheet by address, whatever the sheet leaves out; sizes of rows and columns."""

import pytest

from xlperf.ooxml.sheet_tree import SheetTree, position
from xlperf.ooxml.xml_tree import parsed

SHEET = b"""<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetFormatPr defaultRowHeight="20"/><cols><col min="2" max="3" width="10" style="7"/>
<col min="4" max="4" width="5" hidden="1"/></cols><sheetData>
<row><c><v>1</v></c><c r="C1"><v>3</v></c><c><v>4</v></c></row>
<row r="4" s="9" customFormat="1" ht="30"><c r="B4" s="2"/></row><row hidden="1"/>
</sheetData><mergeCells><mergeCell ref="B4:D6"/></mergeCells></worksheet>"""


@pytest.fixture
def grid() -> SheetTree:
    return SheetTree(parsed(SHEET))


@pytest.mark.parametrize(
    ("text", "place"),
    [("B4", (4, 2)), ("$AA$10", (10, 27)), ("B4:C5", (4, 2)), ("", None), ("第 3 行", None), ("b4", None)],
)
def test_addresses(text, place):
    assert position(text) == place


@pytest.mark.parametrize(("place", "value"), [((1, 1), "1"), ((1, 3), "3"), ((1, 4), "4")])
def test_cells_without_addresses_follow_the_one_before(grid, place, value):
    assert "".join(grid.cell(*place).itertext()) == value


def test_a_merged_area_is_shown_at_its_first_cell(grid):
    assert [grid.shown(cell) for cell in ("C5", "B4", "A4", "无")] == [(4, 2), (4, 2), (4, 1), None]


def test_missing_cells_take_the_style_of_their_row_or_column(grid):
    assert grid.cell(4, 3).get("s") == "9"
    assert grid.cell(2, 3).get("s") == "7"
    assert grid.cell(2, 1).get("s") is None


def test_missing_rows_and_cells_are_made_in_their_order(grid):
    for place in ((9, 2), (2, 5), (2, 1), (4, 1), (4, 4), (1, 2)):
        grid.cell(*place)
    rows = [row.get("r") for row in grid.root.find("{*}sheetData")]
    assert rows == [None, "2", "4", None, "9"]
    assert [cell.get("r") for cell in grid.root.find("{*}sheetData")[2]] == ["A4", "B4", "D4"]
    assert [cell.get("r") for cell in grid.root.find("{*}sheetData")[0]] == [None, "B1", "C1", None]


def test_sizes_are_pixels(grid):
    assert grid.height(4) == 40  # 30 points
    assert grid.height(5) == 0  # hidden
    assert grid.height(7) == pytest.approx(26.67, abs=0.01)  # 20 points
    assert (grid.width(2), grid.width(4)) == (75, 0)  # 10 letters of 7 pixels, and 5
