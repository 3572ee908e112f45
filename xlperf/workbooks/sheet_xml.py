"""The XML of a sheet that openpyxl wrote → what is before its rows, its rows by cells, what is after."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

from xlperf.workbooks.relocate import Relocation

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
