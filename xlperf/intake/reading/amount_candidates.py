"""Amounts: a row and a column of the money table, on the left and above or the other way → official paths."""

from collections.abc import Sequence
from dataclasses import dataclass

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.money_headings import is_corner
from xlperf.intake.reading.sight import Sight, is_crossed

ROW_KINDS = {
    names.BASIC: ("basic_row", "sum"),
    names.UNIT: ("row", "group_row", "sum"),
    names.PROJECT: ("row", "sum"),
}
_FARTHEST = 80
_ENDS_GROUP = ("goal", "money_column")
AMOUNT_COLUMNS = ("money_column", "year_column")
_NEAR_ROWS = 20


def row_concept(
    board: Board, cells: list[PageCell], labels: list[Label]
) -> tuple[PageCell | None, Label | None]:
    """The nearest of some labels that is a row of amounts, and what it is."""
    kinds = ROW_KINDS.get(board.form.kind, ("row",))
    for at, (cell, label) in enumerate(zip(cells, labels, strict=True)):
        if label.of("sum") and not label.of("row"):
            if at + 1 < len(labels) and labels[at + 1].of("row", "basic_row"):
                continue
            if not any(band < cell.r0 for band in board.band_rows):
                continue
        if label.of(*kinds) or (at == 0 and id(cell) in board.row_labels):
            return cell, label
    return None, None


def group_of(board: Board, cell: PageCell) -> str | None:
    """The nearest 按…分 over a cell, or left of it."""
    if not board.has_groups:
        return None
    for row in range(cell.r0 - 1, max(board.region.r0, cell.r0 - _FARTHEST) - 1, -1):
        for found in board.region.across(row, cell.c0, cell.c1):
            label = board.label_of(found) or board.read(found)
            if found.r1 != row:
                continue
            if label.of("group"):
                return label.of("group")
            if board.is_heading(found) or label.of(*_ENDS_GROUP):
                return _group_left(board, cell)
    return _group_left(board, cell)


def _group_left(board: Board, cell: PageCell) -> str | None:
    """The nearest 按…分 on the left, whatever labels and amounts are between."""
    line = board.region.across(cell.r0, board.region.c0, cell.c0 - 1)
    labels = (label for found in reversed(line) if (label := board.label_of(found)))
    return next((name for label in labels if (name := label.of("group"))), None)


def own_row_path(board: Board, cell: PageCell, label: Label) -> str | None:
    """The path of a row that has one amount and no column (按收入性质分)."""
    root = names.FUND_ROOTS[board.form.kind]
    if board.form.kind == names.BASIC:
        return label.of("basic_row")
    if board.form.kind == names.PROJECT:
        name = label.of("row")
        return f"{root}/{name}" if name else None
    groups = [name for kind, name in label.means if kind == "group_row"]
    if group := group_of(board, cell):
        name = next((name for name in groups if name.startswith(group)), None)
        return f"{root}/{name or f'{group}/{label.printed}'}"
    name = label.of("row") or next(iter(groups), None)
    return f"{root}/{name}" if name else None


def matrix_row(board: Board, cell: PageCell, label: Label) -> str:
    """The path of a row that has columns; a second row of one concept goes by its printed name."""
    kind = board.form.kind
    if kind == names.BASIC:
        return label.of("basic_row") or _parent(board, cell) + label.printed
    root = names.FUND_ROOTS[kind] or names.FUND_ROOTS[names.PROJECT]
    grouped = label.of("group_row")
    if kind == names.UNIT and grouped and (not label.of("row") or _is_named_after(label.core, grouped)):
        return f"{root}/{grouped}"
    concept = label.of("row")
    if concept == names.GRANTS and _is_part_of_grants(board, label):
        concept = None
    if concept and board.row_names.setdefault(concept, cell).r0 != cell.r0:
        return f"{root}/{label.printed}"
    return f"{root}/{concept or (names.TOTAL_FUNDS if label.of('sum') else label.printed)}"


def _is_part_of_grants(board: Board, label: Label) -> bool:
    """Whether a row may be only some of the grants: other funds or a row without a name are there."""
    if _is_general(label):
        return board.has_other_grants or board.has_nameless_row
    return names.GRANTS_WORD not in label.core and board.has_nameless_row


