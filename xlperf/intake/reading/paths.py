"""Row labels and column headings of a form → the official path of a field."""

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board
from xlperf.intake.reading.labels import Label

ROW_KINDS = {
    names.BASIC: ("basic_row", "sum"),
    names.UNIT: ("row", "group_row", "sum"),
    names.PROJECT: ("row", "sum"),
}
_FARTHEST = 80
_ENDS_GROUP = ("goal", "money_column")


def row_concept(board: Board, cells: list[Cell], labels: list[Label]) -> tuple[Cell | None, Label | None]:
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


def group_of(board: Board, cell: Cell) -> str | None:
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


def _group_left(board: Board, cell: Cell) -> str | None:
    """The nearest 按…分 on the left, whatever labels and amounts are between."""
    line = board.region.across(cell.r0, board.region.c0, cell.c0 - 1)
    labels = (label for found in reversed(line) if (label := board.label_of(found)))
    return next((name for label in labels if (name := label.of("group"))), None)


def own_row_path(board: Board, cell: Cell, label: Label) -> str | None:
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


def matrix_row(board: Board, cell: Cell, label: Label) -> str:
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
    return core[:2] == grouped.partition("/")[2][:2] and not core.startswith("其")


def _parent(board: Board, cell: Cell) -> str:
    """The row of the basic data under which there is a row of unknown name."""
    for row in range(cell.r0 - 1, max(board.region.r0, cell.r0 - _FARTHEST) - 1, -1):
        for found in board.region.row(row):
            label = board.label_of(found)
            name = label.of("basic_row") if label else None
            if name and found.c0 <= cell.c1:
                top = name.partition("/")[0]
                return f"{top}/" if top in names.BASIC_PARENTS else ""
    return ""
