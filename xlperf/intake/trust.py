"""The text of a received formula → what it reads, and why its recomputed result would not be believed.

Believed are only functions that tests compare with another spreadsheet engine, over ranges where a range
belongs: what a bare range in a cell means differs between versions of Excel.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.core.cell_addresses import column_index_from_string
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import own_texts
from xlperf.declarations.worksheet_functions import addin_calls, without_sources

if TYPE_CHECKING:
    import formualizer
else:
    formualizer = LazyModule("formualizer")

Area = tuple[int, int, int, int]
"""First row, first column, last row, last column; 1-based and inclusive."""

Resolve = Callable[[str], tuple[str, Area] | None]
"""A defined name → the sheet and area it stands for, None for a name that stands for anything else."""

AGGREGATES = frozenset((
    "SUM", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "LARGE", "SMALL", "SUMIF", "SUMIFS",
    "COUNTIF", "COUNTIFS", "AVERAGEIF", "VLOOKUP", "HLOOKUP", "INDEX", "MATCH", "ROWS", "COLUMNS",
    "SUMPRODUCT", "SUBTOTAL",
))  # fmt: skip
"""Believed functions that take ranges."""
_NUMBERS_ONLY = frozenset((
    "SUM", "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "LARGE", "SMALL", "ROWS", "COLUMNS",
    "SUBTOTAL",
))  # fmt: skip
"""Those that pass over texts in a range."""
SCALARS = frozenset((
    "IF", "IFERROR", "AND", "OR", "NOT", "ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "ABS", "MOD", "SIGN",
    "SQRT", "POWER", "TRUNC", "ISBLANK", "ISNUMBER", "ISTEXT", "ISERROR", "LEN", "LEFT", "RIGHT", "MID",
    "TRIM", "CONCATENATE", "EXACT", "FIND", "SUBSTITUTE", "DATE", "YEAR", "MONTH", "DAY", "CHOOSE",
))  # fmt: skip
"""Believed functions of single values."""
_JOINING = frozenset(("&", "CONCATENATE"))
_TEXTUAL = frozenset((
    "INDEX", "VLOOKUP", "HLOOKUP", "IF", "IFERROR", "LEFT", "RIGHT", "MID", "TRIM", "CONCATENATE",
    "SUBSTITUTE", "CHOOSE",
))  # fmt: skip
"""Believed functions whose result may be a text."""
VOLATILE = frozenset(("TODAY", "NOW", "RAND", "RANDBETWEEN"))
"""Functions that give another result each time: a saved one is never out of date."""
_ELEMENTWISE = "SUMPRODUCT"
_MATCHING = {"SUMIF", "SUMIFS", "COUNTIF", "COUNTIFS", "AVERAGEIF", "VLOOKUP", "HLOOKUP", "MATCH"}
_WILD = frozenset("*?~")
_COMPARISONS = frozenset(("=", "<>", "<", ">", "<=", ">="))
_REFERENCE_OPERATORS = frozenset((":", " ", ",", "@", "#"))
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
_MOST_CELLS = 20_000
"""Cells of a range that is read one by one."""
_LONGEST = 8192
_LINK = re.compile(
    r"""'[^'\[]*+\[[^\]']++\][^']*+'!"""  # a path, a file and a sheet in quotes
    r"""|\[[^\[\]]++\](?:'[^']*+'|[^\s!'"()+*/,;=<>&\[\]-]*+)!"""  # [1]Sheet!
    r"""|\|'[^']*+'!"""  # program|'topic'!
)
_TEXT = re.compile(r'"(?:[^"]|"")*"')
_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?$", re.IGNORECASE)
_COLUMNS = re.compile(r"\$?([A-Z]{1,3}):\$?([A-Z]{1,3})$", re.IGNORECASE)
_ROWS = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})$")

DOUBTS: dict[str, str] = own_texts("received")["formulas"]
"""Why a formula is not believed or not computed, as users read it."""
LINKED, ADDIN, JOINED = DOUBTS["linked"], DOUBTS["addin"], DOUBTS["joined"]


@dataclass(slots=True)
class FormulaReading:
    """What a formula reads: ``areas`` as (sheet title, area); of these, ``texts`` where texts count.

    ``doubt`` says in Chinese why its result would not be believed, "" when it would. ``volatile``
    formulas are not recomputed either; ``compares``: it has = < or > in it; ``joins``: it
    joins texts, ``textual`` whether its result may be a text.
    """

    areas: list[tuple[str, Area]] = field(default_factory=list)
    texts: list[tuple[str, Area]] = field(default_factory=list)
    doubt: str = ""
    volatile: bool = False
    compares: bool = False
    joins: bool = False
    textual: bool = True


def is_link(formula: str) -> bool:
    """Whether a formula takes a value from another file or program ([1]Sheet!A1, DDE).

    The add-in, whose functions it may call, is none.
    """
    return "!" in formula and _LINK.search(_TEXT.sub('""', without_sources(formula))) is not None


