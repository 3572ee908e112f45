"""A cell and what it sees → the fields it may be the value of, each with its rank, or why it is none.

Every way of reading is a function; all are asked. A lower rank is a nearer reading; two readings of one
rank that say different fields leave the cell undecided. A label that only a layout has is a field under its
printed name, and so are totals.
"""

from collections.abc import Callable, Sequence

from xlperf.intake.reading import names
from xlperf.intake.reading.amount_candidates import (
    AMOUNT_COLUMNS,
    Candidate,
    amount,
    group_of,
    lone_row,
    matrix,
    refused,
    total_on_left,
)
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.sight import Sight, is_goal_heading, printed
from xlperf.intake.reading.texts import FULL_MARKS

_OF_HEADINGS = ("money_column", "year_column", "fact", "goal", "year", "row", "basic_row", "group_row", "sum")
_TOTAL_COLUMNS = (names.WEIGHT, names.SCORE, names.RATE)
_LONGEST_HEADING = 12
_NOT_OWN = ("money_column", "year_column", "level", "indicator_column", "group")


def several_rows(board: Board, sight: Sight) -> Candidate | None:
    """A cell over several rows: the total's where one is the total, else the block's under its heading."""
    if len(sight.rows) < 2:
        return None
    said = [board.labels[id(row)] for row in sight.rows]
    if _goal_heading(board, sight):
        return None
    heading = sight.above_labels[0] if sight.above else None
    is_turned = all(label.of("money_column") in (*names.AMOUNTS, names.RATE) for label in said)
    if heading is None or not (
        board.is_heading(sight.above[0])
        or heading.of("money_column") == names.RATE
        or (is_turned and heading.of("money_column") in _TOTAL_COLUMNS)
    ):
        return refused(0, "across_rows", labels=printed(said))
    totals = [
        (cell, label)
        for cell, label in zip(sight.rows, said, strict=True)
        if label.of("row") == names.TOTAL_FUNDS
        or label.of("sum")
        or label.of("money_column") in names.AMOUNTS
    ]
    if totals and (len(totals) == 1 or is_turned) and heading.of("money_column") in _TOTAL_COLUMNS:
        cell, label = totals[0]
        row = label if label.of("row", "sum") else board.lex.label(names.TOTAL_FUNDS)
        return amount(board, 0, cell, row, heading, [label], [heading])
    if heading.of(*AMOUNT_COLUMNS):
        return refused(0, "across_rows", labels=printed(said))
    blocks = (label.printed for label in reversed(sight.left_labels) if label.of("block"))
    block = next(blocks, "")
    path = f"{block}/{heading.printed}" if block else heading.printed
    return Candidate(0, path, "text", labels=said, headings=[heading])


def single(board: Board, sight: Sight) -> Candidate | None:
    """A single field: its label directly on the left."""
    label = sight.touching
    name = label.of("field") if label else None
    if label is None or name is None or (sight.tall and name == names.OWN_NAME):
        return None
    if name == names.TOTAL_SCORE and (_figures_behind(board, sight) > 1 or _may_be_weights(board, sight)):
        return None
    if name in names.NAME_FIELDS and board.read(sight.cell).of(*AMOUNT_COLUMNS):
        return refused(10, "unknown_heading", label=label.printed)
    heading = sight.above_labels[0] if sight.above else None
    if (
        heading
        and heading.of(*AMOUNT_COLUMNS)
        and board.is_heading(sight.above[0])
        and label.of("row", "basic_row")
    ):
        return None
    path = label.printed if name == names.OWN_NAME else name
    return Candidate(10, path, "single", labels=[label])


