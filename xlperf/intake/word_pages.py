"""A Word document → a Document: each table and each text box a page, with the paragraphs between them.

Nested tables follow the table around them. ``spots`` lead from a place back to the paragraphs of the file.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.source import texts_of
from xlperf.intake.page import BOX, NESTED, TABLE, Document, Page, PageCell
from xlperf.intake.printed_words import note
from xlperf.intake.shown import text_face
from xlperf.intake.word_asides import aside_pages
from xlperf.intake.word_grid import GridCell, TooManyCellsError, read_grid
from xlperf.intake.word_styles import Numbering, read_styles
from xlperf.intake.word_text import Paragraph, TextReader, joined, read_marks
from xlperf.ooxml.active_content import active_content
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.parts import ZipPackage
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.xml_tree import DamagedXmlError, plain_tree

_MAIN, _STYLES, _NUMBERING = "word/document.xml", "word/styles.xml", "word/numbering.xml"
_DDE = re.compile(r"^\s*+DDE(?:AUTO)?\b", re.IGNORECASE | re.MULTILINE)
"""A field that calls another program."""
_FIELDS = b"instr"
_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "sdtPr", "sectPr", "tcPr"})
_REVISIONS = frozenset({"del", "ins", "moveFrom"})
_LONGEST_LEFTOVER = 20
Spot = tuple[int, int]
"""First and last paragraph of a place, counted from 0 over all paragraphs (w:p) of word/document.xml.

A place in a text box has the paragraph that the box is anchored in: Word takes no comments inside of boxes.
"""


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph outside of tables that prints something; ``number`` counts these from 1.

    ``label`` is its automatic number, ``level`` that of its heading style (0 for running text).
    """

    number: int
    label: str
    text: str
    level: int
    spot: Spot


@dataclass(slots=True)
class WordPages:
    """A document read: its pages, its running text, and where both are in the file.

    ``spots`` are by page name and place (表1, 第3行第4列). ``is_revised``: it has marks of revision.
    ``cut_at`` is the number of characters after which
    running text was not read, 0 where all of it was.
    """

    document: Document
    passages: list[Passage] = field(default_factory=list)
    spots: dict[tuple[str, str], Spot] = field(default_factory=dict)
    is_revised: bool = False
    cut_at: int = 0


def word_pages(package: ZipPackage, limits: Limits, kind: str = "docx") -> WordPages:
    """Read a document; raises Refused for damaged XML and for more cells than the limit."""
    try:
        root = plain_tree(package.part(_MAIN))
        made = _readers(package)
        reader = made(root)
        word = _Walker(package.path, kind, reader, limits).read(root)
        word.document.asides = aside_pages(package, root, reader.references, made)
        return word
    except DamagedXmlError as error:
        raise refused("F106", package.path) from error
    except TooManyCellsError as error:
        raise refused("F111", package.path, limit=f"{limits.cells:,}") from error


def noticed(package: ZipPackage, word: WordPages) -> Iterator[Finding]:
    """What is unusual about a Word document: active content, calls of programs, revisions; raises Refused."""
    place = Location(file=package.path)
    yield from active_content(package)
    if any(_calls_programs(package, name) for name in package.parts):
        yield finding("F127", place)
    if word.is_revised:
        yield finding("F128", place)
    if word.cut_at:
        yield finding("F141", place, limit=f"{word.cut_at:,}")


def _calls_programs(package: ZipPackage, name: str) -> bool:
    """Whether a field in a part of the document, its headers and notes included, calls another program."""
    content = package.part(name) if name.startswith("word/") and name.endswith(".xml") else b""
    if _FIELDS not in content:
        return False
    try:
        elements = plain_tree(content).iter()
    except DamagedXmlError as error:
        raise refused("F106", package.path) from error
    codes = [
        element.text or "" if element.tag == "instrText" else f"\n{element.get('instr', '')}\n"
        for element in elements
        if element.tag in ("instrText", "fldChar", "fldSimple")
    ]
    return bool(_DDE.search("".join(codes)))


def _readers(package: ZipPackage) -> Callable[[Element], TextReader]:
    """What makes the reader of the paragraphs of a part; each part counts its lists by itself."""
    styles = read_styles(package.part(_STYLES))
    content = package.part(_NUMBERING)
    lists = plain_tree(content) if content else None
    return lambda root: TextReader(styles, read_marks(root, Numbering(lists, styles)))


