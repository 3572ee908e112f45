"""Tables of which the lexicon knows next to nothing: their cells are unused, not guessed at."""

from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.account import Role, reason
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.moneyheads import is_money_band

_LONGEST_HEAD = 14
_KNOWN = ("money_column", "year_column", "fact", "goal", "field", "group", "row", "basic_row")
_LEADS = ("field", "block", "goal")
_BEGIN = ("field", "goal", "group", "fact")
_SAME_CUT = 0.7
_NEAR = 2


def end_foreign_tables(board: Board) -> None:
    """End rows of three or more headings, most of them unknown, and the rows that are cut in the same way."""
    row = board.region.next_row(board.region.r0 - 1)
    while row is not None:
        cells = [cell for cell in board.region.row(row) if board.is_free(cell)]
        last = row
        if _is_list_in_block(board, row, cells):
            last = cells[0].r1
            _end(board, row, last, "other_list")
        elif _is_table(board, row, cells):
            last = _last_row(board, row)
            _end(board, row, last, "other_table")
            above = board.region.row(row - 1)
            if len(above) == 1 and board.is_free(above[0]):
                board.take(above[0], Role.TITLE, reason("other_title"))
        row = board.region.next_row(last)


def _is_list_in_block(board: Board, row: int, cells: Sequence[Cell]) -> bool:
    """A list inside a block: headings of its own over rows cut in the same way."""
    below = board.region.next_row(row)
    if len(cells) < 3 or below is None or not row < below <= cells[0].r1:
        return False
    for cell in cells[1:]:
        kinds = {kind for kind, _ in board.read(cell).means} - {"field", "remark", "indicator_column"}
        if kinds or not short(cell).endswith(board.lex.head_endings):
            return False
    heads, rows = ([(cell.c0, cell.c1) for cell in line] for line in (cells[1:], board.region.row(below)))
    return rows == heads or (rows[1:] == heads and board.read(board.region.row(below)[0]).means == ())


def _is_table(board: Board, row: int, cells: Sequence[Cell]) -> bool:
    if len(cells) < 3 or is_money_band(board, cells):
        return False
    if not all(
        cell.number is None and len(short(cell)) <= _LONGEST_HEAD and not board.no_amount(cell)
        for cell in cells
    ):
        return False
    known = [cell for cell in cells if _is_known(board, cell)]
    is_led = board.read(cells[0]).of(*_LEADS) is not None
    if len(known) * 2 > len(cells) or (is_led and not (len(cells) >= 4 and len(known) == 1)):
        return False
    below = board.region.next_row(row)
    return below is not None and _is_cut_alike(board, row, below) and not _begins(board, below, cells[0].c0)


def _is_known(board: Board, cell: Cell) -> bool:
    label = board.read(cell)
    return label.of(*_KNOWN) is not None and label.of("indicator_column") not in (names.REMARK, names.NUMBER)


def _last_row(board: Board, row: int) -> int:
    last = row
    below = board.region.next_row(last)
    while below is not None and below - last <= _NEAR:
        line = board.region.row(below)
        goes_on = _is_cut_alike(board, row, below) or board.read(line[0]).of("total")
        if len(line) < 2 or not goes_on or _begins(board, below, board.region.row(row)[0].c0):
            break
        last = below
        below = board.region.next_row(last)
    return last


def _begins(board: Board, row: int, first: int) -> bool:
    """Whether a row begins something known: a label of the form, headings of amounts, an indicator table.

    Behind a blank cell in the first column of the table no label begins anything.
    """
    line = board.region.row(row)
    lead = board.read(line[0])
    is_behind = line[0].c0 > first and board.region.at(row, first) is None
    is_label = not is_behind and lead.of(*_BEGIN) is not None and not lead.of("total")
    return is_label or is_money_band(board, line) or any(map(board.is_heading, line))


def _is_cut_alike(board: Board, first: int, second: int) -> bool:
    one, other = board.region.outline(first), board.region.outline(second)
    return len(one) >= 3 and len(one & other) >= _SAME_CUT * min(len(one), max(len(other), 2))


def _end(board: Board, first: int, last: int, why: str) -> None:
    for row in range(first, last + 1):
        for cell in board.region.row(row):
            if board.is_free(cell):
                board.unused(cell, why)
