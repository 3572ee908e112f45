"""What a cell sees: the labels left of it in its rows, the headings over it, by the spans they cover."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.intake.page import PageCell
from xlperf.intake.reading.board import Board
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.texts import PrintedFigure, tidy

_FARTHEST = 300
"""Headings are looked for at most so many rows above."""
_MOST_ROWS = 60
_LONGEST_CHAIN = 12


@dataclass(slots=True)
class Sight:
    """A value cell and what is around it.

    ``left`` are labels, nearest first, ``above`` headings, nearest first; ``passed_left`` and
    ``passed_above`` say whether other values, or empty cells with a place of their own, lie between.
    ``rows`` are the nearest labels of all rows that the cell covers.
    """

    cell: PageCell
    left: list[PageCell]
    passed_left: bool
    above: list[PageCell]
    passed_above: bool
    rows: list[PageCell]
    left_labels: list[Label]
    above_labels: list[Label]
    figure: PrintedFigure | None
    dash: bool

    @property
    def text(self) -> str:
        """The text of the cell without blanks at its ends."""
        return tidy(self.cell.text)

    @property
    def tall(self) -> bool:
        """Whether the nearest label covers more rows than the cell: it is a block's, not this cell's."""
        return bool(self.left) and self.left[0].r1 - self.left[0].r0 > self.cell.r1 - self.cell.r0

    @property
    def touching(self) -> Label | None:
        """The label on the left with nothing between."""
        return self.left_labels[0] if self.left_labels and not self.passed_left else None


def sight_of(board: Board, cell: PageCell) -> Sight:
    """Everything that ``cell`` sees."""
    left, passed_left = looked_left(board, cell, cell.r0)
    rows: dict[int, PageCell] = {}
    for row in range(cell.r0, min(cell.r1, cell.r0 + _MOST_ROWS) + 1):
        chain, passed = looked_left(board, cell, row)
        if chain:
            rows.setdefault(id(chain[0]), chain[0])
            if not left:
                left, passed_left = chain, passed
    above, passed_above = looked_up(board, cell)
    return Sight(
        cell,
        left,
        passed_left,
        above,
        passed_above,
        list(rows.values()),
        [board.labels[id(label)] for label in left],
        [board.labels[id(label)] for label in above],
        board.figure(cell),
        board.dash(cell),
    )


def looked_left(board: Board, cell: PageCell, row: int) -> tuple[list[PageCell], bool]:
    """Labels left of a cell in a row, nearest first; whether a value or an empty place was passed."""
    chain: list[PageCell] = []
    passed = False
    for column in range(cell.c0 - 1, board.region.c0 - 1, -1):
        found = board.region.at(row, column)
        if found is not None and found is not cell:
            if id(found) in board.side_cells:
                continue
            if id(found) in board.labels:
                if found not in chain:
                    chain.append(found)
            elif chain:
                break
            else:
                passed = True
        elif not chain and column not in board.empty and column not in board.side_columns:
            passed = True
        if len(chain) >= _LONGEST_CHAIN:
            break
    return chain, passed


def looked_up(board: Board, cell: PageCell) -> tuple[list[PageCell], bool]:
    """Headings over a cell, nearest first (all that are over its columns); whether a value was passed.

    A heading whose table has ended above the cell stops the search.
    """
    best: list[PageCell] = []
    passed = False
    floor = max(board.region.r0, cell.r0 - _FARTHEST)
    row = cell.r0
    while (row := row - 1) >= floor:
        if not best:
            nearest = max(board.label_row_above(row + 1, cell.c0, cell.c1), floor)
            passed = passed or board.region.grid.is_filled(nearest + 1, row, cell.c0, cell.c1)
            row = nearest
        there = board.region.across(row, cell.c0, cell.c1)
        over = [found for found in there if found not in best]
        if not over:
            if best and not there:
                break
            continue
        labels = [found for found in over if id(found) in board.labels]
        if any(board.scope.get(id(label), cell.r0) < cell.r0 for label in labels):
            break
        if labels:
            best += labels
        elif best:
            break
        else:
            passed = True
        if len(best) >= _LONGEST_CHAIN:
            break
    return best, passed


def is_goal_heading(board: Board, cell: PageCell) -> bool:
    """Whether a goal label is a heading: one that reaches further down than its neighbours is the block's."""
    if not board.labels[id(cell)].of("goal"):
        return False
    others = [
        other.r1
        for other in board.region.row(cell.r0)
        if other is not cell and (label := board.label_of(other)) and label.of("goal")
    ]
    return not others or cell.r1 <= min(others)


def is_crossed(board: Board, first: PageCell, second: PageCell) -> bool:
    """Whether anything is written between two cells of a row."""
    return bool(board.region.across(second.r0, first.c1 + 1, second.c0 - 1))


def printed(labels: Sequence[Label]) -> str:
    """The names of labels, for a reason."""
    return "、".join(label.printed for label in labels) or "—"
