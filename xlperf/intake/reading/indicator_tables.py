"""Indicator tables of a region, down to their row of totals (总分 | 100 | 98 | 优).

Their rows become Indicators, their cells are no labels of anything else.
"""

from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, points, seen, short
from xlperf.intake.reading.form_readings import Role, reason
from xlperf.intake.reading.indicator_headings import (
    VALUE_COLUMNS,
    IndicatorColumns,
    columns_of,
    heading_bands,
    untitled_columns,
)
from xlperf.intake.reading.indicator_rows import IndicatorTable, read_indicator
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.recognition import is_signature
from xlperf.intake.reading.texts import neat, tidy

_OTHER_LEADS = ("field", "block", "goal", "unit_line")
_ALIGNED_ENOUGH = 2
_GAP = 2
_FEWEST_HEADINGS = 3


def read_indicator_tables(board: Board) -> None:
    """Read every indicator table of the region into its form."""
    bands, named = heading_bands(board)
    for number, (top, bottom) in enumerate(bands):
        last = bands[number + 1][0] - 1 if number + 1 < len(bands) else board.region.r1
        columns = columns_of(board, top, bottom, named)
        if not columns.of(*names.LEVELS):
            continue
        _end_headings(board, columns, top, bottom)
        table = _table(board, columns, bottom, last)
        table.untitled = untitled_columns(board, columns, top, bottom)
        _read_rows(board, table, bottom, last)


def _end_headings(board: Board, columns: IndicatorColumns, top: int, bottom: int) -> None:
    headings = {id(heading) for _, heading in columns.at.values()}
    for row in range(top, bottom + 1):
        for cell in board.region.across(row, board.region.c0, board.region.c1):
            if board.is_free(cell) and (id(cell) in headings or cell.r0 >= top):
                board.be(cell, Role.HEADING if cell.r1 <= bottom else Role.LABEL)
                if cell.r1 <= bottom:
                    board.scope[id(cell)] = bottom


def _table(board: Board, columns: IndicatorColumns, bottom: int, last: int) -> IndicatorTable:
    first = columns.first
    block = board.region.at(bottom, first - 1) if first > board.region.c0 else None
    floor = block.r1 if block and block.r1 > bottom else None
    new_targets = [
        cell
        for column in columns.of(names.NEW_TARGET)
        for row in range(bottom + 1, last + 1)
        if (cell := board.region.at(row, column)) and cell.r0 == row and not board.dash(cell)
    ]
    return IndicatorTable(columns, _name_column(board, columns, bottom, last), floor, bool(new_targets))


def _name_column(board: Board, columns: IndicatorColumns, bottom: int, last: int) -> str:
    """The lowest level, which names the indicators, unless texts without a heading may be the names."""
    kinds = columns.kinds()
    key = next(level for level in reversed(names.LEVELS) if level in kinds)
    start, stop = max(columns.of(key)) + 1, max(columns.at)
    if key == names.LEVEL3:
        heading = columns.at[columns.of(key)[0]][1]
        above = columns.of(names.LEVEL1, names.LEVEL2)
        if not above or any(word in heading.text for word in board.lex.preferred[key]):
            return key
        start, stop = max(above) + 1, min(columns.of(key))
    untitled = [column for column in range(start, stop) if column not in columns.at]
    for row in range(bottom + 1, last + 1):
        for column in untitled:
            cell = board.region.at(row, column)
            if cell and (cell.r0, cell.c0) == (row, column) and cell.number is None:
                board.form.problems.append(reason("no_name_heading"))
                return names.NOWHERE
    return key


def _read_rows(board: Board, table: IndicatorTable, bottom: int, last: int) -> None:
    columns = table.columns
    for row in range(bottom + 1, last + 1):
        started = board.region.row(row)
        cells = [cell for cell in started if board.is_free(cell) or board.account.role(cell) is Role.TEMPLATE]
        if row in board.region.grid.left_out_rows:
            continue
        if not any(board.is_free(cell) for cell in cells):
            if not started and _is_below(board, table, row) and not _goes_on(board, row, last):
                return
            continue
        lead = board.read(cells[0])
        if lead.of("subtotal") and not lead.of("total"):
            _end_subtotal(board, cells)
        elif _are_headings_again(columns, cells):
            for cell in cells:
                board.take(cell, Role.HEADING)
        elif read_total_row(board, columns, cells):
            board.draft.closed = True
            return
        elif _ends(board, table, row, cells):
            return
        elif _is_level1_row(board, columns, cells):
            table.level1_row, table.above = cells[0], {}
            board.be(cells[0])
        else:
            read_indicator(board, table, row, cells)


def _end_subtotal(board: Board, cells: Sequence[PageCell]) -> None:
    for cell in cells:
        if cell.number is None:
            board.take(cell, Role.LABEL)
        else:
            board.unused(cell, "subtotal")


