"""The pages of a file → regions, each what one form covers; Word tables that go on are joined first.

Columns of joined tables are laid over each other by where they are; forms side by side, or one below the
other, each become a Region of its own.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from xlperf.intake.page import TABLE, Cell, Page
from xlperf.intake.reading import names
from xlperf.intake.reading.grid import Grid, Region
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.texts import is_header_row, is_title, key_of

_SAME_BORDER = 80
"""Column borders nearer than this many twips (1.4 mm) are one."""
_NEAR_BORDER = 120
_WIDTH_MAY_DIFFER = 0.03
_SHARED_BORDERS = 0.8
_UNKNOWN_WIDTH = 500
_SHORT_TEXT = 40
_TOP_ROWS = 3
_BEGINNINGS = (names.PROJECT_NAME, names.DEPARTMENT, names.STAFF_QUOTA)


@dataclass(slots=True, eq=False)
class Stretch:
    """A page as it is read: a page of the file, or several joined.

    ``origins``: id of a cell that was moved → the page and the cell of the file.
    """

    page: Page
    parts: list[Page]
    origins: dict[int, tuple[Page, Cell]] = field(default_factory=dict)


def stretches(pages: Sequence[Page], lex: Lexicon) -> list[Stretch]:
    """All pages in order, continued tables joined."""
    found: list[_Growing] = []
    for page in pages:
        if found and found[-1].goes_on(page, lex):
            found[-1].add(page, lex)
        else:
            found.append(_Growing(page, lex))
    return [growing.stretch() for growing in found]


class _Growing:
    """Tables on the way to a stretch: their column borders laid over each other, and the names on them."""

    def __init__(self, page: Page, lex: Lexicon) -> None:
        self.parts = [page]
        self.borders = _borders(page)
        self.named = _named(page, lex)

    def goes_on(self, page: Page, lex: Lexicon) -> bool:
        """Whether a table is the rest of these: same outline, nothing between, no beginning."""
        if not self.parts[-1].kind == page.kind == TABLE or sum(map(len, page.before)) >= _SHORT_TEXT:
            return False
        if any(is_title(lex, text) or lex.label(text).of("attachment") for text in page.before):
            return False
        tops = [cell.text for cell in page.filled() if cell.r0 < _TOP_ROWS]
        if any(is_title(lex, text) or key_of(lex, text) in _BEGINNINGS for text in tops):
            return False
        if self.named & _named(page, lex):
            return False
        first, second = self.borders, _borders(page)
        if abs(first[-1] - second[-1]) > _WIDTH_MAY_DIFFER * max(first[-1], 1):
            return False
        shared = sum(any(abs(x - y) <= _NEAR_BORDER for y in first) for x in second)
        return shared >= _SHARED_BORDERS * len(second)

    def add(self, page: Page, lex: Lexicon) -> None:
        """Join the next table."""
        edges: list[int] = []
        for border in sorted({*self.borders, *_borders(page)}):
            if not edges or border - edges[-1] > _SAME_BORDER:
                edges.append(border)
        self.parts.append(page)
        self.borders = edges
        self.named |= _named(page, lex)

    def stretch(self) -> Stretch:
        """The tables as one page."""
        first, edges = self.parts[0], self.borders
        if len(self.parts) == 1:
            return Stretch(first, self.parts)
        cells: list[Cell] = []
        origins: dict[int, tuple[Page, Cell]] = {}
        rows = 0
        for part in self.parts:
            places = [min(range(len(edges)), key=lambda at: abs(edges[at] - x)) for x in _borders(part)]
            for cell in part.cells:
                left, right = places[cell.c0], places[cell.c1 + 1]
                moved = replace(cell, r0=cell.r0 + rows, r1=cell.r1 + rows, c0=left, c1=max(right - 1, left))
                cells.append(moved)
                origins[id(moved)] = part, cell
            rows += max((cell.r1 for cell in part.cells), default=-1) + 1
        grid = tuple(right - left for left, right in pairwise(edges))
        return Stretch(Page(first.name, cells, TABLE, first.before, grid), self.parts, origins)


def _named(page: Page, lex: Lexicon) -> set[str]:
    """The name fields whose labels a table has: those of the same ones begin another form."""
    found = (lex.label(cell.text).of("field") for cell in page.filled())
    return {name for name in found if name in names.NAME_FIELDS}


def _borders(page: Page) -> list[int]:
    """Where the column borders are, from the left edge, in twips."""
    columns = max((cell.c1 for cell in page.cells), default=-1) + 1
    widths = [*page.grid, *[_UNKNOWN_WIDTH] * (columns - len(page.grid))]
    return [0, *accumulate(widths)]


_FIRST_KEYS = (names.PROJECT_NAME, names.DEPARTMENT)
_TITLE = "title"
_ENOUGH_ROWS = 2
_MOST_STRIPS = 12


def regions(grid: Grid, lex: Lexicon) -> list[Region]:
    """The regions of a page, left to right, each strip from the top."""
    found: list[Region] = []
    for first, last in _strips(grid, lex):
        strip = Region(grid, grid.top, grid.rows - 1, first, last)
        found += [Region(grid, top, bottom, first, last) for top, bottom in _stacked(strip, lex)]
    return found


def parts_of(grid: Grid, lex: Lexicon) -> list[tuple[int, int]]:
    """First and last row of each form that begins with a title or a first label; none where forms stand side
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


def _strips(grid: Grid, lex: Lexicon) -> list[tuple[int, int]]:
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


def _keys(grid: Grid, lex: Lexicon) -> list[tuple[str, Cell]]:
    found = []
    for cell in grid.cells:
        key = _TITLE if is_title(lex, cell.text) else key_of(lex, cell.text)
        if key:
            found.append((key, cell))
    return found


def _starts(keys: list[tuple[str, Cell]]) -> set[int]:
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

    def __init__(self, grid: Grid, lex: Lexicon) -> None:
        self.boundary: dict[int, int] = defaultdict(int)
        self.occupied: dict[int, int] = defaultdict(int)
        for cell in grid.cells:
            last = min(cell.c1, grid.columns)
            for column in range(cell.c0, last + 1):
                self.occupied[column] += 1
            if last > cell.c0 and not is_header_row(lex, [cell]) and not lex.label(cell.text).of("note"):
                for column in range(cell.c0 + 1, last + 1):
                    self.boundary[column] += 1
