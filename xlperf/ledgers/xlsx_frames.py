"""The worksheets of an .xlsx package → Grids, a block of rows at a time, each distinct cell made once.

A block is cut where cells and rows begin; what follows a cell's address says all about it and comes again
in other rows. A block with cells of unusual shapes is read by ``sheet_cells``, and so is the whole sheet
where its cells say no place.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xlperf.core.cell_addresses import column_index_from_string, coordinate_to_tuple
from xlperf.core.lazy import LazyModule
from xlperf.expressions import ErrorValue
from xlperf.ledgers.grids import (
    GatheredCells,
    Grid,
    Plain,
    StrayCellError,
    Uncalculated,
    number_cell,
    plain_text,
    spans,
)
from xlperf.ooxml.parts import ZipPackage, listing_of
from xlperf.ooxml.sheet_cells import (
    hidden_columns,
    hidden_rows,
    merged_ranges,
    read_cells,
    run_texts,
    shared_strings,
    text_of,
)
from xlperf.ooxml.styles import GENERAL, Format, cell_formats

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
else:
    np, pd = LazyModule("numpy"), LazyModule("pandas")

_BLOCK = 1_000_000
"""Bytes of XML that are taken at a time."""
_LONGEST_ROW = 32_000_000
_MOST_KNOWN = 100_000
"""Distinct cells that are remembered at a time."""
_BEGINS = re.compile(rb'<(?:c|row) r="([A-Z]*)([0-9]+)"')
_CELL = re.compile(
    r"([^<>/]*)(?:/>|>(?:<f[^<>]*>([^<]*)</f>|<f([^<>]*)/>)?"
    r"(?:<v(?: [^<>]*)?>([^<]*)</v>|<v ?/>|<is><t(?: [^<>]*)?>([^<]*)</t></is>)?</c>)\s*(?:</row>\s*)?"
)
"""What follows a cell's address: attributes, formula, its text or shared, value, inline text."""
_ROW = re.compile(rb"[^<>]*>\s*(?:</row>\s*)?")
"""What follows the number of a row."""
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_SHEET_DATA = re.compile(rb"<sheetData(?:\s[^<>]*)?/?>")
_STYLE, _TYPE = re.compile(r'\bs="([0-9]{1,6})"'), re.compile(r'\bt="([a-zA-Z]+)"')
_FIGURES = 9
"""Figures of a number that counts styles or texts."""
_FAR = 20_000
_NO_TEXT = str(ErrorValue.VALUE)
"""In place of a shared text that the workbook does not have."""


class _UnusualError(Exception):
    """A cell or row that is written otherwise than Excel, WPS, LibreOffice and openpyxl do."""


def read_frames(package: ZipPackage) -> Iterator[Grid]:
    """All worksheets in their order.

    Raises ParseError or ValueError for damaged parts, StrayCellError for content outside MOST_ROWS by
    MOST_COLUMNS.
    """
    listing = listing_of(package)
    texts = shared_strings(package.part(listing.parts.get("sharedStrings", "")))
    strings = [plain_text(text) for text in texts]
    formats = cell_formats(package.part(listing.parts.get("styles", "")))
    reader = _Reader(strings, formats, listing.from_1904)
    for tab in listing.tabs:
        if tab.is_worksheet and tab.part in package.parts:
            yield replace(reader.grid(tab.title, tab.part, package), is_hidden=tab.is_hidden)


@lru_cache(maxsize=16384)
def _column(letters: bytes) -> int:
    """The number of a column; 0 without letters, as rows are."""
    if len(letters) > len("XFD"):
        return _FAR
    return column_index_from_string(letters.decode()) if letters else 0


