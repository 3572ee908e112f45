"""Where indicator tables begin, and what each of their columns is: by their rows of headings."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.form_readings import reason
from xlperf.intake.reading.parts_of_headings import joined_label, whole_over
from xlperf.intake.reading.recognition import concept

TALLEST_HEADING = 2
"""A heading covers at most so many rows more than one."""
_TARGETS = {names.TARGET, names.NEW_TARGET}
_FIRST_VALUES = {names.TARGET, names.NEW_TARGET, names.ACTUAL}
_ABOVE = {names.TARGET, names.ACTUAL, names.SCORE, names.WEIGHT, names.REASON}
_BELOW = {names.SIGN, names.MEASURE, names.TARGET}
_ONCE = (names.WEIGHT, names.SCORE, names.TARGET, names.NEW_TARGET, names.ACTUAL, names.REASON, names.LEVEL3)
_AIMS = (names.TARGET, names.NEW_TARGET, names.SIGN, names.MEASURE)
VALUE_COLUMNS = frozenset(
    {names.TARGET, names.NEW_TARGET, names.ACTUAL, names.WEIGHT, names.SCORE, names.REASON}
)


def heading_bands(board: Board) -> tuple[list[tuple[int, int]], set[int]]:
    """(first, last) rows of the headings of each table, and the headings that name indicators otherwise.

    A table of marks alone, without targets and results, is one where there is no other.
    """
    found, named = _bands(board, _is_band)
    return (found, named) if found else _bands(board, _is_marked_band)


def _bands(
    board: Board, is_band: Callable[[Board, Sequence[PageCell], bool], bool]
) -> tuple[list[tuple[int, int]], set[int]]:
    found: list[tuple[int, int]] = []
    named: set[int] = set()
    for row, _ in board.region.rows():
        if found and row <= found[-1][1]:
            continue
        headings = _headings(board, row)
        lead = _naming_heading(board, row, headings)
        if lead is not None:
            named.add(id(lead))
            headings = [lead, *(heading for heading in headings if heading is not lead)]
        if not is_band(board, headings, lead is not None):
            continue
        kept = [heading for heading in headings if _is_column(board, heading, named)] or headings
        top, bottom = min(heading.r0 for heading in kept), max(heading.r1 for heading in kept)
        above_is_free = top - 1 >= board.region.r0 and (not found or top - 1 > found[-1][1])
        if above_is_free and _more_headings(board, top - 1, _ABOVE):
            top -= 1
        if bottom + 1 <= board.region.r1 and _more_headings(board, bottom + 1, _BELOW):
            bottom += 1
        found.append((top, bottom))
    return found, named


def _headings(board: Board, row: int) -> list[PageCell]:
    """The cells over a row that may be headings of an indicator table."""
    cells = board.region.across(row, board.region.c0, board.region.c1)
    kinds = ("level", "indicator_column", "money_column")
    return [
        cell
        for cell in cells
        if cell.r1 - cell.r0 <= TALLEST_HEADING and board.is_free(cell) and board.read(cell).of(*kinds)
    ]


def _is_band(board: Board, headings: Sequence[PageCell], is_named: bool) -> bool:
    has_level = is_named or any(board.read(heading).of("level") for heading in headings)
    values = {concept(board.read(heading)) for heading in headings}
    if board.form.kind == names.ASSESSMENT:
        return has_level and {names.WEIGHT, names.SCORE} <= values
    return has_level and bool(values & _FIRST_VALUES) and len(headings) >= 3


def _is_marked_band(board: Board, headings: Sequence[PageCell], _is_named: bool) -> bool:
    said = {concept(board.read(heading)) for heading in headings}
    levels = {names.LEVEL1, names.LEVEL3, names.WEIGHT, names.SCORE}
    return board.form.kind in (names.PROJECT, names.UNIT) and levels <= said


def _is_column(board: Board, heading: PageCell, named: set[int]) -> bool:
    label = board.read(heading)
    return label.of("level") is not None or id(heading) in named or not label.of("block")


def _naming_heading(board: Board, row: int, headings: Sequence[PageCell]) -> PageCell | None:
    """The first cell of a row of headings without a level that speaks of indicators: it names them."""
    said = [concept(board.read(heading)) for heading in headings]
    if any(board.read(heading).of("level") for heading in headings) or len(headings) < 3:
        return None
    if names.ACTUAL not in said or not _TARGETS & set(said):
        return None
    lead = next(iter(board.region.across(row, board.region.c0, board.region.c1)), None)
    if lead is None or lead.r1 - lead.r0 > 1 or names.INDICATOR_WORD not in short(lead):
        return None
    return lead if lead not in headings or said.count(names.TARGET) > 1 else None


def _more_headings(board: Board, row: int, expected: set[str]) -> bool:
    """Whether a row holds headings only, two or more of them of the expected concepts."""
    cells = [cell for cell in board.region.row(row) if board.is_free(cell) and cell.r1 == row]
    said = [concept(board.read(cell)) for cell in cells]
    are_headings = all(
        (name or board.read(cell).of("block")) and cell.number is None
        for name, cell in zip(said, cells, strict=True)
    )
    return are_headings and len(set(said) & expected) >= 2


@dataclass(slots=True)
class IndicatorColumns:
    """Column of the page → (concept, heading)."""

    at: dict[int, tuple[str, PageCell]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The leftmost column of the table."""
        return min(self.at)

    def kinds(self) -> set[str]:
        """The concepts of all columns."""
        return {kind for kind, _ in self.at.values()}

    def over(self, cell: PageCell) -> set[str]:
        """The concepts of the columns that a cell covers."""
        return {self.at[column][0] for column in range(cell.c0, cell.c1 + 1) if column in self.at}

    def of(self, *kinds: str) -> list[int]:
        """The columns of these concepts, left to right."""
        return sorted(column for column, (kind, _) in self.at.items() if kind in kinds)


