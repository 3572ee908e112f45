"""A finding and the pages of its file → the rows around its cell, as a small table to draw."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.source import texts_of
from xlperf.intake.page import SHEET, Document, Page, PageCell


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A cell of a drawing: its text, over how many columns and rows it goes, whether it is the one meant."""

    text: str
    columns: int
    rows: int
    is_meant: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """``columns`` are the letters above, each row has its number and its cells; both "" in Word."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[DrawnCell]]]


class Surroundings:
    """Draws the surroundings of cells of one document."""

    def __init__(self, document: Document) -> None:
        self._pages = {page.name: _Indexed(page) for page in (*document.pages, *document.hidden)}

    def drawn(self, sheet: str, cell: str) -> Drawing | None:
        """The rows around ``cell``, the first of several; None for a place that no page has."""
        page = self._pages.get(sheet)
        place = cell.partition(":")[0].partition("、")[0]
        meant = page.places.get(place) if page and place else None
        return page.around(meant) if page and meant else None


class _Indexed:
    """The cells of a page by place and by row."""

    def __init__(self, page: Page) -> None:
        self._is_sheet = page.kind == SHEET
        self.places = {cell.place: cell for cell in page.cells}
        self._rows: dict[int, list[PageCell]] = defaultdict(list)
        most = texts_of("selfcheck")["drawing"]["spread"]
        for cell in page.cells:
            if not cell.hidden:
                for row in range(cell.r0, min(cell.r1, cell.r0 + most) + 1):
                    self._rows[row].append(cell)
        for cells in self._rows.values():
            cells.sort(key=lambda cell: cell.c0)

    def around(self, meant: PageCell) -> Drawing:
        """The rows above and below ``meant``, as many columns as are declared."""
        limits = texts_of("selfcheck")["drawing"]
        rows = range(max(meant.r0 - limits["rows"], 0), meant.r0 + limits["rows"] + 1)
        shown = [row for row in rows if self._rows.get(row)]
        last = max((self._rows[row][-1].c1 for row in shown), default=meant.c1)
        first = max(min(meant.c0 - limits["before"], last + 1 - limits["columns"]), 0)
        columns = range(first, min(last + 1, first + limits["columns"]))
        letters = [get_column_letter(column + 1) if self._is_sheet else "" for column in columns]
        return Drawing(
            letters,
            [
                (str(row + 1) if self._is_sheet else "", [*self._cells(row, shown, columns, meant)])
                for row in shown
            ],
        )

    def _cells(self, row: int, rows: Sequence[int], columns: range, meant: PageCell) -> Iterator[DrawnCell]:
        """The cells that begin in a row of the drawing, and empty ones between them."""
        longest = texts_of("selfcheck")["drawing"]["letters"]
        cells = self._rows[row]
        column = columns.start
        at = bisect_left(cells, column, key=lambda cell: cell.c1)
        for cell in cells[at : at + len(columns)]:
            start, end = max(cell.c0, columns.start), min(cell.c1 + 1, columns.stop)
            if start >= columns.stop:
                break
            yield from (DrawnCell("", 1, 1, is_meant=False) for _ in range(column, start))
            column = end
            if row == min(shown for shown in rows if shown >= cell.r0):
                covered = sum(cell.r0 <= shown <= cell.r1 for shown in rows)
                text = " ".join(cell.text.split())
                text = text if len(text) <= longest else f"{text[:longest]}…"
                yield DrawnCell(text, end - start, max(covered, 1), is_meant=cell is meant)
        yield from (DrawnCell("", 1, 1, is_meant=False) for _ in range(column, columns.stop))
