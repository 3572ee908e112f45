"""An .xlsx file → its error cells (#DIV/0!, #N/A …), which python-calamine reads as blank."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from zipfile import ZipFile, is_zipfile

from openpyxl.utils.cell import coordinate_to_tuple

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_CELL = re.compile(
    rb'<c\b[^>]*\br="([A-Z]+[0-9]+)"[^>]*\bt="e"[^>]*>(?:<f\b.*?(?:/>|</f>))?<v>([^<]*)</v>', re.DOTALL
)

Errors = dict[tuple[int, int], str]


def error_cells(path: Path) -> dict[str, Errors]:
    """Sheet name → (row, column) from 0 → the error as text; empty for other kinds of files."""
    if not is_zipfile(path):
        return {}
    with ZipFile(path) as package:
        if _BOOK not in package.namelist():
            return {}
        return {name: dict(_errors(package.read(part))) for name, part in _sheets(package)}


def _sheets(package: ZipFile) -> Iterator[tuple[str, str]]:
    relations = ElementTree.fromstring(package.read(_RELATIONS))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for sheet in ElementTree.fromstring(package.read(_BOOK)).iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_ID), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        if part in package.namelist():
            yield sheet.get("name", ""), part


def _errors(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    for address, error in _CELL.findall(xml):
        row, column = coordinate_to_tuple(address.decode())
        yield (row - 1, column - 1), error.decode()
