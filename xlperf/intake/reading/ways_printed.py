"""Labels that only a layout has, and totals: fields under their printed names."""

from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board
from xlperf.intake.reading.candidate import Candidate, refused
from xlperf.intake.reading.paths import group_of
from xlperf.intake.reading.sight import Sight

_NOT_OWN = ("money_column", "year_column", "level", "indicator_column", "group")


def own_label(board: Board, sight: Sight) -> Candidate | None:  # noqa: PLR0911 - one return a kind of label
    """A printed label that only this layout has."""
    if sight.left_labels and sight.left_labels[0].of("total") and sight.figure:
        return _of_totals(board, sight)
    label = sight.touching
    if label is None:
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
    if len(numbers) == 1:
        is_near = sight.touching is not None
        return Candidate(80, names.TOTAL_SCORE, "points", labels=sight.left_labels[:1]) if is_near else None
    return Candidate(80, names.TOTAL, "total", labels=sight.left_labels[:1])


def label_above(board: Board, sight: Sight) -> Candidate | None:
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
