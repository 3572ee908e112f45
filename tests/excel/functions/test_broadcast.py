"""Ranges: what is true of one cell is true of each cell of a range; shapes that do not fit are reported."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlperf.excel.functions.excel_cells import grid
from xlperf.udfs import (
    XP_INDICATOR_SCORE,
    XP_READ,
    XP_STAFF_CONTROL_RATE,
    XP_TOTAL_SCORE,
)

AMOUNTS = st.floats(-1e9, 1e9).map(lambda value: round(value, 2)) | st.integers(0, 10**6)
CELLS = (
    AMOUNTS
    | st.none()
    | st.booleans()
    | st.sampled_from(["", "——", "12", "1,200.5", "九", "#N/A", "  ", "8人"])
)


def grids(shape):
    rows, columns = shape
    return st.lists(st.lists(CELLS, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


SHAPES = st.tuples(st.integers(1, 4), st.integers(1, 4))
GRIDS = SHAPES.flatmap(grids)
SAME_SHAPE = SHAPES.flatmap(lambda shape: st.tuples(grids(shape), grids(shape)))
LOADING = settings(deadline=None)
"""The first call loads the declarations."""
MISFIT = "各参数的行数、列数不一样，请选同样大小的区域"


def as_grid(result, shape):
    return result if shape != (1, 1) else [[result]]


def shape_of(rows):
    return len(rows), len(rows[0])


def turned(rows):
    return [list(column) for column in zip(*rows, strict=True)]


@LOADING
@given(GRIDS, CELLS)
def test_one_cell_goes_with_each_cell_of_a_range(numbers, quota):
    for swapped in (False, True):
        rate = (lambda a, b: XP_STAFF_CONTROL_RATE(b, a)) if swapped else XP_STAFF_CONTROL_RATE
        expected = [[rate(cell, quota) for cell in row] for row in numbers]
        assert as_grid(rate(numbers, quota), shape_of(numbers)) == expected
        assert as_grid(rate(numbers, [[quota]]), shape_of(numbers)) == expected


@LOADING
@given(SAME_SHAPE)
def test_ranges_of_one_shape_go_cell_by_cell(pair):
    left, right = pair
    expected = [
        [XP_STAFF_CONTROL_RATE(a, b) for a, b in zip(*rows, strict=True)]
        for rows in zip(left, right, strict=True)
    ]
    result = as_grid(XP_STAFF_CONTROL_RATE(left, right), shape_of(left))
    assert result == expected
    assert as_grid(XP_STAFF_CONTROL_RATE(turned(left), turned(right)), shape_of(left)) == turned(expected)


@LOADING
@given(GRIDS, GRIDS)
def test_shapes_that_do_not_fit_are_reported(left, right):
    fits = shape_of(left) == shape_of(right) or (1, 1) in (shape_of(left), shape_of(right))
    assert (XP_STAFF_CONTROL_RATE(left, right) == MISFIT) is not fits


@LOADING
@given(GRIDS)
def test_lists_and_tuples_are_alike(numbers):
    as_tuples = tuple(map(tuple, numbers))
    assert XP_STAFF_CONTROL_RATE(as_tuples, 100) == XP_STAFF_CONTROL_RATE(numbers, 100.0)


@LOADING
@given(st.lists(AMOUNTS, min_size=1, max_size=6))
def test_a_flat_list_is_one_row(numbers):
    assert XP_STAFF_CONTROL_RATE(numbers, 7) == XP_STAFF_CONTROL_RATE([numbers], 7)


@LOADING
@given(st.lists(st.sampled_from(["≥100次", "≤5天", "显著", None, "95%"]), min_size=2, max_size=5))
def test_indicators_go_row_by_row_too(targets):
    column = [[text] for text in targets]
    assert XP_INDICATOR_SCORE(column, "98次", 10) == [
        [XP_INDICATOR_SCORE(text, "98次", 10)] for text in targets
    ]


@LOADING
@given(
    st.lists(st.integers(0, 2000).map(lambda value: value / 100), min_size=1, max_size=8), st.integers(1, 4)
)
def test_a_total_does_not_depend_on_how_its_range_lies(scores, width):
    rows = [scores[start : start + width] for start in range(0, len(scores), width)]
    expected = XP_TOTAL_SCORE(9.5, [[score] for score in scores])
    assert XP_TOTAL_SCORE(9.5, [scores]) == expected
    assert XP_TOTAL_SCORE(9.5, rows) == expected
    assert expected == pytest.approx(9.5 + sum(scores), abs=0.005001)


@LOADING
@given(st.integers(0, 10**9), st.integers(0, 99))
def test_numbers_as_text_are_the_numbers(whole, cents):
    plain = f"{whole}.{cents:02d}"
    grouped = f"{whole:,}.{cents:02d}"
    wide = plain.translate({ord(digit): ord(digit) - 0x30 + 0xFF10 for digit in "0123456789"})
    expected = XP_STAFF_CONTROL_RATE(float(plain), 7)
    assert {XP_STAFF_CONTROL_RATE(text, 7) for text in (plain, grouped, wide, f" {plain} ")} == {expected}
    assert XP_READ(f"≥{plain}%") == pytest.approx(float(plain) / 100)


def test_rows_of_unequal_length_are_filled_with_blanks():
    assert grid([[1], [2, 3]]) == [[1.0, None], [2.0, 3.0]]
    assert grid([]) == grid(None) == grid([[]]) == [[None]]


def test_a_range_without_end_is_refused():
    assert XP_STAFF_CONTROL_RATE([[1.0]] * 200_001, 1) == "选了 200,001 个单元格，一次最多 200,000 个"
