"""The worksheets of an .xlsx package → Grids, a block of rows at a time, each distinct text made once.

One pattern takes the cells that Excel, WPS, LibreOffice and openpyxl write; a block that has others is
read by ``sheet_cells``, and so is the whole sheet where its cells say no place.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from xlperf.core.cell_addresses import column_index_from_string, coordinate_to_tuple, get_column_letter
from xlperf.ledgers.grids import Grid, Plain, Span, Uncalculated, is_marked, number_cell, plain, plain_text
from xlperf.ooxml.number_formats import GENERAL, Format, cell_formats
from xlperf.ooxml.parts import Package, listing_of
from xlperf.ooxml.sheet_cells import merged_ranges, read_cells, run_texts, stored_value, text_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

MOST_ROWS, MOST_COLUMNS = 300_000, 200
MOST_CELLS = 20_000_000
"""Rows by columns of one sheet, empty cells included."""

_BLOCK = 2_000_000
"""Bytes of XML that are taken at a time."""
_LONGEST_ROW = 32_000_000
_CELL = re.compile(
    r'<c r="([A-Z]+)([0-9]+)"([^<>]*)>(?:<f[^<>]*>[^<]*</f>|<f[^<>]*/>)?'
    r"(?:<v(?: [^<>]*)?>|<is><t(?: [^<>]*)?>)([^<]+)<"
)
_NO_ROWS = re.compile(rb"<sheetData\s*/>")
_STRING = re.compile(r"<si>(.*?)</si>|<si\s*/>", re.DOTALL)
_STYLE, _TYPE = re.compile(r'\bs="([0-9]+)"'), re.compile(r'\bt="([a-zA-Z]+)"')


class StrayCellError(ValueError):
    """A cell with content far outside any ledger; ``args`` are its sheet and address."""


def read_frames(package: Package) -> Iterator[Grid]:
    """All worksheets in their order.

    Raises ParseError or ValueError for damaged parts, StrayCellError for content outside MOST_ROWS by
    MOST_COLUMNS.
    """
    listing = listing_of(package)
    strings = _strings(package.part(listing.parts.get("sharedStrings", "")))
    formats = cell_formats(package.part(listing.parts.get("styles", "")))
    reader = _Reader(strings, formats, listing.from_1904)
    for tab in listing.tabs:
        if tab.is_worksheet and tab.part in package.parts:
            yield reader.grid(tab.title, tab.part, package)


def _strings(content: bytes) -> Sequence[str | None]:
    if not content:
        return ()
    xml = content.decode("utf-8-sig")
    found = _STRING.findall(xml)
    if len(found) == xml.count("</si>") + len(re.findall(r"<si\s*/>", xml)):
        return [plain_text(run_texts(item)) for item in found]
    items = list(ElementTree.fromstring(content))
    return [plain_text("".join(t.text or "" for t in item.iter() if t.tag.endswith("}t"))) for item in items]


class _Known(dict[str, Plain]):
    """Texts of the file → cells, each made at its first use."""

    def __init__(self, make: Callable[[str], Plain]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Plain:
        made = self[text] = self._make(text)
        return made


class _Reader:
    """Reads worksheets of one workbook; ``_converters`` are by the attributes that cells have."""

    def __init__(self, strings: Sequence[str | None], formats: Sequence[Format], from_1904: bool) -> None:
        self._strings, self._formats, self._from_1904 = strings, formats, from_1904
        self._converters: dict[str, Callable[[str], Plain]] = {}
        self._shapes: dict[str, Format | None] = {}
        self._texts = _Known(lambda text: plain_text(text_of(text)))
        self._shared = _Known(self._shared_text)

    def grid(self, name: str, part: str, package: Package) -> Grid:
        """One worksheet as a Grid."""
        cells = _Cells(name)
        rest = self._read_blocks(package.pieces(part, _BLOCK), cells)
        if rest is None:
            found, rest = read_cells(package.part(part))
            cells = _Cells(name)
            self._read_stored(list(found.values()), cells)
        return Grid(name, cells.frame(), cells.shown, spans(merged_ranges(rest)), cells.has_formulas)

    def _read_blocks(self, pieces: Iterator[bytes], cells: "_Cells") -> str | None:
        """Read all rows; what follows them as text, None where cells do not say their place."""
        rest, is_inside = b"", False
        for piece in pieces:
            rest += piece
            if not is_inside:
                start = rest.find(b"<sheetData")
                if start < 0:
                    continue
                is_inside, rest = True, rest[start:]
            end = rest.find(b"</sheetData>")
            stop = end if end >= 0 else rest.rfind(b"</row>")
            if stop > 0 and not self._read_block(rest[:stop], cells):
                return None
            rest = rest[max(stop, 0) :]
            if end >= 0:
                return (rest + b"".join(pieces)).decode("utf-8", "replace")
            if len(rest) > _LONGEST_ROW:
                raise ValueError
        if is_inside and not _NO_ROWS.match(rest):
            raise ValueError
        return rest.decode("utf-8", "replace") if is_inside else None

    def _read_block(self, block: bytes, cells: "_Cells") -> bool:
        """Read whole rows; False where cells do not say their place."""
        try:
            xml = block.decode("utf-8")
        except UnicodeDecodeError:
            return False
        parts = _CELL.split(xml)
        letters, digits, kinds, raws = (parts[group :: _CELL.groups + 1] for group in range(1, 5))
        count = xml.count("</c>")
        if len(letters) == count:
            self._take(letters, digits, kinds, raws, cells)
            return True
        if xml.count("<c ") + xml.count("<c>") != xml.count('<c r="'):
            return False
        stored, _ = read_cells(f"<sheetData>{xml}</row></sheetData>".encode())
        self._read_stored(list(stored.values()), cells)
        return len(stored) == count

    def _take(
        self,
        letters: Sequence[str],
        digits: Sequence[str],
        kinds: Sequence[str],
        raws: Sequence[str],
        cells: "_Cells",
    ) -> None:
        """Take cells by the letters and digits of their places, their attributes and stored texts."""
        if not letters:
            return
        converters, shapes = self._converters, self._shapes
        distinct = set(kinds)
        for kind in distinct.difference(converters):
            style, of_type = _STYLE.search(kind), _TYPE.search(kind)
            self._learn(kind, int(style[1]) if style else 0, of_type[1] if of_type else "")
        try:
            values = [converters[kind](raw) for kind, raw in zip(kinds, raws, strict=True)]
        except ValueError:
            values = [_converted(converters[kind], raw) for kind, raw in zip(kinds, raws, strict=True)]
        shown = {}
        if any(shapes[kind] for kind in distinct):
            for letter, digit, kind, raw in zip(letters, digits, kinds, raws, strict=True):
                if shape := shapes[kind]:
                    shown[letter, digit] = number_cell(float(raw), shape, self._from_1904)[1]
        cells.add(letters, digits, values, shown)

    def _learn(self, kind: str, style: int, of_type: str) -> None:
        """Find how cells with the attributes ``kind`` are converted and, for numbers, shown."""
        shown = self._formats[style] if style < len(self._formats) else GENERAL
        is_number = of_type in ("", "n")
        self._shapes[kind] = shown if is_number and is_marked(shown) else None
        if is_number:
            self._converters[kind] = self._date_converter(shown) if shown.date else float
        elif of_type == "s":
            self._converters[kind] = self._shared.__getitem__
        elif of_type == "b":
            self._converters[kind] = _truth
        else:
            self._converters[kind] = self._texts.__getitem__

    def _date_converter(self, shown: Format) -> Callable[[str], Plain]:
        return lambda raw: number_cell(float(raw), shown, self._from_1904)[0]

    def _shared_text(self, raw: str) -> Plain:
        number = int(raw)
        return self._strings[number] if number < len(self._strings) else None

    def _read_stored(self, stored: Sequence[Sequence[str]], cells: "_Cells") -> None:
        """Cells as ``sheet_cells`` reads them: of any shape, formulas without a result among them."""
        simple: list[Sequence[str]] = []
        others: list[Sequence[str]] = []
        for cell in stored:
            if not any(cell[3:]):
                continue
            has_result = cell[2] in ("", "n", "b", "e", "str") and cell[6]
            (simple if has_result else others).append(cell)
        kinds = [f' s="{cell[1] or 0}" t="{cell[2] or "n"}"' for cell in simple]
        self._take(*_split(simple), kinds, [cell[6] for cell in simple], cells)
        if others:
            cells.has_formulas = True
            cells.add(*_split(others), [self._unusual(cell) for cell in others], {})

    def _unusual(self, cell: Sequence[str]) -> Plain:
        has_formula = bool(cell[3] or cell[4] or cell[5])
        if has_formula and not cell[2] and not cell[6]:
            return Uncalculated(f"={text_of(cell[4])}")
        if cell[2] == "s":
            return self._shared_text(cell[6]) if cell[6].isdecimal() else None
        return plain(stored_value(cell, ()))


class _Cells:
    """The cells of one sheet as they come in: rows, columns and values side by side."""

    def __init__(self, sheet: str) -> None:
        self._sheet = sheet
        self._columns: dict[str, int] = {}
        self._blocks: list[tuple[NDArray[np.int32], NDArray[np.int16], list[Plain]]] = []
        self.shown: dict[tuple[int, int], str] = {}
        self.has_formulas = False

    def add(
        self,
        letters: Sequence[str],
        digits: Sequence[str],
        values: list[Plain],
        shown: dict[tuple[str, str], str],
    ) -> None:
        """Take cells; raise StrayCellError for one that lies too far out."""
        import numpy as np  # noqa: PLC0415 — comes with pandas

        for name in set(letters).difference(self._columns):
            self._columns[name] = column_index_from_string(name) if len(name) <= len("XFD") else 0
            if not 0 < self._columns[name] <= MOST_COLUMNS:
                raise StrayCellError(self._sheet, name + digits[letters.index(name)])
        count = len(values)
        try:
            rows = np.fromiter(map(int, digits), np.int32, count)
            last = int(rows.argmax()) if rows.max() > MOST_ROWS else -1
        except OverflowError:
            last = digits.index(max(digits, key=len))
        if last >= 0:
            raise StrayCellError(self._sheet, letters[last] + digits[last])
        columns = np.fromiter(map(self._columns.__getitem__, letters), np.int16, count)
        self._blocks.append((rows, columns, values))
        self.shown.update(
            {(int(digit), self._columns[letter]): text for (letter, digit), text in shown.items()}
        )

    def frame(self) -> "pd.DataFrame":
        """The cells as a frame; rows and columns without cells are left out."""
        import numpy as np  # noqa: PLC0415 — comes with pandas
        import pandas as pd  # noqa: PLC0415 — slow to import, and needed by ledgers alone

        if not self._blocks:
            return pd.DataFrame(dtype=object)
        rows = np.unique(np.concatenate([np.unique(block[0]) for block in self._blocks]))
        columns = np.unique(np.concatenate([np.unique(block[1]) for block in self._blocks]))
        if len(rows) * len(columns) > MOST_CELLS:
            raise StrayCellError(self._sheet, f"{max(self._columns)}{rows[-1]}")
        filled = np.full((len(rows), len(columns)), None, object)
        for at_row, at_column, values in self._blocks:
            cells = np.empty(len(values), object)
            cells[:] = values
            filled[np.searchsorted(rows, at_row), np.searchsorted(columns, at_column)] = cells
        return pd.DataFrame(filled, index=rows, columns=columns, dtype=object, copy=False)


def _converted(convert: Callable[[str], Plain], raw: str) -> Plain:
    try:
        return plain(convert(raw))
    except ValueError:
        return plain_text(raw)


def _truth(raw: str) -> Plain:
    return "FALSE" if raw in ("0", "false") else "TRUE"


def _split(stored: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """The letters and the digits of the addresses of cells."""
    letters = [cell[0].rstrip("0123456789") for cell in stored]
    return letters, [cell[0][len(name) :] for cell, name in zip(stored, letters, strict=True)]


def spans(areas: Iterable[str]) -> list[Span]:
    """Merged ranges such as A2:A28 by row and column numbers."""
    corners = (area.split(":") for area in areas)
    return [(*coordinate_to_tuple(first), *coordinate_to_tuple(last)) for first, last in corners]


def frame_of(sheet: str, cells: Mapping[tuple[int, int], Plain]) -> "pd.DataFrame":
    """A frame of cells by row and column number; StrayCellError as ``read_frames``."""
    gathered = _Cells(sheet)
    if cells:
        letters = [get_column_letter(column) for _, column in cells]
        gathered.add(letters, [str(row) for row, _ in cells], list(cells.values()), {})
    return gathered.frame()
