"""A Word package → a Book: each table one sheet, with the paragraphs that head and follow it.

A table that goes on over the page with its head repeated is one sheet; ``spots`` keeps where in
the document each cell stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree

from openpyxl.utils import get_column_letter

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.headings import is_caption
from xlperf.intake.sheet_builder import SheetMaker, Span
from xlperf.intake.word_body import (
    Document,
    WordCell,
    WordTable,
    read_document,
)
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.parts import Package
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.sheet_cells import Sheet

_MAIN = "word/document.xml"
_MOST_ABOVE = 5
_MOST_BELOW = 4
_COLUMNS = 4
"""Texts in a row that make it a head of columns."""
_LONGEST_HEAD = 60
"""Letters of a paragraph beyond which it is a sentence, no head of a table."""


@dataclass(slots=True)
class Piece:
    """A table with its paragraphs: ``numbers`` are those of the tables it was joined from, from 1."""

    above: list[str]
    numbers: list[int] = field(default_factory=list)
    rows: list[tuple[int, int, list[WordCell]]] = field(default_factory=list)
    """Number of the table, number of the row in it, and its cells."""
    below: list[str] = field(default_factory=list)


def read_word(package: Package, limits: Limits) -> Book:
    """Read the tables of a document; one without tables is a Book without sheets.

    Raises Refused for damaged XML and for more cells than the limit.
    """
    try:
        document = read_document(package.part(_MAIN))
    except (ElementTree.ParseError, RecursionError) as error:
        raise refused("F106", package.path) from error
    cells = sum(len(row) for one in document.blocks if isinstance(one, WordTable) for row in one.rows)
    if cells > limits.cells:
        raise refused("F111", package.path, limit=f"{limits.cells:,}")
    found = pieces(document)
    sheets: list[Sheet] = []
    spots: dict[tuple[str, str], str] = {}
    for piece in found:
        sheet, places = _sheet(piece)
        sheets.append(sheet)
        spots |= {(sheet.name, address): place for address, place in places.items()}
    texts = [block for block in document.blocks if isinstance(block, str)]
    return Book(package.path, sheets, {}, {}, list(_noticed(package, document)), "docx", spots, texts)


def _noticed(package: Package, document: Document) -> Iterator[Finding]:
    place = Location(file=package.path)
    if any(name.endswith("vbaProject.bin") for name in package.parts):
        yield finding("F120", place)
    if any(name.startswith("word/embeddings/") for name in package.parts):
        yield finding("F122", place)
    if document.has_dde:
        yield finding("F127", place)
    if document.is_revised:
        yield finding("F128", place)


def pieces(document: Document) -> list[Piece]:
    """The tables of a document with their paragraphs, joined where one goes on over the page."""
    found: list[Piece] = []
    waiting: list[str] = []
    number = 0
    for block in document.blocks:
        if isinstance(block, str):
            waiting.append(block)
            continue
        number += 1
        waiting += block.lead
        if block.is_layout:
            continue
        if found and not any(map(str.strip, waiting)) and (again := _repeated(found[-1], block)):
            _add(found[-1], number, block.rows[again:], again + 1)
        else:
            below, above = _divided(waiting)
            if found:
                found[-1].below = below
            found.append(Piece(above))
            _add(found[-1], number, block.rows, 1)
        waiting = []
    if found:
        found[-1].below = _heads(waiting)[:_MOST_BELOW]
    return found


def _add(piece: Piece, number: int, rows: Sequence[list[WordCell]], first: int) -> None:
    piece.numbers.append(number)
    piece.rows += [(number, index, row) for index, row in enumerate(rows, first)]


def _repeated(piece: Piece, table: WordTable) -> int:
    """How many rows at the top of ``table`` are the head of ``piece``, or of the columns in it, again."""
    if not table.rows:
        return 0
    again = _texts(table.rows[0])
    if _texts(piece.rows[0][2]) == again:
        return 1
    heads = [_texts(row) for _, _, row in piece.rows]
    return int(sum(map(bool, again)) >= _COLUMNS and again in heads)


def _texts(row: Sequence[WordCell]) -> list[list[str]]:
    return [cell.text.split() for cell in row]


def _divided(between: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs between two tables: those that belong to the one above, those that head the next."""
    heads = _heads(between)
    start = max((index for index, text in enumerate(heads) if is_caption(text)), default=-1)
    if start < 0 or len(heads) - start > _MOST_ABOVE:
        start = max(len(heads) - _MOST_ABOVE, 0)
        return heads[: min(start, _MOST_BELOW)], heads[start:]
    return heads[:start][:_MOST_BELOW], heads[start:]


def _heads(paragraphs: Sequence[str]) -> list[str]:
    return [text.strip() for text in paragraphs if 0 < len("".join(text.split())) <= _LONGEST_HEAD]


def _sheet(piece: Piece) -> tuple[Sheet, dict[str, str]]:
    """The sheet of a piece, and its cells' places in the words of the document."""
    maker = SheetMaker("、".join(f"表{number}" for number in piece.numbers))
    places: dict[str, str] = {}
    merges: dict[tuple[int, int], Span] = {}
    down: dict[tuple[int, int], int] = {}
    for row, text in enumerate(piece.above, 1):
        maker.put(row, 1, text)
        places[f"A{row}"] = f"上方“{text[:10]}”"
    row = len(piece.above)
    for number, index, cells in piece.rows:
        row += 1
        table = f"表{number} " if len(piece.numbers) > 1 else ""
        for cell in cells:
            places[f"{get_column_letter(cell.first)}{row}"] = f"{table}第{index}行第{cell.ordinal}列"
            top = down.get((cell.first, cell.last), row) if cell.continues else row
            down[cell.first, cell.last] = top
            if not cell.continues:
                maker.put(row, cell.first, cell.text)
            if (top, cell.last) != (row, cell.first):
                merges[top, cell.first] = (top, cell.first, row, cell.last)
    for at, text in enumerate(piece.below, row + 1):
        maker.put(at, 1, text)
        places[f"A{at}"] = f"下方“{text[:10]}”"
    return maker.sheet(merges.values(), last_row=row + len(piece.below)), places
