"""Headings in several rows: what one means below a wider one (年初 below 指标值, 自评 below 得分)."""

from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.form_readings import Role
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.recognition import is_amount_heading

_LONGEST_PART = 14


def whole_over(board: Board, part: PageCell, top: int) -> PageCell | None:
    """The wider cell right above a heading, in rows from ``top`` on, of whose columns it has a part."""
    whole = board.region.at(part.r0 - 1, part.c0) if part.r0 > top else None
    if (
        whole is None
        or not (whole.c0 <= part.c0 and part.c1 <= whole.c1)
        or part.c1 - part.c0 == whole.c1 - whole.c0
    ):
        return None
    return whole


def joined_label(board: Board, part: PageCell, whole: PageCell) -> Label | None:
    """What both say together; None where the lower one says of which part of the heading its values are."""
    own, over = board.read(part), board.read(whole)
    patterns = board.lex.marks.patterns
    if patterns["whole_heading"].fullmatch(own.core):
        return over
    if not patterns["part_of_heading"].fullmatch(own.core):
        return None
    labels = (board.lex.label(text) for text in (own.core + over.core, over.core + own.core))
    return next((label for label in labels if label.means), None)


def are_parts(board: Board, cells: Sequence[PageCell]) -> bool:
    """Whether the texts of a row are below wider headings of amounts or funds, as their second row."""
    if not cells or any(cell.number is not None or len(short(cell)) > _LONGEST_PART for cell in cells):
        return False
    wholes = [whole_over(board, cell, board.region.r0) for cell in cells]
    below = [whole for whole in wholes if whole is not None and _is_whole(board.read(whole))]
    line = board.region.across(cells[0].r0 - 1, board.region.c0, board.region.c1)
    return len(below) > 1 and sum(_is_whole(board.read(cell)) for cell in line) > 1


def _is_whole(label: Label) -> bool:
    return is_amount_heading(label) or label.of("row", "sum") is not None


def mark_parts(board: Board, row: int, bottom: int, first: int) -> tuple[int, list[PageCell]]:
    """Make the texts below wide headings of amounts HEADINGs; the last row of headings, and those texts.

    ``row`` and ``bottom`` are the first and last row of headings so far, ``first`` their first column. What
    is known by itself is left alone; values under what means a part of the heading belong to no field.
    """
    below = board.region.row(row + 1)
    line = [cell for cell in below if cell.c0 >= first]
    if bottom == row and len(line) == len(below) and are_parts(board, line):
        bottom = row + 1
    made: list[PageCell] = []
    for cell in (cell for lower in range(row + 1, bottom + 1) for cell in board.region.row(lower)):
        whole = whole_over(board, cell, row)
        if whole is None or not is_amount_heading(board.read(whole)) or is_amount_heading(board.read(cell)):
            continue
        board.wholes.add(id(whole))
        label = joined_label(board, cell, whole)
        board.be(cell, Role.HEADING, label)
        board.account.change(cell, Role.HEADING)
        if label is None:
            board.parts.add(id(cell))
        else:
            board.labels[id(cell)] = label
        made.append(cell)
    return bottom, made
