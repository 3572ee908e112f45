"""Which cells are titles, notes and template, which are labels, which unknown texts label and value."""

import itertools
import re
from collections import defaultdict
from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.form_readings import Role, reason
from xlperf.intake.reading.money_headings import is_money_band
from xlperf.intake.reading.recognition import (
    column_figure,
    is_header_row,
    is_title,
    unit_inside,
    unit_of_line,
)
from xlperf.intake.reading.sight import is_goal_heading, looked_up
from xlperf.intake.reading.texts import flat

_FIRST_YEAR, _LAST_YEAR = 2010, 2039
_LABELS = (
    "money_column",
    "year_column",
    "fact",
    "row",
    "group_row",
    "basic_row",
    "group",
    "goal",
    "block",
    "field",
    "sum",
    "total",
    "year",
)
_NO_LABEL = re.compile(r"[,。;!?]|[0-9]{3}")
_LONGEST_UNKNOWN = 22
_FEWEST_NUMBERS = 3


def mark_tops(board: Board) -> None:
    """Give these cells their roles; titles, year and money unit go to the form."""
    _bare_years(board)
    _column_numbers(board)
    last_note = -1
    for cell in board.cells:
        if board.is_free(cell) and _mark(board, cell, last_note):
            last_note = cell.r1


def _mark(board: Board, cell: PageCell, last_note: int) -> bool:
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
        board.form.unit = unit_of_line(board.lex, cell.text) or board.form.unit
    elif not board.form.unit and (inside := unit_inside(board.lex, cell.text)):
        board.form.unit = inside
    elif label.of("attachment"):
        board.take(cell, Role.TITLE)
    elif label.of("year") and label.year and is_header_row(board.lex, board.region.row(cell.r0)):
        board.take(cell, Role.TITLE)
        board.form.titles.append(flat(cell.text))
    return False


def _column_numbers(board: Board) -> None:
    """End the rows that number columns: 栏次 | 1 | 2, or nothing but 1 | 2 | 3, A | B | C=B/A."""
    for _, cells in board.region.rows():
        if any(board.read(cell).of("column_numbers") for cell in cells) or _are_counted(board, cells):
            for cell in cells:
                if board.is_free(cell):
                    board.take(cell, Role.TEMPLATE, reason("column_numbers"))


def _are_counted(board: Board, cells: Sequence[PageCell]) -> bool:
    """Whether the cells of a row count from the first on, each a column's number or letter and no more."""
    found = [board.lex.marks.patterns["column_number"].fullmatch(short(cell)) for cell in cells]
    marks = [match[1] for match in found if match]
    if len(marks) < len(cells) or len(cells) < _FEWEST_NUMBERS:
        return False
    digits = [mark for mark in marks if mark.isdecimal()]
    letters = [mark for mark in marks if not mark.isdecimal()]
    starts = board.lex.column_letters
    is_spelt = any("".join(letters) == start[: len(letters)] for start in starts)
    return is_spelt and [int(mark) for mark in digits] in _countings(len(digits), len(letters))


def _countings(count: int, before: int) -> tuple[list[int], ...]:
    """1, 2, 3 … as far as ``count``, or going on after ``before`` letters."""
    return tuple(list(range(start, start + count)) for start in (1, before + 1))


def _bare_years(board: Board) -> None:
    """2021 | 2022 | 2023 alone in a row or column are years; a single 2022 is an amount like any other."""
    rows: dict[int, list[PageCell]] = defaultdict(list)
    columns: dict[int, list[PageCell]] = defaultdict(list)
    for cell in board.cells:
        if cell.number is not None and not cell.percent and not cell.decimals:
            rows[cell.r0].append(cell)
            columns[cell.c0].append(cell)
    for lines, across in ((rows, True), (columns, False)):
        for line in lines.values():
            if _are_years(line) and (len(line) > 2 or _are_over_amounts(board, line, across)):
                for cell in line:
                    text = board.lex.year_heading.format(year=int(cell.number or 0))
                    board.be(cell, Role.HEADING, board.lex.label(text))


def _are_years(line: Sequence[PageCell]) -> bool:
    numbers = [cell.number or 0 for cell in line]
    steps = {abs(second - first) for first, second in itertools.pairwise(numbers)}
    in_range = all(_FIRST_YEAR <= number <= _LAST_YEAR and number == int(number) for number in numbers)
    return len(line) > 1 and in_range and steps in ({1}, {0, 1})


