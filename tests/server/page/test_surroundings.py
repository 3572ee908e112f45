"""The rows around a cell, on pages made by hand."""

from xlperf.intake.page import TABLE, Document, Page, PageCell
from xlperf.server.page.shown_report import DrawnCell, Surroundings


def sheet(*cells: PageCell, name: str = "表") -> Surroundings:
    return Surroundings(Document("a.xlsx", [Page(name, list(cells))]))


def cell(row: int, column: int, text: str, *, rows: int = 1, columns: int = 1, place: str = "") -> PageCell:
    named = place or f"{'ABCDEFGHIJKLMNOP'[column]}{row + 1}"
    return PageCell(row, row + rows - 1, column, column + columns - 1, text, place=named)


def test_two_rows_above_and_below_with_their_numbers_and_letters():
    drawing = sheet(*(cell(row, 0, f"行{row + 1}") for row in range(9))).drawn("表", "A5")
    assert drawing.columns == ["A"]
    assert [(name, [each.text for each in cells]) for name, cells in drawing.rows] == [
        (str(row), [f"行{row}"]) for row in (3, 4, 5, 6, 7)
    ]
    assert [each.is_meant for _, cells in drawing.rows for each in cells] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_merged_cells_keep_their_size_and_gaps_are_empty():
    drawing = sheet(
        cell(0, 0, "支出", rows=2), cell(0, 1, "预算", columns=2), cell(1, 2, "12.5"), cell(1, 3, "12")
    ).drawn("表", "C2")
    first, second = (cells for _, cells in drawing.rows)
    assert first == [
        DrawnCell("支出", 1, 2, is_meant=False),
        DrawnCell("预算", 2, 1, is_meant=False),
        DrawnCell("", 1, 1, is_meant=False),
    ]
    assert second == [
        DrawnCell("", 1, 1, is_meant=False),
        DrawnCell("12.5", 1, 1, is_meant=True),
        DrawnCell("12", 1, 1, is_meant=False),
    ]


def test_of_a_wide_page_the_columns_near_the_cell_are_shown():
    drawing = sheet(*(cell(0, column, str(column)) for column in range(16))).drawn("表", "H1")
    assert "".join(drawing.columns) == "EFGHIJKL"


def test_a_long_text_is_cut_and_hidden_rows_are_not_drawn():
    hidden = cell(1, 0, "看不见")
    hidden.hidden = True
    drawing = sheet(cell(0, 0, "长" * 100), hidden, cell(2, 0, "数")).drawn("表", "A3")
    assert [name for name, _ in drawing.rows] == ["1", "3"]
    assert drawing.rows[0][1][0].text == "长" * 24 + "…"


def test_in_word_there_are_no_letters():
    table = Page("表1", [cell(0, 0, "预算", place="第1行第1列")], kind=TABLE)
    drawing = Surroundings(Document("a.docx", [table])).drawn("表1", "第1行第1列")
    assert drawing.columns == [""]
    assert [name for name, _ in drawing.rows] == [""]


def test_a_place_that_no_page_has_is_not_drawn():
    around = sheet(cell(0, 0, "数"))
    assert around.drawn("表", "B9") is None
    assert around.drawn("没有", "A1") is None
    assert around.drawn("表", "") is None
    assert around.drawn("表", "A1:A3") is not None
