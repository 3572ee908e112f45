"""The road over Office.js: Chinese names, and blank cells that arrive as 0."""

from tests.excel.functions.official import sheets
from tests.excel.functions.test_functions import OFFICIAL, SCORES, column
from xlperf.excel.functions.publish import publish


def plain(*_, **__):
    return lambda made: made


OFFICE = publish(plain, plain, plain, chinese=True)


def arriving(rows):
    """A range as Office.js has it on the desktop: whole numbers are ints, blanks are 0."""
    return [[0 if cell is None else cell for cell in row] for row in rows]


def test_scores_of_a_table_with_blanks():
    assert OFFICE["XP_INDICATOR_SCORES"](arriving(OFFICIAL)) == column(["公式得分", *SCORES])


def test_a_target_of_none_that_was_kept_is_scored():
    assert OFFICE["XP_INDICATOR_SCORES"]([["≤0起", 0, 10], [0, 0, 0]]) == [[10], [""]]


def test_the_verdict_is_that_of_the_same_cells_with_blanks():
    blanks = publish(plain, plain, plain, chinese=False)["XP_CHECK"]
    good, broken = [*sheets().values()], [*sheets().values()]
    broken[0][3][5] = 0.5
    broken[1][10][6] = 99
    for filled in (good, broken):
        assert OFFICE["XP_CHECK"]("", *map(arriving, filled)) == blanks("", None, *filled)
    assert len(blanks("", None, *broken)) > len(blanks("", None, *good))
