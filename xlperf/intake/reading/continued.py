"""Forms that go on over the sheet of paper: Word tables joined, headings that are printed again found.

Columns of joined tables are laid over each other by where they are.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import accumulate, groupby, pairwise

from xlperf.intake.page import TABLE, Page, PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.lexicon import Lexicon
from xlperf.intake.reading.recognition import concept, is_title, key_of
from xlperf.intake.reading.regions import CellGrid, parts_of
from xlperf.intake.reading.texts import squeeze

_SAME_BORDER = 80
"""Column borders nearer than this many twips (1.4 mm) are one."""


_NEAR_BORDER = 120


_WIDTH_MAY_DIFFER = 0.03


_SHARED_BORDERS = 0.8


_UNKNOWN_WIDTH = 500


_SHORT_TEXT = 40


_TOP_ROWS = 3


_BEGINNINGS = (names.PROJECT_NAME, names.DEPARTMENT, names.STAFF_QUOTA)
_TOP_OF_FORM = 12
"""Rows of a form within which its titles and headings are."""
_HEADINGS = 3
"""Headings of columns in a row that make it one of headings."""
_ONCE = ("row", "group_row", "basic_row", "field", "goal", "fact", "total")
"""Kinds of labels that a form has once."""
Line = Sequence[PageCell]


@dataclass(slots=True, eq=False)
class Stretch:
    """A page as it is read: a page of the file, or several joined.

    ``origins``: id of a cell that was moved → the page and the cell of the file.
    """

    page: Page
    parts: list[Page]
    origins: dict[int, tuple[Page, PageCell]] = field(default_factory=dict)


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
        cells: list[PageCell] = []
        origins: dict[int, tuple[Page, PageCell]] = {}
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


def repeated_headings(grid: CellGrid, lex: Lexicon) -> list[PageCell]:
    """The cells of titles and headings that are printed again in a form.

    A part of the page that begins as the one above it does, and has none of the labels of that one, is the
    rest of it.
    """
    found: list[PageCell] = []
    above: list[Line] = []
    for top, bottom in parts_of(grid, lex):
        rows = groupby(grid.starting_in(top, bottom), key=lambda cell: cell.r0)
        lines: list[Line] = [list(line) for _, line in rows]
        again = _again(above, lines, lex) if above else []
        rest = [line for line in lines if not any(line is other for other in again)]
        if again and rest and _single_labels(rest, lex).isdisjoint(_single_labels(above, lex)):
            found += [cell for line in again for cell in line]
            above = [*above, *rest]
        else:
            above = lines
    return found


def _again(above: Sequence[Line], lines: Sequence[Line], lex: Lexicon) -> list[Line]:
    """The rows at the beginning of ``lines`` that read as rows at the top of ``above``, and rows of headings
    that are there again.
    """
    before = [_key(line, lex) for line in above]
    first = _key(lines[0], lex) if lines else ()
    if first not in before[:_TOP_OF_FORM]:
        return []
    start = before.index(first)
    count = 0
    for line, key in zip(lines, before[start:], strict=False):
        if _key(line, lex) != key:
            break
        count += 1
    known = set(before)
    headings = [line for line in lines[count:] if _is_heading(line, lex) and _key(line, lex) in known]
    return [*lines[:count], *headings]


def _key(line: Line, lex: Lexicon) -> tuple[str, ...]:
    """What a row says, whether or not it is marked as continued."""
    continued = lex.marks.patterns["continued"]
    return tuple(continued.sub("", squeeze(cell.text)) for cell in line)


def _is_heading(line: Line, lex: Lexicon) -> bool:
    return sum(concept(lex.label(cell.text)) is not None for cell in line) >= _HEADINGS


def _single_labels(lines: Sequence[Line], lex: Lexicon) -> Set[tuple[str, str]]:
    """What the labels mean that a form has once; rows of headings aside."""
    return {
        (kind, name)
        for line in lines
        if not _is_heading(line, lex)
        for cell in line
        for kind, name in lex.label(cell.text).means
        if kind in _ONCE
    }
