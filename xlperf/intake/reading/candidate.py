"""A field that a cell may be the value of, or why one way of looking says that it is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board
from xlperf.intake.reading.labels import Label
from xlperf.intake.reading.paths import matrix_row

AMOUNT_COLUMNS = ("money_column", "year_column")


@dataclass(slots=True)
class Candidate:
    """A field that a cell may be the value of; ``kind`` says how the text is read (values.py).

    ``column`` and ``row`` are set for amounts. ``reason`` is set instead of a path where this way of
    looking says that the cell is no field's value.
    """

    rank: int
    path: str = ""
    kind: str = ""
    row: Label | None = None
    column: Label | None = None
    labels: Sequence[Label] = ()
    headings: Sequence[Label] = ()
    reason: tuple[str, dict[str, str]] | None = None


def refused(rank: int, name: str, **filled: str) -> Candidate:
    """A way of looking that says why the cell is no field's value; the reason is declared as ``name``."""
    return Candidate(rank, reason=(name, filled))


def amount(
    board: Board,
    rank: int,
    row_cell: Cell,
    row: Label,
    column: Label,
    labels: Sequence[Label],
    headings: Sequence[Label],
) -> Candidate:
    """An amount, a rate or points of a row of the money table."""
    if row.core == names.TOTAL_FUNDS and board.form.kind != names.BASIC:
        root = names.FUND_ROOTS[board.form.kind] or names.FUND_ROOTS[names.PROJECT]
        path = f"{root}/{names.TOTAL_FUNDS}"
    else:
        path = matrix_row(board, row_cell, row)
    return Candidate(rank, path, "amount", row, column, labels, headings)
