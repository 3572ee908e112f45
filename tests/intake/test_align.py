"""Labels on a sheet → where the rows of a form are, whatever was pushed about."""

import pytest

from xlperf.declarations.form_layout import place
from xlperf.declarations.profile import load_profile
from xlperf.intake.align import (
    Alignment,
    align,
    labels_of,
    likeness,
)
from xlperf.ooxml.sheet_cells import Sheet

PROFILE = load_profile("hunan-yueyang-2024")
BASIC = PROFILE.forms["基础"]
Cells = dict[str, str]


def blank(funds: int = 3) -> Cells:
    """The static texts of the form with ``funds`` rows of special funds: address → text."""
    cells = {}
    placement = place(BASIC, {"专项": funds})
    for placed in placement.rows:
        for cell in placed.row.cells:
            text = cell.text or (cell.line[0][0] if cell.line else "")
            if text:
                cells[f"{chr(64 + cell.first)}{placed.number}"] = text
    return cells


def sheet_of(cells: Cells) -> Sheet:
    def order(address: str) -> tuple[int, str]:
        return int(address[1:]), address[0]

    stored = {at: (at, "", "inlineStr", "", "", "", "", cells[at], "") for at in sorted(cells, key=order)}
    return Sheet("基础数据表", "visible", stored, (), (), frozenset(), frozenset(), 0)


def aligned(cells: Cells, names: dict[str, str] | None = None) -> Alignment:
    sheet = sheet_of(cells)
    return align(sheet, labels_of(sheet, [BASIC]), BASIC, lambda: names or {})


def row_of(alignment: Alignment, name: str) -> int | None:
    index = next(index for index, row in enumerate(BASIC.rows) if row.id == name)
    return alignment.rows.get(index)


def moved(cells: Cells, first: int, by: int) -> Cells:
    return {
        f"{at[0]}{int(at[1:]) + by if int(at[1:]) >= first else at[1:]}": text for at, text in cells.items()
    }


@pytest.mark.parametrize("funds", [1, 3, 40])
def test_the_form_as_declared_is_found_row_by_row(funds):
    found = aligned(blank(funds))
    assert found.is_as_declared
    placement = place(BASIC, {"专项": funds})
    assert found.spans == placement.spans
    assert sorted(found.rows.values()) == [placed.number for placed in placement.rows if placed.index is None]


@pytest.mark.parametrize("first", range(1, 31))
def test_an_inserted_row_anywhere_is_told_and_the_rest_is_found(first):
    base = aligned(blank())
    found = aligned(moved(blank(), first, 1))
    start, end = base.spans["专项"]
    if start <= first <= end + 1:
        assert found.spans["专项"] == (start, end + 1)
        assert not found.inserted
    elif first in (4, 27):  # a row of values below its heading, blank in this form: nothing tells where
        assert not found.missing
    elif first <= 30:
        assert found.inserted == [first]
    shift = {row + (row >= first) for row in base.rows.values()}
    if first not in (4, 27):
        assert shift >= set(found.rows.values())
        assert not found.missing


@pytest.mark.parametrize("row", [6, 9, 11, 15, 20, 23])
def test_a_deleted_row_is_missed_by_its_name_and_no_other(row):
    funds = {f"A{number}": f"第{number}项补助" for number in (17, 18, 19)}
    cells = {at: text for at, text in {**blank(), **funds}.items() if int(at[1:]) != row}
    found = aligned(moved(cells, row + 1, -1))
    assert [BASIC.rows[index].id for index in found.missing] == [
        placed.row.id for placed in place(BASIC, {"专项": 3}).rows if placed.number == row
    ]
    assert not found.inserted


def test_a_label_written_otherwise_keeps_its_row():
    cells = {**blank(), "A11": "三、公务接待费用"}
    found = aligned(cells)
    assert row_of(found, "接待") == 11
    assert found.changed == [("A11", "3、公务接待", "三、公务接待费用")]
    assert not found.missing


def test_a_label_blanked_out_is_told_with_nothing_in_its_place():
    cells = blank()
    del cells["A6"]
    assert aligned(cells).changed == [("A6", "三公经费", "")]


