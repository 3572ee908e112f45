"""Rows of headings of amounts: 年初预算数 | 全年预算数 | … or 2022年决算数 | 2023年预算数."""

from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, short
from xlperf.intake.reading.form_readings import Role
from xlperf.intake.reading.indicator_headings import TALLEST_HEADING
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.parts_of_headings import mark_parts
from xlperf.intake.reading.recognition import is_amount_heading

_ROWS = ("row", "group_row", "basic_row")
_ENDS = ("field", "goal", "group")
_NOT_ROW_NAMES = ("block", "sum", "row")


def is_money_band(board: Board, row: Sequence[PageCell]) -> bool:
    """Whether a row holds two headings of amounts or more, and no amounts of its own behind them."""
    headings = [cell for cell in row if is_amount_heading(board.read(cell))]
    if headings and any(_is_amount(board, cell) and cell.c0 > headings[0].c0 for cell in row):
        return False
    corners = [heading for heading in headings if is_corner(board, heading)]
    if len(corners) > 1:
        return False
    hits = [label for cell in row if cell not in corners and _may_head(label := board.read(cell), cell)]
    amounts = (None, names.WEIGHT, names.SCORE)
    return len(hits) >= 2 and any(
        hit.of("money_column", "year_column") not in amounts or hit.year for hit in hits
    )


def _is_amount(board: Board, cell: PageCell) -> bool:
    return cell.number is not None and not board.read(cell).year and not board.is_heading(cell)


def _may_head(label: Label, cell: PageCell) -> bool:
    if cell.number is not None and not label.year:
        return False
    return is_amount_heading(label) or (label.of("year") is not None and label.year is not None)


def is_corner(board: Board, heading: PageCell) -> bool:
    """Whether a heading is over row labels: 年度预算数（万元） in the corner, or 预算数： over 其中：."""
    below = board.region.next_row(heading.r1)
    cell = board.region.at(below, heading.c0) if below is not None else None
    if below is None or cell is None or cell.number is not None or cell.c1 > heading.c1:
        return False
    next_to_it = board.region.across(below, cell.c1 + 1, heading.c1)
    are_parts = any(board.read(other).of(*_ROWS) for other in next_to_it)
    return board.read(cell).of(*_ROWS) is not None and not are_parts


def mark_money_headings(board: Board) -> None:
    """Make rows of headings HEADINGs with the rows they govern, and the texts left of their rows row labels.

    An unknown text among the headings is a heading too, an unknown text on the left a row label.
    """
    for row, started in board.region.rows():
        cells = [cell for cell in started if board.label_of(cell) or board.is_free(cell)]
        if not is_money_band(board, cells) or any(map(board.is_heading, cells)):
            continue
        headings = [
            heading
            for heading in cells
            if _names_amounts(board, heading)
            and not is_corner(board, heading)
            and not _is_lead(board, heading)
        ]
        first = min(heading.c0 for heading in (*headings, *_over_figures(board, cells)))
        for cell in cells:
            if cell.c0 < first and is_corner(board, cell):
                board.promote(cell)
                board.block_units.add(board.read(cell).unit)
        low = [heading.r1 for heading in headings if heading.r1 - heading.r0 <= TALLEST_HEADING]
        bottom = max(low, default=row)
        if _is_list(board, cells, first, bottom):
            _end_list(board, row, bottom)
            continue
        bottom, parts = mark_parts(board, row, bottom, first)
        board.band_rows.append(row)
        for cell in cells:
            is_name = cell.r1 <= bottom and _is_over_names(board, cell)
            if cell.c0 >= first or is_name:
                board.promote(cell)
        last = _governed(board, row, bottom, first, headings)
        for cell in (*cells, *parts):
            if board.is_heading(cell):
                board.scope[id(cell)] = last
    _join_scopes(board)


