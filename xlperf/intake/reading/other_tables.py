"""Tables next to a form's own: lists in a block → fields block/row/heading; unknown headings → unused."""

from collections.abc import Sequence

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, seen, short
from xlperf.intake.reading.form_readings import Role, reason
from xlperf.intake.reading.money_headings import is_money_band
from xlperf.intake.reading.parts_of_headings import are_parts, whole_over
from xlperf.intake.reading.texts import flat, neat, tidy

_NOT_HEADINGS = {"field", "remark", "indicator_column", "money_column", "year_column", "block"}
_LONGEST_HEADING = 14
_NAME_AND_VALUE = 2
_KNOWN = ("money_column", "year_column", "fact", "goal", "field", "group", "row", "basic_row")
_LEADS = ("field", "block", "goal")
_BEGIN = ("field", "goal", "group", "fact")
_SAME_CUT = 0.7
_NEAR = 2


def read_lists(board: Board) -> None:
    """Read every list: a tall label on the left, headings on its first row, rows cut in one way below."""
    for row, started in list(board.region.rows()):
        cells = [cell for cell in started if board.is_free(cell)]
        lead = cells[0] if cells else None
        if lead is None or lead.r1 <= row or len(cells) <= _NAME_AND_VALUE or len(cells) != len(started):
            continue
        lines = _lines(board, row, lead)
        is_named = short(cells[1]).endswith(board.lex.name_endings)
        are_headings = all(_is_heading(board, cell, is_named) for cell in cells[1:])
        if lines and are_headings and (is_named or not is_money_band(board, cells)):
            _read(board, lead, cells[1:], lines)


def _lines(board: Board, row: int, lead: PageCell) -> list[Sequence[PageCell]]:
    return [board.region.row(below) for below in range(row + 1, lead.r1 + 1) if board.region.row(below)]


def _is_heading(board: Board, cell: PageCell, is_named: bool) -> bool:
    """Whether a text may be over a column of a list; where the rows' names have a heading, anything may."""
    text = board.read(cell).core
    kinds = set() if is_named else {kind for kind, _ in board.read(cell).means} - _NOT_HEADINGS
    return (
        not kinds
        and cell.number is None
        and len(text) <= _LONGEST_HEADING
        and text.endswith(board.lex.heading_endings)
    )


def _read(
    board: Board, lead: PageCell, headings: Sequence[PageCell], lines: Sequence[Sequence[PageCell]]
) -> None:
    """Read the rows of a list whose cells all keep to its columns; else leave it alone."""
    spans = [(heading.c0, heading.c1) for heading in headings]
    named = [line for line in lines if (line[0].c0, line[0].c1) == spans[0]]
    has_name_heading = len(named) == len(lines)
    if not has_name_heading and any(line[0].c1 >= headings[0].c0 for line in lines):
        return
    for line in lines:
        if any(_heading_over(headings, cell) is None for cell in line[1:]) or not all(
            map(board.is_free, line)
        ):
            return
        if len({id(_heading_over(headings, cell)) for cell in line[1:]}) < len(line) - 1:
            return
    board.be(lead)
    for heading in headings:
        board.be(heading, Role.HEADING)
        board.scope[id(heading)] = lead.r1
    block = board.read(lead).printed
    for line in lines:
        board.take(line[0], Role.LABEL)
        name = board.read(line[0]).printed
        for cell in line[1:]:
            if over := _heading_over(headings, cell):
                _put(board, f"{block}/{name}", cell, over)


def _heading_over(headings: Sequence[PageCell], cell: PageCell) -> PageCell | None:
    """The only heading over any of a cell's columns."""
    over = [heading for heading in headings if heading.c0 <= cell.c1 and cell.c0 <= heading.c1]
    return over[0] if len(over) == 1 else None


def _put(board: Board, path: str, cell: PageCell, heading: PageCell) -> None:
    label = board.read(heading)
    path = f"{path}/{label.printed}"
    if board.dash(cell):
        board.nothing(cell, path)
        return
    shown = board.figure(cell)
    value = seen(cell, tidy(flat(cell.text)), headings=[label])
    if shown and label.unit in board.lex.money:
        value.value, value.notes, value.doubt = board.money(shown, [label])
    elif cell.number is not None:
        value.value = neat(cell.number)
    board.put(path, value)


