"""A cell and what it sees → the fields it may be the value of, each with its rank, or why it is none.

Every way of reading is a function; all are asked. A lower rank is a nearer reading; two readings of one
rank that say different fields leave the cell undecided.
"""

from collections.abc import Callable

from xlperf.intake.reading.board import Board
from xlperf.intake.reading.candidate import Candidate
from xlperf.intake.reading.sight import Sight
from xlperf.intake.reading.ways_amounts import lone_row, matrix, total_beside
from xlperf.intake.reading.ways_single import (
    fact_above,
    fact_beside,
    goal,
    label_above,
    own_label,
    several_columns,
    several_rows,
    single,
)

_WAYS: tuple[Callable[[Board, Sight], Candidate | None], ...] = (
    several_rows,
    single,
    goal,
    fact_beside,
    several_columns,
    fact_above,
    matrix,
    total_beside,
    lone_row,
    own_label,
    label_above,
)


def best_candidates(board: Board, sight: Sight) -> list[Candidate]:
    """The candidates of a cell that are nearest; several where readings of one rank differ."""
    found = [candidate for way in _WAYS if (candidate := way(board, sight))]
    nearest = min((candidate.rank for candidate in found), default=0)
    return [candidate for candidate in found if candidate.rank == nearest]
