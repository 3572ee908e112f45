"""An OpenDocument workbook (.ods) → a Book: values as stored, formats as far as the shown text tells."""

import re
from collections.abc import Iterator
from datetime import datetime
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.kinds import Opened
from xlperf.intake.sheet_builder import SheetMaker, Span
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.parts import Package
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import GENERAL, Format

_CONTENT = "content.xml"
_HIDDEN = ("collapse", "filter")
_DECIMALS = re.compile(r"\.([0-9]+)")
_EPOCH = datetime(1899, 12, 30)
_NUMBERS = ("float", "percentage", "currency")
_MOST_BLANKS = 1000
_MOST_REPEATED = 10_000
"""Cells that one element may stand for when they hold something."""


def read_ods(opened: Opened, package: Package, limits: Limits) -> Book:
    """Read all tables but our helper sheets; raises Refused for damaged XML and for too many cells."""
    try:
        root = ElementTree.fromstring(package.part(_CONTENT))
        hidden = {_attribute(one, "name") for one in root.iter() if _is_hidden_style(one)}
        tables = [one for one in root.iter() if _tag(one) == "table" and not _is_helper(one)]
        sheets = [_Reader(opened.path, table, hidden, limits).sheet() for table in tables]
    except (ElementTree.ParseError, ValueError, RecursionError) as error:
        raise refused("F106", opened.path) from error
    if not sheets:
        raise refused("F106", opened.path)
    return Book(opened.path, sheets, {}, {}, list(opened.noticed()), opened.kind.id)


class _Reader:
    """Reads one table; runs of equal rows and cells are written out where they hold anything."""

    def __init__(self, path: str, table: Element, hidden_styles: set[str], limits: Limits) -> None:
        self._path, self._table, self._limits = path, table, limits
        name = _attribute(table, "name")
        self._maker = SheetMaker(
            name, "hidden" if _attribute(table, "style-name") in hidden_styles else "visible"
        )
        self._merges: list[Span] = []

    def sheet(self) -> Sheet:
        number, last = 1, 0
        hidden: list[int] = []
        for row in _found(self._table, "table-row"):
            repeated = _count(row, "number-rows-repeated")
            cells = list(_cells(row))
            if any(_value(cell) is not None or _spans(cell) != (1, 1) for _, cell in cells):
                for below in range(min(repeated, _MOST_REPEATED)):
                    self._row(number + below, cells)
                last = number + repeated - 1
                if _attribute(row, "visibility") in _HIDDEN:
                    hidden += range(number, number + min(repeated, _MOST_REPEATED))
            number += repeated
        return self._maker.sheet(self._merges, hidden, self._hidden_columns(), last)

    def _row(self, number: int, cells: list[tuple[int, Element]]) -> None:
        for first, cell in cells:
            value = _value(cell)
            wide, high = _spans(cell)
            if wide * high > 1:
                self._merges.append((number, first, number + high - 1, first + wide - 1))
            if value is not None:
                for column in range(first, first + min(_count(cell, "number-columns-repeated"), 1024)):
                    self._maker.put(number, column, value, _format(cell))
        if len(self._maker) > self._limits.cells:
            raise refused("F111", self._path, sheet=self._maker.name, limit=f"{self._limits.cells:,}")

    def _hidden_columns(self) -> Iterator[int]:
        at = 1
        for column in _found(self._table, "table-column"):
            repeated = _count(column, "number-columns-repeated")
            if _attribute(column, "visibility") in _HIDDEN:
                yield from range(at, at + min(repeated, 1024))
            at += repeated


def _cells(row: Element) -> Iterator[tuple[int, Element]]:
    """Column number and element of each cell of a row that is not covered by another."""
    at = 1
    for cell in row:
        if _tag(cell) == "table-cell":
            yield at, cell
        at += _count(cell, "number-columns-repeated")


def _spans(cell: Element) -> tuple[int, int]:
    """How many columns and rows a cell takes."""
    return _count(cell, "number-columns-spanned"), _count(cell, "number-rows-spanned")


def _value(cell: Element) -> Value:
    kind = _attribute(cell, "value-type")
    text = _text(cell)
    if kind in _NUMBERS:
        return float(_attribute(cell, "value"))
    if kind == "boolean":
        return _attribute(cell, "boolean-value") == "true"
    if kind == "date":
        moment = datetime.fromisoformat(_attribute(cell, "date-value"))
        return (moment - _EPOCH).total_seconds() / 86400
    if text.startswith("#") and _attribute(cell, "formula"):
        try:
            return ErrorValue.parse(text)
        except ValueError:
            return ErrorValue.VALUE
    return text or None


def _format(cell: Element) -> Format:
    """The format of a cell; its code is one that shows the very text which the file holds.

    It is given twice, for negative numbers too: one for all of them would put a sign before the text.
    """
    kind = _attribute(cell, "value-type")
    text = _text(cell)
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
    return "\n".join(_runs(part) for part in cell if _tag(part) == "p")


def _runs(element: Element) -> str:
    parts = [element.text or ""]
    for child in element:
        tag = _tag(child)
        if tag == "s":
            parts.append(" " * min(_count(child, "c"), _MOST_BLANKS))
        elif tag == "line-break":
            parts.append("\n")
        elif tag != "annotation":
            parts.append(" " if tag == "tab" else _runs(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _is_hidden_style(element: Element) -> bool:
    return _tag(element) == "style" and any(
        _tag(part) == "table-properties" and _attribute(part, "display") == "false" for part in element
    )


def _is_helper(table: Element) -> bool:
    names = (one for part in table if _tag(part) == "named-expressions" for one in part)
    return any(_attribute(one, "name") == HELPER_MARK for one in names)


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
