"""Column letters, addresses and ranges, compared with openpyxl's functions of the same names."""

import pytest
from openpyxl.utils import cell as theirs

from xlperf.core import cell_addresses as ours


def test_titles_are_quoted():
    for title in ("基础数据", "岳阳's"):
        assert ours.quote_sheetname(title) == theirs.quote_sheetname(title)


def test_every_column():
    for number in range(1, ours.MOST_COLUMNS + 1):
        letters = theirs.get_column_letter(number)
        assert ours.get_column_letter(number) == letters
        assert ours.column_index_from_string(letters) == number
    assert ours.column_index_from_string("xfd") == 16_384


@pytest.mark.parametrize("number", [0, -1, ours.MOST_COLUMNS + 1])
def test_a_number_without_a_column(number):
    with pytest.raises(ValueError, match="no column"):
        ours.get_column_letter(number)


@pytest.mark.parametrize("letters", ["", "A1", "AAAA", "Ａ", "列", "A ", "$A"])
def test_letters_without_a_column(letters):
    with pytest.raises(ValueError, match="no column"):
        ours.column_index_from_string(letters)
    with pytest.raises(ValueError, match="not a valid column"):
        theirs.column_index_from_string(letters)


def test_a_cell():
    assert ours.coordinate_to_tuple("AB12") == theirs.coordinate_to_tuple("AB12") == (12, 28)
    for wrong in ("", "A", "1", "A1:B2", "甲1", "A-1"):
        with pytest.raises(ValueError, match="no c"):
            ours.coordinate_to_tuple(wrong)


@pytest.mark.parametrize("text", ["A1", "$A$1", "B4:C9", "$B$4:$C9", "B:C", "4:9"])
def test_a_range(text):
    assert ours.range_boundaries(text) == theirs.range_boundaries(text)


@pytest.mark.parametrize("text", ["", ":", "B4:C", "B:9", "B4:", "甲", "B4:C9:D1"])
def test_what_is_no_range(text):
    with pytest.raises(ValueError, match="no range"):
        ours.range_boundaries(text)
