"""The pages of a Word document → a Book: each table one sheet, with the paragraphs above and below it.

A table that goes on over the page with its headings repeated is one sheet; ``spots`` keeps where in
the document each cell comes from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.book import Book, SheetMaker, Span
from xlperf.intake.page import BOX, NESTED, Document, Page
from xlperf.intake.word_pages import WordPages
from xlperf.ooxml.sheet_cells import Sheet

_MOST_ABOVE = 5
_MOST_BELOW = 4
_SHOWN = 10
_COLUMNS = 4
"""Texts in a row that make it one of headings."""
_LONGEST_HEAD = 60
"""Letters of a paragraph beyond which it is a sentence, no title of a table."""


_Row = tuple[tuple[str, ...], ...]
"""The words of each cell of a row."""


@dataclass(slots=True)
class TablePiece:
    """Tables that are one, with their paragraphs; of each table the first row that is no repeated heading.

    ``first`` is the first row of all, ``rows`` are all of them, by their words.
    """

    above: list[str]
    tables: list[tuple[Page, int]] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    first: _Row | None = None
    rows: set[_Row] = field(default_factory=set)

    def add(self, table: Page, start: int) -> None:
        """Join ``table`` from row ``start`` on."""
        rows = _rows(table)[start:]
        self.first = rows[0] if rows and not self.tables else self.first
        self.rows.update(rows)
        self.tables.append((table, start))

    def name(self) -> str:
        """表1, or 表1、表2."""
        return "、".join(table.name for table, _ in self.tables)


def book_of_word(word: WordPages, findings: list[Finding]) -> Book:
    """The tables of a document whose pages have been read as a Book; without tables it has no sheets.

    ``findings`` say what is unusual about the file.
    """
    sheets: list[Sheet] = []
    spots: dict[tuple[str, str], str] = {}
    for piece in pieces(word.document):
        sheet, places = _sheet(piece)
        sheets.append(sheet)
        spots |= {(sheet.name, address): place for address, place in places.items()}
    texts = [passage.label + passage.text for passage in word.passages]
    document = word.document
    return Book(document.source, sheets, {}, {}, findings, document.kind, spots, texts)


def pieces(document: Document) -> list[TablePiece]:
    """The tables of a document with their paragraphs, joined where one goes on over the page."""
    found: list[TablePiece] = []
    waiting: list[str] = []
    layouts = set(_layouts(document.pages))
    for page in document.pages:
        if page.kind == BOX:
            continue
        if page.kind != NESTED or id(page.owner) in layouts:
            waiting += page.before
        if id(page) in layouts:
            continue
        if found and not waiting and (again := _repeated(found[-1], page)):
            found[-1].add(page, again)
        else:
            below, above = _divided(waiting)
            if found:
                found[-1].below = below
            found.append(TablePiece(above))
            found[-1].add(page, 0)
        waiting = []
    if found:
        found[-1].below = _short([*waiting, *document.tail])[:_MOST_BELOW]
    return found


def _layouts(pages: Sequence[Page]) -> Iterator[int]:
    """The ``id()`` of the tables whose cells only hold other tables and what introduces those."""
    introductions: dict[int, list[str]] = {}
    for page in pages:
        if page.kind == NESTED:
            introductions.setdefault(id(page.owner), []).extend(line.strip() for line in page.before)
    for page in pages:
        if id(page) in introductions:
            lines = (line.strip() for cell in page.filled() for line in cell.text.split("\n"))
            if sorted(filter(None, lines)) == sorted(introductions[id(page)]):
                yield id(page)


def _repeated(piece: TablePiece, table: Page) -> int:
    """How many rows at the top of ``table`` repeat the first row of ``piece``, or a row of headings in it."""
    again = next(iter(_rows(table)), None)
    if again is None:
        return 0
    return int(piece.first == again or (sum(map(bool, again)) >= _COLUMNS and again in piece.rows))


def _rows(page: Page) -> list[_Row]:
    """The words of each cell, row by row; a cell that goes on from above is empty."""
    last = max((cell.r1 for cell in page.cells), default=-1)
    rows: list[list[tuple[str, ...]]] = [[] for _ in range(last + 1)]
    for cell in sorted(page.cells, key=lambda cell: cell.c0):
        rows[cell.r0].append(tuple(cell.text.split()))
        for row in rows[cell.r0 + 1 : cell.r1 + 1]:
            row.append(())
    return [tuple(row) for row in rows]


def _divided(between: list[str]) -> tuple[list[str], list[str]]:
    """The paragraphs between two tables: those of the one above, and those that are titles of the next."""
    short = _short(between)
    start = max((index for index, text in enumerate(short) if _is_caption(text)), default=-1)
    if start < 0 or len(short) - start > _MOST_ABOVE:
        start = max(len(short) - _MOST_ABOVE, 0)
        return short[: min(start, _MOST_BELOW)], short[start:]
    return short[:start][:_MOST_BELOW], short[start:]


def _is_caption(text: str) -> bool:
    """Whether a paragraph is one above a title, as 附件1 does."""
    return text.startswith(tuple(texts_of("received")["captions"]))


def _short(paragraphs: Sequence[str]) -> list[str]:
    return [text.strip() for text in paragraphs if 0 < len("".join(text.split())) <= _LONGEST_HEAD]


def _sheet(piece: TablePiece) -> tuple[Sheet, dict[str, str]]:
    """The sheet of a piece, and its cells' places in the words of the document."""
    maker = SheetMaker(piece.name())
    places: dict[str, str] = {}
    merges: list[Span] = []
    for row, text in enumerate(piece.above, 1):
        maker.put(row, 1, text)
        places[f"A{row}"] = text_of("pages", "places", "above", text=text[:_SHOWN])
    last = len(piece.above)
    for table, first in piece.tables:
        start, prefix = last + 1 - first, f"{table.name} " if len(piece.tables) > 1 else ""
        for cell in (cell for cell in table.cells if cell.r0 >= first):
            row = start + cell.r0
            maker.put(row, cell.c0 + 1, cell.text)
            places[f"{get_column_letter(cell.c0 + 1)}{row}"] = prefix + cell.place
            if (row, cell.c0) != (start + cell.r1, cell.c1):
                merges.append((row, cell.c0 + 1, start + cell.r1, cell.c1 + 1))
            last = max(last, start + cell.r1)
    for row, text in enumerate(piece.below, last + 1):
        maker.put(row, 1, text)
        places[f"A{row}"] = text_of("pages", "places", "below", text=text[:_SHOWN])
    return maker.sheet(merges, last_row=last + len(piece.below)), places