def goal(board: Board, sight: Sight) -> Candidate | None:
    """An aim or what was achieved: its heading above, or its label next to it."""
    heading = _goal_heading(board, sight)
    if heading and not sight.passed_above:
        return Candidate(20, f"{names.GOALS}/{heading}", "prose", headings=sight.above_labels[:1])
    label = sight.touching
    if not heading and label and label.of("goal") and sight.figure is None:
        if _is_heading_like(board, sight):
            return refused(21, "unknown_heading", label=label.printed)
        return Candidate(21, f"{names.GOALS}/{label.of('goal')}", "prose", labels=[label])
    is_next_to = label is not None and sight.left[0].r0 > sight.above[0].r1 if sight.above else False
    return refused(22, "second_goal", label=heading) if heading and not is_next_to else None


def _is_heading_like(board: Board, sight: Sight) -> bool:
    """Whether a text next to a goal's label reads like the heading of what is below, unknown as it is."""
    text, label = short(sight.cell), sight.left[0]
    if len(text) > _LONGEST_HEADING or not text.endswith(board.lex.heading_endings):
        return False
    below = [board.region.at(cell.r1 + 1, cell.c0) for cell in (sight.cell, label)]
    return all(cell is not None and board.is_free(cell) for cell in below)


def _goal_heading(board: Board, sight: Sight) -> str | None:
    if not sight.above or not is_goal_heading(board, sight.above[0]):
        return None
    label = sight.above_labels[0]
    line = [other for cell in board.region.row(sight.above[0].r0) if (other := board.label_of(cell))]
    has_marks = any(other.of("money_column") in (names.WEIGHT, names.SCORE) for other in line)
    if has_marks and label.core.endswith(tuple(board.lex.preferred[names.TARGET])):
        return None
    goals = [other for other in line if other.of("goal") or other.of("block") == "goal"]
    if len(goals) < 2 and label.of("block") == "goal":
        return None
    return label.of("goal") or names.EXPECTED


def fact_on_left(board: Board, sight: Sight) -> Candidate | None:
    """A figure of staff or buildings with its label on the left; other forms keep the printed label."""
    label = sight.touching or (sight.left_labels[0] if _is_alone(board, sight) else None)
    if label and (name := label.of("fact")):
        if board.form.kind != names.BASIC:
            return Candidate(30, label.printed, "plain", labels=[label])
        return _fact(board, 30, name, label, labels=[label])
    return None


def _is_alone(board: Board, sight: Sight) -> bool:
    """Whether a figure is the only one behind the labels of its row."""
    if not sight.left or sight.figure is None or board.form.kind != names.BASIC:
        return False
    return _figures_behind(board, sight) == 1


def _figures_behind(board: Board, sight: Sight) -> int:
    """How many figures are behind the nearest label of a row."""
    line = board.region.across(sight.cell.r0, sight.left[0].c1 + 1, board.region.c1)
    return sum(board.figure(cell) is not None for cell in line)


def several_columns(board: Board, sight: Sight) -> Candidate | None:
    """A cell under several headings: the one amount of a row of 按…分, or nobody's."""
    headings = [
        (cell, label)
        for cell, label in zip(sight.above, sight.above_labels, strict=True)
        if board.is_heading(cell) or label.of(*_OF_HEADINGS)
    ]
    lowest = max((cell.r1 for cell, _ in headings), default=-1)
    bottom = [(cell, label) for cell, label in headings if cell.r1 == lowest]
    if len(bottom) < 2:
        return None
    are_labels = not any(board.is_heading(cell) for cell, _ in bottom)
    if sight.touching and are_labels and sight.left[0].r0 > bottom[0][0].r0:
        return None
    label = sight.touching
    if board.form.kind == names.UNIT and label and label.of("group_row") and sight.figure:
        path = f"{names.FUND_ROOTS[names.UNIT]}/{label.of('group_row')}"
        return Candidate(40, path, "money", labels=[label], headings=[said for _, said in bottom])
    return refused(40, "across_columns", labels=printed([label for _, label in bottom]))


def fact_above(board: Board, sight: Sight) -> Candidate | None:
    """A figure of staff or buildings under its label."""
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


