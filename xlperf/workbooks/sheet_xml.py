"""The XML of a sheet as openpyxl wrote it, taken apart: what is before its rows, its rows, what is after.

Cells are written with their values, formulas with their cached ones; addresses are moved where tables are
longer or shorter: a range that spans a table grows with it, everything below moves.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape, quoteattr

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

from xlperf.declarations.form_layout import Placement
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.value_types import LONGEST_TEXT

_CORNER = r"(\$?[A-Z]{1,3}\$?)(\d+)"
_AREA = re.compile(rf"{_CORNER}(?::{_CORNER})?")
_ROWS = re.compile(r"(\$?)(\d+):(\$?)(\d+)")
_QUALIFIED = re.compile(r"(?:('(?:[^']|'')+'|[^!']+)!)?(.+)")


class Relocation:
    """The row numbers of ``blank`` turned into those of ``target``, another size of the same form."""

    def __init__(self, blank: Placement, target: Placement) -> None:
        self._blank_end, self._end = blank.last_row, target.last_row
        old, new = _blocks(blank), _blocks(target)
        self._blocks = {
            row: (*old[name], *new[name]) for name in old for row in range(old[name][0], old[name][1] + 1)
        }

    def first(self, row: int) -> int:
        """Where a range goes to that begins in ``row``."""
        if row > self._blank_end:
            return row + self._end - self._blank_end
        old_first, _, new_first, new_last = self._blocks[row]
        return min(new_first + row - old_first, new_last)

    def last(self, row: int) -> int:
        """Where a range goes to that ends in ``row``: the end of a table stays its end."""
        if row > self._blank_end:
            return row + self._end - self._blank_end
        _, old_last, _, new_last = self._blocks[row]
        return new_last if row == old_last else self.first(row)

    def areas(self, text: str) -> str:
        """A list of ranges, blank-separated; a single cell in a table's only row grows to a column."""
        return " ".join(self._area(area) for area in text.split())

    def reference(self, text: str) -> str:
        """What a defined name refers to: ranges, whole rows, or a formula."""
        return self._operands(text, grow=True)

    def formula(self, text: str) -> str:
        """A formula without "="; single cells stay single cells."""
        return self._operands(text, grow=False)

    def _operands(self, text: str, *, grow: bool) -> str:
        tokens = Tokenizer(f"={text}").items
        return "".join(
            self._operand(token.value, grow)
            if token.type == Token.OPERAND and token.subtype == Token.RANGE
            else token.value
            for token in tokens
        )

    def _operand(self, text: str, grow: bool) -> str:
        match = _QUALIFIED.fullmatch(text)
        if match is None:
            return text
        sheet = f"{match[1]}!" if match[1] else ""
        if rows := _ROWS.fullmatch(match[2]):
            return f"{sheet}{rows[1]}{self.first(int(rows[2]))}:{rows[3]}{self.last(int(rows[4]))}"
        area = _AREA.fullmatch(match[2])
        if area is None:
            return text
        if area[3] or grow:
            return sheet + self._area(match[2])
        return f"{sheet}{area[1]}{self.first(int(area[2]))}"

    def _area(self, text: str) -> str:
        match = _AREA.fullmatch(text)
        if match is None:
            return text
        column, row = match[1], int(match[2])
        first, last = self.first(row), self.last(int(match[4] or row))
        if match[3] is None and first == last:
            return f"{column}{first}"
        return f"{column}{first}:{match[3] or column}{last}"


def _blocks(placement: Placement) -> dict[str, tuple[int, int]]:
    """Declared row id → its first and last sheet row."""
    blocks: dict[str, tuple[int, int]] = {}
    for placed in placement.rows:
        first = blocks.get(placed.row.id, (placed.number, 0))[0]
        blocks[placed.row.id] = (first, placed.number)
    return blocks


_FORBIDDEN = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
_ILLEGAL = re.compile(f"\r\n?|[{_FORBIDDEN}]")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_SPECIAL = re.compile("[&<>_]")


def legal_text(text: str) -> str:
    """``text`` with line feeds only, without characters that XML forbids, no longer than a cell."""
    text = _ILLEGAL.sub(lambda match: "\n" if match[0][0] == "\r" else "", text)
    if len(text) * 2 > LONGEST_TEXT:
        text = text.encode("utf-16-le")[: 2 * LONGEST_TEXT].decode("utf-16-le", "ignore")
    return text


def is_simple(text: str) -> bool:
    """Whether ``text`` (no longer than a cell) can be written in XML as it is, on one line."""
    return text.isprintable() and not _SPECIAL.search(text)


