"""First look at a region: titles, notes, template rows, lines with units and years, bare years."""

import itertools
from collections import defaultdict
from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading.account import Role, reason
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.labels import flat
from xlperf.intake.reading.texts import is_header_row, is_title, unit_inside

_FIRST_YEAR, _LAST_YEAR = 2010, 2039


def mark_tops(board: Board) -> None:
    """Give these cells their roles; titles, year and money unit go to the form."""
    _bare_years(board)
    _column_numbers(board)
    last_note = -1
    for cell in board.cells:
        if board.is_free(cell) and _mark(board, cell, last_note):
            last_note = cell.r1


def _mark(board: Board, cell: Cell, last_note: int) -> bool:
    """Give one cell a role; whether it is a note."""
    label = board.read(cell)
    alone = len(board.region.row(cell.r0)) == 1
    numbered = board.lex.marks.patterns["numbering"].match(short(cell))
    if last_note == cell.r0 - 1 and alone and numbered:
        board.take(cell, Role.NOTE, reason("note_goes_on"))
        return True
    if is_title(board.lex, cell.text):
        board.take(cell, Role.TITLE)
        board.form.titles.append(flat(cell.text))
    elif label.of("note"):
        board.take(cell, Role.NOTE)
        return True
    elif label.of("template"):
        board.take(cell, Role.TEMPLATE)
    elif label.of("unit_line"):
        board.take(cell, Role.TITLE)
        if unit := board.lex.marks.patterns["money"].search(short(cell)):
            board.form.unit = unit[0]
    elif not board.form.unit and (inside := unit_inside(board.lex, cell.text)):
        board.form.unit = inside
    elif label.of("attachment"):
        board.take(cell, Role.TITLE)
    elif label.of("year") and label.year and is_header_row(board.lex, board.region.row(cell.r0)):
        board.take(cell, Role.TITLE)
        board.form.titles.append(flat(cell.text))
    return False


def _column_numbers(board: Board) -> None:
    for cell in board.cells:
        if board.read(cell).of("column_numbers"):
            for neighbour in board.region.row(cell.r0):
                if board.is_free(neighbour):
                    board.take(neighbour, Role.TEMPLATE, reason("column_numbers"))


def _bare_years(board: Board) -> None:
    """2021 | 2022 | 2023 alone in a row or column are years; a single 2022 is an amount like any other."""
    rows: dict[int, list[Cell]] = defaultdict(list)
    columns: dict[int, list[Cell]] = defaultdict(list)
    for cell in board.cells:
        if cell.number is not None and not cell.percent and not cell.decimals:
            rows[cell.r0].append(cell)
            columns[cell.c0].append(cell)
    for lines, across in ((rows, True), (columns, False)):
        for line in lines.values():
            if _are_years(line) and (len(line) > 2 or _head_something(board, line, across)):
                for cell in line:
                    text = board.lex.year_heading.format(year=int(cell.number or 0))
                    board.be(cell, Role.HEADING, board.lex.label(text))


def _are_years(line: Sequence[Cell]) -> bool:
    numbers = [cell.number or 0 for cell in line]
    steps = {abs(second - first) for first, second in itertools.pairwise(numbers)}
    in_range = all(_FIRST_YEAR <= number <= _LAST_YEAR and number == int(number) for number in numbers)
    return len(line) > 1 and in_range and steps in ({1}, {0, 1})


def _head_something(board: Board, line: Sequence[Cell], across: bool) -> bool:
    """Whether a number or a heading of amounts follows each of two years."""
    for cell in line:
        after = board.region.at(cell.r1 + 1, cell.c0) if across else board.region.at(cell.r0, cell.c1 + 1)
        if after is None or (after.number is None and not board.read(after).of("year_column")):
            return False
    return True