def own_label(board: Board, sight: Sight) -> Candidate | None:  # noqa: PLR0911 - one return a kind of label
    """A printed label that only this layout has."""
    if sight.left_labels and sight.left_labels[0].of("total"):
        if sight.figure:
            return _of_totals(board, sight)
        if short(sight.cell) in board.lex.grades:
            return Candidate(80, names.TOTAL_GRADE, "single", labels=sight.left_labels[:1])
    label = sight.touching
    if label is None or id(sight.left[0]) in board.parts:
        return None
    if sight.tall and label.of("block") != "goal":
        return refused(80, "tall", label=label.printed)
    if label.of(*_NOT_OWN):
        is_points = label.of("money_column") in (names.SCORE, names.WEIGHT) and sight.figure
        return refused(80, "whose", label=label.printed) if is_points and not sight.above else None
    if sight.dash or label.of("block") == "indicator":
        return None
    if sight.figure and (group := group_of(board, sight.left[0])):
        path = f"{names.FUND_ROOTS[names.UNIT]}/{group}/{label.printed}"
        return Candidate(80, path, "money", labels=sight.left_labels, headings=sight.above_labels)
    if label.of("block") == "goal" and sight.figure is None and sight.left[0].c0 == board.region.c0:
        return Candidate(80, f"{names.GOALS}/{names.EXPECTED}", "prose", labels=[label])
    if label.of("block") == "money" and not label.of("field") and sight.figure is None:
        return refused(80, "whose", label=label.printed)
    if label.of("block") is None or sight.figure is None:
        return Candidate(80, label.printed, "plain", labels=[label])
    return None


def _of_totals(board: Board, sight: Sight) -> Candidate | None:
    """A number behind 总分: the score where it is alone, else what arithmetic says."""
    line = board.region.across(sight.cell.r0, sight.left[0].c1 + 1, board.region.c1)
    numbers = [cell for cell in line if board.figure(cell)]
    if len(numbers) == 1 and not _may_be_weights(board, sight):
        is_near = sight.touching is not None
        return Candidate(80, names.TOTAL_SCORE, "points", labels=sight.left_labels[:1]) if is_near else None
    return Candidate(80, names.TOTAL, "total", labels=sight.left_labels[:1])


def _may_be_weights(board: Board, sight: Sight) -> bool:
    """Whether a hundred behind 总分 may be what all weights add up to: its label speaks of no score."""
    label = sight.left_labels[0]
    says_score = any(word in label.core for word in (*board.lex.own_scores, names.SCORE[:1]))
    is_full = sight.figure is not None and sight.figure.number == FULL_MARKS
    return label.of("total") is not None and is_full and not says_score


def label_above(board: Board, sight: Sight) -> Candidate | None:
    """A row of nothing but labels over a row of nothing but values."""
    if not sight.above or sight.passed_above or sight.left or not sight.above_labels[0].of("field"):
        return None
    heading, cell = sight.above[0], sight.cell
    if heading.r1 != cell.r0 - 1 or (heading.c0, heading.c1) != (cell.c0, cell.c1):
        return None
    labels, values = board.region.row(heading.r0), board.region.row(cell.r0)
    if len(labels) < 2 or any(board.label_of(other) is None for other in labels):
        return None
    if any(board.label_of(other) for other in values):
        return None
    name = sight.above_labels[0].of("field")
    path = sight.above_labels[0].printed if name == names.OWN_NAME else str(name)
    return Candidate(90, path, "single", headings=sight.above_labels[:1])


_WAYS: tuple[Callable[[Board, Sight], Candidate | None], ...] = (
    several_rows,
    single,
    goal,
    fact_on_left,
    several_columns,
    fact_above,
    matrix,
    total_on_left,
    lone_row,
    own_label,
    label_above,
)


def best_candidates(board: Board, sight: Sight) -> list[Candidate]:
    """The candidates of a cell that are nearest; several where readings of one rank differ."""
    found = [candidate for way in _WAYS if (candidate := way(board, sight))]
    nearest = min((candidate.rank for candidate in found), default=0)
    return [candidate for candidate in found if candidate.rank == nearest]
