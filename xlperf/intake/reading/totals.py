"""The row of totals under an indicator table: 总分 | 100 | 98 | 优."""

from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.account import Role
from xlperf.intake.reading.board import Board, points, seen, short
from xlperf.intake.reading.columns import Columns
from xlperf.intake.reading.figures import neat
from xlperf.intake.reading.labels import Label, tidy


def read_total_row(board: Board, columns: Columns, cells: Sequence[Cell]) -> bool:
    """Read a row that begins with a label of totals; False where it does not."""
    lead = cells[0]
    label = board.read(lead)
    if not label.of("total") or lead.c0 > min(columns.of(*names.LEVELS)):
        return False
    board.be(lead)
    if inside := board.lex.marks.patterns["total_inside"].search(short(lead)):
        value = seen(lead, neat(float(inside[1])), [label])
        value.part = inside[0]
        board.draft.totals.append(value)
    for cell in cells[1:]:
        _read(board, columns, cell, label)
    return True


def _read(board: Board, columns: Columns, cell: Cell, label: Label) -> None:
    kinds = columns.over(cell)
    hit = kinds & {names.WEIGHT, names.SCORE}
    shown = board.figure(cell)
    if board.dash(cell):
        board.nothing(cell)
    elif short(cell) in board.lex.grades:
        board.put(names.TOTAL_GRADE, seen(cell, tidy(cell.text), [label]))
    elif shown and len(hit) == 1:
        column = next(iter(hit))
        head = next(head for kind, head in columns.at.values() if kind == column)
        value = seen(cell, points(shown), [label], [board.read(head)])
        board.put(_path(board, column), value)
    elif shown and len(hit) == 2:
        board.take(cell, Role.VALUE)
        board.draft.totals.append(seen(cell, points(shown), [label]))
    elif board.read(cell).of("total", "field"):
        board.be(cell)
    else:
        board.unused(cell, "total_other", labels="、".join(sorted(kinds)) or "—")


def _path(board: Board, column: str) -> str:
    if board.form.kind == names.ASSESSMENT:
        return names.SUM_WEIGHT if column == names.WEIGHT else names.SUM_SCORE
    return names.TOTAL_WEIGHT if column == names.WEIGHT else names.TOTAL_SCORE
