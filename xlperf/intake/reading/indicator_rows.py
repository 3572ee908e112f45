"""One row of an indicator table → an Indicator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.intake.page import PageCell
from xlperf.intake.reading import names
from xlperf.intake.reading.board import Board, points, seen
from xlperf.intake.reading.form_readings import Indicator, Role, reason
from xlperf.intake.reading.indicator_headings import VALUE_COLUMNS, IndicatorColumns
from xlperf.intake.reading.indicator_targets import parts_apart, read_target
from xlperf.intake.reading.recognition import is_ditto, without_points
from xlperf.intake.reading.texts import Number, flat

_AIMS = (names.TARGET, names.NEW_TARGET, names.ACTUAL)
_NUMBERS = ((names.WEIGHT, "weight"), (names.SCORE, "score"))
_TEXTS = ((names.ACTUAL, "actual"), (names.REASON, "deviation"))
_LEVEL_CELLS = (names.LEVEL1, names.LEVEL2)


@dataclass(slots=True)
class IndicatorTable:
    """An indicator table while its rows are read.

    ``name_column`` is the level that names the indicators, "" for none. ``floor`` is the last row of the
    label of the whole block, where there is one on the left. ``adjusted``: targets were adjusted. ``above``
    are the level cells of the row above, ``level1_row`` a heading of level 1 over the whole width.
    ``untitled`` are the columns next to the target's without a heading, ``points`` what was printed last
    in a column of level-1 points.
    """

    columns: IndicatorColumns
    name_column: str
    floor: int | None
    adjusted: bool
    above: dict[str, PageCell] = field(default_factory=dict)
    level1_row: PageCell | None = None
    untitled: Sequence[int] = ()
    points: dict[str, Number] = field(default_factory=dict)


def read_indicator(board: Board, table: IndicatorTable, row: int, cells: Sequence[PageCell]) -> None:
    """Read row ``row``, whose free cells are ``cells``; rows without content end as template or unused."""
    parts = _parts(board, table, row)
    levels = _levels(board, table, row, parts)
    name = parts.get(table.name_column) or _merged_name(board, table, row, parts)
    is_template = name is not None and board.read(name).of("template") is not None
    has_aims = any(kind in parts for kind in _AIMS)
    begins = any(parts[kind].r0 == row for kind in _LEVEL_CELLS if kind in parts)
    if name is None and not has_aims and not begins:
        for cell in cells:
            if board.is_free(cell):
                board.unused(cell, "nameless")
        return
    if (name is None or is_template) and not _has_values(board, parts):
        _end_template(board, parts, row)
        return
    indicator = Indicator(board.region.page, row)
    _put_levels(board, table, indicator, levels)
    if name is not None:
        if not is_template and board.form.kind != names.ASSESSMENT:
            is_level3 = table.name_column == names.LEVEL3
            text = flat(name.text) if is_level3 else without_points(board.lex, name.text)
            indicator.values["level3"] = seen(name, text)
        board.take(name, Role.TEMPLATE if is_template else Role.LABEL)
    _put_values(board, table, indicator, parts)
    for cell in cells:
        if board.is_free(cell):
            _end_rest(board, table, cell)
    board.form.indicators.append(indicator)


def _parts(board: Board, table: IndicatorTable, row: int) -> dict[str, PageCell]:
    """Concept → the cell of the row under it; a cell under two headings, or two under one, is unused."""
    under: dict[str, list[PageCell]] = {}
    kinds: dict[int, str] = {}
    double: list[PageCell] = []
    first = table.columns.first
    for column, (kind, _) in sorted(table.columns.at.items()):
        cell = board.region.at(row, column)
        if cell is None or cell.c0 < first or (cell.r0 < row and kind not in _LEVEL_CELLS):
            continue
        if kind == names.NUMBER:
            board.take(cell, Role.LABEL)
        elif kind == names.REMARK:
            if board.is_free(cell):
                board.unused(cell, "remark")
        elif id(cell) not in kinds:
            kinds[id(cell)] = kind
            under.setdefault(kind, []).append(cell)
        elif kinds[id(cell)] != kind and kind in VALUE_COLUMNS:
            double.append(cell)
    parts: dict[str, PageCell] = {}
    for kind, cells in under.items():
        single = [cell for cell in cells if not any(cell is other for other in double)]
        apart = {kind: single[0]} if len(single) == 1 else parts_apart(board, table.columns, kind, single)
        parts |= apart
        double += [cell for cell in single if not any(cell is other for other in apart.values())]
    for cell in double:
        if cell.r0 == row and board.is_free(cell):
            board.unused(cell, "double")
    return parts


def _merged_name(
    board: Board, table: IndicatorTable, row: int, parts: Mapping[str, PageCell]
) -> PageCell | None:
    """The name of an indicator with several rows, for the later ones that have a target or a result."""
    columns = table.columns.of(table.name_column)
    cell = board.region.at(row, columns[0]) if columns else None
    if cell is None or cell.r0 == row or table.name_column in _LEVEL_CELLS:
        return None
    return cell if any(kind in parts for kind in _AIMS) else None


def _levels(
    board: Board, table: IndicatorTable, row: int, parts: Mapping[str, PageCell]
) -> tuple[PageCell | None, PageCell | None]:
    """The level cells of a row.

    A blank one takes the cell above only where both are blank (the row goes on), or where the level-2 name
    belongs to the level 1 above.
    """
    above = table.above
    first, second = (_level(board, above.get(level), parts.get(level), row) for level in _LEVEL_CELLS)
    if _is_blank(board, table, row, names.LEVEL1):
        above.clear()
    elif _is_blank(board, table, row, names.LEVEL2):
        above.pop(names.LEVEL2, None)
    if first is None and table.level1_row is not None:
        first = table.level1_row
    if first is None and names.LEVEL1 in above:
        if second is None:
            first, second = above[names.LEVEL1], above.get(names.LEVEL2)
        elif _belongs(board, second, above[names.LEVEL1]):
            first = above[names.LEVEL1]
    if first is not None:
        if above.get(names.LEVEL1) is not first:
            above.clear()
        above[names.LEVEL1] = first
    if second is not None:
        above[names.LEVEL2] = second
    return first, second


def _level(board: Board, above: PageCell | None, cell: PageCell | None, row: int) -> PageCell | None:
    """The level cell of a row that begins there, or the one above that it repeats."""
    if cell is None or cell.r0 != row or not board.is_free(cell):
        return cell
    if is_ditto(board.lex, cell.text):
        board.take(cell, Role.LABEL)
        return above
    board.be(cell)
    return cell


def _is_blank(board: Board, table: IndicatorTable, row: int, level: str) -> bool:
    """Whether a level's cell is one empty cell over several rows."""
    return any(board.region.grid.is_tall_blank(row, column) for column in table.columns.of(level))