def _are_over_amounts(board: Board, line: Sequence[PageCell], across: bool) -> bool:
    """Whether a number or a heading of amounts follows each of two years."""
    for cell in line:
        after = board.region.at(cell.r1 + 1, cell.c0) if across else board.region.at(cell.r0, cell.c1 + 1)
        if after is None or (after.number is None and not board.read(after).of("year_column")):
            return False
    return True


def mark_labels(board: Board) -> None:
    """Make every cell whose text is known a label, unless it is the value of the name field on its left."""
    years = _Years(board)
    for cell in board.cells:
        if not board.is_free(cell):
            continue
        label = board.read(cell)
        if not label.of(*_LABELS) or (cell.number is not None and not label.year):
            continue
        if {kind for kind, _ in label.means} <= {"year"} and not years.others(cell):
            continue
        if column_figure(board.lex, cell.text):
            continue
        if _is_named_value(board, cell) and not label.of("field"):
            continue
        board.be(cell)


def _is_named_value(board: Board, cell: PageCell) -> bool:
    """Whether a cell is the value of a field on its left, whatever it says: 项目名称 | 运行维护经费."""
    before = board.region.left_of(cell)
    left = board.label_of(before) if before is not None else None
    if left is None or left.of("field") not in names.NAME_FIELDS:
        return False
    return not is_money_band(board, board.region.row(cell.r0))


class _Years:
    """Where years are: a bare year is a heading only where another is in its row or column."""

    def __init__(self, board: Board) -> None:
        self._rows: dict[int, int] = defaultdict(int)
        self._columns: dict[int, int] = defaultdict(int)
        for cell in board.cells:
            label = board.read(cell)
            if label.of("year", "year_column") and (label.year or label.relative is not None):
                self._rows[cell.r0] += 1
                self._columns[cell.c0] += 1

    def others(self, cell: PageCell) -> bool:
        """Whether another year is in the row or column of this one."""
        return self._rows[cell.r0] > 1 or self._columns[cell.c0] > 1


def mark_pairs(board: Board) -> None:
    """In a row without headings over it, a short text with one text to its right is a label of its own."""
    for _, cells in board.region.rows():
        if len(cells) < 2 or any(map(board.is_heading, cells)):
            continue
        for at, cell in enumerate(cells[:-1]):
            after = cells[at + 1]
            if not (board.is_free(cell) and board.is_free(after)) or cell.number is not None:
                continue
            if board.dash(cell) or _are_headings(board, cell, after):
                continue
            is_last = at + 2 == len(cells) or board.label_of(cells[at + 2]) is not None
            is_clear = bool(_NO_LABEL.search(short(after)))
            if (is_last or is_clear) and _leads(board, cells, at) and _may_be_label(board, cell, after):
                board.be(cell)
                board.unknown.append(board.read(cell).printed)


def _are_headings(board: Board, cell: PageCell, after: PageCell) -> bool:
    """Whether two texts of one row read like headings: each has a cell of its own below."""
    if len(short(after)) > _LONGEST_UNKNOWN or not short(after).endswith(board.lex.heading_endings):
        return False
    below = [board.region.at(heading.r1 + 1, heading.c0) for heading in (cell, after)]
    return all(found is not None and board.label_of(found) is None for found in below)


def _leads(board: Board, cells: Sequence[PageCell], at: int) -> bool:
    """Whether a cell begins a pair: at the edge, behind a value, or behind a gap."""
    if at == 0:
        return True
    before = cells[at - 1]
    gap = any(column not in board.empty for column in range(before.c1 + 1, cells[at].c0))
    is_value = not board.is_free(before) and board.label_of(before) is None
    is_pair = at >= 2 and board.is_free(before) and board.label_of(cells[at - 2]) is not None
    return gap or is_value or is_pair


def _may_be_label(board: Board, cell: PageCell, after: PageCell) -> bool:
    text = short(cell)
    if not 2 <= len(text) <= _LONGEST_UNKNOWN or _NO_LABEL.search(text) or board.dash(cell):
        return False
    if cell.c1 - cell.c0 > after.c1 - after.c0 + 2:
        return False
    above, _ = looked_up(board, cell)
    return not any(_governs(board, heading) for heading in above)


def _governs(board: Board, heading: PageCell) -> bool:
    label = board.labels[id(heading)]
    if label.of("fact", "group") or is_goal_heading(board, heading):
        return True
    return label.of("money_column", "year_column") is not None and board.is_heading(heading)
