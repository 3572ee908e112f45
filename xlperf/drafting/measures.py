"""A received workbook → the column widths and row heights of its sheets, where the file stores them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import xlrd

from xlperf.drafting.slot_grid import SlotGrid
from xlperf.intake.kinds import Opened
from xlperf.ooxml.parts import Package
from xlperf.ooxml.workbook_listing import listing_of

_USUAL_WIDTH = 8.43
_NARROWEST, _WIDEST = 7.0, 36.0
_OLD_UNIT = 256
_TWIPS = 20
_ATTRIBUTE = re.compile(r'\b(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one sheet: column number → width in column units, row number → height in points."""

    widths: Mapping[int, float]
    heights: Mapping[int, float]


def measures_of(opened: Opened) -> Mapping[str, Measures]:
    """The measures of each sheet by its name; empty for kinds of files that do not store them."""
    if opened.kind.id == "xlsx" and opened.package is not None:
        return _of_package(opened.package)
    if opened.kind.id == "xls":
        return _of_binary(opened.data)
    return {}


def _of_package(package: Package) -> Mapping[str, Measures]:
    return {
        tab.title: _of_part(package.part(tab.part).decode("utf-8", "replace"))
        for tab in listing_of(package).tabs
    }


def _of_part(xml: str) -> Measures:
    widths: dict[int, float] = {}
    for tag in re.findall(r"<col\b([^>]*)>", xml):
        attributes = dict(_ATTRIBUTE.findall(tag))
        for number in range(
            int(attributes["min"]), min(int(attributes["max"]), int(attributes["min"]) + 99) + 1
        ):
            widths[number] = round(float(attributes.get("width", _USUAL_WIDTH)), 2)
    rows = (dict(_ATTRIBUTE.findall(tag)) for tag in re.findall(r"<row\b([^>]*)>", xml))
    return Measures(widths, {int(row["r"]): round(float(row["ht"]), 1) for row in rows if "ht" in row})


def _of_binary(data: bytes) -> Mapping[str, Measures]:
    book = xlrd.open_workbook(file_contents=data, formatting_info=True)
    return {
        sheet.name: Measures(
            {number + 1: round(info.width / _OLD_UNIT, 2) for number, info in sheet.colinfo_map.items()},
            {number + 1: round(info.height / _TWIPS, 1) for number, info in sheet.rowinfo_map.items()},
        )
        for sheet in book.sheets()
    }


def estimated_widths(grid: SlotGrid) -> tuple[float, ...]:
    """Column widths by the longest text of each column, in three lines at most."""
    longest = dict.fromkeys(range(1, grid.columns + 1), 0)
    for slot in grid.slots():
        if slot.left == slot.right:
            units = max((len(line.encode("gb18030", "replace")) for line in slot.text.split("\n")), default=0)
            longest[slot.left] = max(longest[slot.left], units)
    return tuple(min(max(ceil(units / 2) + 2.0, _NARROWEST), _WIDEST) for units in longest.values())