def _is_general(label: Label) -> bool:
    """Whether a row is the general public budget, which is not all grants next to other funds."""
    return label.of("group_row") == names.GENERAL_BUDGET and label.core.startswith(names.GENERAL)


def _is_named_after(core: str, grouped: str) -> bool:
    """Whether a row bears the name of the part of 按…分 itself, not that of a source of funds."""
    return core[:2] == grouped.partition("/")[2][:2] and not core.startswith(names.OTHER_WORD)


def _parent(board: Board, cell: PageCell) -> str:
    """The row of the basic data under which there is a row of unknown name."""
    for row in range(cell.r0 - 1, max(board.region.r0, cell.r0 - _FARTHEST) - 1, -1):
        for found in board.region.row(row):
            label = board.label_of(found)
            name = label.of("basic_row") if label else None
            if name and found.c0 <= cell.c1:
                top = name.partition("/")[0]
                return f"{top}/" if top in names.BASIC_PARENTS else ""
    return ""


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
    row_cell: PageCell,
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


def matrix(board: Board, sight: Sight) -> Candidate | None:
    """A row of amounts and a column of them, whichever of both is on the left and which above."""
    row_cell, row = row_concept(board, sight.left, sight.left_labels)
    if sight.above and id(sight.above[0]) in board.parts:
        return _of_part(board, sight, row)
    if sight.above and id(sight.above[0]) in board.wholes:
        return refused(60, "unknown_part", label=sight.above_labels[0].printed)
    pairs = list(zip(sight.above, sight.above_labels, strict=True))
    column = next(
        (label for cell, label in pairs if label.of(*AMOUNT_COLUMNS) and board.is_heading(cell)), None
    )
    if row is None:
        turned = next((label for label in sight.left_labels if label.of(*AMOUNT_COLUMNS)), None)
        over = [cell for cell, label in pairs if label.of(*AMOUNT_COLUMNS)]
        if turned or (over and over[0] is not sight.above[0]):
            row_cell, row = row_concept(board, sight.above, sight.above_labels)
            column = turned or column
    if row is None or row_cell is None:
        return None
    return _crossing(board, sight, row_cell, row, column)


def _of_part(board: Board, sight: Sight, row: Label | None) -> Candidate | None:
    """A figure below a part of a heading: a row of its own where that is a part of funds, else nobody's."""
    part, label = sight.above[0], sight.above_labels[0]
    column = next((found for found in sight.left_labels if found.of(*AMOUNT_COLUMNS)), None)
    if board.is_heading(part) or row is not None or column is None:
        return refused(60, "unknown_part", label=label.printed)
    return amount(board, 60, part, label, column, sight.left_labels, sight.above_labels)


def _crossing(
    board: Board, sight: Sight, row_cell: PageCell, row: Label, column: Label | None
) -> Candidate | None:
    if column is not None and _is_under_amounts(board, sight, row_cell):
        return refused(60, "whose", label=row.printed)
    is_under_heading = bool(sight.above) and board.is_heading(sight.above[0])
    grouped = group_of(board, row_cell)
    if column is None and is_under_heading and not grouped:
        heading = sight.above_labels[0]
        path = f"{matrix_row(board, row_cell, row)}/{heading.printed}"
        return Candidate(60, path, "plain", labels=[row], headings=[heading])
    if column is not None and (not grouped or board.form.kind == names.BASIC or is_under_heading):
        return amount(board, 60, row_cell, row, column, sight.left_labels, sight.above_labels)
    if not sight.passed_left and board.form.kind != names.BASIC and not grouped:
        over = _column_over(board, row_cell)
        if over is not None:
            return amount(board, 61, row_cell, row, over, [over, *sight.left_labels], ())
    return _one_amount(board, sight, row_cell, row)


def _is_under_amounts(board: Board, sight: Sight, row_cell: PageCell) -> bool:
    """Whether a label on the left is itself under a heading of amounts: it names no row of them."""
    if row_cell not in sight.left:
        return False
    over = (board.region.at(heading.r0, row_cell.c0) for heading in sight.above if board.is_heading(heading))
    headings = [heading for heading in over if heading is not None and board.is_heading(heading)]
    return any(
        board.labels[id(heading)].of(*AMOUNT_COLUMNS)
        and not is_corner(board, heading)
        and heading.c0 > board.region.c0
        for heading in headings
    )


