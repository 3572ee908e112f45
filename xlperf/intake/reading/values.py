"""A cell and the candidate chosen for it → the value of a field, or the reason why it is none."""

from collections.abc import Callable

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.amount_candidates import Candidate
from xlperf.intake.reading.board import Board, points, prose, seen, short
from xlperf.intake.reading.candidates import best_candidates
from xlperf.intake.reading.form_readings import PageValue, Plain, Role, reason
from xlperf.intake.reading.lexicon import Label
from xlperf.intake.reading.recognition import is_ditto, ticked
from xlperf.intake.reading.sight import Sight, printed, sight_of
from xlperf.intake.reading.texts import flat, neat

_LARGEST_SHARE = 3
"""A rate of the basic data printed without % is a share up to here."""


def read_values(board: Board) -> None:
    """Read every cell that is left: each is the value of one field, or unused with the reason."""
    for cell in [cell for cell in board.cells if board.is_free(cell)]:
        if board.is_free(cell):
            _read(board, sight_of(board, cell))
    for cell in board.cells:
        if board.is_free(cell):
            board.unused(cell, "no_label")
    _block_points(board)


def _read(board: Board, sight: Sight) -> None:
    best = best_candidates(board, sight)
    if not best:
        _end_unread(board, sight)
        return
    if len({candidate.path for candidate in best}) > 1:
        paths = "、".join(candidate.path for candidate in best)
        board.unused(sight.cell, "unsaid", paths=paths)
        return
    choice = best[0]
    if choice.reason is not None:
        name, filled = choice.reason
        if sight.dash:
            board.nothing(sight.cell)
        else:
            board.unused(sight.cell, name, **filled)
        return
    _KINDS[choice.kind](board, sight, choice)


def _end_unread(board: Board, sight: Sight) -> None:
    if sight.dash:
        board.nothing(sight.cell)
        return
    left, above = printed(sight.left_labels[:2]), printed(sight.above_labels[:2])
    board.unused(sight.cell, "no_field", left=left, above=above)
    entry = board.account.entries[id(sight.cell)]
    entry.labels = tuple(label.printed for label in sight.left_labels)
    entry.headings = tuple(label.printed for label in sight.above_labels)


def _value(sight: Sight, choice: Candidate, plain: Plain) -> PageValue:
    value = seen(sight.cell, plain, choice.labels, choice.headings)
    if sight.figure:
        value.unit, value.decimals = sight.figure.unit, sight.figure.decimals
    return value


def _nothing(board: Board, sight: Sight, choice: Candidate) -> None:
    board.nothing(sight.cell, choice.path)


def _text(board: Board, sight: Sight, choice: Candidate) -> None:
    if sight.dash:
        board.nothing(sight.cell, choice.path)
    else:
        board.put(choice.path, _value(sight, choice, sight.text))


def _plain(board: Board, sight: Sight, choice: Candidate) -> None:
    """A field of this layout only: a number where the cell holds one, else the text."""
    if sight.dash:
        board.nothing(sight.cell, choice.path)
        return
    nearest = (*choice.headings[:1], *choice.labels[:1])
    if sight.figure and any(label.unit in board.lex.money for label in nearest):
        _money(board, sight, choice)
        return
    number = sight.cell.number
    plain = neat(number) if number is not None else sight.text
    board.put(choice.path, _value(sight, choice, plain))


def _single(board: Board, sight: Sight, choice: Candidate) -> None:
    put_single(board, choice.path, sight.text, _value(sight, choice, sight.text))


def put_single(board: Board, path: str, text: str, value: PageValue) -> None:
    """Record the value of a field that has one label; ``text`` is its text, ``value`` where it is."""
    cell = value.cell
    if path == names.DEPARTMENT and board.form.kind != names.UNIT:
        board.form.organisation = board.form.organisation or flat(text)
        if board.form.kind == names.ASSESSMENT:
            path = names.UNIT_NAME
        else:
            if cell is not None:
                board.take(cell, Role.VALUE)
                board.account.entries[id(cell)].paths = (names.UNIT_NAME,)
            return
    if board.lex.marks.patterns["nothing"].fullmatch(text) or (cell is not None and board.dash(cell)):
        if cell is not None:
            board.nothing(cell, path)
        return
    if cell is not None and is_ditto(board.lex, text):
        board.unused(cell, "ditto", label=path, text=text)
        return
    value.value = prose(text)
    if path == names.TOTAL_GRADE and (choice := ticked(board.lex, text)) is not None:
        if not choice and cell is not None:
            board.nothing(cell, path)
            return
        value.value = choice
    if path == names.TOTAL_SCORE:
        shown = board.figure(PageCell(0, 0, 0, 0, text))
        if shown is None:
            if cell is not None:
                board.misread(cell, path)
            return
        value.value, value.decimals = points(shown), shown.decimals
    board.put(path, value)


def _fact(board: Board, sight: Sight, choice: Candidate) -> None:
    """A figure of 财政供养人员 or 楼堂馆所."""
    shown = sight.figure
    if board.no_amount(sight.cell):
        board.nothing(sight.cell, choice.path)
        return
    if shown is None:
        board.misread(sight.cell, choice.path)
        return
    value = _value(sight, choice, neat(shown.number))
    if shown.percent:
        value.notes = (*value.notes, reason("from_percent", text=flat(sight.cell.text)))
    if choice.path.endswith(names.RATE_ENDING) and not shown.percent and shown.number > _LARGEST_SHARE:
        value.value = neat(shown.number / 100)
    if choice.path.endswith(names.INVESTMENT_ENDING):
        labels = [choice.column] if choice.column else []
        value.value, value.notes, value.doubt = board.money(shown, labels)
    board.put(choice.path, value)