@dataclass(slots=True)
class _Run:
    """Neighbouring columns under one heading."""

    kind: str
    heading: PageCell
    columns: list[int]


def columns_of(board: Board, top: int, bottom: int, named: set[int]) -> IndicatorColumns:
    """The columns under headings in rows ``top``..``bottom``; the lowest heading with a meaning counts."""
    found: dict[int, tuple[str, PageCell]] = {}
    for column in range(board.region.c0, board.region.c1 + 1):
        said = _said(board, column, top, bottom, named)
        if not said:
            continue
        kind, heading = said[0]
        part = board.region.at(heading.r1 + 1, column) if heading.r1 < bottom else None
        if part is None and _has_parts(board, heading, bottom):
            continue
        if part is not None and whole_over(board, part, heading.r0) is heading:
            kind, heading = _of_part(board, kind, heading, part)
        if kind in (names.WEIGHT, names.SCORE) and _is_of_others(board, column, heading, top):
            kind = names.REMARK
        above = {name for name, group in said[1:] if not _has_result(board, group, bottom)}
        if not any(word in heading.text for word in board.lex.aims):
            kind = _under(kind, above)
        found[column] = (kind, heading)
    levels = [column for column, (kind, _) in found.items() if kind in names.LEVELS]
    first = min(levels, default=0)
    kept = {
        column: (kind, heading)
        for column, (kind, heading) in found.items()
        if column >= first or not board.read(heading).of("block")
    }
    return _each_once(board, IndicatorColumns(kept))


def untitled_columns(board: Board, columns: IndicatorColumns, top: int, bottom: int) -> list[int]:
    """Columns next to the target's that have no heading at all: what is there may belong to it.

    Left of the target only where the names of the indicators have a heading: else it is their column.
    """
    aims = set(columns.of(*_AIMS))
    before = 1 if names.LEVEL3 in columns.kinds() else -1
    inside = range(columns.first + 1, max(columns.at))
    return [
        column
        for column in inside
        if column not in columns.at
        and {column - 1, column + before} & aims
        and not any(board.region.at(row, column) for row in range(top, bottom + 1))
    ]


def _said(board: Board, column: int, top: int, bottom: int, named: set[int]) -> list[tuple[str, PageCell]]:
    """Concepts and headings over a column, the lowest first."""
    path: list[PageCell] = []
    for row in range(bottom, top - 1, -1):
        cell = board.region.at(row, column)
        if cell and cell not in path and cell.r1 - cell.r0 <= TALLEST_HEADING and board.is_free(cell):
            path.append(cell)
    said = [(names.LEVEL3 if id(cell) in named else _concept(board, cell), cell) for cell in path]
    return [(kind, cell) for kind, cell in said if kind]


def _concept(board: Board, cell: PageCell) -> str | None:
    """What a heading is; in an assessment the standard of marks takes the place of the target."""
    label = board.read(cell)
    is_standard = board.form.kind == names.ASSESSMENT and label.of("standard") is not None
    return names.TARGET if is_standard else concept(label)


def _of_part(board: Board, kind: str, heading: PageCell, part: PageCell) -> tuple[str, PageCell]:
    """What a column is by a text below a wider heading: a year, or a part of what the heading says."""
    label = board.read(part)
    if label.of("year") and label.year:
        is_own = bool(board.form.year) and not board.is_of_another_year(label)
        return (kind if is_own else names.REMARK), heading
    together = joined_label(board, part, heading)
    return (together and concept(together)) or names.REMARK, part


