"""Column letters, cell addresses and ranges ↔ numbers, under the names that openpyxl gives these functions.

``import openpyxl.utils`` runs all of openpyxl, and numpy and lxml with it: half of what a check costs.
"""

import re
from functools import lru_cache

MOST_COLUMNS = 18_278
"""ZZZ, the last column of three letters."""
_LETTERS = 26
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]+)")
_RANGE = re.compile(r"\$?([A-Za-z]{1,3})?\$?([0-9]+)?(?::\$?([A-Za-z]{1,3})?\$?([0-9]+)?)?")


@lru_cache(MOST_COLUMNS)
def get_column_letter(number: int) -> str:
    """1 → ``A``, 28 → ``AB``; ValueError outside 1 to MOST_COLUMNS."""
    if not 1 <= number <= MOST_COLUMNS:
        raise ValueError(f"no column {number}")
    letters = ""
    while number:
        number, last = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + last) + letters
    return letters


@lru_cache(MOST_COLUMNS)
def column_index_from_string(letters: str) -> int:
    """``A`` → 1, ``ab`` → 28; ValueError for anything but one to three letters of the alphabet."""
    if not (letters.isascii() and letters.isalpha() and len(letters) <= 3):
        raise ValueError(f"no column {letters!r}")
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def coordinate_to_tuple(address: str) -> tuple[int, int]:
    """``B4`` or ``$B$4`` → (4, 2), row and column; ValueError for anything else."""
    found = _CELL.fullmatch(address)
    if not found:
        raise ValueError(f"no cell {address!r}")
    return int(found[2]), column_index_from_string(found[1])


def range_boundaries(text: str) -> tuple[int | None, int | None, int | None, int | None]:
    """``B4:C9`` → (2, 4, 3, 9): first column, first row, last column, last row; one cell is a range too.

    The rows of ``B:C`` and the columns of ``4:9`` are None. Raises ValueError for anything else.
    """
    found = _RANGE.fullmatch(text)
    if not found or not text:
        raise ValueError(f"no range {text!r}")
    left, top, right, bottom = found.groups()
    whole = (left, top, right, bottom)
    shapes = ((left, right), (top, bottom), whole)
    if ":" in text and not any(all(part) and sum(map(bool, whole)) == len(part) for part in shapes):
        raise ValueError(f"no range {text!r}")
    columns = [column_index_from_string(letters) if letters else None for letters in (left, right or left)]
    rows = [int(digits) if digits else None for digits in (top, bottom or top)]
    return columns[0], rows[0], columns[1], rows[1]


def quote_sheetname(title: str) -> str:
    """``岳阳's`` → ``'岳阳''s'``: a title as formulas write it before ``!``."""
    return "'" + title.replace("'", "''") + "'"
