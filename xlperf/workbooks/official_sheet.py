"""The XML of a received sheet to the official sheet: cells, rows, columns, merges, print set-up.

Protection, validations, conditional formats, filters, comments, links and pictures stay behind; formulas
give way to the values stored with them, but for those that work when only some sheets are kept.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from xml.etree.ElementTree import Element

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError

from xlperf.declarations.worksheet_functions import addin_function
from xlperf.ooxml.parts import DefinedName
from xlperf.ooxml.sheet_cells import LONGEST_FORMULA
from xlperf.ooxml.xml_tree import plain

_ELSEWHERE = ("[", "_xll.", "#REF!")
"""Marks of what an upload copy does not have: other files and tables, add-ins, lost cells."""
_QUALIFIED = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!(.+)")


class References:
    """The defined names of a workbook of which only the sheets ``titles`` stay.

    ``used`` collects the names that the formulas accepted by ``works`` need.
    """

    def __init__(self, names: Sequence[DefinedName], titles: Collection[str]) -> None:
        self._names = {(name.sheet.casefold(), name.name.casefold()): name for name in names}
        self._titles = {title.casefold() for title in titles}
        self.used: set[DefinedName] = set()

    def works(self, formula: str, sheet: str) -> bool:
        """Whether a formula (without "=") of a cell of ``sheet`` gives the same when the others go.

        One that is longer than Excel takes, by itself or in a name that it needs, does not.
        """
        found: set[DefinedName] = set()
        waiting = [(formula, sheet)]
        while waiting:
            text, place = waiting.pop()
            try:
                operands = list(_operands(text)) if len(text) <= LONGEST_FORMULA else None
            except TokenizerError:
                operands = None
            if operands is None or not all(self._is_here(each, place, found, waiting) for each in operands):
                return False
        self.used |= found
        return True

    def _is_here(
        self, operand: str, sheet: str, found: set[DefinedName], waiting: list[tuple[str, str]]
    ) -> bool:
        """Whether what an operand means is on the sheets that stay; the names in it are left ``waiting``."""
        if any(mark in operand for mark in _ELSEWHERE) or addin_function(operand):
            return False
        qualified = _QUALIFIED.fullmatch(operand)
        if qualified:
            sheet, operand = (qualified[1] or qualified[2]).replace("''", "'"), qualified[3]
            if sheet.casefold() not in self._titles:
                return False
        for word in operand.casefold().split(":"):
            name = self._names.get((sheet.casefold(), word)) or self._names.get(("", word))
            if name is not None and name not in found:
                found.add(name)
                waiting.append((name.text, sheet))
        return True


def _operands(formula: str) -> Iterator[str]:
    """References, names and called functions; a function of another file is written ``'file'!f(``."""
    for token in Tokenizer(f"={formula}").items:
        if token.type == Token.OPERAND and token.subtype in (Token.RANGE, Token.ERROR):
            yield token.value
        elif token.type == Token.FUNC and token.subtype == Token.OPEN:
            yield token.value.removesuffix("(")


_KEPT = frozenset(
    {
        *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "mergeCells"),
        *("printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks"),
    }
)
_CELL_ATTRIBUTES = frozenset({"r", "s", "t"})
_SHEET_MARKS = ("codeName", "filterMode")
READINGS = frozenset({"rPh", "phoneticPr"})
"""What the file format adds to a text so that it can be read aloud (ruby)."""
_FIXED_KINDS = frozenset({None, "normal", "shared", "array"})
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def read_strings(content: bytes) -> Sequence[Element]:
    """The shared strings, each an ``<si>`` with its runs, without readings (ruby)."""
    return list(plain(content, READINGS)) if content else ()


class OfficialSheet:
    """A received sheet reduced to what the official attachment has; formulas are kept until ``settle``."""

    def __init__(self, content: bytes, strings: Sequence[Element]) -> None:
        """Raises ElementTree.ParseError for damaged XML, ValueError for a missing shared string."""
        whole = plain(content, READINGS)
        self.root = Element(whole.tag)
        self.root.extend(child for child in whole if child.tag in _KEPT)
        for properties in self.root.iter("sheetPr"):
            for mark in _SHEET_MARKS:
                properties.attrib.pop(mark, None)
        for cell in self.root.iter("c"):
            _spell_out(cell, strings)
        self._shared = {
            formula.get("si"): formula.text
            for _, formula in self._formulas()
            if formula.get("t") == "shared" and formula.text
        }

    def uncached(self) -> list[str]:
        """The formula cells without a stored value; an empty text is a value."""
        return [
            cell.get("r", "")
            for cell, _ in self._formulas()
            if cell.find("v") is None or not (cell.findtext("v") or cell.get("t") == "str")
        ]

    def settle(self, stays: Callable[[str], bool]) -> list[str]:
        """Put values in place of the formulas whose text (without "=") does not stay; their cells."""
        settled = []
        for cell, formula in list(self._formulas()):
            text = formula.text or self._shared.get(formula.get("si")) or ""
            if formula.get("t") not in _FIXED_KINDS or not stays(text):
                cell.remove(formula)
                _spell_out(cell, ())
                settled.append(cell.get("r", ""))
        return settled

    def show(self, *, first: bool) -> None:
        """Make it the tab that is seen on opening, or one that is not; there is only one window."""
        for views in self.root.iter("sheetViews"):
            views[:] = views[:1]
            for view in views:
                view.attrib.pop("tabSelected", None)
                view.set("workbookViewId", "0")
                if first:
                    view.set("tabSelected", "1")

    def _formulas(self) -> Iterator[tuple[Element, Element]]:
        for cell in self.root.iter("c"):
            formula = cell.find("f")
            if formula is not None:
                yield cell, formula


def _spell_out(cell: Element, strings: Sequence[Element]) -> None:
    """Write a text into its cell: instead of a number among shared strings or a formula's result."""
    for name in cell.attrib.keys() - _CELL_ATTRIBUTES:
        del cell.attrib[name]
    value = cell.find("v")
    if value is None or cell.find("f") is not None or cell.get("t") not in ("s", "str"):
        return
    cell.remove(value)
    if cell.get("t") == "s":
        index = int(value.text or "")
        if not 0 <= index < len(strings):
            raise ValueError(f"no shared string {index}")
        _write(cell, list(strings[index]))
    elif value.text:
        text = Element("t", {_SPACE: "preserve"})
        text.text = value.text
        _write(cell, [text])
    else:
        del cell.attrib["t"]


def _write(cell: Element, runs: list[Element]) -> None:
    cell.set("t", "inlineStr")
    text = Element("is")
    text.extend(runs)
    cell.append(text)