class _Walker:
    """Goes through the body in reading order."""

    def __init__(self, path: str, kind: str, reader: TextReader, limits: Limits) -> None:
        self._read, self._limits = reader, limits
        self._result = WordPages(Document(path, [], kind))
        self._waiting: list[str] = []
        self._anchor: Spot | None = None
        self._tables = self._boxes = self._cells = self._characters = 0

    def read(self, root: Element) -> WordPages:
        """All pages and passages."""
        result = self._result
        result.is_revised = any(element.tag in _REVISIONS for element in root.iter())
        line: list[Paragraph] = []
        for element in _blocks(root):
            if element.tag == "tbl":
                self._top_table(element)
            if element.tag == "tbl" or result.cut_at:
                continue
            line.append(self._read.paragraph(element))
            if not line[-1].goes_on:
                self._passage(line)
                line = []
        self._passage(line)
        result.document.tail = tuple(self._waiting)
        return result

    def _top_table(self, element: Element) -> None:
        before, self._waiting = tuple(self._waiting), []
        self._table(element, TABLE, before, None, None)

    def _passage(self, line: Sequence[Paragraph]) -> None:
        """Keep the paragraphs of one printed line, and the text boxes anchored there."""
        text = joined(line)
        room = self._limits.characters - self._characters
        self._characters += len(text)
        if len(text) > room:
            text, self._result.cut_at = text[:room], self._limits.characters
        if text.strip():
            first, result = line[0], self._result
            number = len(result.passages) + 1
            spot = first.ordinal, line[-1].ordinal
            body = text.removeprefix(first.label + first.gap) if first.label else text
            result.passages.append(Passage(number, first.label, body, first.level, spot))
            self._waiting.append(text)
        self._all_boxes(line, None, None)

    def _all_boxes(
        self, paragraphs: Sequence[Paragraph], parent: PageCell | None, owner: Page | None
    ) -> None:
        for paragraph in paragraphs:
            for box in paragraph.boxes:
                outer, self._anchor = self._anchor, self._anchor or (paragraph.ordinal, paragraph.ordinal)
                self._box(box, parent, owner)
                self._anchor = outer

    def _box(self, element: Element, parent: PageCell | None, owner: Page | None) -> None:
        """The page of a text box, and those of the tables in it."""
        self._boxes += 1
        name = texts_of("pages")["places"]["box"].format(number=self._boxes)
        blocks = list(_blocks(element))
        paragraphs = [self._read.paragraph(block) for block in blocks if block.tag == "p"]
        page = Page(name, [], BOX, parent=parent, owner=owner)
        if joined(paragraphs).strip():
            page.cells.append(self._text_cell(paragraphs, (0, 0, 0, 0), name, page))
            self._result.document.pages.append(page)
        self._all_boxes(paragraphs, parent, owner)
        for number, table in enumerate((block for block in blocks if block.tag == "tbl"), 1):
            kind = TABLE if owner is None else NESTED
            self._table(table, kind, (), parent, owner, f"{name}-{number}")

    def _table(
        self,
        element: Element,
        kind: str,
        before: Sequence[str],
        parent: PageCell | None,
        owner: Page | None,
        name: str = "",
    ) -> None:
        """The page of a table, then those of the tables and text boxes in its cells."""
        if not name:
            self._tables += 1
            name = texts_of("pages")["places"]["table"].format(number=self._tables)
        grid = read_grid(element, self._limits.cells)
        self._cells += len(grid.cells)
        if self._cells > self._limits.cells:
            raise TooManyCellsError
        page = Page(name, [], kind, before, grid.widths, parent, owner)
        self._result.document.pages.append(page)
        inner = [self._cell(cell, page) for cell in grid.cells]
        for cell, paragraphs, tables in inner:
            self._all_boxes(paragraphs, cell, page)
            for above, table in tables:
                self._table(table, NESTED, above, cell, page)

    def _cell(
        self, placed: GridCell, page: Page
    ) -> tuple[PageCell, list[Paragraph], list[tuple[tuple[str, ...], Element]]]:
        """A cell of a page, its paragraphs, and the tables in it with the paragraphs above each."""
        paragraphs: list[Paragraph] = []
        tables: list[tuple[tuple[str, ...], Element]] = []
        above = 0
        for block in _blocks(placed.element):
            if block.tag == "p":
                paragraphs.append(self._read.paragraph(block))
            else:
                lines = joined(paragraphs[above:]).split("\n")
                tables.append((tuple(line for line in lines if line.strip()), block))
                above = len(paragraphs)
        place = _place(placed)
        span = placed.top, placed.bottom, placed.first, placed.last
        cell = self._text_cell(paragraphs, span, place, page)
        cell.notes += tuple(self._leftovers(placed))
        page.cells.append(cell)
        return cell, paragraphs, tables

    def _text_cell(
        self, paragraphs: Sequence[Paragraph], span: tuple[int, int, int, int], place: str, page: Page
    ) -> PageCell:
        if paragraphs:
            own = paragraphs[0].ordinal, paragraphs[-1].ordinal
            self._result.spots[page.name, place] = self._anchor or own
        seen = text_face(joined(paragraphs))
        notes = dict.fromkeys(text for paragraph in paragraphs for text in paragraph.notes)
        return PageCell(
            *span,
            seen.text,
            seen.number,
            seen.percent,
            seen.decimals,
            place,
            notes=(*notes, *seen.notes),
        )

    def _leftovers(self, placed: GridCell) -> Iterator[str]:
        """What is still written in the cells that a merge covers, where nobody sees it."""
        for covered in placed.covered:
            blocks = [block for block in _blocks(covered.element) if block.tag == "p"]
            text = joined([self._read.paragraph(block) for block in blocks]).strip()
            if text:
                yield note("under_merge", content=f"{_place(covered)}“{text[:_LONGEST_LEFTOVER]}”")


def _place(cell: GridCell) -> str:
    place: str = texts_of("pages")["places"]["cell"].format(row=cell.top + 1, column=cell.ordinal)
    return place


def _blocks(parent: Element) -> Iterator[Element]:
    """The paragraphs and tables right inside a body, a cell or a text box, through wrappers."""
    for part in parent:
        if part.tag in ("p", "tbl"):
            yield part
        elif part.tag not in _SKIPPED:
            yield from _blocks(part)
