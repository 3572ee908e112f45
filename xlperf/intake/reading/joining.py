"""Word tables that go on over the page → one page; columns are laid over each other by where they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from xlperf.intake.page import TABLE, Cell, Page
from xlperf.intake.reading import names
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.texts import is_title, key_of

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
    found: list[Stretch] = []
    for page in pages:
        if found and _goes_on(found[-1].page, page, lex):
            found[-1] = _joined(found[-1], page)
        else:
            found.append(Stretch(page, [page]))
    return found


def _goes_on(above: Page, page: Page, lex: Lexicon) -> bool:
    """Whether a table is the rest of the one above: same outline, nothing between, no beginning."""
    if not above.kind == page.kind == TABLE or sum(map(len, page.before)) >= _SHORT_TEXT:
        return False
    if any(is_title(lex, text) or lex.label(text).of("attachment") for text in page.before):
        return False
    tops = [cell.text for cell in page.filled() if cell.r0 < _TOP_ROWS]
    if any(is_title(lex, text) or key_of(lex, text) in _BEGINNINGS for text in tops):
        return False
    if _named(above, lex) & _named(page, lex):
        return False
    first, second = _borders(above), _borders(page)
    if abs(first[-1] - second[-1]) > _WIDTH_MAY_DIFFER * max(first[-1], 1):
        return False
    shared = sum(any(abs(x - y) <= _NEAR_BORDER for y in first) for x in second)
    return shared >= _SHARED_BORDERS * len(second)


def _named(page: Page, lex: Lexicon) -> set[str]:
    """The name fields whose labels a table has: those of the same ones begin another form."""
    found = (lex.label(cell.text).of("field") for cell in page.filled())
    return {name for name in found if name in names.NAME_FIELDS}


def _borders(page: Page) -> list[int]:
    """Where the column borders stand, from the left edge, in twips."""
    columns = max((cell.c1 for cell in page.cells), default=-1) + 1
    widths = [*page.grid, *[_UNKNOWN_WIDTH] * (columns - len(page.grid))]
    return [0, *accumulate(widths)]


def _joined(above: Stretch, page: Page) -> Stretch:
    edges: list[int] = []
    for border in sorted({*_borders(above.page), *_borders(page)}):
        if not edges or border - edges[-1] > _SAME_BORDER:
            edges.append(border)
    rows = max((cell.r1 for cell in above.page.cells), default=-1) + 1
    cells: list[Cell] = []
    origins: dict[int, tuple[Page, Cell]] = {}
    for part, shift in ((above.page, 0), (page, rows)):
        places = [min(range(len(edges)), key=lambda at: abs(edges[at] - x)) for x in _borders(part)]
        for cell in part.cells:
            left, right = places[cell.c0], places[cell.c1 + 1]
            moved = replace(cell, r0=cell.r0 + shift, r1=cell.r1 + shift, c0=left, c1=max(right - 1, left))
            cells.append(moved)
            origins[id(moved)] = above.origins.get(id(cell), (part, cell))
    grid = tuple(right - left for left, right in pairwise(edges))
    whole = Page(above.page.name, cells, TABLE, above.page.before, grid)
    return Stretch(whole, [*above.parts, page], origins)
