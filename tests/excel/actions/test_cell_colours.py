"""Places to runs of neighbouring rows: each place once, nothing else; and what Excel takes for a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.excel.actions.livebook import put
from xlperf.excel.actions.checking import runs
from xlperf.excel.actions.filling import is_risky

PLACES = st.sets(st.tuples(st.integers(1, 12), st.integers(1, 6)))


@given(PLACES)
def test_runs_cover_the_places_and_nothing_else(places):
    covered = [(row, column) for column, first, last in runs(places) for row in range(first, last + 1)]
    assert len(covered) == len(set(covered))
    assert set(covered) == places


@given(PLACES)
def test_no_two_runs_could_be_one(places):
    made = set(runs(places))
    assert not any(
        column == other and last + 1 == first for column, _, last in made for other, first, _ in made
    )


class _Cell:
    """A cell of general format."""

    number_format = "General"
    value = data_type = None


@pytest.mark.parametrize(
    "text",
    ["90%", "2024.3.1", "2024-3-1", "=100%", "12", "-", "+3", "1,200.5", "TRUE", "@x", "'已完成", "1e5"],
)
def test_a_text_that_excel_would_change_is_kept_by_an_apostrophe(text):
    assert is_risky(text)
    cell = _Cell()
    put(cell, f"'{text}")
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize("text", ["显著", "效果明显", "按时完成年度任务", 12.5, None])
def test_other_values_are_written_as_they_are(text):
    assert not is_risky(text)
