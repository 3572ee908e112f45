"""An OpenDocument workbook (.ods) → a Book: values as stored, formats as far as the shown text shows them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.book import Book, SheetMaker, Span, serial
from xlperf.intake.kinds import Opened
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.parts import ZipPackage
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import GENERAL, Format

_CONTENT = "content.xml"
_MACROS = ("Basic/", "Scripts/")
"""Folders of programs in a document."""
_HIDDEN = ("collapse", "filter")
_DECIMALS = re.compile(r"\.([0-9]+)")
_NUMBERS = ("float", "percentage", "currency")
_PLAIN = {"line-break": "\n", "tab": " "}
_LONGEST_TEXT = 32_767
"""Characters of a cell, as in Excel."""
_MOST_COLUMNS, _MOST_ROWS = 16_384, 1_048_576
_MOST_REPEATED, _MOST_REPEATED_ACROSS = 10_000, 1024
"""Cells that one element may mean when they hold something."""


def read_ods(opened: Opened, package: ZipPackage, limits: Limits) -> Book:
    """Read all tables but our helper sheets; raises Refused for damaged XML and for too many cells."""
    try:
        root = ElementTree.fromstring(package.part(_CONTENT))
        hidden = {_attribute(style, "name") for style in root.iter() if _is_hidden_style(style)}
        tables = [part for part in root.iter() if _tag(part) == "table" and not _is_helper(part)]
        sheets = [_Reader(opened.path, table, hidden, limits).sheet() for table in tables]
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise refused("F106", opened.path) from error
    if not sheets:
        raise refused("F106", opened.path)
    has_macros = any(name.startswith(_MACROS) for name in package.parts)
    found = [finding("F120", Location(opened.path))] if has_macros else []
    return Book(opened.path, sheets, {}, {}, [*found, *opened.noticed()], opened.kind.id)


@dataclass(frozen=True, slots=True)
class _Stored:
    """A cell as the file has it, and how many columns it stands for."""

    column: int
    repeated: int
    wide: int
    high: int
    value: Value
    shown: Format

    @property
    def holds_anything(self) -> bool:
        """Whether it has a value or covers others."""
        return self.value is not None or self.wide * self.high > 1


class _Reader:
    """Reads one table; runs of equal rows and cells are written out where they hold anything."""

    def __init__(self, path: str, table: Element, hidden_styles: set[str], limits: Limits) -> None:
        self._path, self._table, self._limits = path, table, limits
        name = _attribute(table, "name")
        self._maker = SheetMaker(
            name, "hidden" if _attribute(table, "style-name") in hidden_styles else "visible"
        )
        self._merges: list[Span] = []
        self._places = 0

    def sheet(self) -> Sheet:
        """The sheet of the table; raises Refused for more cells than the limit."""
        number, last = 1, 0
        hidden: list[int] = []
        for row in _found(self._table, "table-row"):
            repeated = _count(row, "number-rows-repeated")
            cells = [cell for cell in _cells(row) if cell.holds_anything] if number <= _MOST_ROWS else ()
            if cells:
                below = range(number, number + min(repeated, _MOST_REPEATED))
                self._count(len(below), cells)
                for place in below:
                    self._row(place, cells)
                last = number + repeated - 1
                if _attribute(row, "visibility") in _HIDDEN:
                    hidden += below
            number += repeated
        return self._maker.sheet(self._merges, hidden, self._hidden_columns(), min(last, _MOST_ROWS))

    def _count(self, rows: int, cells: Sequence[_Stored]) -> None:
        """Count the places that equal rows take, before they are written out."""
        self._places += rows * sum(cell.repeated if cell.value is not None else 1 for cell in cells)
        if self._places > self._limits.cells:
            raise refused("F111", self._path, sheet=self._maker.name, limit=f"{self._limits.cells:,}")

    def _row(self, number: int, cells: Sequence[_Stored]) -> None:
        for cell in cells:
            first = cell.column
            if cell.wide * cell.high > 1:
                last = min(number + cell.high - 1, _MOST_ROWS), min(first + cell.wide - 1, _MOST_COLUMNS)
                self._merges.append((number, first, *last))
            for column in range(first, first + cell.repeated):
                self._maker.put(number, column, cell.value, cell.shown)

    def _hidden_columns(self) -> Iterator[int]:
        at = 1
        for column in _found(self._table, "table-column"):
            repeated = _count(column, "number-columns-repeated")
            if _attribute(column, "visibility") in _HIDDEN:
                yield from range(at, min(at + repeated, _MOST_COLUMNS + 1))
            at += repeated


def _cells(row: Element) -> Iterator[_Stored]:
    """The cells of a row that are not covered by others, as far as a sheet has columns."""
    at = 1
    for cell in row:
        repeated = _count(cell, "number-columns-repeated")
        if _tag(cell) == "table-cell":
            text = _text(cell)
            value = _value(cell, text)
            most = min(repeated, _MOST_REPEATED_ACROSS, _MOST_COLUMNS + 1 - at)
            yield _Stored(at, most, *_spans(cell), value, _format(cell, text))
        at += repeated
        if at > _MOST_COLUMNS:
            break


def _spans(cell: Element) -> tuple[int, int]:
    """How many columns and rows a cell takes."""
    return _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")


def _value(cell: Element, text: str) -> Value:
    kind = _attribute(cell, "value-type")
    if kind in _NUMBERS:
        return float(_attribute(cell, "value"))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    if kind == "date":
        moment = datetime.fromisoformat(_attribute(cell, "date-value")).replace(tzinfo=None)
        return serial(moment)
    if text.startswith("#") and _attribute(cell, "formula"):
        try:
            return ErrorValue.parse(text)
        except ValueError:
            return ErrorValue.VALUE
    return text or None


def _format(cell: Element, text: str) -> Format:
    """The format of a cell; its code is one that shows the very text which the file holds.

    It is given twice, for negative numbers too: one for all of them would put a sign before the text.
    """
    kind = _attribute(cell, "value-type")
    code = f'"{text}";"{text}"' if text and '"' not in text else GENERAL.code
    if kind == "date":
        return Format(None, False, True, code)
    if kind not in _NUMBERS:
        return GENERAL
    decimals = _DECIMALS.search(text)
    percent = kind == "percentage"
    if not (decimals or percent):
        return Format(None, False, False, code)
    return Format((len(decimals[1]) if decimals else 0) + 2 * percent, percent, False, code)


def _text(cell: Element) -> str:
    """The text of a cell, as long as a cell of Excel takes."""
    text = "\n".join("".join(_runs(part)) for part in cell if _tag(part) == "p")
    return text[:_LONGEST_TEXT]


def _runs(element: Element) -> Iterator[str]:
    """The pieces of a paragraph; blanks that are only counted are no more than a cell takes."""
    left = _LONGEST_TEXT
    waiting: list[Element | str] = [element]
    while waiting:
        part = waiting.pop()
        if isinstance(part, str):
            yield part
            continue
        tag = _tag(part)
        if tag == "s":
            blanks = min(_count(part, "c"), left)
            left -= blanks
            yield " " * blanks
        elif tag in _PLAIN:
            yield _PLAIN[tag]
        elif tag != "annotation":
            yield part.text or ""
            for child in reversed(part):
                waiting += (child.tail or "", child)


def _is_hidden_style(element: Element) -> bool:
    return _tag(element) == "style" and any(
        _tag(part) == "table-properties" and _attribute(part, "display") == "false" for part in element
    )


def _is_helper(table: Element) -> bool:
    names = (name for part in table if _tag(part) == "named-expressions" for name in part)
    return any(_attribute(name, "name") == HELPER_MARK for name in names)


def _found(parent: Element, name: str) -> Iterator[Element]:
    """The elements called ``name`` of a table, through groups and header rows."""
    for child in parent:
        if _tag(child) == name:
            yield child
        elif _tag(child).startswith(("table-row", "table-header", "table-column")):
            yield from _found(child, name)


def _count(element: Element, name: str) -> int:
    text = _attribute(element, name)
    return max(int(text), 1) if text else 1


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
