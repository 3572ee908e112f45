"""A cell and what it sees → the fields it may be the value of, each with its rank, or why it is none.

Every way of reading is a function; all are asked. A lower rank is a nearer reading; two readings of one
rank that say different fields leave the cell undecided.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from xlperf.intake.page import Cell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.labels import Label
from xlperf.intake.reading.paths import group_of, matrix_row, own_row_path, row_concept
from xlperf.intake.reading.sight import Sight, heads_goals, is_crossed, printed

_HEADS = ("money_column", "year_column", "fact", "goal", "year", "row", "basic_row", "group_row", "sum")
_TOTAL_COLUMNS = (names.WEIGHT, names.SCORE, names.RATE)
_BLOCK_COLUMNS = ("money_column", "year_column")
_LONGEST_HEADING = 12
_NOT_OWN = ("money_column", "year_column", "level", "indicator_column", "group")


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
    extra: dict[str, str] = field(default_factory=dict)


_Way = Callable[[Board, Sight], Candidate | None]


def candidates(board: Board, sight: Sight) -> list[Candidate]:
    """All candidates of a cell, the nearest first."""
    found = [candidate for way in _WAYS if (candidate := way(board, sight))]
    return sorted(found, key=lambda candidate: candidate.rank)


def _no(rank: int, name: str, **filled: str) -> Candidate:
    return Candidate(rank, reason=(name, filled))


def _several_rows(board: Board, sight: Sight) -> Candidate | None:
    """A cell over several row labels: the total's where one is the total, else the block's under its head."""
    if len(sight.rows) < 2:
        return None
    said = [board.labels[id(row)] for row in sight.rows]
    if _goal_head(board, sight):
        return None
    head = sight.above_labels[0] if sight.above else None
    if head is None or not (board.is_heading(sight.above[0]) or head.of("money_column") == names.RATE):
        return _no(0, "across_rows", labels=printed(said))
    totals = [
        (cell, label)
        for cell, label in zip(sight.rows, said, strict=True)
        if label.of("row") == names.TOTAL_FUNDS
        or label.of("sum")
        or label.of("money_column") in names.AMOUNTS
    ]
    is_turned = all(label.of("money_column") in (*names.AMOUNTS, names.RATE) for label in said)
    if totals and (len(totals) == 1 or is_turned) and head.of("money_column") in _TOTAL_COLUMNS:
        cell, label = totals[0]
        row = label if label.of("row", "sum") else board.lex.label(names.TOTAL_FUNDS)
        return _amount(board, 0, cell, row, head, [label], [head])
    if head.of(*_BLOCK_COLUMNS):
        return _no(0, "across_rows", labels=printed(said))
    blocks = (label.printed for label in reversed(sight.left_labels) if label.of("block"))
    block = next(blocks, "")
    path = f"{block}/{head.printed}" if block else head.printed
    return Candidate(0, path, "text", labels=said, headings=[head])


def _single(board: Board, sight: Sight) -> Candidate | None:
    """A single field: its label directly on the left."""
    label = sight.touching
    name = label.of("field") if label else None
    if label is None or name is None or (sight.tall and name == names.OWN_NAME):
        return None
    head = sight.above_labels[0] if sight.above else None
    if (
        head
        and head.of(*_BLOCK_COLUMNS)
        and board.is_heading(sight.above[0])
        and label.of("row", "basic_row")
    ):
        return None
    path = label.printed if name == names.OWN_NAME else name
    return Candidate(10, path, "single", labels=[label])


def _goal(board: Board, sight: Sight) -> Candidate | None:
    """An aim or what was achieved: its heading above, or its label beside it."""
    head = _goal_head(board, sight)
    if head and not sight.passed_above:
        return Candidate(20, f"{names.GOALS}/{head}", "prose", headings=sight.above_labels[:1])
    label = sight.touching
    if not head and label and label.of("goal") and sight.figure is None:
        if _is_heading_like(board, sight):
            return _no(21, "unknown_heading", label=label.printed)
        return Candidate(21, f"{names.GOALS}/{label.of('goal')}", "prose", labels=[label])
    is_beside = label is not None and sight.left[0].r0 > sight.above[0].r1 if sight.above else False
    return _no(22, "second_goal", label=head) if head and not is_beside else None


def _is_heading_like(board: Board, sight: Sight) -> bool:
    """Whether a text beside a goal's label reads like the heading of what stands below, unknown as it is."""
    text, label = short(sight.cell), sight.left[0]
    if len(text) > _LONGEST_HEADING or not text.endswith(board.lex.head_endings):
        return False
    below = [board.region.at(cell.r1 + 1, cell.c0) for cell in (sight.cell, label)]
    return all(cell is not None and board.is_free(cell) for cell in below)


def _goal_head(board: Board, sight: Sight) -> str | None:
    if not sight.above or not heads_goals(board, sight.above[0]):
        return None
    label = sight.above_labels[0]
    beside = [
        other
        for cell in board.region.row(sight.above[0].r0)
        if (other := board.label_of(cell)) and (other.of("goal") or other.of("block") == "goal")
    ]
    if len(beside) < 2 and label.of("block") == "goal":
        return None
    return label.of("goal") or names.EXPECTED