def _join_scopes(board: Board) -> None:
    """Headings in two rows govern what the lower row does."""
    for upper, lower in zip(board.band_rows[-2::-1], board.band_rows[:0:-1], strict=True):
        headings = [cell for cell in board.region.row(upper) if board.is_heading(cell)]
        below = [cell for cell in board.region.row(lower) if board.is_heading(cell)]
        if lower == max((heading.r1 for heading in headings if heading.r1 < lower), default=-2) + 1:
            last = max(board.scope.get(id(cell), lower) for cell in below)
            for heading in headings:
                board.scope[id(heading)] = max(board.scope.get(id(heading), upper), last)


def _is_lead(board: Board, cell: PageCell) -> bool:
    """Whether a text that may name amounts is the label of the whole block: it goes on below the headings."""
    line = board.region.row(cell.r0)
    is_first = board.read(cell).of("block") == "money" and line[0] is cell and len(line) > 1
    return is_first and cell.r1 > max(other.r1 for other in line[1:])


def _names_amounts(board: Board, cell: PageCell) -> bool:
    return board.read(cell).of("money_column", "year_column", "year") is not None


def _over_figures(board: Board, cells: Sequence[PageCell]) -> list[PageCell]:
    """Unknown texts of a row of headings that are over figures: columns of this layout only."""
    unknown = [cell for cell in cells if not board.read(cell).means and cell.number is None]
    below = [(cell, board.region.at(cell.r1 + 1, cell.c0)) for cell in unknown]
    return [
        cell
        for cell, figure in below
        if figure is not None and figure.number is not None and figure.c1 <= cell.c1 and not board.dash(cell)
    ]


def _is_list(board: Board, cells: Sequence[PageCell], first: int, bottom: int) -> bool:
    """Whether two or more headings name what is left of the amounts: a list of tasks or items."""
    naming = [
        cell
        for cell in cells
        if cell.c0 < first and cell.r1 <= bottom and not board.read(cell).of(*_NOT_ROW_NAMES)
        if not _is_side_heading(board, cell) and not _is_over_headings(board, cell)
    ]
    ahead = [cell for cell in cells if cell.c0 < first]
    is_listed = any(word in short(cell) for cell in ahead for word in board.lex.of_lists)
    return (len(naming) >= 2 or is_listed) and not any(board.read(cell).of("basic_row") for cell in naming)


def _is_over_headings(board: Board, cell: PageCell) -> bool:
    """Whether a text is over headings of amounts: the name of a group of columns."""
    below = board.region.at(cell.r1 + 1, cell.c0)
    return cell.c1 > cell.c0 and below is not None and is_amount_heading(board.read(below))


def _is_side_heading(board: Board, heading: PageCell) -> bool:
    """Whether a heading is over numbers or units of the rows, not over their names."""
    return board.read(heading).of("indicator_column") in (names.MEASURE, names.REMARK, names.NUMBER)


def _is_over_names(board: Board, cell: PageCell) -> bool:
    """Whether a text left of the headings is over the names, numbers or units of the rows."""
    return _is_side_heading(board, cell) or board.read(cell).of("block") == "basic"


def _governed(board: Board, row: int, bottom: int, first: int, headings: Sequence[PageCell]) -> int:
    """The last row under a row of headings; the texts left of them, on the way, become row labels."""
    lead = next(iter(board.region.across(row, board.region.c0, first - 1)), None)
    end = lead.r1 if lead is not None and lead.r1 > bottom else board.region.r1
    last, rightmost = bottom, max(heading.c1 for heading in headings)
    above = board.region.across(row, board.region.c0, first - 1)
    aside = [cell for cell in above if _is_side_heading(board, cell)]
    board.side_columns.update(column for heading in aside for column in range(heading.c0, heading.c1 + 1))
    below = board.region.next_row(bottom)
    while below is not None and below <= end:
        line = board.region.row(below)
        ahead = [cell for cell in line if cell.c0 < first]
        within = [cell for cell in line if cell.c0 <= rightmost]
        is_end = _ends(board, within, ahead) and not _is_remark(board, line, below, first)
        if is_money_band(board, line) or is_end or _is_wide(board, line, first, headings):
            break
        last = max([below, *(cell.r1 for cell in ahead if cell.r1 <= end)])
        for cell in ahead:
            if any(heading.c0 <= cell.c0 and cell.c1 <= heading.c1 for heading in aside):
                _mark_side_cell(board, cell)
            elif cell.number is None and cell.c1 < first and cell is not lead:
                _mark_row_label(board, cell)
        below = board.region.next_row(below)
    return last


