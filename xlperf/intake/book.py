"""A received workbook as a Book of sheets: read from an open .xlsx package, or put together cell by cell."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from xml.etree import ElementTree

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.sheet_asides import SheetAside, sheet_asides
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.parts import Listing, Tab, ZipPackage, listing_of
from xlperf.ooxml.received_bytes import Refused, refused
from xlperf.ooxml.sheet_cells import (
    Sheet,
    Stored,
    hidden_columns,
    hidden_rows,
    last_row,
    merged_ranges,
    read_cells,
    shared_strings,
)
from xlperf.ooxml.styles import GENERAL, Format, cell_formats, unlocked_styles

_NO_ZEROS = re.compile(rb'\bshowZeros="(?:0|false)"')
_HEAD = 4096
"""Bytes of a worksheet within which its view is declared."""
Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""
_EPOCH = datetime(1899, 12, 30)
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Book:
    """A received workbook, read; our helper sheets are left out, whatever they are called.

    ``names`` maps a tab to the names that lie on it; ``properties`` are the custom ones; ``kind`` is the id
    of a kinds.Kind.
    ``spots`` are the places of a document in its own words: (sheet, A1) → 第3行第4列;
    ``paragraphs`` are its texts outside tables, ``asides`` those around the cells of sheets that are seen.
    """

    path: str
    sheets: Sequence[Sheet]
    names: Mapping[str, Mapping[str, str]]
    properties: Mapping[str, str]
    findings: list[Finding]
    kind: str = "xlsx"
    spots: Mapping[tuple[str, str], str] = field(default_factory=dict)
    paragraphs: Sequence[str] = ()
    asides: Sequence[SheetAside] = ()

    def names_on(self, sheet: str) -> Mapping[str, str]:
        """Defined names that lie on ``sheet`` → absolute reference without the sheet."""
        return self.names.get(sheet, {})

    def tabs(self) -> Mapping[str, Sheet]:
        """The sheets by name."""
        return {sheet.name: sheet for sheet in self.sheets}


def read_book(package: ZipPackage, limits: Limits = LIMITS) -> Book:
    """Read all worksheets of ``package``.

    Raises Refused for damaged XML and for more cells than the limit.
    """
    try:
        listing = listing_of(package)
        helpers = {name.sheet for name in listing.names if name.name == HELPER_MARK and name.sheet}
        asides: list[SheetAside] = []
        read = _reader(package, limits, listing, asides)
        tabs = [
            tab
            for tab in listing.tabs
            if tab.title not in helpers and tab.is_worksheet and tab.part in package.parts
        ]
        _refuse_shared_parts(tabs)
        sheets = [read(tab) for tab in tabs]
    except (ElementTree.ParseError, ValueError, IndexError, RecursionError) as error:
        raise Refused(finding("F106", Location(file=package.path))) from error
    if not (sheets or helpers):
        raise Refused(finding("F106", Location(file=package.path)))
    properties = custom_properties(package.part("docProps/custom.xml"))
    found = [*package.findings, *padded(package.path, sheets, limits)]
    return Book(package.path, sheets, _names(listing), properties, found, asides=asides)


def marked_sheets(package: ZipPackage, mark: str, limits: Limits = LIMITS) -> list[Sheet]:
    """The sheets of ``package`` on which the name ``mark`` lies; raises Refused as ``read_book`` does."""
    try:
        listing = listing_of(package)
        marked = {name.sheet for name in listing.names if name.name == mark and name.sheet}
        read = _reader(package, limits, listing)
        return [
            read(tab)
            for tab in listing.tabs
            if tab.title in marked and tab.is_worksheet and tab.part in package.parts
        ]
    except (ElementTree.ParseError, ValueError, IndexError, RecursionError) as error:
        raise Refused(finding("F106", Location(file=package.path))) from error


def _refuse_shared_parts(tabs: Sequence[Tab]) -> None:
    """Raise ValueError where one part is several sheets: no program writes so, and each would be read."""
    if len({tab.part for tab in tabs}) < len(tabs):
        raise ValueError


def _reader(
    package: ZipPackage, limits: Limits, listing: Listing, asides: list[SheetAside] | None = None
) -> Callable[[Tab], Sheet]:
    """What reads one worksheet; the texts around the cells of those that are seen are added to ``asides``."""
    strings = shared_strings(package.part(listing.parts.get("sharedStrings", "xl/sharedStrings.xml")))
    styles = package.part(listing.parts.get("styles", "xl/styles.xml"))
    formats, unlocked = cell_formats(styles), unlocked_styles(styles)

    def read(tab: Tab) -> Sheet:
        """Read the worksheet of ``tab``; raises Refused for more cells than the limit."""
        content = package.part(tab.part)
        too_many = refused("F111", package.path, sheet=tab.title, limit=f"{limits.cells:,}")
        if content.count(b"</c>") + content.count(b":c>") > limits.cells:
            raise too_many
        cells, xml = read_cells(content)
        if len(cells) > limits.cells:
            raise too_many
        hidden = hidden_rows(xml), hidden_columns(xml)
        merges = merged_ranges(xml)
        sheet = Sheet(tab.title, tab.state, cells, strings, formats, *hidden, last_row(xml), merges, unlocked)
        sheet.from_1904 = listing.from_1904
        if asides is not None and not tab.is_hidden:
            asides.extend(sheet_asides(package, tab.title, tab.part, content))
        sheet.hides_zeros = bool(_NO_ZEROS.search(content, 0, _HEAD))
        return sheet

    return read


def padded(path: str, sheets: Sequence[Sheet], limits: Limits) -> Iterator[Finding]:
    """The sheets that are formatted far below their content."""
    for sheet in sheets:
        if sheet.last_row > limits.rows:
            yield finding("F124", Location(file=path, sheet=sheet.name), rows=f"{sheet.last_row:,}")


def _names(listing: Listing) -> dict[str, dict[str, str]]:
    """Tab → the defined names that lie on it, local and global → absolute reference without the tab."""
    names: dict[str, dict[str, str]] = {}
    for name in listing.names:
        sheet, area = name.target()
        if name.name != HELPER_MARK and name.sheet in ("", sheet):
            names.setdefault(sheet, {})[name.name] = area
    return names


def custom_properties(content: bytes) -> Mapping[str, str]:
    """The custom properties by name, of the part docProps/custom.xml; a part that is damaged has none."""
    try:
        root = ElementTree.fromstring(content) if content else ()
    except ElementTree.ParseError:
        return {}
    named = ((element.get("name", ""), value) for element in root for value in element)
    return {name: value.text or "" for name, value in named if name}


def serial(moment: date | time | timedelta) -> float:
    """The number of days by which a workbook stores a date, a time of day or a length of time."""
    if isinstance(moment, timedelta):
        return moment / _DAY
    if isinstance(moment, time):
        return (datetime.combine(_EPOCH, moment) - _EPOCH) / _DAY
    at = moment if isinstance(moment, datetime) else datetime.combine(moment, time())
    return (at - _EPOCH) / _DAY


class SheetMaker:
    """Collects the cells of one sheet; rows and columns count from 1."""

    def __init__(self, name: str, state: str = "visible") -> None:
        self.name = name
        self._state = state
        self._cells: dict[str, Stored] = {}
        self._strings: dict[str, int] = {}
        self._formats: list[Format] = [GENERAL]
        self._styles: dict[tuple[Format, str], int] = {(GENERAL, GENERAL.code): 0}

    def __len__(self) -> int:
        return len(self._cells)

    def put(self, row: int, column: int, value: Value, shown: Format = GENERAL) -> None:
        """Store ``value`` as it is shown; None and "" leave the cell without content."""
        if value is None or value == "":
            return
        kind, raw = self._raw(value)
        style = self._style(shown)
        address = f"{get_column_letter(column)}{row}"
        self._cells[address] = Stored(address, str(style), kind, "", "", "", raw, "", "")

    def _style(self, shown: Format) -> int:
        style = self._styles.setdefault((shown, shown.code), len(self._formats))
        if style == len(self._formats):
            self._formats.append(shown)
        return style

    def _raw(self, value: Value) -> tuple[str, str]:
        if isinstance(value, str):
            return "s", str(self._strings.setdefault(value, len(self._strings)))
        if isinstance(value, ErrorValue):
            return "e", str(value)
        if isinstance(value, bool):
            return "b", str(int(value))
        return "", repr(value)

    def sheet(
        self,
        merges: Iterable[Span] = (),
        hidden_rows: Iterable[int] = (),
        hidden_columns: Iterable[int] = (),
        last_row: int = 0,
    ) -> Sheet:
        """The sheet of all cells put so far."""
        return Sheet(
            self.name,
            self._state,
            self._cells,
            tuple(self._strings),
            tuple(self._formats),
            frozenset(hidden_rows),
            frozenset(hidden_columns),
            last_row,
            tuple(_range(span) for span in merges),
        )


def _range(span: Span) -> str:
    top, left, bottom, right = span
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
