"""A column's name and its figure in one cell (年初预算数：86万元) → fields of the money table."""

from collections.abc import Sequence

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.account import reason
from xlperf.intake.reading.board import Board, points, seen
from xlperf.intake.reading.figures import Figure, neat
from xlperf.intake.reading.labels import Label, flat
from xlperf.intake.reading.model import Value
from xlperf.intake.reading.paths import matrix_row
from xlperf.intake.reading.sight import looked_left
from xlperf.intake.reading.texts import column_figure

_POINTS = (names.WEIGHT, names.SCORE)
_Pair = tuple[Cell, Label, Figure]


def read_inline_amounts(board: Board) -> None:
    """Read the cells that are nothing but a column's name, a colon and a figure."""
    lines: dict[int, list[_Pair]] = {}
    for cell in board.cells:
        pair = column_figure(board.lex, cell.text) if board.is_free(cell) else None
        if pair:
            lines.setdefault(cell.r0, []).append((cell, *pair))
    for line in lines.values():
        for cell, label, shown in line:
            if path := _row(board, cell, label, line):
                _put(board, f"{path}/{_column(board, label)}", seen(cell, None, [label]), shown, label)
            else:
                board.unused(cell, "whose", label=label.printed)


def _row(board: Board, cell: Cell, label: Label, line: Sequence[_Pair]) -> str:
    """The path of the row that an amount belongs to, by the label on its left; "" where nothing says."""
    if board.form.kind not in (names.PROJECT, names.UNIT):
        return ""
    left, _ = looked_left(board, cell, cell.r0)
    total = f"{names.FUND_ROOTS[board.form.kind]}/{names.TOTAL_FUNDS}"
    if not left:
        said = {other.of("money_column") for _, other, _ in line}
        return total if len(said) > 1 and said - {*_POINTS} else ""
    nearest = board.labels[id(left[0])]
    if nearest.of("total"):
        return names.TOTAL if label.of("money_column") in _POINTS else ""
    if nearest.of("row", "sum"):
        return matrix_row(board, left[0], nearest)
    return total if nearest.of("block") == "money" else ""


def _column(board: Board, label: Label) -> str:
    if label.relative or (label.year and board.form.year and label.year != board.form.year):
        return label.printed
    name = str(label.of("money_column"))
    return names.ADJUSTED if name == names.SOME_BUDGET else name


def _put(board: Board, path: str, value: Value, shown: Figure, label: Label) -> None:
    value.unit, value.decimals, value.part = shown.unit, shown.decimals, value.raw
    name = label.of("money_column")
    if name in _POINTS:
        value.value = points(shown)
    elif name == names.RATE:
        value.value = neat(shown.number)
        if shown.percent:
            value.notes = (*value.notes, reason("from_percent", text=flat(value.raw)))
        else:
            board.draft.bare_rates.add(path)
    else:
        value.value, notes, value.doubt = board.money(shown, [label])
        value.notes = (*value.notes, *notes)
    board.put(path, value)
