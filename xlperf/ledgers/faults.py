"""An .xlsx package → what python-calamine leaves out of it: error cells, formulas without a result.

It also finds the stray cell far outside the table that would make calamine ask for all memory.
"""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import PurePosixPath
from xml.etree import ElementTree

from openpyxl.utils import column_index_from_string
from openpyxl.utils.cell import coordinate_to_tuple

from xlperf.ooxml.parts import WORKBOOK, Package

MOST_ROWS, MOST_COLUMNS = 300_000, 200

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_FILLED = re.compile(rb'<c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>/]*>\s*<[^/]')
_ERROR = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+[0-9]+)"[^>]*\bt="e"[^>]*>(?:<f\b.*?(?:/>|</f>))?<v>([^<]*)</v>', re.DOTALL
)
_UNCALCULATED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+[0-9]+)"[^>]*>'
    rb"<f\b(?:[^>]*/>|[^>]*>([^<]*)</f>)(?:<v\s*/>|<v></v>)?</c>"
)


class Uncalculated(str):
    """The text of a formula whose result the file does not hold."""

    __slots__ = ()


Faults = dict[tuple[int, int], str]


def faulty_cells(package: Package) -> dict[str, Faults]:
    """Sheet name → (row, column) from 0 → the error, or the Uncalculated formula, of that cell."""
    found: dict[str, Faults] = {}
    for name, part in _sheets(package):
        xml = package.part(part)
        found[name] = {_place(address): error.decode() for address, error in _ERROR.findall(xml)}
        for address, formula in _UNCALCULATED.findall(xml):
            found[name][_place(address)] = Uncalculated(f"={unescape(formula.decode('utf-8', 'replace'))}")
    return found


def stray_cell(package: Package) -> tuple[str, str] | None:
    """Sheet and address of the first cell with content outside MOST_ROWS by MOST_COLUMNS."""
    columns: dict[bytes, bool] = {}
    for name, part in _sheets(package):
        for letters, digits in _FILLED.findall(package.part(part)):
            if letters not in columns:
                columns[letters] = _is_near(letters.decode())
            if not columns[letters] or int(digits) > MOST_ROWS:
                return name, (letters + digits).decode()
    return None


def _is_near(letters: str) -> bool:
    return len(letters) <= 3 and column_index_from_string(letters) <= MOST_COLUMNS


def _place(address: bytes) -> tuple[int, int]:
    row, column = coordinate_to_tuple(address.decode())
    return row - 1, column - 1


def _sheets(package: Package) -> Iterator[tuple[str, str]]:
    try:
        relations = ElementTree.fromstring(package.part(_RELATIONS))
        book = ElementTree.fromstring(package.part(WORKBOOK))
    except ElementTree.ParseError:
        return
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_ID), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if part in package.parts:
            yield sheet.get("name", ""), part