def _money(board: Board, sight: Sight, choice: Candidate) -> None:
    if sight.figure is None:
        _text(board, sight, choice)
        return
    labels = [*choice.labels, *choice.headings]
    value = _value(sight, choice, None)
    unit = board.row_units.get(sight.cell.r0, "")
    value.value, notes, value.doubt = board.money(sight.figure, labels, unit)
    value.notes = (*value.notes, *notes)
    board.put(choice.path, value)


def _misread(board: Board, sight: Sight, choice: Candidate) -> None:
    board.misread(sight.cell, choice.path)


def _points(board: Board, sight: Sight, choice: Candidate) -> None:
    assert sight.figure is not None
    board.put(choice.path, _value(sight, choice, points(sight.figure)))


def _total(board: Board, sight: Sight, choice: Candidate) -> None:
    assert sight.figure is not None
    board.take(sight.cell, Role.VALUE)
    board.draft.loose_totals.append(_value(sight, choice, points(sight.figure)))


def _amount(board: Board, sight: Sight, choice: Candidate) -> None:
    """A figure of the money table, by its column."""
    assert choice.row is not None
    assert choice.column is not None
    if board.form.kind == names.BASIC:
        _year_amount(board, sight, choice)
        return
    name = _column_name(board, sight, choice.column)
    path = f"{choice.path}/{name}"
    shown = sight.figure
    if board.no_amount(sight.cell):
        board.nothing(sight.cell, path)
    elif shown is None:
        board.misread(sight.cell, path, f"{choice.row.printed}/{name}")
    elif name == names.RATE:
        _put_rate(board, sight, choice, path)
    elif name in (names.WEIGHT, names.SCORE):
        value = _value(sight, choice, points(shown))
        board.put(path, value)
    else:
        choice.path, choice.labels = path, [choice.column, *choice.labels]
        _money(board, sight, choice)


def _column_name(board: Board, sight: Sight, column: Label) -> str:
    """The official name of a column of the money table; a column of another year bears its printed name."""
    if board.is_of_another_year(column):
        return column.printed
    for label in sight.above_labels:
        if label.of("year") and board.is_of_another_year(label):
            year = board.lex.year_heading.format(year=label.year) if label.year else label.printed
            return f"{year}{column.printed}"
    name = column.of("money_column") or column.of("year_column")
    if name in (names.SOME_BUDGET, names.BUDGET):
        return _which_budget(board, sight, column)
    return names.EXECUTED if name == names.FINAL else str(name)


def _put_rate(board: Board, sight: Sight, choice: Candidate, path: str) -> None:
    assert sight.figure is not None
    assert choice.column is not None
    value = _value(sight, choice, neat(sight.figure.number))
    if sight.figure.percent:
        value.notes = (*value.notes, reason("from_percent", text=flat(sight.cell.text)))
    elif names.PERCENT_SIGN in choice.column.unit:
        value.value = neat(sight.figure.number / 100)
    else:
        board.draft.bare_rates.add(path)
    board.put(path, value)


def _year_amount(board: Board, sight: Sight, choice: Candidate) -> None:
    """A figure of the basic data: row, year, and whether it is a budget or an account."""
    assert choice.row is not None
    assert choice.column is not None
    labels = [*choice.labels, *choice.headings]
    kind = choice.column.of("year_column")
    year = next((label.year for label in labels if label.year), None)
    relative = next((label.relative for label in labels if label.relative is not None), None)
    if year is None and board.form.year and (relative is not None or not board.has_years):
        year = board.form.year + (relative or 0)
    if board.no_amount(sight.cell):
        board.nothing(sight.cell, f"{choice.path}/{year or ''}{kind or ''}")
        return
    label = f"{choice.row.printed}/{choice.column.printed}"
    if kind is None or year is None:
        board.unused(sight.cell, "not_number" if sight.figure is None else "no_year", label=label)
        return
    if sight.figure is None:
        board.misread(sight.cell, f"{choice.path}/{year}{kind}", label)
        return
    choice.path = f"{choice.path}/{year}{kind}"
    _money(board, sight, choice)


def _which_budget(board: Board, sight: Sight, column: Label) -> str:
    """预算数 alone is the whole year's, unless that is next to it."""
    others = {
        board.read(cell).of("money_column")
        for row in board.band_rows
        if row < sight.cell.r0
        for cell in board.region.row(row)
        if board.read(cell) is not column
    }
    is_initial = names.ADJUSTED in others and names.INITIAL not in others
    return names.INITIAL if is_initial else names.ADJUSTED


def _block_points(board: Board) -> None:
    """Points printed in the label of the money block: 预算执行情况（20分）."""
    root = names.FUND_ROOTS[board.form.kind]
    for cell in board.cells:
        label = board.label_of(cell)
        if not root or label is None or label.points is None or label.of("block") != "money":
            continue
        rows = range(cell.r0, min(cell.r1, board.region.r1) + 1)
        neighbours = (other for row in rows for other in board.region.row(row))
        if any(
            (near := board.label_of(other)) and near.of("money_column") == names.WEIGHT
            for other in neighbours
        ):
            continue
        value = seen(cell, label.points, [label])
        value.part, value.notes = short(cell), (reason("found_in_label"),)
        board.draft.put(f"{root}/{names.TOTAL_FUNDS}/{names.WEIGHT}", value)


_KINDS: dict[str, Callable[[Board, Sight, Candidate], None]] = {
    "nothing": _nothing,
    "text": _text,
    "prose": _text,
    "plain": _plain,
    "single": _single,
    "fact": _fact,
    "money": _money,
    "misread": _misread,
    "points": _points,
    "total": _total,
    "amount": _amount,
}
