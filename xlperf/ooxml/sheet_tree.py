"""The tree of a worksheet → its cells by address, made where they are missing, and the sizes of rows.

Rows and cells without an address follow the one before, as in the file format. A worksheet in an unusual
spelling (prefixes, order of attributes) can be written again in the usual one.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.ooxml.xml_tree import TRUE, children, local_name, make

_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_WIDTH, _HEIGHT = 8.43, 15.0
_PIXELS_PER_CHARACTER, _MARGIN, _PIXELS_PER_POINT = 7, 5, 96 / 72
_MOST_COLUMNS = 16_384
Position = tuple[int, int]
"""Row and column of a cell, from 1."""


def position(address: str) -> Position | None:
    """(row, column), from 1, of an A1 address or of the first cell of a range; None for other texts."""
    match = _ADDRESS.match(address)
    return (int(match[2]), column_index_from_string(match[1])) if match else None


class SheetTree:
    """The cells of one worksheet."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._data = children(root, "sheetData")[0]
        self._rows = dict(_numbered_rows(self._data))
        self._merges = [
            (top, left, bottom, right)
            for group in children(root, "mergeCells")
            for merge in children(group, "mergeCell")
            for first, _, last in [merge.get("ref", "").partition(":")]
            for (top, left), (bottom, right) in [(position(first) or (0, 0), position(last) or (0, 0))]
        ]
        self._columns = [
            (int(column.get("min", "0")), int(column.get("max", "0")), column)
            for group in children(root, "cols")
            for column in children(group, "col")
        ]
        formats = children(root, "sheetFormatPr")
        self._default_height = float(formats[0].get("defaultRowHeight", _HEIGHT)) if formats else _HEIGHT
        self._default_width = float(formats[0].get("defaultColWidth", _WIDTH)) if formats else _WIDTH

    def shown(self, address: str) -> Position | None:
        """Where a cell is shown: of a merged area the first cell. None for what is no address."""
        place = position(address)
        if place is None:
            return None
        row, column = place
        covering = (
            (top, left)
            for top, left, bottom, right in self._merges
            if top <= row <= bottom and left <= column <= right
        )
        return next(covering, place)

    def cells(self) -> Iterator[Element]:
        """All cells that the sheet lists."""
        for row in self._rows.values():
            yield from children(row, "c")

    def cell(self, row: int, column: int) -> Element:
        """The cell, made with the style that it shows when the sheet does not list it."""
        line = self._row(row)
        before = None
        for number, cell in _numbered_cells(line):
            if number == column:
                return cell
            if number < column:
                before = cell
        made = make(line, "c", r=f"{get_column_letter(column)}{row}")
        if style := self._inherited(line, column):
            made.set("s", style)
        line.insert(0 if before is None else list(line).index(before) + 1, made)
        line.attrib.pop("spans", None)
        return made

    def _row(self, number: int) -> Element:
        if number not in self._rows:
            before = max((other for other in self._rows if other < number), default=0)
            made = make(self._data, "row", r=str(number))
            place = list(self._data).index(self._rows[before]) + 1 if before else 0
            self._data.insert(place, made)
            self._rows[number] = made
        return self._rows[number]

    def _inherited(self, row: Element, column: int) -> str:
        if row.get("customFormat") in TRUE:
            return str(row.get("s", ""))
        return next(
            (str(span.get("style", "")) for low, high, span in self._columns if low <= column <= high), ""
        )

    def rows(self) -> Iterable[tuple[int, Element]]:
        """The rows that the sheet lists, with their numbers."""
        return self._rows.items()

    def cells_of(self, row: Element) -> Iterator[tuple[int, Element]]:
        """The cells that a row lists, with the numbers of their columns."""
        return _numbered_cells(row)

    def spans(self) -> dict[Position, int]:
        """The first cells of merged areas: the last column of those one row high, 0 for the others."""
        return {(top, left): right if top == bottom else 0 for top, left, bottom, right in self._merges}

    def points(self, row: int) -> float:
        """The height of a row in points, 0 where it is hidden."""
        element = self._rows.get(row)
        if element is not None and element.get("hidden") in TRUE:
            return 0.0
        points = element.get("ht") if element is not None else None
        return float(points or self._default_height)

    def height(self, row: int) -> float:
        """The height of a row in pixels."""
        return self.points(row) * _PIXELS_PER_POINT

    def units(self, first: int, last: int) -> float:
        """The width of the columns from ``first`` to ``last``, in digits of the normal font."""
        return self._ends[min(last, _MOST_COLUMNS)] - self._ends[min(first, _MOST_COLUMNS) - 1]

    @cached_property
    def _ends(self) -> list[float]:
        """Where each column ends, from the left edge of the sheet."""
        widths = [self._default_width] * _MOST_COLUMNS
        done = 0
        for low, high, column in self._columns:
            hidden = column.get("hidden") in TRUE
            width = 0.0 if hidden else float(column.get("width") or self._default_width)
            for number in range(max(low, done + 1), min(high, _MOST_COLUMNS) + 1):
                widths[number - 1] = width
                done = number
        return list(accumulate(widths, initial=0.0))

    def width(self, column: int) -> float:
        """The width of a column in pixels."""
        found = next((span for low, high, span in self._columns if low <= column <= high), None)
        if found is not None and found.get("hidden") in TRUE:
            return 0.0
        characters = found.get("width") if found is not None else None
        return float(characters or self._default_width) * _PIXELS_PER_CHARACTER + _MARGIN