def _has_parts(board: Board, heading: PageCell, bottom: int) -> bool:
    """Whether other columns under a heading have headings of their own, so that this empty one is none."""
    return any(
        (cell := board.region.at(row, column)) and concept(board.read(cell))
        for column in range(heading.c0, heading.c1 + 1)
        for row in range(heading.r1 + 1, bottom + 1)
    )


def _has_result(board: Board, group: PageCell, bottom: int) -> bool:
    """Whether a result has a heading of its own below a heading, which then is over targets and results."""
    below = (
        board.region.at(row, column)
        for row in range(group.r1 + 1, bottom + 1)
        for column in range(group.c0, group.c1 + 1)
    )
    return any(cell is not None and concept(board.read(cell)) == names.ACTUAL for cell in below)


def _is_of_others(board: Board, column: int, heading: PageCell, top: int) -> bool:
    """Whether a heading over a heading says that others than the unit gave the marks below it."""
    over = [board.region.at(row, column) for row in range(top, heading.r0)]
    return any(
        cell is not None and any(word in cell.text for word in board.lex.other_scores) for cell in over
    )


def _under(kind: str, above: set[str]) -> str:
    """What a column is where headings of other concepts are over its own."""
    if names.ACTUAL in above and kind in (names.TARGET, names.MEASURE, names.SIGN):
        return names.ACTUAL if kind == names.TARGET else names.REMARK
    if names.NEW_TARGET in above and kind == names.TARGET:
        return names.NEW_TARGET
    return kind


def _each_once(board: Board, columns: IndicatorColumns) -> IndicatorColumns:
    """Of several columns of one concept the one that is the unit's own; none where nothing says."""
    runs: list[_Run] = []
    for column, (kind, heading) in sorted(columns.at.items()):
        if runs and runs[-1].heading is heading:
            runs[-1].columns.append(column)
        else:
            runs.append(_Run(kind, heading, [column]))
    _level_weights(columns, runs)
    _untitled_scores(board, columns, runs)
    _other_years(board, columns, runs)
    for kind in _ONCE:
        same = [run for run in runs if run.kind == kind and columns.at[run.columns[0]][0] == kind]
        if len(same) < 2:
            continue
        kept = _own(board, kind, same)
        for run in same:
            if run not in kept or len(kept) > 1:
                _set(columns, run, names.REMARK)
        if len(kept) > 1:
            name = same[0].heading.text
            board.form.problems.append(reason("several_columns", column=name, count=len(kept)))
    return columns


def _level_weights(columns: IndicatorColumns, runs: Sequence[_Run]) -> None:
    """Weights behind level 1 and level 2 are those levels', where the indicators have their own."""
    weights = [run for run in runs if run.kind == names.WEIGHT]
    if len(weights) < 2:
        return
    for before, run in itertools.pairwise(runs):
        if run in weights and before.kind in (names.LEVEL1, names.LEVEL2):
            _set(columns, run, names.LEVEL1_POINTS if before.kind == names.LEVEL1 else names.REMARK)


def _untitled_scores(board: Board, columns: IndicatorColumns, runs: Sequence[_Run]) -> None:
    """Scores that somebody else gave are not the unit's own, where a column next to them has no heading."""
    scores = [run for run in runs if run.kind == names.SCORE]
    if len(scores) != 1 or not any(word in scores[0].heading.text for word in board.lex.other_scores):
        return
    next_to_it = {scores[0].columns[0] - 1, scores[0].columns[-1] + 1}
    if any(columns.first < column < max(columns.at) and column not in columns.at for column in next_to_it):
        _set(columns, scores[0], names.REMARK)


def _other_years(board: Board, columns: IndicatorColumns, runs: Sequence[_Run]) -> None:
    """Values of other years are not the form's, where headings of the form's year are next to them."""
    values = [(run, board.read(run.heading)) for run in runs if run.kind in VALUE_COLUMNS]
    if not any(label.year and label.year == board.form.year for _, label in values):
        return
    for run, label in values:
        if board.is_of_another_year(label):
            _set(columns, run, names.REMARK)


def _own(board: Board, kind: str, same: list[_Run]) -> list[_Run]:
    lex = board.lex
    if kind == names.SCORE:
        own = [run for run in same if any(word in run.heading.text for word in lex.own_scores)] or same
        if len(own) == 1:
            return own
        return [run for run in same if not any(word in run.heading.text for word in lex.other_scores)]
    preferred = lex.preferred.get(kind, ())
    named = [run for run in same if any(word in run.heading.text for word in preferred)]
    return (named[:1] if kind == names.LEVEL3 else named) or same


def _set(columns: IndicatorColumns, run: _Run, kind: str) -> None:
    for column in run.columns:
        columns.at[column] = (kind, columns.at[column][1])