def _ends(board: Board, line: Sequence[PageCell], ahead: Sequence[PageCell]) -> bool:
    for cell in ahead:
        label = board.label_of(cell)
        if label and not label.of("row", "basic_row") and _is_end(label):
            return True
    stops = (Role.HEADING, Role.TITLE, Role.NOTE)
    facts = [cell for cell in line if board.read(cell).of("fact")]
    has_number = any(cell.number is not None for cell in line if cell not in ahead)
    is_row = len(facts) == 1 and (has_number or facts[0] in ahead)
    return bool(facts and not is_row) or any(board.account.role(cell) in stops for cell in line)


def _is_remark(board: Board, line: Sequence[PageCell], row: int, first: int) -> bool:
    """Whether a row of one label without a value is between rows of amounts, as 备注 may."""
    after = board.region.next_row(row)
    if len(line) != 1 or after is None or board.label_of(line[0]) is None:
        return False
    ahead = [cell for cell in board.region.row(after) if cell.c0 < first]
    return board.read(line[0]).of("field") == names.OWN_NAME and any(
        board.read(cell).of("basic_row") for cell in ahead
    )


def _is_end(label: Label) -> bool:
    """Whether a label on the left begins something else than amounts."""
    return label.of(*_ENDS) is not None or label.of("block") not in (None, "money", "basic")


def _is_wide(board: Board, line: Sequence[PageCell], first: int, headings: Sequence[PageCell]) -> bool:
    """Whether a text covers several of the headings' columns."""
    return any(
        cell.c0 >= first
        and cell.number is None
        and not board.dash(cell)
        and sum(heading.c0 <= cell.c1 and heading.c1 >= cell.c0 for heading in headings) > 1
        for cell in line
    )


def _mark_side_cell(board: Board, cell: PageCell) -> None:
    """End the number or the unit of a row."""
    if board.is_free(cell):
        board.take(cell, Role.LABEL)
    _set_aside(board, cell)


def _set_aside(board: Board, cell: PageCell) -> None:
    board.side_cells.add(id(cell))
    if short(cell) in board.lex.money:
        board.row_units[cell.r0] = short(cell)


def _mark_row_label(board: Board, cell: PageCell) -> None:
    if board.dash(cell) and board.is_free(cell):
        board.side_cells.add(id(cell))
        board.nothing(cell)
        return
    if board.is_free(cell):
        board.be(cell)
    label = board.read(cell)
    if not label.means and (len(label.core) < 2 or label.core in board.lex.money):
        _set_aside(board, cell)
    elif not label.of("block") or label.of("row", "basic_row"):
        board.row_labels.add(id(cell))


def _end_list(board: Board, row: int, bottom: int) -> None:
    """A list of tasks or items with columns of amounts is not the form's own money."""
    last = bottom
    below = board.region.next_row(bottom)
    while below is not None:
        line = board.region.row(below)
        label = board.label_of(line[0])
        is_next = label and label.of("field", "goal", "block") and line[0].c0 == board.region.c0
        if is_next or any(map(board.is_heading, line)):
            break
        last = below
        below = board.region.next_row(below)
    for listed in range(row, last + 1):
        for cell in board.region.row(listed):
            is_label = board.label_of(cell) is not None and board.account.role(cell) is Role.LABEL
            if board.is_free(cell) or is_label:
                board.reject(cell, "other_rows")
