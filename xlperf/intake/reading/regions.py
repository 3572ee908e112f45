"""A page → its regions: forms side by side, or one below the other, each become a Region of its own."""

from collections import defaultdict

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.grid import Grid, Region
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.texts import is_header_row, is_title, key_of

_FIRST_KEYS = (names.PROJECT_NAME, names.DEPARTMENT)
_TITLE = "title"
_ENOUGH_ROWS = 2
_MOST_STRIPS = 12


def regions(grid: Grid, lex: Lexicon) -> list[Region]:
    """The regions of a page, left to right, each strip from the top."""
    found: list[Region] = []
    for first, last in _strips(grid, lex):
        strip = Region(grid, 0, grid.rows - 1, first, last)
        found += [Region(grid, top, bottom, first, last) for top, bottom in _stacked(strip, lex)]
    return found


def _stacked(strip: Region, lex: Lexicon) -> list[tuple[int, int]]:
    """Rows of each form: a title below content, or a first label that comes again, begins the next."""
    found: list[tuple[int, int]] = []
    begin, content, header = 0, 0, -1
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
    first = 0
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
    """Columns in which a title stands, or a key that its row has further left already."""
    seen: dict[tuple[str, int], int] = {}
    starts = set()
    for key, cell in keys:
        leftmost = seen.setdefault((key, cell.r0), cell.c1)
        if leftmost < cell.c0 or (key == _TITLE and cell.c0 > 0):
            starts.add(cell.c0)
    return starts


class _Crossed:
    """How many cells cross the left border of each column, titles aside, and how many stand in it."""

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
