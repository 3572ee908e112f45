"""Where indicator tables begin: rows that hold a level heading and headings of values."""

from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.texts import concept

TALLEST_HEAD = 2
"""A heading covers at most so many rows more than one."""
_AIMS = {names.TARGET, names.NEW_TARGET}
_FIRST_VALUES = {names.TARGET, names.NEW_TARGET, names.ACTUAL}
_ABOVE = {names.TARGET, names.ACTUAL, names.SCORE, names.WEIGHT, names.REASON}
_BELOW = {names.SIGN, names.MEASURE, names.TARGET}
_INDICATOR = "指标"


def heading_bands(board: Board) -> tuple[list[tuple[int, int]], set[int]]:
    """(first, last) rows of the headings of each table, and the headings that name indicators otherwise."""
    found: list[tuple[int, int]] = []
    named: set[int] = set()
    for row, _ in board.region.rows():
        if found and row <= found[-1][1]:
            continue
        heads = _heads(board, row)
        lead = _naming_head(board, row, heads)
        if lead is not None:
            named.add(id(lead))
            heads = [lead, *(head for head in heads if head is not lead)]
        if not _is_band(board, heads, lead is not None):
            continue
        kept = [head for head in heads if _is_column(board, head, named)] or heads
        top, bottom = min(head.r0 for head in kept), max(head.r1 for head in kept)
        above_is_free = top - 1 >= board.region.r0 and (not found or top - 1 > found[-1][1])
        if above_is_free and _more_heads(board, top - 1, _ABOVE):
            top -= 1
        if bottom + 1 <= board.region.r1 and _more_heads(board, bottom + 1, _BELOW):
            bottom += 1
        found.append((top, bottom))
    return found, named


def _heads(board: Board, row: int) -> list[Cell]:
    """The cells over a row that may be headings of an indicator table."""
    cells = board.region.across(row, board.region.c0, board.region.c1)
    kinds = ("level", "indicator_column", "money_column")
    return [
        cell
        for cell in cells
        if cell.r1 - cell.r0 <= TALLEST_HEAD and board.is_free(cell) and board.read(cell).of(*kinds)
    ]


def _is_band(board: Board, heads: Sequence[Cell], is_named: bool) -> bool:
    has_level = is_named or any(board.read(head).of("level") for head in heads)
    values = {concept(board.read(head)) for head in heads}
    if board.form.kind == names.ASSESSMENT:
        return has_level and {names.WEIGHT, names.SCORE} <= values
    return has_level and bool(values & _FIRST_VALUES) and len(heads) >= 3


def _is_column(board: Board, head: Cell, named: set[int]) -> bool:
    label = board.read(head)
    return label.of("level") is not None or id(head) in named or not label.of("block")


def _naming_head(board: Board, row: int, heads: Sequence[Cell]) -> Cell | None:
    """The first cell of a row of headings without a level that speaks of indicators: it names them."""
    said = [concept(board.read(head)) for head in heads]
    if any(board.read(head).of("level") for head in heads) or len(heads) < 3:
        return None
    if names.ACTUAL not in said or not _AIMS & set(said):
        return None
    lead = next(iter(board.region.across(row, board.region.c0, board.region.c1)), None)
    if lead is None or lead.r1 - lead.r0 > 1 or _INDICATOR not in short(lead):
        return None
    return lead if lead not in heads or said.count(names.TARGET) > 1 else None


def _more_heads(board: Board, row: int, expected: set[str]) -> bool:
    """Whether a row holds headings only, two or more of them of the expected concepts."""
    cells = [cell for cell in board.region.row(row) if board.is_free(cell) and cell.r1 == row]
    said = [concept(board.read(cell)) for cell in cells]
    are_heads = all(
        (name or board.read(cell).of("block")) and cell.number is None
        for name, cell in zip(said, cells, strict=True)
    )
    return are_heads and len(set(said) & expected) >= 2