def end_foreign_tables(board: Board) -> None:
    """End rows of three or more headings, most of them unknown, and the rows that are cut in the same way."""
    row = board.region.next_row(board.region.r0 - 1)
    while row is not None:
        cells = [cell for cell in board.region.row(row) if board.is_free(cell)]
        last = row
        if _is_list_in_block(board, row, cells):
            last = cells[0].r1
            _end(board, row, last, "other_list")
        elif cells and are_parts(board, cells):
            _mark_parts(board, cells)
        elif _is_table(board, row, cells):
            last = _last_row(board, row)
            _end(board, row, last, "other_table")
            above = board.region.row(row - 1)
            if len(above) == 1 and board.is_free(above[0]):
                board.take(above[0], Role.TITLE, reason("other_title"))
        row = board.region.next_row(last)


def _mark_parts(board: Board, cells: Sequence[PageCell]) -> None:
    """Make the texts below the names of funds that run across labels of parts of those funds."""
    for cell in cells:
        whole = whole_over(board, cell, board.region.r0)
        if whole is not None and board.read(whole).of("row") and not board.read(cell).means:
            board.be(cell)
            board.parts.add(id(cell))
            board.wholes.add(id(whole))


def _is_list_in_block(board: Board, row: int, cells: Sequence[PageCell]) -> bool:
    """A list inside a block: headings of its own over rows cut in the same way."""
    below = board.region.next_row(row)
    if len(cells) < 3 or below is None or not row < below <= cells[0].r1:
        return False
    for cell in cells[1:]:
        kinds = {kind for kind, _ in board.read(cell).means} - {"field", "remark", "indicator_column"}
        if kinds or not short(cell).endswith(board.lex.heading_endings):
            return False
    headings, rows = ([(cell.c0, cell.c1) for cell in line] for line in (cells[1:], board.region.row(below)))
    return rows == headings or (rows[1:] == headings and board.read(board.region.row(below)[0]).means == ())


def _is_table(board: Board, row: int, cells: Sequence[PageCell]) -> bool:
    if len(cells) < 3 or is_money_band(board, cells):
        return False
    if not all(
        cell.number is None and len(short(cell)) <= _LONGEST_HEADING and not board.no_amount(cell)
        for cell in cells
    ):
        return False
    known = [cell for cell in cells if _is_known(board, cell)]
    is_led = board.read(cells[0]).of(*_LEADS) is not None
    if len(known) * 2 > len(cells) or (is_led and not (len(cells) >= 4 and len(known) == 1)):
        return False
    below = board.region.next_row(row)
    return below is not None and _is_cut_alike(board, row, below) and not _begins(board, below, cells[0].c0)


def _is_known(board: Board, cell: PageCell) -> bool:
    label = board.read(cell)
    is_mark = label.of("money_column") in (names.WEIGHT, names.SCORE)
    is_side = label.of("indicator_column") in (names.REMARK, names.NUMBER)
    return label.of(*_KNOWN) is not None and not is_mark and not is_side


def _last_row(board: Board, row: int) -> int:
    last = row
    below = board.region.next_row(last)
    while below is not None and below - last <= _NEAR:
        line = board.region.row(below)
        goes_on = _is_cut_alike(board, row, below) or board.read(line[0]).of("total")
        if len(line) < 2 or not goes_on or _begins(board, below, board.region.row(row)[0].c0):
            break
        last = below
        below = board.region.next_row(last)
    return last


def _begins(board: Board, row: int, first: int) -> bool:
    """Whether a row begins something known: a label of the form, headings of amounts, an indicator table.

    Behind a blank cell in the first column of the table no label begins anything.
    """
    line = board.region.row(row)
    lead = board.read(line[0])
    is_behind = line[0].c0 > first and board.region.at(row, first) is None
    is_label = not is_behind and lead.of(*_BEGIN) is not None and not lead.of("total")
    return is_label or is_money_band(board, line) or any(map(board.is_heading, line))


def _is_cut_alike(board: Board, first: int, second: int) -> bool:
    above, below = board.region.outline(first), board.region.outline(second)
    return len(above) >= 3 and len(above & below) >= _SAME_CUT * min(len(above), max(len(below), 2))


def _end(board: Board, first: int, last: int, why: str) -> None:
    for row in range(first, last + 1):
        for cell in board.region.row(row):
            if board.is_free(cell):
                board.unused(cell, why)
