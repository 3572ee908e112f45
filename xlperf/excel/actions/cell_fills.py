"""A saved workbook → its filled cells by sheet, those with our colours and the others, and its merged areas.

Reading them from the file is one step; asking Excel for the colour of each cell would be thousands.
"""

from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from xlperf.declarations.annotation_texts import all_colours
from xlperf.declarations.texts import texts_of
from xlperf.intake.open_xlsx import open_package
from xlperf.ooxml.package_edit import DAMAGED, Parts
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_tree import SheetTree
from xlperf.ooxml.style_edit import StyleSheet
from xlperf.ooxml.workbook_listing import listing_of
from xlperf.ooxml.xml_tree import children, local

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(slots=True)
class SheetFills:
    """The filled cells of one sheet: ``ours`` have the colours of an earlier check, ``own`` all others.

    ``is_annotated``: the sheet has notes that ``xlperf annotate`` wrote.
    """

    grid: SheetTree
    is_annotated: bool = False
    ours: set[Place] = field(default_factory=set)
    own: set[Place] = field(default_factory=set)

    def shown(self, address: str) -> Place | None:
        """The place of the cell that shows ``address``: of a merged area the first; None for no address."""
        return self.grid.shown(address)


def read_fills(path: Path) -> dict[str, SheetFills] | None:
    """The filled cells of every worksheet, by title; None for a file that is no readable .xlsx."""
    try:
        listing = listing_of(open_package(path))
        parts = Parts(path.read_bytes())
        sheet = parts.tree(listing.parts["styles"])
        ours, own = StyleSheet(sheet).of_colours(all_colours()), _filled(sheet)
        return {
            tab.title: _sheet_fills(
                SheetFills(SheetTree(parts.tree(tab.part)), _is_annotated(parts, tab.part)), ours, own - ours
            )
            for tab in listing.tabs
            if tab.is_worksheet
        }
    except (Refused, ParseError, *DAMAGED):
        return None


def _is_annotated(parts: Parts, part: str) -> bool:
    comments = parts.relations(part).find("comments")
    return bool(comments) and texts_of("annotate")["comment"]["start"] in parts.read(comments).decode(
        "utf-8", "replace"
    )


def _sheet_fills(fills: SheetFills, ours: set[int], own: set[int]) -> SheetFills:
    for cell in fills.grid.cells():
        style = int(cell.get("s", "0"))
        place = fills.shown(cell.get("r", ""))
        if place and style in ours:
            fills.ours.add(place)
        elif place and style in own:
            fills.own.add(place)
    return fills


def _filled(styles: Element) -> set[int]:
    """The numbers of the cell formats that fill the cell."""
    fills = {
        number
        for number, fill in enumerate(children(styles, "fills")[0])
        for pattern in fill
        if pattern.get("patternType", "none") != "none" or local(pattern) != "patternFill"
    }
    formats = enumerate(children(styles, "cellXfs")[0])
    return {number for number, format_ in formats if int(format_.get("fillId", "0")) in fills}