def _one_amount(board: Board, sight: Sight, row_cell: PageCell, row: Label) -> Candidate:
    """A row with one amount and no column over it (按收入性质分)."""
    path = own_row_path(board, row_cell, row)
    if sight.dash:
        return Candidate(70, path or "", "nothing")
    neighbour = board.region.right_of(sight.cell)
    is_number = neighbour is not None and neighbour.number is not None and board.label_of(neighbour) is None
    if is_number and path and sight.figure:
        return refused(70, "side_by_side", label=row.printed)
    depth = path.count("/") if path else 0
    if path and depth >= 2 and sight.figure and not is_crossed(board, row_cell, sight.cell):
        return Candidate(70, path, "money", labels=sight.left_labels, headings=sight.above_labels)
    if sight.figure:
        return refused(70, "no_column", label=row.printed)
    if path and depth >= 2 and not sight.passed_left and not is_crossed(board, row_cell, sight.cell):
        return Candidate(70, path, "misread", labels=sight.left_labels)
    return refused(70, "not_number", label=row.printed)


def _column_over(board: Board, cell: PageCell) -> Label | None:
    """预算数：|100| over 其中：财政拨款 |80|: the column is over the row label, row labels between."""
    for row in range(cell.r0 - 1, max(board.region.r0, cell.r0 - _NEAR_ROWS) - 1, -1):
        found = board.region.at(row, cell.c0)
        if found is None:
            continue
        label = board.label_of(found)
        if label is None:
            return None
        if label.of("money_column") in names.AMOUNTS and not board.is_heading(found):
            neighbour = board.region.at(found.r0, found.c1 + 1)
            return None if neighbour is not None and board.label_of(neighbour) else label
        if not label.of("row", "group_row"):
            return None
    return None


def total_on_left(board: Board, sight: Sight) -> Candidate | None:
    """A column's name on the left of its only amount: the total's."""
    label = sight.touching
    columns = (*names.AMOUNTS, names.RATE)
    if label is None or label.of("money_column") not in columns or board.form.kind == names.BASIC:
        return None
    if sight.above and sight.above_labels[0].means and board.is_heading(sight.above[0]):
        return None
    row = board.lex.label(names.TOTAL_FUNDS)
    return amount(board, 65, sight.left[0], row, label, sight.left_labels, ())


def lone_row(board: Board, sight: Sight) -> Candidate | None:
    """Headings of amounts without any row label: one row, the total."""
    if not sight.figure or not sight.above or board.form.kind == names.BASIC:
        return None
    heading = sight.above[0]
    is_heading = board.is_heading(heading) and sight.above_labels[0].of("money_column") is not None
    if not is_heading or heading.r1 != sight.cell.r0 - 1:
        return None
    if not _is_block_of_one_row(board, sight, heading) if sight.left else _has_labels(board, heading.r0):
        return None
    row = board.lex.label(names.TOTAL_FUNDS)
    return amount(board, 75, heading, row, sight.above_labels[0], sight.left_labels, sight.above_labels)


def _is_block_of_one_row(board: Board, sight: Sight, heading: PageCell) -> bool:
    """Whether the only label on the left is the block's, which ends with this row and leaves no room for
    labels of rows.
    """
    lead, label = sight.left[0], sight.left_labels[0]
    first = board.region.right_of(lead)
    return (
        len(sight.left) == 1
        and label.of("block") == "money"
        and (lead.r0, lead.r1) == (heading.r0, sight.cell.r1)
        and first is not None
        and first.c0 == lead.c1 + 1
    )


def _has_labels(board: Board, row: int) -> bool:
    """Whether anything is left of the headings in a row or the next, or two rows of numbers follow."""
    headings = [cell.c0 for cell in board.region.row(row) if board.is_heading(cell)]
    first = min(headings, default=board.region.c0)
    if any(board.region.across(line, board.region.c0, first - 1) for line in (row, row + 1)):
        return True
    below = board.region.next_row(row + 1)
    return below == row + 2 and board.region.row(below)[0].number is not None
