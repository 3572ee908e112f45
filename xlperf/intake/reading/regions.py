"""The cells of a page by row and column → regions, each what one form covers.

Forms side by side, or one below the other, each become a Region of their own.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from xlperf.intake.page import Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.recognition import is_header_row, is_title, key_of

LAST_ROW, LAST_COLUMN = 3000, 256
"""So many rows and columns are looked at, from the first filled ones: no form reaches further."""
MOST_CELLS, MOST_ON_PAGE = 6000, 40_000
"""A region, or a page, with more filled cells than this is no form."""
_FIRST_KEYS = (names.PROJECT_NAME, names.DEPARTMENT)
_TITLE = "title"
_ENOUGH_ROWS = 2
_MOST_STRIPS = 12


class CellGrid:
    """Filled cells of a page by position, without hidden ones; a merged cell is at all its positions.

    ``top`` and ``left`` are where the page begins: 0, where it does not reach far. ``beyond`` are the cells
    that are too far from there to be looked at.

    Rows of ``left_out`` cells count as not there: between the rows above and below nothing is empty.
    """

    def __init__(self, page: Page, left_out: Sequence[PageCell] = ()) -> None:
        self.page = page
        self.left_out_rows = {cell.r0 for cell in left_out}
        unseen = {id(cell) for cell in left_out}
        seen = [cell for cell in page.filled() if not cell.hidden and id(cell) not in unseen]
        self.top = _first([cell.r0 for cell in seen], LAST_ROW)
        self.left = _first([cell.c0 for cell in seen], LAST_COLUMN)
        self.cells = sorted(
            (cell for cell in seen if cell.r0 < self.top + LAST_ROW and cell.c0 < self.left + LAST_COLUMN),
            key=lambda cell: (cell.r0, cell.c0),
        )
        near = {id(cell) for cell in self.cells}
        self.beyond = [cell for cell in seen if id(cell) not in near]
        last = self.left + LAST_COLUMN
        self.rows = max((cell.r0 for cell in self.cells), default=-1) + 1
        self.columns = max((cell.c0 for cell in self.cells), default=-1) + 1
        self._at: dict[tuple[int, int], PageCell] = {}
        self._blank = _tall_blanks(page, self.rows, last)
        self._rows_of: dict[int, list[int]] = {}
        for cell in self.cells:
            for row in range(cell.r0, min(cell.r1, self.rows - 1) + 1):
                for column in range(cell.c0, min(cell.c1, last) + 1):
                    self._at[row, column] = cell
        self.columns = max((min(cell.c1, last) for cell in self.cells), default=-1) + 1

    def at(self, row: int, column: int) -> PageCell | None:
        """The filled cell that covers a position."""
        return self._at.get((row, column))

    def is_filled(self, first_row: int, last_row: int, first: int, last: int) -> bool:
        """Whether a filled cell is in these rows and columns, both ends included."""
        if not self._rows_of:
            for row, column in sorted(self._at):
                self._rows_of.setdefault(column, []).append(row)
        listed = (self._rows_of.get(column, []) for column in range(first, last + 1))
        return any(rows and _has_between(rows, first_row, last_row) for rows in listed)

    def is_tall_blank(self, row: int, column: int) -> bool:
        """Whether an empty cell merged over several rows covers a position: it is blank, nothing goes on."""
        return (row, column) in self._blank

    def starting_in(self, first: int, last: int) -> Sequence[PageCell]:
        """The filled cells whose first row is one of these, both included, row by row, left to right."""
        start = bisect_left(self.cells, first, key=lambda cell: cell.r0)
        return self.cells[start : bisect_left(self.cells, last + 1, key=lambda cell: cell.r0)]


def _has_between(numbers: Sequence[int], first: int, last: int) -> bool:
    """Whether one of some sorted numbers lies in ``first``..``last``."""
    at = bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] <= last


def _first(places: Sequence[int], limit: int) -> int:
    """The first of some rows or columns, where one of them lies beyond the limit; else 0."""
    return min(places) if max(places, default=0) >= limit else 0


def _tall_blanks(page: Page, rows: int, last: int) -> set[tuple[int, int]]:
    return {
        (row, column)
        for cell in page.cells
        if cell.r1 > cell.r0 and cell.blank
        for row in range(cell.r0, min(cell.r1, rows - 1) + 1)
        for column in range(cell.c0, min(cell.c1, last) + 1)
    }


class Region:
    """Rows ``r0``..``r1`` and columns ``c0``..``c1`` of a page, both ends included."""

    def __init__(self, grid: CellGrid, r0: int, r1: int, c0: int, c1: int) -> None:
        self.grid, self.page = grid, grid.page
        self.r0, self.r1, self.c0, self.c1 = r0, r1, c0, c1
        self.cells = [cell for cell in grid.starting_in(r0, r1) if c0 <= cell.c0 <= c1]
        self._rows: dict[int, list[PageCell]] = {}
        for cell in self.cells:
            self._rows.setdefault(cell.r0, []).append(cell)
        self._filled_rows = sorted(self._rows)

    def at(self, row: int, column: int) -> PageCell | None:
        """The filled cell at a position of the page."""
        return self.grid.at(row, column)

    def row(self, row: int) -> Sequence[PageCell]:
        """The filled cells that start in ``row`` of the region, left to right."""
        return self._rows.get(row, ())

    def rows(self) -> Iterator[tuple[int, Sequence[PageCell]]]:
        """Rows in which filled cells start, with those cells."""
        return ((row, self._rows[row]) for row in self._filled_rows)

    def next_row(self, row: int) -> int | None:
        """The next row below ``row`` in which a filled cell starts."""
        index = bisect_left(self._filled_rows, row + 1)
        return self._filled_rows[index] if index < len(self._filled_rows) else None

    def across(self, row: int, first: int, last: int) -> list[PageCell]:
        """The filled cells over columns ``first``..``last`` of ``row``, each once, left to right."""
        found: list[PageCell] = []
        for column in range(first, last + 1):
            cell = self.grid.at(row, column)
            if cell is not None and (not found or found[-1] is not cell):
                found.append(cell)
        return found

    def outline(self, row: int) -> set[tuple[int, int]]:
        """How a row is cut into filled cells: (first column, last column) of each that starts there."""
        return {(cell.c0, cell.c1) for cell in self.row(row)}

    def left_of(self, cell: PageCell) -> PageCell | None:
        """The next filled cell on the left in the cell's first row."""
        return self._first_in(cell.r0, range(cell.c0 - 1, self.c0 - 1, -1))

    def right_of(self, cell: PageCell) -> PageCell | None:
        """The next filled cell on the right in the cell's first row."""
        return self._first_in(cell.r0, range(cell.c1 + 1, self.c1 + 1))

    def _first_in(self, row: int, columns: range) -> PageCell | None:
        return next((found for column in columns if (found := self.grid.at(row, column))), None)


