"""The road over Office.js: Chinese names, and blank cells that arrive as 0."""

import io

import openpyxl

from tests.received.good import good
from tests.worksheet.test_functions import OFFICIAL, SCORES, column
from xlperf.worksheet.publish import publish


def plain(*_, **__):
    return lambda made: made


OFFICE = publish(plain, plain, plain, chinese=True)


def arriving(rows):
    """A range as Office.js has it on the desktop: whole numbers are ints, blanks are 0."""
    return [[0 if cell is None else cell for cell in row] for row in rows]


def sheets():
    book = openpyxl.load_workbook(io.BytesIO(good()), data_only=True)
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets[:3]]


def test_scores_of_a_table_with_blanks():
    assert OFFICE["XP_INDICATOR_SCORES"](arriving(OFFICIAL)) == column(["公式得分", *SCORES])


def test_a_target_of_none_that_was_kept_is_scored():
    assert OFFICE["XP_INDICATOR_SCORES"]([["≤0起", 0, 10], [0, 0, 0]]) == [[10], [""]]


def test_the_verdict_is_that_of_the_same_cells_with_blanks():
    blanks = publish(plain, plain, plain, chinese=False)["XP_CHECK"]
    broken = sheets()
    broken[0][3][5] = 0.5
    broken[1][10][6] = 99
    for filled in (sheets(), broken):
        assert OFFICE["XP_CHECK"]("", *map(arriving, filled)) == blanks("", None, *filled)
    assert len(blanks("", None, *broken)) > len(blanks("", None, *sheets()))