def _belongs(board: Board, second: PageCell, first: PageCell) -> bool:
    kin, over = board.read(second).of("level2"), board.read(first).of("level1")
    return kin is None or over is None or over in board.lex.parents.get(kin, [kin])


def _put_levels(
    board: Board, table: IndicatorTable, indicator: Indicator, levels: tuple[PageCell | None, PageCell | None]
) -> None:
    first, second = levels
    if first is not None:
        text = without_points(board.lex, first.text)
        indicator.values["level1"] = seen(first, text)
        indicator.level1_points = board.read(first).points
        _read_level_points(board, table, indicator, text)
        if indicator.level1_points is not None:
            board.form.level_points.setdefault(text, indicator.level1_points)
    if second is not None:
        indicator.values["level2"] = seen(second, without_points(board.lex, second.text))


def _read_level_points(board: Board, table: IndicatorTable, indicator: Indicator, level: str) -> None:
    """Points of level 1 in a column of their own."""
    columns = table.columns.of(names.LEVEL1_POINTS)
    if not columns:
        return
    cell = board.region.at(indicator.row, columns[0])
    shown = board.figure(cell) if cell is not None and board.is_free(cell) else None
    if cell is not None and shown is not None:
        table.points[level] = points(shown)
        board.take(cell, Role.VALUE)
    if indicator.level1_points is None:
        indicator.level1_points = table.points.get(level)


def _has_values(board: Board, parts: Mapping[str, PageCell]) -> bool:
    values = (cell for kind, cell in parts.items() if kind in VALUE_COLUMNS)
    return any(not board.read(cell).of("template") for cell in values)


def _end_template(board: Board, parts: Mapping[str, PageCell], row: int) -> None:
    for kind, cell in parts.items():
        if cell.r0 == row and board.is_free(cell):
            if kind in _LEVEL_CELLS:
                board.be(cell)
            else:
                board.take(cell, Role.TEMPLATE)


def _put_values(
    board: Board, table: IndicatorTable, indicator: Indicator, parts: Mapping[str, PageCell]
) -> None:
    for kind, key in _TEXTS:
        if kind in parts:
            _put_text(board, table, indicator, parts[kind], key)
    read_target(board, indicator, parts, table.adjusted)
    neighbours = [cell for column in table.untitled if (cell := board.region.at(indicator.row, column))]
    if "target" in indicator.values and any(cell.r0 == indicator.row for cell in neighbours):
        target = indicator.values["target"]
        target.others, target.value = (target.value,), None
        target.doubt = reason("untitled")
    for kind, key in _NUMBERS:
        if kind in parts:
            _put_number(board, table, indicator, parts[kind], key)


def _put_text(board: Board, table: IndicatorTable, indicator: Indicator, cell: PageCell, key: str) -> None:
    text = board.text(cell)
    board.take(cell, Role.VALUE)
    if text is not None:
        indicator.values[key] = seen(cell, text, headings=[board.read(_heading(table, cell))])


def _put_number(board: Board, table: IndicatorTable, indicator: Indicator, cell: PageCell, key: str) -> None:
    shown = board.figure(cell)
    if shown is None:
        if board.no_amount(cell):
            board.nothing(cell)
        else:
            board.unused(cell, "not_number", label=flat(_heading(table, cell).text))
        return
    value = seen(cell, points(shown), headings=[board.read(_heading(table, cell))])
    value.unit, value.decimals = shown.unit, shown.decimals
    if shown.percent:
        value.notes = (*value.notes, reason("percent_points"))
    if cell.r1 > indicator.row:
        value.notes = (*value.notes, reason("unread_merge"))
    indicator.values[key] = value
    board.take(cell, Role.VALUE)


def _heading(table: IndicatorTable, cell: PageCell) -> PageCell:
    return next(
        table.columns.at[column][1] for column in range(cell.c0, cell.c1 + 1) if column in table.columns.at
    )


def _end_rest(board: Board, table: IndicatorTable, cell: PageCell) -> None:
    if cell.c1 < table.columns.first:
        board.take(cell, Role.LABEL)
    elif board.dash(cell):
        board.nothing(cell)
    else:
        board.unused(cell, "no_heading")