def simple_cell(text: str) -> str:
    """Everything after the style of a cell that holds a simple text."""
    return f' t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def sized_cell(text: str, font: str, size: float) -> str:
    """Everything after the style of a cell that holds a text in letters of its own size (points)."""
    look = f'<rPr><sz val="{size:g}"/><rFont val={quoteattr(font)}/></rPr>'
    return f' t="inlineStr"><is><r>{look}<t xml:space="preserve">{_text(text)}</t></r></is></c>'


def _text(text: str) -> str:
    if len(text) <= LONGEST_TEXT // 2 and is_simple(text):
        return text
    return escape(_ESCAPE_LIKE.sub("_x005F_", legal_text(text)))


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")


def plain_cell(value: Value) -> str:
    """Everything after the style of a cell that holds ``value`` itself; "" is an empty cell.

    Text stays text, whatever it looks like: a leading "=" makes no formula.
    """
    if type(value) is float:
        return f"><v>{_number(value)}</v></c>"
    if value is None or value == "":
        return "/>"
    if type(value) is str:
        return simple_cell(_text(value))
    return _rare_cell("", value)


def formula_cell(formula: str, value: Value) -> str:
    """Everything after the style of a cell with ``formula`` (an ``<f>`` element) that gives ``value``."""
    if type(value) is float:
        return f">{formula}<v>{_number(value)}</v></c>"
    if value is None:
        return f' t="str">{formula}<v></v></c>'
    if type(value) is str:
        return f' t="str">{formula}<v>{_text(value)}</v></c>'
    return _rare_cell(formula, value)


def _rare_cell(formula: str, value: Value) -> str:
    if isinstance(value, ErrorValue):
        return f' t="e">{formula}<v>{value}</v></c>'
    if isinstance(value, bool):
        return f' t="b">{formula}<v>{value:d}</v></c>'
    raise TypeError(f"no cell value: {value!r}")


_BODY = re.compile(r"(.*?<sheetData)(?:/>|>(.*?)</sheetData>)(.*)", re.DOTALL)
_ROW = re.compile(r"<row ([^>]*?)(?:/>|>(.*?)</row>)", re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
_FORMULA = re.compile("<f>.*?</f>", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_MERGES = re.compile(r"<mergeCells.*?</mergeCells>", re.DOTALL)
_AREAS = re.compile(r'(<dimension ref|sqref)="([^"]+)"')
_CONDITION = re.compile(r"<(formula[12]?)>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class BlankCell:
    """A cell of the blank: its style attribute, its ``<f>`` element ("" for none), its rest as XML."""

    style: str
    formula: str
    rest: str


@dataclass(frozen=True, slots=True)
class BlankRow:
    """A row of the blank: its height in points and its cells by column letters, left to right."""

    height: float
    cells: Mapping[str, BlankCell]


@dataclass(frozen=True, slots=True)
class BlankSheet:
    """A sheet: the XML before its rows, its rows by number, the XML before and after its merges."""

    head: str
    rows: Mapping[int, BlankRow]
    before_merges: str
    after_merges: str

    def head_at(self, relocation: Relocation) -> str:
        """The head with its ranges moved."""
        return _relocated(self.head, relocation)

    def tail_at(self, relocation: Relocation) -> tuple[str, str]:
        """The XML before and after the merges, with validations and formats moved and grown."""
        return _relocated(self.before_merges, relocation), _relocated(self.after_merges, relocation)


def parse_sheet(xml: str) -> BlankSheet:
    """Take the XML of a sheet apart; it must have merges and row heights, as every official form has."""
    body = _BODY.fullmatch(xml)
    tail = _MERGES.split(body[3]) if body else []
    if body is None or len(tail) != 2:
        raise ValueError("not a sheet of a blank workbook")
    rows = {}
    for row in _ROW.finditer(body[2] or ""):
        attributes = dict(_ATTRIBUTE.findall(row[1]))
        cells = {cell[1]: _cell(cell) for cell in _CELL.finditer(row[2] or "")}
        rows[int(attributes["r"])] = BlankRow(float(attributes["ht"]), cells)
    return BlankSheet(f"{body[1]}>", rows, f"</sheetData>{tail[0]}", tail[1])


def _cell(match: re.Match[str]) -> BlankCell:
    attributes = dict(_ATTRIBUTE.findall(match[2]))
    style = f' s="{attributes["s"]}"' if "s" in attributes else ""
    kind = f' t="{attributes["t"]}"' if "t" in attributes else ""
    formula = _FORMULA.search(match[3] or "")
    return BlankCell(style, formula[0] if formula else "", f"{kind}>{match[3]}</c>" if match[3] else "/>")


def _relocated(xml: str, relocation: Relocation) -> str:
    moved = _AREAS.sub(lambda match: f'{match[1]}="{relocation.areas(match[2])}"', xml)
    return _CONDITION.sub(
        lambda match: f"<{match[1]}>{escape(relocation.formula(unescape(match[2])))}</{match[1]}>", moved
    )
