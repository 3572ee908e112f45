"""Lists inside a block: 资金管理情况 over rows and headings of its own → fields block/row/heading."""

from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading.account import Role
from xlperf.intake.reading.board import Board, seen, short
from xlperf.intake.reading.figures import neat
from xlperf.intake.reading.labels import flat, tidy
from xlperf.intake.reading.moneyheads import is_money_band

_NOT_HEADS = {"field", "remark", "indicator_column", "money_column", "year_column", "block"}
_LONGEST_HEAD = 14
_HEADS = 2


def read_lists(board: Board) -> None:
    """Read every list: a tall label on the left, headings on its first row, rows cut in one way below."""
    for row, started in list(board.region.rows()):
        cells = [cell for cell in started if board.is_free(cell)]
        lead = cells[0] if cells else None
        if lead is None or lead.r1 <= row or len(cells) <= _HEADS or len(cells) != len(started):
            continue
        lines = _lines(board, row, lead)
        is_named = short(cells[1]).endswith(board.lex.name_endings)
        are_heads = all(_is_head(board, cell, is_named) for cell in cells[1:])
        if lines and are_heads and (is_named or not is_money_band(board, cells)):
            _read(board, lead, cells[1:], lines)


def _lines(board: Board, row: int, lead: Cell) -> list[Sequence[Cell]]:
    return [board.region.row(below) for below in range(row + 1, lead.r1 + 1) if board.region.row(below)]


def _is_head(board: Board, cell: Cell, is_named: bool) -> bool:
    """Whether a text may head a column of a list; where the rows' names have a heading, anything may."""
    text = board.read(cell).core
    kinds = set() if is_named else {kind for kind, _ in board.read(cell).means} - _NOT_HEADS
    return (
        not kinds
        and cell.number is None
        and len(text) <= _LONGEST_HEAD
        and text.endswith(board.lex.head_endings)
    )


def _read(board: Board, lead: Cell, heads: Sequence[Cell], lines: Sequence[Sequence[Cell]]) -> None:
    """Read the rows of a list whose cells all keep to its columns; else leave it alone."""
    spans = [(head.c0, head.c1) for head in heads]
    named = [line for line in lines if (line[0].c0, line[0].c1) == spans[0]]
    has_name_heading = len(named) == len(lines)
    if not has_name_heading and any(line[0].c1 >= heads[0].c0 for line in lines):
        return
    for line in lines:
        if any(_head_over(heads, cell) is None for cell in line[1:]) or not all(map(board.is_free, line)):
            return
        if len({id(_head_over(heads, cell)) for cell in line[1:]}) < len(line) - 1:
            return
    board.be(lead)
    for head in heads:
        board.be(head, Role.HEADING)
        board.scope[id(head)] = lead.r1
    block = board.read(lead).printed
    for line in lines:
        board.take(line[0], Role.LABEL)
        name = board.read(line[0]).printed
        for cell in line[1:]:
            if over := _head_over(heads, cell):
                _put(board, f"{block}/{name}", cell, over)


def _head_over(heads: Sequence[Cell], cell: Cell) -> Cell | None:
    """The only heading over any of a cell's columns."""
    over = [head for head in heads if head.c0 <= cell.c1 and cell.c0 <= head.c1]
    return over[0] if len(over) == 1 else None


def _put(board: Board, path: str, cell: Cell, head: Cell) -> None:
    label = board.read(head)
    path = f"{path}/{label.printed}"
    if board.dash(cell):
        board.nothing(cell, path)
        return
    shown = board.figure(cell)
    value = seen(cell, tidy(flat(cell.text)), headings=[label])
    if shown and label.unit in board.lex.money:
        value.value, value.notes, value.doubt = board.money(shown, [label])
    elif cell.number is not None:
        value.value = neat(cell.number)
    board.put(path, value)
