"""The XML of one worksheet → its cells as they are stored: value, type, style, formula.

One regular expression reads what Excel, WPS, LibreOffice and openpyxl write; where it does not
account for every cell of the part (unusual prefixes, attributes in another order), ElementTree does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from html import unescape
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import texts_of
from xlperf.expressions import ErrorValue, Value
from xlperf.ooxml.sheet_tree import usual_spelling
from xlperf.ooxml.styles import GENERAL, Format

if TYPE_CHECKING:
    from openpyxl.formula import tokenizer, translate
else:
    tokenizer = LazyModule("openpyxl.formula.tokenizer")
    translate = LazyModule("openpyxl.formula.translate")
_CELL = re.compile(
    r'<c r="([A-Z]{1,3}[0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([a-zA-Z]+)")?>'
    r"(?:<f([^<>]*)>([^<]*)</f>|<f([^<>]*)/>)?"
    r"(?:<v(?: [^<>]*)?>([^<]*)</v>|<v\s*/>|<is><t(?: [^<>]*)?>([^<]*)</t></is>"
    r"|<is>((?:[^<]|<(?!/is>|c\s))*+)</is>)?</c>"
)
"""No part of it reads on into the next cell, so that the work is linear whatever the part holds."""
_STRING = re.compile(r"<si>((?:[^<]|<(?!/?si[>\s/]))*+)</si>|<si\s*/>")
_STRUCK = re.compile(r'<strike(?: val="(?:1|true)")?\s{0,2}/>')
_TEXT_RUN = re.compile(r"<t(?: [^<>]*)?>([^<]*)</t>")
_PHONETIC = re.compile(r"<rPh\b(?:[^<]|<(?!/?rPh\b))*+</rPh>")
_REMARK = "<!"
"""The beginning of a remark, or of text in which marks mean nothing: cells in them are none."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW = re.compile(r"<row\b([^<>]*)>")
_COLUMN = re.compile(r"<col\b([^<>]*)/?>")
_MERGE = re.compile(r"<mergeCell\b([^<>]*)>")
_MERGED = re.compile(r'\bref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_HIDDEN = re.compile(r'\bhidden="(?:1|true)"')
_SHARED_INDEX = re.compile(r'\bsi="([0-9]+)"')
_RANGE = re.compile(r'\bref="([^"]*)"')
_HALVES = range(0xD800, 0xE000)
_EPOCH = datetime(1899, 12, 30)
_UNREADABLE = ErrorValue.VALUE
LONGEST_FORMULA = 8192
"""Characters of a formula, as in Excel; what goes beyond is left out, so that no reading of it succeeds."""
_MOST_SHARED = 1_000_000
"""Characters of all the formulas that are written out from the shared ones of a sheet."""
_MOST_FIGURES = 9
"""Figures of a number that counts styles or texts."""
_MOST_COLUMNS = 16_384
_LONGEST_KNOWN = 400


class Stored(NamedTuple):
    """A cell as the part has it: all texts, "" where absent; ``inline`` is text without markup."""

    address: str
    style: str
    type: str
    formula_attributes: str
    formula_text: str
    shared_formula: str
    value: str
    inline: str
    rich: str


@dataclass(slots=True)
class Sheet:
    """One worksheet. ``cells`` holds only cells with content, by A1 address.

    ``merges`` are the A1 ranges of merged cells, ``unlocked`` the numbers of the styles, as text, whose
    cells may be changed on a protected sheet. ``from_1904``: its dates are counted from 1904-01-01.
    ``hides_zeros``: cells with 0 show nothing.
    """

    name: str
    state: str
    cells: Mapping[str, Sequence[str]]
    strings: Sequence[str]
    formats: Sequence[Format]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    last_row: int
    merges: Sequence[str] = ()
    unlocked: frozenset[str] = frozenset()
    from_1904: bool = False
    hides_zeros: bool = False
    _masters: dict[str, "translate.Translator | None"] = field(default_factory=dict, repr=False)
    _written_out: int = field(default=0, repr=False)

    def stored(self, address: str) -> tuple[Value, Format, str | None]:
        """Value, number format and formula of a cell with content; see ``value`` and ``formula``."""
        cell = self.cells[address]
        style = int(cell[1]) if 0 < len(cell[1]) < _MOST_FIGURES else 0
        shown = self.formats[style] if style < len(self.formats) else GENERAL
        formula = self.formula(address) if cell[3] or cell[4] or cell[5] else None
        return stored_value(cell, self.strings), shown, formula

    def value(self, address: str) -> Value:
        """The stored value: number, text, truth value, ErrorValue; None for empty cells."""
        cell = self.cells.get(address)
        return None if cell is None else stored_value(cell, self.strings)

    def formula(self, address: str) -> str | None:
        """The formula of a cell without "=", shared formulas written out; None where there is none."""
        cell = self.cells.get(address)
        if cell is None or not (cell[3] or cell[4] or cell[5]):
            return None
        if cell[4]:
            return plain_entities(cell[4])[:LONGEST_FORMULA]
        index = _SHARED_INDEX.search(cell[5] or cell[3])
        return self._shared(index[1], address) if index else ""

    def text_cells(self) -> set[str]:
        """The addresses of all cells that hold typed text."""
        return {address for address, cell in self.cells.items() if cell[2] in ("s", "inlineStr")}

    def formulas(self) -> Iterator[str]:
        """The addresses of all formula cells."""
        return (address for address, cell in self.cells.items() if cell[3] or cell[4] or cell[5])

    def is_unsaved(self, address: str) -> bool:
        """Whether a formula cell holds no result at all, not even an empty text."""
        cell = self.cells[address]
        return not (cell[2] or cell[6])

    def array(self, address: str) -> str:
        """The range that an array formula fills, "" for any other formula."""
        attributes = self.cells[address][3]
        found = _RANGE.search(attributes) if 't="array"' in attributes else None
        return found[1] if found else ""

    def _shared(self, index: str, address: str) -> str:
        if not self._masters:
            for cell in self.cells.values():
                if cell[4] and (found := _SHARED_INDEX.search(cell[3])):
                    formula = plain_entities(cell[4])[:LONGEST_FORMULA]
                    self._masters[found[1]] = _translator(formula, cell[0])
        master = self._masters.get(index)
        if master is None or self._written_out > _MOST_SHARED:
            return ""
        try:
            formula = str(master.translate_formula(address))[1:]
        except (translate.TranslatorError, ValueError):
            return ""
        self._written_out += len(formula)
        return formula

    def texts(self) -> Iterator[tuple[int, str, str]]:
        """Row number, column letters and text of every cell that holds typed text, in file order."""
        strings = self.strings
        for address, cell in self.cells.items():
            kind = cell[2]
            if kind in ("s", "inlineStr"):
                value = _shared_text(cell[6], strings) if kind == "s" else _inline(cell)
                letters = address.rstrip("0123456789")
                if isinstance(value, str):
                    yield int(address[len(letters) :]), letters, value


def _translator(formula: str, address: str) -> "translate.Translator | None":
    """What writes a shared formula out for other cells; None for a text that is no formula."""
    try:
        return translate.Translator("=" + formula, address)
    except (tokenizer.TokenizerError, ValueError, IndexError):
        return None


def stored_value(cell: Sequence[str], strings: Sequence[str]) -> Value:  # noqa: PLR0911 - one a cell type
    """The value of one stored cell; see Sheet.value."""
    kind, raw = cell[2], cell[6]
    if kind in ("", "n"):
        return _number(raw) if raw else None
    if kind == "s":
        return _shared_text(raw, strings) or None
    if kind == "inlineStr":
        return _inline(cell) or None
    if kind == "b":
        return raw not in ("0", "false", "")
    if kind == "e":
        try:
            return ErrorValue.parse(raw)
        except ValueError:
            return _UNREADABLE
    return text_of(raw) or None


def _number(raw: str) -> Value:
    try:
        number = float(raw)
    except ValueError:
        return text_of(raw)
    return number if isfinite(number) else _UNREADABLE


def _shared_text(raw: str, strings: Sequence[str]) -> str | ErrorValue:
    """The text with the number ``raw``; an error value where the workbook has none with that number."""
    if not raw:
        return ""
    number = int(raw) if raw.isdecimal() and len(raw) < _MOST_FIGURES else len(strings)
    return strings[number] if number < len(strings) else _UNREADABLE


def _inline(cell: Sequence[str]) -> str:
    return text_of(cell[7]) if cell[7] or not cell[8] else run_texts(cell[8])


def run_texts(xml: str) -> str:
    """The text of a rich string: its runs joined, readings (ruby) left out, what is crossed out named so."""
    plain = _PHONETIC.sub("", xml) if "<rPh" in xml else xml
    if "<strike" in plain:
        return text_of("".join(map(_run_text, plain.split("</r>"))))
    return text_of("".join(_TEXT_RUN.findall(plain)))


def _run_text(run: str) -> str:
    text = "".join(_TEXT_RUN.findall(run))
    return texts_of("pages")["struck"].format(text=text) if text.strip() and _STRUCK.search(run) else text


def shared_strings(content: bytes) -> Sequence[str]:
    """The texts that the cells of a workbook share, by number, from the part sharedStrings.xml.

    Raises ElementTree.ParseError for a damaged part.
    """
    if not content:
        return ()
    try:
        xml = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        xml = ""
    found = _STRING.findall(xml)
    if xml and _REMARK not in xml and len(found) == xml.count("</si>") + len(re.findall(r"<si\s*/>", xml)):
        return [run_texts(item) for item in found]
    items = list(ElementTree.fromstring(content))
    return ["".join(part.text or "" for part in item.iter() if part.tag.endswith("}t")) for item in items]


def text_of(xml: str) -> str:
    """Text of an XML element: entities and the escapes ``_x000D_`` undone, line ends as \\n."""
    if "&" in xml:
        xml = _known_entities(xml) if len(xml) <= _LONGEST_KNOWN else plain_entities(xml)
    if "_x" in xml:
        xml = _ESCAPED.sub(_letter, xml)
    return xml.replace("\r\n", "\n").replace("\r", "\n") if "\r" in xml else xml


def plain_entities(xml: str) -> str:
    """Text with its entities undone; as it is where one names a letter that no text has."""
    try:
        return unescape(xml)
    except ValueError:
        return xml


_known_entities = lru_cache(maxsize=4096)(plain_entities)
"""The same for short texts: labels, of which every letter may be a reference, are the same on many sheets."""


def _letter(escape: re.Match[str]) -> str:
    """The letter that an escape means; half of a letter stays as it is written."""
    code = int(escape[1], 16)
    return escape[0] if code in _HALVES else chr(code)


def date_text(serial: float) -> str:
    """A date serial as ``2024-12-31``."""
    return (_EPOCH + timedelta(days=serial)).strftime("%Y-%m-%d")


def read_cells(content: bytes) -> tuple[dict[str, Sequence[str]], str]:
    """All cells with content, and the XML text they were read from (for rows and columns).

    Raises ValueError for a cell that cannot be read, and where one is there twice with different content:
    programs show one or the other.
    """
    try:
        xml = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        xml = ""
    found = _CELL.findall(xml)
    if not xml or _REMARK in xml or len(found) != xml.count("</c>") or "<sheetData" not in xml:
        xml = usual_spelling(content)
        found = _CELL.findall(xml)
        if len(found) != xml.count("</c>"):
            raise ValueError("a cell that cannot be read")
    cells = {cell[0]: cell for cell in found}
    if len(cells) < len(found) and len(cells) < len({*found}):
        raise ValueError("a cell with two contents")
    return cells, xml


def hidden_rows(xml: str) -> frozenset[int]:
    """Numbers of the hidden rows."""
    if "hidden=" not in xml:
        return frozenset()
    tags = (tag for tag in _ROW.findall(xml) if _HIDDEN.search(tag))
    return frozenset(int(number[1]) for tag in tags if (number := re.search(r'\br="([0-9]+)"', tag)))


def hidden_columns(xml: str) -> frozenset[int]:
    """Numbers of the hidden columns, from 1."""
    if "hidden=" not in xml:
        return frozenset()
    spans: list[tuple[int, int]] = []
    for tag in _COLUMN.findall(xml):
        low, high = re.search(r'\bmin="([0-9]+)"', tag), re.search(r'\bmax="([0-9]+)"', tag)
        if _HIDDEN.search(tag) and low and high:
            spans.append((int(low[1]), min(int(high[1]), _MOST_COLUMNS)))
    found: list[int] = []
    for first, last in sorted(spans):
        found.extend(range(max(first, found[-1] + 1 if found else first), last + 1))
    return frozenset(found)


def last_row(xml: str) -> int:
    """Number of the last row the part describes, formatted rows without content included."""
    at = xml.rfind("<row ")
    number = re.search(r'\br="([0-9]+)"', xml[at : at + 200]) if at >= 0 else None
    return int(number[1]) if number else 0


def merged_ranges(xml: str) -> Sequence[str]:
    """The A1 ranges of merged cells."""
    start = xml.find("<mergeCell")
    tags = _MERGE.findall(xml, start) if start >= 0 else ()
    return [found[1] for tag in tags if (found := _MERGED.search(tag))]