def test_names_place_a_row_whose_label_was_changed_where_rows_were_inserted_too():
    cells = {**moved({**blank(), "A8": "买车"}, 8, 1), "A8": "买船"}
    assert row_of(aligned(cells), "公车购置") == 8
    assert row_of(aligned(cells, {"公车购置_本年决算数": "$F$9"}), "公车购置") == 9


def test_between_blank_rows_the_one_that_holds_something_is_taken():
    cells = moved({**blank(), "A8": "买车"}, 8, 2)
    assert row_of(aligned(cells), "公车购置") == 10
    values = moved({**blank(), "B4": "79", "D4": "79"}, 4, 1)
    found = aligned(values)
    assert (row_of(found, "人员"), found.inserted) == (5, [4])


def test_a_table_row_is_not_taken_for_the_row_deleted_below_it():
    funds = {"A17": "乡村振兴补助", "A18": "水利补助"}
    cells = {at: text for at, text in {**blank(2), **funds}.items() if int(at[1:]) != 19}
    found = aligned(moved(cells, 20, -1))
    assert [BASIC.rows[index].id for index in found.missing] == ["公用经费"]
    assert found.spans["专项"] == (17, 18)
    assert not found.changed


def test_a_figure_typed_behind_its_label_is_told_apart_from_a_changed_label():
    form = load_profile("hunan-yueyang-2024").forms["整体"]
    label = next(cell for row in form.rows for cell in row.cells if cell.text.startswith("政府性基金"))
    placed = next(one for one in place(form).rows if label in one.row.cells)
    at = f"{chr(64 + label.first)}{placed.number}"
    texts = {
        f"{chr(64 + cell.first)}{one.number}": cell.text
        for one in place(form).rows
        for cell in one.row.cells
        if cell.text
    }
    name = place(form).fields
    field = next(key for key, cell in name.items() if cell.endswith(str(placed.number)) and cell > at)

    def read(**changed: str) -> Alignment:
        sheet = sheet_of(texts | changed)
        return align(sheet, labels_of(sheet, [form]), form, dict)

    typed = read(**{at: f"{label.text} 66.6万元"})
    assert typed.in_label == {field: (at, "66.6万元")}
    assert [one for one in typed.changed if one[0] == at] == []
    both = read(**{at: f"{label.text} 66.6", name[field]: "66.6"})
    assert not both.in_label
    assert [one[0] for one in both.changed if one[0] == at] == [at]
    words = read(**{at: f"{label.text}见附件"})
    assert not words.in_label


def test_names_that_lie_between_other_rows_are_not_believed():
    cells = {**blank(), "A8": "买车"}
    assert row_of(aligned(cells, {"公车购置_本年决算数": "$F$40"}), "公车购置") == 8


def test_columns_are_found_by_their_headings():
    cells = blank()
    cells["D5"], cells["F5"] = cells["F5"], cells["D5"]
    found = aligned(cells)
    assert found.column("三公经费_本年决算数") == "D"
    assert found.column("三公经费_本年预算数") == "F"
    assert found.column("三公经费_上年决算数") == "B"
    assert found.column("在职人数") == "D"
    assert [(at, letter) for at, _, letter in found.moved_headings] == [("F5", "D"), ("D5", "F")]


def test_a_column_inserted_at_the_left_moves_everything():
    cells = {f"{chr(ord(at[0]) + 1)}{at[1:]}": text for at, text in blank().items()}
    found = aligned(cells)
    assert not found.changed
    assert not found.missing
    assert found.column("三公经费_本年决算数") == "G"
    assert found.column("编制数") == "C"
    assert found.column(("专项", "本年决算数")) == "G"


def test_the_columns_of_a_table_follow_their_headings():
    form = PROFILE.forms["整体"]
    guides = {column: place(form).columns["指标", column] for column in ("分值", "得分")}
    assert guides == {"分值": "G", "得分": "H"}


def test_another_form_is_not_taken_for_this_one():
    overall = PROFILE.forms["整体"]
    sheet = sheet_of(blank())
    labels = labels_of(sheet, [BASIC, overall])
    assert likeness(labels, BASIC) == 1.0
    assert likeness(labels, overall) < 0.4