def _fact_beside(board: Board, sight: Sight) -> Candidate | None:
    label = sight.touching
    if label and (name := label.of("fact")):
        if board.form.kind != names.BASIC:
            return Candidate(30, label.printed, "plain", labels=[label])
        return _fact(board, 30, name, label, labels=[label])
    return None


def _several_columns(board: Board, sight: Sight) -> Candidate | None:
    """A cell under several headings: the one amount of a row of 按…分, or nobody's."""
    heads = [
        (cell, label)
        for cell, label in zip(sight.above, sight.above_labels, strict=True)
        if board.is_heading(cell) or label.of(*_HEADS)
    ]
    lowest = max((cell.r1 for cell, _ in heads), default=-1)
    bottom = [(cell, label) for cell, label in heads if cell.r1 == lowest]
    if len(bottom) < 2:
        return None
    are_labels = not any(board.is_heading(cell) for cell, _ in bottom)
    if sight.touching and are_labels and sight.left[0].r0 > bottom[0][0].r0:
        return None
    label = sight.touching
    if board.form.kind == names.UNIT and label and label.of("group_row") and sight.figure:
        path = f"{names.FUND_ROOTS[names.UNIT]}/{label.of('group_row')}"
        return Candidate(40, path, "money", labels=[label], headings=[said for _, said in bottom])
    return _no(40, "across_columns", labels=printed([label for _, label in bottom]))


def _fact_above(board: Board, sight: Sight) -> Candidate | None:
    is_basic = board.form.kind == names.BASIC
    if is_basic and sight.above and (name := sight.above_labels[0].of("fact")):
        return _fact(board, 50, name, sight.above_labels[0], headings=sight.above_labels[:1])
    return None


def _fact(
    board: Board,
    rank: int,
    name: str,
    label: Label,
    labels: Sequence[Label] = (),
    headings: Sequence[Label] = (),
) -> Candidate:
    path = name.replace("{year}", str(label.year or board.form.year or ""))
    return Candidate(rank, path, "fact", column=label, labels=labels, headings=headings)


def _matrix(board: Board, sight: Sight) -> Candidate | None:
    """A row of amounts and a column of them, whichever of both stands left and which above."""
    row_cell, row = row_concept(board, sight.left, sight.left_labels)
    pairs = list(zip(sight.above, sight.above_labels, strict=True))
    column = next(
        (label for cell, label in pairs if label.of(*_BLOCK_COLUMNS) and board.is_heading(cell)), None
    )
    if row is None:
        turned = next((label for label in sight.left_labels if label.of(*_BLOCK_COLUMNS)), None)
        over = [cell for cell, label in pairs if label.of(*_BLOCK_COLUMNS)]
        if turned or (over and over[0] is not sight.above[0]):
            row_cell, row = row_concept(board, sight.above, sight.above_labels)
            column = turned or column
    if row is None or row_cell is None:
        return None
    return _crossing(board, sight, row_cell, row, column)


def _crossing(
    board: Board, sight: Sight, row_cell: Cell, row: Label, column: Label | None
) -> Candidate | None:
    heads_above = bool(sight.above) and board.is_heading(sight.above[0])
    grouped = group_of(board, row_cell)
    if column is None and heads_above and not grouped:
        head = sight.above_labels[0]
        path = f"{matrix_row(board, row_cell, row)}/{head.printed}"
        return Candidate(60, path, "plain", labels=[row], headings=[head])
    if column is not None and (not grouped or board.form.kind == names.BASIC or heads_above):
        return _amount(board, 60, row_cell, row, column, sight.left_labels, sight.above_labels)
    if not sight.passed_left and board.form.kind != names.BASIC and not grouped:
        over = _column_over(board, row_cell)
        if over is not None:
            return _amount(board, 61, row_cell, row, over, [over, *sight.left_labels], ())
    return _one_amount(board, sight, row_cell, row)


def _one_amount(board: Board, sight: Sight, row_cell: Cell, row: Label) -> Candidate:
    """A row with one amount and no column over it (按收入性质分)."""
    path = own_row_path(board, row_cell, row)
    if sight.dash:
        return Candidate(70, path or "", "nothing")
    beside = board.region.right_of(sight.cell)
    is_number = beside is not None and beside.number is not None and board.label_of(beside) is None
    if is_number and path and sight.figure:
        return _no(70, "side_by_side", label=row.printed)
    depth = path.count("/") if path else 0
    if path and depth >= 2 and sight.figure and not is_crossed(board, row_cell, sight.cell):
        return Candidate(70, path, "money", labels=sight.left_labels, headings=sight.above_labels)
    return _no(70, "no_column" if sight.figure else "not_number", label=row.printed)