def _are_headings_again(columns: IndicatorColumns, cells: Sequence[PageCell]) -> bool:
    """Whether a row repeats the headings, some of them blank, as on a new page."""
    headings = [columns.at[cell.c0][1] for cell in cells if cell.c0 in columns.at]
    alike = sum(short(heading) == short(cell) for heading, cell in zip(headings, cells, strict=False))
    return len(headings) == len(cells) == alike >= _FEWEST_HEADINGS


def _is_below(board: Board, table: IndicatorTable, row: int) -> bool:
    """Whether nothing says that an empty row still belongs to the table."""
    if table.floor is not None and row <= table.floor:
        return False
    levels = table.columns.of(*names.LEVELS)
    return not any((cell := board.region.at(row, column)) and cell.r0 < row for column in levels)


def _goes_on(board: Board, row: int, last: int) -> bool:
    return any(board.region.row(next_row) for next_row in range(row, min(row + _GAP, last + 1)))


def _is_level1_row(board: Board, columns: IndicatorColumns, cells: Sequence[PageCell]) -> bool:
    """Whether a row is a heading of level 1 over the whole width."""
    lead = cells[0]
    is_wide = lead.c0 <= columns.first and lead.c1 >= max(columns.of(*names.LEVELS))
    return len(cells) == 1 and is_wide and board.read(lead).of("level1") is not None


def _ends(board: Board, table: IndicatorTable, row: int, cells: Sequence[PageCell]) -> bool:
    """Whether a row is no indicator row: it begins with another label, or does not keep to the columns."""
    columns, lead = table.columns, cells[0]
    label = board.read(lead)
    if board.account.role(lead) is Role.TITLE:
        return True
    aligned = [cell for cell in cells if len(kinds := columns.over(cell)) == 1 and kinds <= VALUE_COLUMNS]
    if lead.c0 >= columns.first and len(aligned) >= _ALIGNED_ENOUGH:
        return False
    if lead.c1 < columns.first and label.of("block") == "indicator" and len(cells) > 1:
        return False
    is_other = label.of(*_OTHER_LEADS) is not None or is_signature(board.lex, lead.text)
    if lead.c0 <= columns.first and is_other and not label.of("level1", "level2"):
        return not (lead.c1 < columns.first and table.floor is not None and row <= table.floor)
    if len(cells) == 1 and label.of("level1"):
        return False
    return any(_is_across(board, columns, cell, len(cells) == 1) for cell in cells)


def _is_across(board: Board, columns: IndicatorColumns, cell: PageCell, alone: bool) -> bool:
    """Whether a text covers columns of several values."""
    kinds = columns.over(cell)
    if len(kinds & VALUE_COLUMNS) > 1 and cell.number is None and not board.dash(cell):
        return True
    return alone and len(kinds) > 2 and not board.read(cell).of("level1")


def read_total_row(board: Board, columns: IndicatorColumns, cells: Sequence[PageCell]) -> bool:
    """Read a row that begins with a label of totals; False where it does not."""
    lead = next((cell for cell in cells if cell.number is None), cells[0])
    label = board.read(lead)
    if not label.of("total"):
        return False
    levels = columns.of(*names.LEVELS)
    if lead.c0 > (min(levels) if lead is cells[0] else max(levels)):
        return False
    board.be(lead)
    if inside := board.lex.marks.patterns["total_inside"].search(short(lead)):
        value = seen(lead, neat(float(inside[1])), [label])
        value.part = inside[0]
        board.draft.totals.append(value)
    for cell in cells:
        if cell is not lead:
            _read_total(board, columns, cell, label)
    return True


def _read_total(board: Board, columns: IndicatorColumns, cell: PageCell, label: Label) -> None:
    kinds = columns.over(cell)
    hit = kinds & {names.WEIGHT, names.SCORE}
    shown = board.figure(cell)
    if board.dash(cell):
        board.nothing(cell)
    elif short(cell) in board.lex.grades:
        board.put(names.TOTAL_GRADE, seen(cell, tidy(cell.text), [label]))
    elif shown and len(hit) == 1:
        column = next(iter(hit))
        heading = next(heading for kind, heading in columns.at.values() if kind == column)
        value = seen(cell, points(shown), [label], [board.read(heading)])
        board.put(_total_path(board, column), value)
    elif shown and len(hit) == 2:
        board.take(cell, Role.VALUE)
        board.draft.totals.append(seen(cell, points(shown), [label]))
    elif board.read(cell).of("total", "field"):
        board.be(cell)
    else:
        board.unused(cell, "total_other", labels="、".join(sorted(kinds)) or "—")


def _total_path(board: Board, column: str) -> str:
    if board.form.kind == names.ASSESSMENT:
        return names.SUM_WEIGHT if column == names.WEIGHT else names.SUM_SCORE
    return names.TOTAL_WEIGHT if column == names.WEIGHT else names.TOTAL_SCORE