def regions(grid: CellGrid, lex: Lexicon) -> list[Region]:
    """The regions of a page, left to right, each strip from the top."""
    found: list[Region] = []
    for first, last in _strips(grid, lex):
        strip = Region(grid, grid.top, grid.rows - 1, first, last)
        found += [Region(grid, top, bottom, first, last) for top, bottom in _stacked(strip, lex)]
    return found


def parts_of(grid: CellGrid, lex: Lexicon) -> list[tuple[int, int]]:
    """First and last row of each form that begins with a title or a first label; none where forms are side
    by side.
    """
    strips = _strips(grid, lex)
    return _stacked(Region(grid, grid.top, grid.rows - 1, *strips[0]), lex) if len(strips) == 1 else []


def _stacked(strip: Region, lex: Lexicon) -> list[tuple[int, int]]:
    """Rows of each form: a title below content, or a first label that comes again, begins the next."""
    found: list[tuple[int, int]] = []
    begin, content, header = strip.r0, 0, -1
    keys: set[str] = set()
    for row, cells in strip.rows():
        if is_header_row(lex, cells):
            header = row if header < 0 else header
            if content > _ENOUGH_ROWS and any(is_title(lex, cell.text) for cell in cells):
                found.append((begin, header - 1))
                begin, content, keys = header, 0, set()
            continue
        key = key_of(lex, cells[0].text)
        if key in _FIRST_KEYS:
            if key in keys:
                start = header if header >= 0 else row
                found.append((begin, start - 1))
                begin, keys = start, set()
            keys.add(str(key))
        content, header = content + 1, -1
    return [*found, (begin, strip.r1)]


def _strips(grid: CellGrid, lex: Lexicon) -> list[tuple[int, int]]:
    """Column ranges of forms side by side.

    A cut goes where no cell crosses it and both sides have the same key: in one row, or with an empty
    column between, or each under its own title.
    """
    last = grid.columns - 1
    keys = _keys(grid, lex)
    crossed = _Crossed(grid, lex)
    empty = {column for column in range(1, last) if not crossed.occupied[column]}
    starts = _starts(keys) | {column + 1 for column in empty if column + 1 not in empty}
    strips: list[tuple[int, int]] = []
    first = grid.left
    for start in sorted(starts):
        if crossed.boundary[start] or start <= first or len(strips) >= _MOST_STRIPS:
            continue
        left = {key for key, cell in keys if first <= cell.c0 and cell.c1 < start}
        if left & {key for key, cell in keys if cell.c0 >= start}:
            cut = start
            while cut - 1 in empty:
                cut -= 1
            strips.append((first, cut - 1))
            first = start
    return [*strips, (first, last)]


def _keys(grid: CellGrid, lex: Lexicon) -> list[tuple[str, PageCell]]:
    found = []
    for cell in grid.cells:
        key = _TITLE if is_title(lex, cell.text) else key_of(lex, cell.text)
        if key:
            found.append((key, cell))
    return found


def _starts(keys: list[tuple[str, PageCell]]) -> set[int]:
    """Columns with a title, or with a key that its row has further left already.

    The same key in the next column (三级指标 | 四级指标) is of one form.
    """
    first: dict[tuple[str, int], int] = {}
    latest: dict[tuple[str, int], int] = {}
    starts = set()
    for key, cell in keys:
        at = key, cell.r0
        leftmost, before = first.setdefault(at, cell.c1), latest.get(at)
        latest[at] = cell.c1
        if (leftmost < cell.c0 and before != cell.c0 - 1) or (key == _TITLE and cell.c0 > 0):
            starts.add(cell.c0)
    return starts


class _Crossed:
    """How many cells cross the left border of each column, titles aside, and how many are in it."""

    def __init__(self, grid: CellGrid, lex: Lexicon) -> None:
        self.boundary: dict[int, int] = defaultdict(int)
        self.occupied: dict[int, int] = defaultdict(int)
        for cell in grid.cells:
            last = min(cell.c1, grid.columns)
            for column in range(cell.c0, last + 1):
                self.occupied[column] += 1
            if last > cell.c0 and not is_header_row(lex, [cell]) and not lex.label(cell.text).of("note"):
                for column in range(cell.c0 + 1, last + 1):
                    self.boundary[column] += 1
