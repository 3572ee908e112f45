"""Ten times as many of a construct of a received file take about ten times as long, not a hundred times."""

import pytest

from tests.growth.constructs import CONSTRUCTS
from tests.growth.measure import LINEAR, growth
from tests.long import one_in

_ROUNDS = 3


@pytest.mark.parametrize("name", one_in(2, CONSTRUCTS))
def test_ten_times_as_much_takes_about_ten_times_as_long(name, tmp_path):
    measured = growth(CONSTRUCTS[name], tmp_path)
    if measured.ratio >= LINEAR:
        measured = growth(CONSTRUCTS[name], tmp_path, _ROUNDS)
    assert measured.ratio < LINEAR, measured
    assert "F113" not in measured.codes