def _column_over(board: Board, cell: Cell) -> Label | None:
    """预算数：|100| over 其中：财政拨款 |80|: the column stands over the row label, row labels between."""
    for row in range(cell.r0 - 1, max(board.region.r0, cell.r0 - 20) - 1, -1):
        found = board.region.at(row, cell.c0)
        if found is None:
            continue
        label = board.label_of(found)
        if label is None:
            return None
        if label.of("money_column") in names.AMOUNTS and not board.is_heading(found):
            beside = board.region.at(found.r0, found.c1 + 1)
            return None if beside is not None and board.label_of(beside) else label
        if not label.of("row", "group_row"):
            return None
    return None


def _total_beside(board: Board, sight: Sight) -> Candidate | None:
    """A column's name on the left of its only amount: the total's."""
    label = sight.touching
    columns = (*names.AMOUNTS, names.RATE)
    if label is None or label.of("money_column") not in columns or board.form.kind == names.BASIC:
        return None
    if sight.above and sight.above_labels[0].means and board.is_heading(sight.above[0]):
        return None
    row = board.lex.label(names.TOTAL_FUNDS)
    return _amount(board, 65, sight.left[0], row, label, sight.left_labels, ())


def _lone_row(board: Board, sight: Sight) -> Candidate | None:
    """Headings of amounts without any row label: one row, the total."""
    if sight.left or not sight.figure or not sight.above or board.form.kind == names.BASIC:
        return None
    head = sight.above[0]
    is_head = board.is_heading(head) and sight.above_labels[0].of("money_column") is not None
    if not is_head or head.r1 != sight.cell.r0 - 1 or _has_labels(board, head.r0):
        return None
    row = board.lex.label(names.TOTAL_FUNDS)
    return _amount(board, 75, head, row, sight.above_labels[0], (), sight.above_labels)


def _has_labels(board: Board, row: int) -> bool:
    """Whether anything stands left of the headings in a row or the next, or two rows of numbers follow."""
    heads = [cell.c0 for cell in board.region.row(row) if board.is_heading(cell)]
    first = min(heads, default=board.region.c0)
    if any(board.region.across(line, board.region.c0, first - 1) for line in (row, row + 1)):
        return True
    below = board.region.next_row(row + 1)
    return below == row + 2 and board.region.row(below)[0].number is not None


def _own_label(board: Board, sight: Sight) -> Candidate | None:  # noqa: PLR0911 - one return a kind of label
    """A printed label that only this layout has."""
    if sight.left_labels and sight.left_labels[0].of("total") and sight.figure:
        return _of_totals(board, sight)
    label = sight.touching
    if label is None:
        return None
    if sight.tall and label.of("block") != "goal":
        return _no(80, "tall", label=label.printed)
    if label.of(*_NOT_OWN):
        is_points = label.of("money_column") in (names.SCORE, names.WEIGHT) and sight.figure
        return _no(80, "whose", label=label.printed) if is_points and not sight.above else None
    if sight.dash or label.of("block") == "indicator":
        return None
    if sight.figure and (group := group_of(board, sight.left[0])):
        path = f"{names.FUND_ROOTS[names.UNIT]}/{group}/{label.printed}"
        return Candidate(80, path, "money", labels=sight.left_labels, headings=sight.above_labels)
    if label.of("block") == "goal" and sight.figure is None and sight.left[0].c0 == board.region.c0:
        return Candidate(80, f"{names.GOALS}/{names.EXPECTED}", "prose", labels=[label])
    if label.of("block") is None or sight.figure is None:
        return Candidate(80, label.printed, "plain", labels=[label])
    return None


def _of_totals(board: Board, sight: Sight) -> Candidate | None:
    """A number behind 总分: the score where it is alone, else what arithmetic says."""
    line = board.region.across(sight.cell.r0, sight.left[0].c1 + 1, board.region.c1)
    numbers = [cell for cell in line if board.figure(cell)]
    if len(numbers) == 1:
        is_near = sight.touching is not None
        return Candidate(80, names.TOTAL_SCORE, "points", labels=sight.left_labels[:1]) if is_near else None
    return Candidate(80, names.TOTAL, "total", labels=sight.left_labels[:1])


def _label_above(board: Board, sight: Sight) -> Candidate | None:
    """A row of nothing but labels over a row of nothing but values."""
    if not sight.above or sight.passed_above or sight.left or not sight.above_labels[0].of("field"):
        return None
    head, cell = sight.above[0], sight.cell
    if head.r1 != cell.r0 - 1 or (head.c0, head.c1) != (cell.c0, cell.c1):
        return None
    labels, values = board.region.row(head.r0), board.region.row(cell.r0)
    if len(labels) < 2 or any(board.label_of(other) is None for other in labels):
        return None
    if any(board.label_of(other) for other in values):
        return None
    name = sight.above_labels[0].of("field")
    path = sight.above_labels[0].printed if name == names.OWN_NAME else str(name)
    return Candidate(90, path, "single", headings=sight.above_labels[:1])


def _amount(
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


_WAYS: tuple[_Way, ...] = (
    _several_rows,
    _single,
    _goal,
    _fact_beside,
    _several_columns,
    _fact_above,
    _matrix,
    _total_beside,
    _lone_row,
    _own_label,
    _label_above,
)


def alike(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The candidates of the best rank."""
    return (candidate for candidate in found if candidate.rank == found[0].rank)
