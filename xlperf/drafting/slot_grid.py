"""A received sheet → its grid of slots: every cell once, merged or not, with what it shows.

Widths of columns and heights of rows come with it where the file stores them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

import xlrd
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

from xlperf.expressions import Value
from xlperf.intake.book import Book
from xlperf.intake.kinds import Opened
from xlperf.notation import is_nothing
from xlperf.ooxml.parts import ZipPackage, listing_of
from xlperf.ooxml.sheet_cells import Sheet

_FIGURE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell or merged area, rows and columns from 1; ``text`` is what it shows, "" for a formula."""

    top: int
    left: int
    bottom: int
    right: int
    text: str = ""
    is_number: bool = False
    formula: str | None = None

    @property
    def address(self) -> str:
        """A1 address of the top left corner."""
        return f"{get_column_letter(self.left)}{self.top}"

    @property
    def span(self) -> str:
        """The columns as a declaration writes them: ``B`` or ``B:C``."""
        first, last = get_column_letter(self.left), get_column_letter(self.right)
        return first if first == last else f"{first}:{last}"

    @property
    def columns(self) -> tuple[int, int]:
        """First and last column."""
        return self.left, self.right

    @property
    def is_label(self) -> bool:
        """Whether it holds words, not a figure or a dash."""
        return bool(self.text) and not self.is_number and not is_nothing(self.text)


class SlotGrid:
    """The slots of one sheet, as far down and to the right as any cell is filled."""

    def __init__(self, name: str, slots: Iterable[Slot]) -> None:
        self.name = name
        self._at: dict[tuple[int, int], Slot] = {}
        given = list(slots)
        self.rows = max((slot.bottom for slot in given), default=0)
        self.columns = max((slot.right for slot in given), default=0)
        for slot in given:
            for row in range(slot.top, slot.bottom + 1):
                for column in range(slot.left, slot.right + 1):
                    self._at[row, column] = slot
        for row in range(1, self.rows + 1):
            for column in range(1, self.columns + 1):
                self._at.setdefault((row, column), Slot(row, column, row, column))

    def at(self, row: int, column: int) -> Slot:
        """The slot that covers a place; KeyError outside the grid."""
        return self._at[row, column]

    def across(self, row: int, first: int = 1) -> list[Slot]:
        """The slots that cover a row from column ``first`` on, left to right."""
        return list(dict.fromkeys(self._at[row, column] for column in range(first, self.columns + 1)))

    def starting(self, row: int) -> list[Slot]:
        """The slots whose top is ``row``, left to right."""
        return [slot for slot in self.across(row) if slot.top == row]

    def slots(self) -> Iterator[Slot]:
        """Every slot once, in reading order."""
        for row in range(1, self.rows + 1):
            yield from self.starting(row)

    def left_of(self, slot: Slot) -> Slot | None:
        """The nearest label to the left in the same row."""
        column = slot.left - 1
        while column >= 1:
            neighbour = self.at(slot.top, column)
            if neighbour.is_label:
                return neighbour
            column = neighbour.left - 1
        return None

    def above(self, slot: Slot) -> Slot | None:
        """The nearest heading above with the same columns, only such cells between.

        A label with an empty cell right after it is the heading of that row, not the column.
        """
        row = slot.top - 1
        while row >= 1:
            over = self.at(row, slot.left)
            if over.columns != slot.columns:
                return None
            if over.is_label:
                return None if self._is_row_heading(over) else over
            row = over.top - 1
        return None

    def _is_row_heading(self, slot: Slot) -> bool:
        after = self.at(slot.top, slot.right + 1) if slot.right < self.columns else slot
        return not after.text and after.top == slot.top

    def shape(self, row: int) -> Sequence[tuple[int, int]]:
        """The columns of the slots that lie in ``row`` alone."""
        return [slot.columns for slot in self.across(row) if slot.top == slot.bottom == row]


def grid_of(book: Book, sheet: Sheet) -> SlotGrid:
    """The grid of one sheet of ``book``.

    A paragraph above or below a table of a document takes all columns, as on a sheet it would.
    """
    slots: dict[tuple[int, int], Slot] = {}
    for area in sheet.merges:
        left, top, right, bottom = (int(bound) for bound in range_boundaries(area) if bound)
        slots[top, left] = Slot(top, left, bottom, right)
    for address in sheet.cells:
        row, column = coordinate_to_tuple(address)
        value, _, formula = sheet.stored(address)
        if value is None and formula is None:
            continue
        slot = slots.get((row, column), Slot(row, column, row, column))
        slots[row, column] = _filled(slot, value, formula)
    width = max((slot.right for slot in slots.values()), default=0)
    for row in _paragraphs(book, sheet.name):
        if (row, 1) in slots:
            slots[row, 1] = replace(slots[row, 1], right=width)
    return SlotGrid(sheet.name, slots.values())


def _filled(slot: Slot, value: Value, formula: str | None) -> Slot:
    if formula is not None:
        return replace(slot, formula=formula)
    if isinstance(value, float):
        return replace(slot, text=f"{value:.15g}", is_number=True)
    text = str(value)
    return replace(slot, text=text if text.strip() else "", is_number=bool(_FIGURE.fullmatch(text.strip())))


def _paragraphs(book: Book, sheet: str) -> Iterator[int]:
    """The rows of a document's sheet that are no table rows: those with a single cell."""
    places = Counter(coordinate_to_tuple(address)[0] for name, address in book.spots if name == sheet)
    return (row for row, count in places.items() if count == 1)


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


def _of_package(package: ZipPackage) -> Mapping[str, Measures]:
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