class _Reader:
    """Reads worksheets of one workbook.

    ``_marked`` are shown texts by what follows the address, ``_hides`` what follows the numbers of hidden
    rows.
    """

    def __init__(self, strings: Sequence[str | None], formats: Sequence[Format], from_1904: bool) -> None:
        self._strings, self._formats, self._from_1904 = strings, formats, from_1904
        self._cell = lru_cache(maxsize=_MOST_KNOWN)(self._made)
        self._marked: dict[bytes, str] = {}
        self._hides: set[bytes] = set()

    def grid(self, name: str, part: str, package: ZipPackage) -> Grid:
        """One worksheet as a Grid."""
        cells = GatheredCells(name)
        rest = self._read_blocks(package.pieces(part, _BLOCK), cells)
        if rest is None:
            cells = GatheredCells(name)
            rest = self._read_stored(package.part(part), cells)
            cells.hidden_columns = hidden_columns(rest)
        return Grid(
            name,
            cells.frame(),
            cells.shown,
            spans(merged_ranges(rest)),
            hidden_rows=frozenset(cells.hidden_rows),
            hidden_columns=cells.hidden_columns,
        )

    def _read_blocks(self, pieces: Iterator[bytes], cells: GatheredCells) -> str | None:
        """Read all rows; what follows them as text, None where cells do not say their place."""
        rest, is_inside = b"", False
        for piece in pieces:
            rest += piece
            if len(rest) > _LONGEST_ROW:
                raise ValueError
            if not is_inside:
                begin = _SHEET_DATA.search(rest)
                if begin is None:
                    continue
                cells.hidden_columns = hidden_columns(rest[: begin.start()].decode("utf-8", "replace"))
                is_inside, rest = True, rest[begin.end() :]
                if begin[0].endswith(b"/>"):
                    return (rest + b"".join(pieces)).decode("utf-8", "replace")
            end = rest.find(b"</sheetData>")
            stop = end if end >= 0 else _after_last_row(rest)
            if not self._read_block(rest[:stop], cells):
                return None
            rest = rest[stop:]
            if end >= 0:
                return (rest + b"".join(pieces)).decode("utf-8", "replace")
        if is_inside:
            raise ValueError
        return None

    def _read_block(self, block: bytes, cells: GatheredCells) -> bool:
        """Read whole rows; False where cells do not say their place."""
        try:
            self._take(block, cells)
        except UnicodeDecodeError:
            return False
        except _UnusualError:
            if block.count(b"<c ") + block.count(b"<c>") != block.count(b'<c r="'):
                return False
            self._read_stored(b"<sheetData>" + block + b"</sheetData>", cells)
        return True

    def _take(self, block: bytes, cells: GatheredCells) -> None:
        """Take the cells of whole rows; raise _UnusualError where they are written in unusual ways."""
        before, *parts = _BEGINS.split(block)
        letters, digits, rests = parts[::3], parts[1::3], parts[2::3]
        if before.strip():
            raise _UnusualError
        count = len(rests)
        values = np.fromiter(map(self._cell, rests), object, count)
        columns = np.fromiter(map(_column, letters), np.int16, count)
        try:
            rows = np.fromiter(map(int, digits), np.int32, count)
        except (OverflowError, ValueError):
            last = digits.index(max(digits, key=len))
            raise StrayCellError(cells.sheet, (letters[last] + digits[last]).decode()) from None
        kept = pd.notna(values)
        if not columns[kept].all():
            raise _UnusualError
        cells.add(rows[kept], columns[kept], values[kept])
        if not self._marked.keys().isdisjoint(rests):
            for at in [at for at, rest in enumerate(rests) if rest in self._marked]:
                cells.shown[int(rows[at]), int(columns[at])] = self._marked[rests[at]]
        if self._hides and not self._hides.isdisjoint(rests):
            cells.hidden_rows.update(int(rows[at]) for at, rest in enumerate(rests) if rest in self._hides)

    def _made(self, rest: bytes) -> Plain:
        """The cell whose address ``rest`` follows; None for an empty cell and for a row."""
        found = _CELL.fullmatch(rest.decode("utf-8"))
        if found is None:
            if _ROW.fullmatch(rest):
                self._hides.update([rest] if _HIDDEN.search(rest) else ())
                return None
            raise _UnusualError
        attributes, formula, shared, raw, inline = found.groups()
        formula = "" if formula is None and shared is not None else formula
        style, of_type = _STYLE.search(attributes), _TYPE.search(attributes)
        cell, shown = self._value(
            of_type[1] if of_type else "", int(style[1]) if style else 0, formula, raw or inline or ""
        )
        if shown:
            self._marked[rest] = shown
        return cell

    def _value(self, of_type: str, style: int, formula: str | None, raw: str) -> tuple[Plain, str]:
        """A cell and the text that it shows where that is more than its digits; ``formula`` None for none."""
        if of_type in ("", "n"):
            if formula is not None and not raw:
                return Uncalculated(f"={text_of(formula)}"), ""
            return self._number(raw, style) if raw else (None, "")
        if of_type == "s":
            number = int(raw) if raw.isdecimal() and len(raw) < _FIGURES else len(self._strings)
            return self._strings[number] if number < len(self._strings) else _NO_TEXT, ""
        if of_type == "b":
            return "FALSE" if raw in ("0", "false", "") else "TRUE", ""
        return plain_text(text_of(raw)), ""

    def _number(self, raw: str, style: int) -> tuple[Plain, str]:
        try:
            number = float(raw)
        except ValueError:
            return plain_text(text_of(raw)), ""
        shown = self._formats[style] if style < len(self._formats) else GENERAL
        return number_cell(number, shown, self._from_1904) if math.isfinite(number) else (None, "")

    def _read_stored(self, content: bytes, cells: GatheredCells) -> str:
        """Read cells of any shape, as ``sheet_cells`` does; the XML that they were read from."""
        stored, xml = read_cells(content)
        cells.hidden_rows |= hidden_rows(xml)
        found: dict[tuple[int, int], Plain] = {}
        for address, style, of_type, attributes, formula, shared, raw, inline, rich in stored.values():
            place = coordinate_to_tuple(address)
            has_formula = bool(attributes or formula or shared)
            text = run_texts(rich) if rich and not inline else inline
            number = int(style) if 0 < len(style) < _FIGURES else 0
            cell, shown = self._value(of_type, number, formula if has_formula else None, raw or text)
            if cell is not None:
                found[place] = cell
            if shown:
                cells.shown[place] = shown
        cells.add_all(found)
        return xml


def _after_last_row(xml: bytes) -> int:
    """Where the last whole row ends; 0 where there is none."""
    end = xml.rfind(b"</row>")
    return end + len(b"</row>") if end >= 0 else 0