def _numbered_rows(data: Element) -> Iterator[tuple[int, Element]]:
    number = 0
    for row in children(data, "row"):
        number = int(row.get("r") or number + 1)
        yield number, row


def _numbered_cells(row: Element) -> Iterator[tuple[int, Element]]:
    number = 0
    for cell in children(row, "c"):
        place = position(cell.get("r", ""))
        number = place[1] if place else number + 1
        yield number, cell


def usual_spelling(content: bytes) -> str:
    """The worksheet written again with attributes in the usual order, without prefixes, all cells placed.

    Raises ElementTree.ParseError for XML that is not well formed.
    """
    lines: list[str] = []
    number = 0
    for element in ElementTree.fromstring(content).iter():
        tag = local_name(element.tag)
        if tag == "row":
            number = _count(element.get("r"), number + 1)
            element.set("r", str(number))
            _place_cells(element, number)
        if tag in ("row", "col", "mergeCell"):
            lines.append(f"<{tag}{_attributes(element)}>")
            lines.extend(_plain_cell(cell) for cell in element if local_name(cell.tag) == "c")
    return "".join(lines)


def _place_cells(row: Element, number: int) -> None:
    """Give the cells of a row that say no place the one that they have by counting."""
    column = 0
    for cell in row:
        if local_name(cell.tag) == "c":
            place = _REFERENCE.fullmatch(cell.get("r", ""))
            column = column_index_from_string(place[1]) if place else column + 1
            cell.set("r", place[0] if place else f"{get_column_letter(column)}{number}")


def _count(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() else otherwise


def _plain_cell(cell: Element) -> str:
    parts = {local_name(child.tag): child for child in cell}
    if not parts:
        return ""
    style, kind = cell.get("s", ""), cell.get("t", "")
    opening = (
        f'<c r="{cell.get("r", "")}"'
        + (f' s="{style}"' if style.isdecimal() and style.isascii() else "")
        + (f' t="{kind}">' if kind.isalpha() and kind.isascii() else ">")
    )
    formula = parts.get("f")
    body = "" if formula is None else f"<f{_attributes(formula)}>{_escape(formula.text)}</f>"
    if "is" in parts:
        body += f"<is><t>{_escape(_runs(parts['is']))}</t></is>"
    elif "v" in parts:
        body += f"<v>{_escape(parts['v'].text)}</v>"
    return f"{opening}{body}</c>"


def _runs(element: Element) -> str:
    own = [child.text or "" for child in element if local_name(child.tag) == "t"]
    runs = [_runs(child) for child in element if local_name(child.tag) == "r"]
    return "".join([*own, *runs])


def _attributes(element: Element) -> str:
    return "".join(f' {local_name(name)}="{_escape(value)}"' for name, value in element.attrib.items())


def _escape(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
