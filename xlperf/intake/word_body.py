"""The main part of a Word document → its paragraphs and tables in reading order.

Deleted text, field codes and second copies of drawings are left out; a nested table follows the
table it stands in.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_CHARACTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "txbxContent", "pPr", "rPr", "tblPr", "tcPr", "trPr"})
_NEAR = 200
"""Twips (3.5 mm) within which column edges of different rows are one edge drawn by hand."""
_NARROW = 1000
"""Width taken for a column where the document tells none."""


@dataclass(slots=True)
class WordCell:
    """One cell: grid columns ``first``–``last`` (from 1), its text, and whether it goes on from above.

    ``ordinal`` is its place in its row as a person counts, from 1.
    """

    first: int
    last: int
    text: str
    continues: bool
    ordinal: int


@dataclass(slots=True)
class WordTable:
    """A table: its rows of cells, every one as wide as the table's grid or less.

    ``is_layout`` tells that its cells only hold other tables and what heads them; ``lead`` are the
    paragraphs that head this table in a cell of such a one.
    """

    rows: list[list[WordCell]] = field(default_factory=list)
    lead: list[str] = field(default_factory=list)
    is_layout: bool = False


@dataclass(slots=True)
class Document:
    """``blocks`` are paragraph texts and tables; ``is_revised`` and ``has_dde`` tell what was seen."""

    blocks: list[str | WordTable]
    is_revised: bool
    has_dde: bool


def read_document(content: bytes) -> Document:
    """Read the part word/document.xml; raises ElementTree.ParseError when it is not well formed."""
    root = ElementTree.fromstring(content)
    tags = {_tag(element) for element in root.iter()}
    codes = "".join(element.text or "" for element in root.iter() if _tag(element) == "instrText")
    body = next((child for child in root if _tag(child) == "body"), root)
    is_revised = bool(tags & {"del", "ins", "moveFrom"})
    return Document(list(_blocks(body)), is_revised, codes.lstrip().upper().startswith("DDE"))


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _blocks(parent: Element) -> Iterator[str | WordTable]:
    for child in parent:
        tag = _tag(child)
        if tag == "p":
            yield _text(child)
        elif tag == "tbl":
            yield from _tables(child)
        elif tag not in _SKIPPED:
            yield from _blocks(child)


def _text(element: Element) -> str:
    """The text of a paragraph, with tabs as blanks and line ends as \\n."""
    parts: list[str] = []
    for child in element:
        tag = _tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag in _CHARACTERS:
            parts.append(_CHARACTERS[tag])
        elif tag not in _SKIPPED:
            parts.append(_text(child))
    return "".join(parts)


def _tables(table: Element) -> Iterator[WordTable]:
    made = WordTable()
    nested: list[tuple[list[str], Element]] = []
    others = ""
    edges = _Edges([_number(column, "w", _NARROW) for column in _found(table, "gridCol")])
    rows = list(_found(table, "tr"))
    spans = [list(_spans(row)) for row in rows]
    columns = edges.columns([[(start, stop) for start, stop, _ in row] for row in spans])
    for row in spans:
        cells = []
        for ordinal, (start, stop, cell) in enumerate(row, 1):
            heads: list[str] = []
            for child in _content(cell):
                if _tag(child) == "p":
                    heads.append(_text(child))
                else:
                    nested.append((heads, child))
                    heads = []
            others += "".join(heads)
            first, last = columns[start], max(columns[stop] - 1, columns[start])
            cells.append(WordCell(first, last, _cell_text(cell), _continues(cell), ordinal))
        made.rows.append(cells)
    made.is_layout = bool(nested) and not others.strip()
    yield made
    for heads, one in nested:
        inner = list(_tables(one))
        inner[0].lead = heads if made.is_layout else []
        yield from inner


class _Edges:
    """The column edges of a table's grid, in twips from its left."""

    def __init__(self, widths: list[int]) -> None:
        self._at = [0]
        for width in widths:
            self._at.append(self._at[-1] + width)

    def _position(self, index: int) -> int:
        beyond = max(index - len(self._at) + 1, 0)
        return self._at[min(index, len(self._at) - 1)] + beyond * _NARROW

    def columns(self, rows: list[list[tuple[int, int]]]) -> dict[int, int]:
        """Grid index of an edge → column number from 1: unused edges and those close by fall together."""
        apart = {pair for row in rows for pair in row}
        used = sorted({edge for pair in apart for edge in pair})
        columns: dict[int, int] = {}
        number, group = 0, list[int]()
        for edge in used:
            near = group and self._position(edge) - self._position(group[0]) <= _NEAR
            if not near or any((one, edge) in apart for one in group):
                number, group = number + 1, []
            group.append(edge)
            columns[edge] = number
        return columns


def _spans(row: Element) -> Iterator[tuple[int, int, Element]]:
    """First grid edge, last grid edge and element of each cell of a row."""
    at = _number(next(_found(row, "gridBefore"), None), "val", 0)
    for cell in _found(row, "tc"):
        width = max(_number(_property(cell, "gridSpan"), "val", 1), 1)
        yield at, at + width, cell
        at += width


def _continues(cell: Element) -> bool:
    merge = _property(cell, "vMerge")
    return merge is not None and _attribute(merge, "val") != "restart"


def _property(cell: Element, name: str) -> Element | None:
    return next((one for part in cell if _tag(part) == "tcPr" for one in part if _tag(one) == name), None)


def _found(parent: Element, name: str) -> Iterator[Element]:
    """The elements called ``name`` of this table or row, through wrappers but not into inner tables."""
    for child in parent:
        tag = _tag(child)
        if tag == name:
            yield child
        elif tag not in ("tbl", "tc", "p"):
            yield from _found(child, name)


def _content(cell: Element) -> Iterator[Element]:
    """The paragraphs and tables right inside a cell, through wrappers."""
    for child in cell:
        if _tag(child) in ("p", "tbl"):
            yield child
        elif _tag(child) not in _SKIPPED:
            yield from _content(child)


def _cell_text(cell: Element) -> str:
    return "\n".join(_text(child) for child in _content(cell) if _tag(child) == "p")


def _number(element: Element | None, name: str, otherwise: int) -> int:
    text = _attribute(element, name) if element is not None else ""
    return int(text) if text.lstrip("-").isdecimal() else otherwise


def _attribute(element: Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
