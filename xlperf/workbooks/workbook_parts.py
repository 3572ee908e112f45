"""The parts of a workbook that list its sheets: workbook.xml, its relations, the content types.

A blank has one sheet of the repeated form; a ``WorkbookIndex`` writes these parts for any number of them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import canonicalize
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import quote_sheetname

from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.package_writing import OFFICE, SPREADSHEET
from xlperf.ooxml.parts import RELATIONS, TYPES, WORKBOOK, open_zip
from xlperf.workbooks.sheet_xml import Relocation

_SHEETS = re.compile(r"<sheets>.*</sheets>", re.DOTALL)
_NAMES = re.compile(r"<definedNames>.*</definedNames>", re.DOTALL)
_NAME = re.compile(r"<definedName ([^>]*)>(.*?)</definedName>", re.DOTALL)
_LOCAL = re.compile(r'\s*localSheetId="(\d+)"')
_SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
_RELATION = re.compile(r'<Relationship [^>]*relationships/worksheet"[^>]*/>')
_TARGET = re.compile(r'Target="/?([^"]*)"')
_IDENTITY = re.compile(r'\bId="([^"]*)"')
_TYPE = re.compile(r'<Override [^>]*PartName="/xl/worksheets/[^>]*/>')
_SHEET_RELATION = f"{OFFICE}/worksheet"
_EMPTY = re.compile(r"<([\w:]+)([^<>]*)></\1>")


def canonical_parts(workbook: bytes) -> dict[str, str]:
    """The parts of a workbook of ours by name, each as canonical XML: openpyxl writes otherwise where lxml
    is installed.
    """
    package = open_zip("", workbook, LIMITS)
    return {name: _EMPTY.sub(r"<\1\2/>", canonicalize(package.part(name).decode())) for name in package.parts}


@dataclass(frozen=True, slots=True)
class _Name:
    """A defined name of the blank: its attributes without the sheet, and what it refers to."""

    attributes: str
    local: bool
    text: str


class WorkbookIndex:
    """The listing parts of a blank, ready to be written for other sheets."""

    def __init__(self, parts: Mapping[str, str]) -> None:
        workbook = parts[WORKBOOK]
        head, rest = _SHEETS.split(workbook)
        self._head = head.replace("<workbook ", f'<workbook xmlns:r="{OFFICE}" ', 1)
        self._between, self._tail = _NAMES.split(rest)
        self._relations, self._types = parts[RELATIONS], parts[TYPES]
        targets = {
            _IDENTITY.findall(relation)[0]: _TARGET.findall(relation)[0]
            for relation in _RELATION.findall(self._relations)
        }
        self._titles = [unescape(title) for title, _ in _SHEET.findall(workbook)]
        self.sheet_parts = {unescape(title): targets[key] for title, key in _SHEET.findall(workbook)}
        self._names = self._by_sheet(workbook)
        self.sheet_names = lru_cache(1024)(self._sheet_names)

    def _by_sheet(self, workbook: str) -> dict[str, list[_Name]]:
        """The defined names under the title of the sheet they belong to or refer to."""
        names: dict[str, list[_Name]] = {title: [] for title in self._titles}
        for attributes, text in _NAME.findall(workbook):
            local = _LOCAL.search(attributes)
            refers = unescape(text)
            title = self._titles[int(local[1])] if local else self._owner(refers)
            names[title].append(_Name(_LOCAL.sub("", attributes), local is not None, refers))
        return names

    def _owner(self, text: str) -> str:
        return next(title for title in self._titles if text.startswith(f"{quote_sheetname(title)}!"))

    def _sheet_names(self, origin: str, title: str, index: int, relocation: Relocation) -> str:
        """The ``definedName`` elements of the ``index``-th sheet, made from the blank's ``origin``."""
        own, new = f"{quote_sheetname(origin)}!", f"{quote_sheetname(title)}!"
        local = f' localSheetId="{index}"'
        return "".join(
            f"<definedName {name.attributes}{local if name.local else ''}>"
            f"{escape(relocation.reference(name.text).replace(own, new))}</definedName>"
            for name in self._names[origin]
        )

    def workbook(self, titles: Sequence[str], names: Sequence[str]) -> str:
        """workbook.xml for sheets with these titles and ``definedName`` elements."""
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="{_sheet_id(number)}"/>'
            for number, title in enumerate(titles, 1)
        )
        return (
            f"{self._head}<sheets>{sheets}</sheets>{self._between}"
            f"<definedNames>{''.join(names)}</definedNames>{self._tail}"
        )

    def relations(self, count: int) -> str:
        """The relations of workbook.xml with ``count`` sheets."""
        sheets = "".join(
            f'<Relationship Type="{_SHEET_RELATION}"'
            f' Target="/{sheet_part(number)}" Id="{_sheet_id(number)}"/>'
            for number in range(1, count + 1)
        )
        return _RELATION.sub("", self._relations).replace("</Relationships>", f"{sheets}</Relationships>")

    def types(self, count: int) -> str:
        """[Content_Types].xml with ``count`` sheets."""
        sheets = "".join(
            f'<Override PartName="/{sheet_part(number)}" ContentType="{SPREADSHEET}.worksheet+xml"/>'
            for number in range(1, count + 1)
        )
        return _TYPE.sub("", self._types).replace("</Types>", f"{sheets}</Types>")


def sheet_part(number: int) -> str:
    """The name of the part that holds the ``number``-th sheet, from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def _sheet_id(number: int) -> str:
    return f"rIdSheet{number}"
