"""A received sheet → the structure that a seal is over, from the file alone.

Fixed texts are locked cells that no defined name covers; where names are lost, the locks decide.
"""

import re
from collections.abc import Iterator, Mapping

from openpyxl.utils import column_index_from_string

from xlperf.receive.sheets import Sheet
from xlperf.seal import Fixed, Structure, structured

_CORNERS = re.compile(r"\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?$")
_RESERVED = "_xl"
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


def structure_of(sheet: Sheet, names: Mapping[str, str]) -> Structure:
    """The structure of ``sheet``; ``names`` gives the defined names on it → reference."""
    covered = [
        area for name, text in names.items() if not name.startswith(_RESERVED) and (area := _area(text))
    ]
    merged = {area[:2]: area[2:] for text in sheet.merges if (area := _area(text))}
    return structured(_fixed(sheet, covered, merged), _formulas(sheet))


def _fixed(
    sheet: Sheet, covered: list[Area], merged: Mapping[tuple[int, int], tuple[int, int]]
) -> Iterator[Fixed]:
    singles = {area[:2] for area in covered if area[:2] == area[2:]}
    blocks = [area for area in covered if area[:2] != area[2:]]
    for row, letters, text in sheet.texts():
        if sheet.cells[f"{letters}{row}"][1] in sheet.unlocked:
            continue
        column = column_index_from_string(letters)
        named = (row, column) in singles or any(
            top <= row <= bottom and first <= column <= last for top, first, bottom, last in blocks
        )
        if not named:
            bottom, last = merged.get((row, column), (row, column))
            yield Fixed(row, column, bottom, last, text)


def _formulas(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for address, cell in sheet.cells.items():
        if cell[3] or cell[4] or cell[5]:
            area = _area(address)
            if area and cell[1] not in sheet.unlocked:
                yield area[0], area[1], sheet.formula(address) or ""


def _area(text: str) -> Area | None:
    found = _CORNERS.match(text)
    if found is None:
        return None
    letters, row, last, bottom = found.groups()
    first = column_index_from_string(letters)
    return int(row), first, int(bottom or row), column_index_from_string(last) if last else first