def read_formula(formula: str, sheet: str, resolve: Resolve, *, array: bool = False) -> FormulaReading:
    """What ``formula`` (without "=") on ``sheet`` reads; ``array``: entered as an array formula."""
    if is_link(formula):
        return FormulaReading(doubt=LINKED)
    if addin_calls(formula):
        return FormulaReading(doubt=ADDIN)
    try:
        tree = formualizer.parse("=" + formula[:_LONGEST])
    except formualizer.ParserError:
        return FormulaReading(doubt=DOUBTS["unreadable"])
    walk = _Walk(sheet, resolve, FormulaReading())
    walk.node(tree, ranges=array, elementwise=array)
    walk.reading.textual = _is_textual(tree)
    return walk.reading


def _is_textual(tree: "formualizer.ASTNode") -> bool:
    """Whether a formula may result in a text, as far as what is done last shows."""
    kind = tree.node_type()
    if kind == "Function":
        name = (tree.get_function_name() or "").upper()
        return name in _TEXTUAL or name not in AGGREGATES | SCALARS
    return not kind.endswith("Op") or (tree.get_operator() or "") in _JOINING | _REFERENCE_OPERATORS


def area_of(reference: str) -> Area | None:
    """``$B$4``, ``B4:D9``, ``A:C`` or ``3:5``, without a sheet; None for anything else."""
    if found := _CELLS.match(reference):
        first, top, last, bottom = found.groups()
        left, row = column_index_from_string(first.upper()), int(top)
        return row, left, int(bottom or row), column_index_from_string(last.upper()) if last else left
    if found := _COLUMNS.match(reference):
        left, right = (column_index_from_string(letters.upper()) for letters in found.groups())
        return 1, left, _MOST_ROWS, right
    if found := _ROWS.match(reference):
        return int(found[1]), 1, int(found[2]), _MOST_COLUMNS
    return None


@dataclass(slots=True)
class _Walk:
    """One pass over the tree of a formula, gathering into ``reading``."""

    sheet: str
    resolve: Resolve
    reading: FormulaReading

    def node(self, node: "formualizer.ASTNode", *, ranges: bool, elementwise: bool) -> None:
        """Gather what a node and those below it read.

        ``ranges``: a range may be here; ``elementwise``: it is computed cell by cell.
        """
        kind = node.node_type()
        if kind == "Function":
            self._function(node, elementwise=elementwise)
            return
        if kind == "Reference":
            self._reference(node.get_reference_string() or "", ranges=ranges, elementwise=elementwise)
        elif kind == "Array":
            self._doubt(DOUBTS["array"])
        elif kind.endswith("Op"):
            operator = node.get_operator() or ""
            self.reading.compares |= operator in _COMPARISONS
            if operator in _JOINING:
                self._joins(elementwise=elementwise)
            if operator in _REFERENCE_OPERATORS:
                self._doubt(DOUBTS["operator"].format(operator=operator))
        for child in node.children():
            self.node(child, ranges=elementwise, elementwise=elementwise)

    def _function(self, node: "formualizer.ASTNode", *, elementwise: bool) -> None:
        name = (node.get_function_name() or "").upper().removeprefix("_XLFN.")
        if name in VOLATILE:
            self.reading.volatile = True
        elif name not in AGGREGATES and name not in SCALARS:
            self._doubt(DOUBTS["function"].format(name=name))
        each = elementwise or name == _ELEMENTWISE
        if name in _JOINING:
            self._joins(elementwise=each)
        elif name == "SUBSTITUTE" and not _is_short(node.children()[2:3]):
            self._doubt(JOINED)
        for child in node.children():
            literal = child.get_literal_value() if child.node_type() == "Literal" else None
            if name in _MATCHING and isinstance(literal, str) and _WILD & set(literal):
                self._doubt(DOUBTS["pattern"])
            if name in _NUMBERS_ONLY and child.node_type() == "Reference" and not each:
                self._reference(child.get_reference_string() or "", texts=False)
            else:
                self.node(child, ranges=each or name in AGGREGATES, elementwise=each)

    def _reference(
        self, text: str, *, ranges: bool = True, elementwise: bool = False, texts: bool = True
    ) -> None:
        title, _, rest = text.rpartition("!")
        area = area_of(rest)
        place = (title.strip("'").replace("''", "'") or self.sheet, area) if area else self.resolve(text)
        if place is None:
            self._doubt(DOUBTS["reference"].format(name=text))
            return
        top, left, bottom, right = place[1]
        cells = (bottom - top + 1) * (right - left + 1)
        if cells > 1 and not ranges:
            self._doubt(DOUBTS["bare"])
        elif elementwise and cells > _MOST_CELLS:
            self._doubt(DOUBTS["large"])
        self.reading.areas.append(place)
        if texts:
            self.reading.texts.append(place)

    def _joins(self, *, elementwise: bool) -> None:
        self.reading.joins = True
        if elementwise:
            self._doubt(JOINED)

    def _doubt(self, reason: str) -> None:
        self.reading.doubt = self.reading.doubt or reason


def _is_short(replacement: Sequence["formualizer.ASTNode"]) -> bool:
    """Whether what SUBSTITUTE puts in place of a text is a text that cannot be longer."""
    texts = [node.get_literal_value() for node in replacement if node.node_type() == "Literal"]
    return len(texts) == 1 and isinstance(texts[0], str) and len(texts[0]) <= 1
