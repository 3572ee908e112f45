"""A table of a Word document → its rows of cells, each with the columns it takes on the table's own grid.

Edges that are close together are one edge drawn by hand; a cell keeps its place whatever is empty.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from xml.etree.ElementTree import Element

from xlperf.intake.word_styles import child, is_on, number, value

_NEAR = 200
"""Twips (3.5 mm) within which edges of different rows are one."""
_NARROW = 1000
"""Width taken for a column where the document gives none."""
_WIDEST = 100_000
_MOST_SPANNED = 1_000_000
_OUTSIDE = frozenset({"tbl", "tc", "p", "del", "moveFrom", "Fallback"})


class TooManyCellsError(ValueError):
    """A table has more cells than the limit."""


@dataclass(slots=True, eq=False)
class GridCell:
    """One cell: its columns ``first`` to ``last`` and rows ``top`` to ``bottom``, from 0.

    ``ordinal`` is its place in its row as a person counts, from 1. ``covered`` are the cells below it
    that a vertical merge makes part of it.
    """

    element: Element
    first: int
    last: int
    top: int
    bottom: int
    ordinal: int
    covered: list["GridCell"]


@dataclass(frozen=True, slots=True)
class WordGrid:
    """The cells of a table, merged ones once, and the widths of its columns in twips."""

    cells: Sequence[GridCell]
    widths: tuple[int, ...]


def read_grid(table: Element, most_cells: int) -> WordGrid:
    """The grid of ``table``; raises TooManyCellsError beyond ``most_cells`` places on it."""
    grid = child(table, "tblGrid")
    edges = _Edges(
        [number(value(column, "w"), _NARROW, _WIDEST) for column in (grid if grid is not None else ())]
    )
    rows = [list(_spans(row)) for row in found(table, "tr") if not _is_unseen(row)]
    columns, widths = edges.columns([(start, stop) for row in rows for start, stop, _ in row])
    if len(rows) * max(len(widths), 1) > most_cells:
        raise TooManyCellsError
    cells: list[GridCell] = []
    above: list[GridCell] = []
    for index, row in enumerate(rows):
        placed = _placed(row, index, columns)
        above = _merged_down(placed, above)
        cells += [cell for cell in above if cell.top == index]
    return WordGrid(cells, widths)


def found(parent: Element, name: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, through wrappers but not into inner tables."""
    for part in parent:
        if part.tag == name:
            yield part
        elif part.tag not in _OUTSIDE:
            yield from found(part, name)


def _is_unseen(row: Element) -> bool:
    properties = child(row, "trPr")
    return properties is not None and (
        child(properties, "del") is not None or is_on(child(properties, "hidden"))
    )


def _spans(row: Element) -> Iterator[tuple[int, int, Element]]:
    """First grid edge, last grid edge and element of each cell of a row."""
    at = max(number(value(child(row, "trPr", "gridBefore")), 0, _MOST_SPANNED), 0)
    for cell in found(row, "tc"):
        width = max(number(value(child(cell, "tcPr", "gridSpan")), 1, _MOST_SPANNED), 1)
        yield at, at + width, cell
        at += width


class _Edges:
    """The column edges of a table's grid, in twips from its left."""

    def __init__(self, widths: Sequence[int]) -> None:
        self._at = [0]
        for width in widths:
            self._at.append(self._at[-1] + max(width, 0))

    def _position(self, index: int) -> int:
        beyond = max(index - len(self._at) + 1, 0)
        return self._at[min(index, len(self._at) - 1)] + beyond * _NARROW

    def columns(self, pairs: Sequence[tuple[int, int]]) -> tuple[dict[int, int], tuple[int, ...]]:
        """Grid index of an edge → column number from 0, and the widths of the columns.

        Edges that no cell uses fall away; those close together are one, unless a cell lies between them.
        """
        latest: dict[int, int] = {}
        for start, stop in pairs:
            latest[stop] = max(latest.get(stop, start), start)
        columns: dict[int, int] = {}
        lefts: list[int] = []
        group = -1
        for edge in sorted({edge for pair in pairs for edge in pair}):
            is_near = group >= 0 and self._position(edge) - lefts[-1] <= _NEAR
            if not is_near or latest.get(edge, -1) >= group:
                group = edge
                lefts.append(self._position(edge))
            columns[edge] = len(lefts) - 1
        widths = tuple(right - left for left, right in pairwise(lefts))
        return columns, widths


def _placed(row: Sequence[tuple[int, int, Element]], index: int, columns: dict[int, int]) -> list[GridCell]:
    """The cells of a row in their columns; those merged to the left are part of the one before."""
    cells: list[GridCell] = []
    for ordinal, (start, stop, element) in enumerate(row, 1):
        first = columns[start]
        last = max(columns[stop] - 1, first)
        cell = GridCell(element, first, last, index, index, ordinal, [])
        merge = child(element, "tcPr", "hMerge")
        if cells and merge is not None and value(merge) != "restart":
            cells[-1].last = last
            cells[-1].covered.append(cell)
        else:
            cells.append(cell)
    return cells


def _merged_down(row: Sequence[GridCell], above: Sequence[GridCell]) -> list[GridCell]:
    """The cells that are in this row, those from above that go on in it included."""
    standing: list[GridCell] = []
    at = 0
    for index, cell in enumerate(row):
        merge = child(cell.element, "tcPr", "vMerge")
        while at < len(above) and above[at].last < cell.first:
            at += 1
        over = above[at] if at < len(above) and above[at].first <= cell.last else None
        goes_on = merge is not None and value(merge) != "restart" and over is not None and _may_go_on(over)
        left = standing[-1].last if standing else -1
        right = row[index + 1].first if index + 1 < len(row) else over.last + 1 if over else 0
        if goes_on and over is not None and left < over.first and over.last < right:
            over.bottom = cell.top
            over.covered.append(cell)
            standing.append(over)
        else:
            standing.append(cell)
    return standing


def _may_go_on(cell: GridCell) -> bool:
    return child(cell.element, "tcPr", "vMerge") is not None
