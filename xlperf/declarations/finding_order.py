"""The order in which lists show findings, as plain values that sort alike here and as columns of a database.

Units by what is worst in them; within a unit 错误 before 警告 before 提示, then by form and cell.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import texts_of

if TYPE_CHECKING:
    from xlperf.declarations.checked_files import CheckedFile

_A1 = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DIGITS = re.compile("[0-9]+")
_WIDTH = 20
_LAST = 99


class PlaceKey(NamedTuple):
    """Where a finding is: sorted by it, findings are in the order of files, tabs, rows and columns."""

    file: str
    tab: int
    sheet: str
    row: int
    column: int
    cell: str
    code: str
    message: str


class FindingKey(NamedTuple):
    """The order of a finding among those of its unit, from left to right."""

    severity: int
    form: int
    file: str
    tab: int
    sheet: str
    row: int
    column: int
    cell: str
    code: str
    message: str


class UnitKey(NamedTuple):
    """The order of a unit among all: most 错误 first, then most 警告, most 提示; what has no unit is last."""

    unknown: int
    errors: int
    warnings: int
    notes: int
    unit: str


Tabs = Mapping[str, Sequence[str]]
"""File → its sheets from left to right."""


def tabs_of(files: Iterable["CheckedFile"]) -> Tabs:
    """The tabs of all ``files``."""
    alike: dict[Sequence[str], Sequence[str]] = {}
    return {file.path: alike.setdefault(file.sheets, file.sheets) for file in files}


def place_key(finding: Finding, tabs: Tabs) -> PlaceKey:
    """Where a finding is; those of no file come first, those of a whole file before those of its sheets."""
    place = finding.location
    tab = _tab(place.sheet, tabs.get(place.file, ())) if place.sheet else 0
    where = natural(place.file), tab, natural(place.sheet), *_position(place.cell)
    return PlaceKey(*where, finding.code, finding.message)


def finding_key(finding: Finding, tabs: Tabs) -> FindingKey:
    """The order of a finding among those of its unit."""
    return FindingKey(finding.severity.rank, _form(finding.location), *place_key(finding, tabs))


def unit_key(unit: str, counts: Sequence[int], *, known: bool = True) -> UnitKey:
    """The order of a unit by how many findings of each severity it has, the gravest first."""
    errors, warnings, notes = counts
    return UnitKey(int(not known), -errors, -warnings, -notes, natural(unit))


def by_place(findings: Iterable[Finding], files: Iterable["CheckedFile"] = ()) -> list[Finding]:
    """Findings by file, sheet (in the order of the tabs in ``files``), row, column, code."""
    tabs = tabs_of(files)
    return sorted(findings, key=lambda finding: place_key(finding, tabs))


def natural(text: str) -> str:
    """A text that sorts as ``text`` should: 项目2 before 项目10."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(_WIDTH), text)


def _tab(sheet: str, sheets: Sequence[str]) -> int:
    """The number of a tab from 1; what is no tab of the file comes after them."""
    return sheets.index(sheet) + 1 if sheet in sheets else len(sheets) + 1


def _form(place: Location) -> int:
    """Whole files and packages first, forms as profiles have them, then the text of reports."""
    if place.form:
        order: Sequence[str] = texts_of("reports")["form_order"]
        return order.index(place.form) + 1 if place.form in order else len(order) + 1
    return _LAST if place.cell else 0


def _position(cell: str) -> tuple[int, int, str]:
    """Row and column; of a place in a document the last two numbers of 表2 第3行第4列, 第5段."""
    if match := _A1.match(cell):
        return int(match[2]), len(match[1]), match[1]
    row, column = [*map(int, _DIGITS.findall(cell)[-2:]), 0, 0][:2]
    return row, column, ""
