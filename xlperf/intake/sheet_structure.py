"""A received sheet → the structure that a seal is over, and the fixed texts as a known form has them.

The first is told from the file alone: fixed texts are locked cells that no defined name covers.
"""

import re
from collections.abc import Container, Iterator, Mapping
from functools import lru_cache

from xlperf.core.cell_addresses import column_index_from_string
from xlperf.declarations.template_fingerprint import Fixed, Structure, structured
from xlperf.ooxml.sheet_cells import Sheet

_CORNERS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?$")
_RESERVED = "_xl"
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def structure_of(sheet: Sheet, names: Mapping[str, str]) -> Structure:
    """The structure of ``sheet``; ``names`` gives the defined names on it → reference."""
    covered = [
        area for name, text in names.items() if not name.startswith(_RESERVED) and (area := _area(text))
    ]
    fixed = (one for one in _texts(sheet) if not (_unlocked(sheet, one) or _covers(covered, one)))
    return structured(fixed, _formulas(sheet))


def laid_out(sheet: Sheet, inputs: Container[str], tables: Container[int]) -> Structure:
    """The fixed texts of a sheet that was read: those not in ``inputs`` (addresses) nor ``tables`` (rows)."""
    fixed = (one for one in _texts(sheet) if one.row not in tables and one.address not in inputs)
    return structured(fixed, ())


def _texts(sheet: Sheet) -> Iterator[Fixed]:
    merged = {area[:2]: area[2:] for text in sheet.merges if (area := _area(text))}
    for row, letters, text in sheet.texts():
        column = _column(letters)
        bottom, last = merged.get((row, column), (row, column))
        yield Fixed(row, column, bottom, last, text)


def _unlocked(sheet: Sheet, cell: Fixed) -> bool:
    return sheet.cells[cell.address][1] in sheet.unlocked


def _covers(areas: list[Area], cell: Fixed) -> bool:
    return any(
        top <= cell.row <= bottom and first <= cell.first <= last for top, first, bottom, last in areas
    )


def _formulas(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for address in sheet.formulas():
        if sheet.cells[address][1] not in sheet.unlocked and (area := _area(address)):
            yield area[0], area[1], sheet.formula(address) or ""


@lru_cache(maxsize=8192)
def _area(text: str) -> Area | None:
    found = _CORNERS.match(text)
    if found is None:
        return None
    letters, row, last, bottom = found.groups()
    first = _column(letters)
    return int(row), first, int(bottom or row), _column(last) if last else first


@lru_cache(maxsize=256)
def _column(letters: str) -> int:
    return column_index_from_string(letters)
