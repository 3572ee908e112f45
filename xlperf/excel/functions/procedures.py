"""Functions that are no declared formula: a text read, workdays counted, a code explained, a table scored.

Those of grading and rolling up are in ``bureau_procedures``.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from xlperf.core.lazy import LazyModule
from xlperf.core.workdays import workday_after, workdays_after
from xlperf.declarations.evaluation import DERIVATIONS
from xlperf.declarations.explain import explain
from xlperf.declarations.forms_and_rules import Profile, Table
from xlperf.declarations.records import Row
from xlperf.declarations.worksheet_functions import Argument, CellProblem, Function
from xlperf.excel.functions import bureau_procedures as bureau
from xlperf.excel.functions.declared_formulas import (
    DATE,
    number_of,
    result_or_message,
    serial,
    shown,
    table_results,
    value_of,
    without_error,
    words_of,
)
from xlperf.excel.functions.excel_cells import Cell, Grid, Kernel
from xlperf.expressions import Value
from xlperf.expressions.value_types import parts_of
from xlperf.intake.cell_values import shown_text
from xlperf.intake.printed_labels import official_paths
from xlperf.intake.sealed_workbooks import fill_down
from xlperf.notation import is_nothing, parse_date

if TYPE_CHECKING:
    import xlperf.intake.reading.lexicon as lexicons
    from xlperf.intake.reading import indicator_targets, names, recognition
else:
    lexicons = LazyModule("xlperf.intake.reading.lexicon")
    names = LazyModule("xlperf.intake.reading.names")
    indicator_targets = LazyModule("xlperf.intake.reading.indicator_targets")
    recognition = LazyModule("xlperf.intake.reading.recognition")

_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050
"""Numbers that are taken for dates: 2000-01-01 to 2099-12-31."""
_WRITTEN_DAY = 10_000_000
"""Numbers from here on are dates written in eight digits: 20250715."""
_DAY = timedelta(days=1)
_MOST_AHEAD = 1000

Cellwise = Callable[[Function, Sequence[Any], str], Value]
"""Computes a function for one cell of the result: its arguments but the profile, and that profile's id."""


def _read(function: Function, row: Sequence[Cell], _: str) -> Value:
    text, part = (
        without_error(cell, argument.label) for cell, argument in zip(row, function.arguments, strict=True)
    )
    parts, name = function.options["parts"], str(part or function.options["default"]).strip()
    if name not in parts:
        raise CellProblem("unknown_part", text=shown(part), known="、".join(parts))
    if text is None or (isinstance(text, str) and is_nothing(text)):
        return ""
    if isinstance(text, date):
        text = shown_text(serial(text), DATE)
    value = DERIVATIONS[parts[name]]([text], {})[0]
    if value is None:
        raise CellProblem("no_quantity", text=shown(text), part=name)
    return value


def _workdays_late(function: Function, row: Sequence[Cell], _: str) -> Value:
    deadline, delivered = _days(function, row)
    return "" if deadline is None or delivered is None else _counted(deadline, delivered)


def _workdays(function: Function, row: Sequence[Cell], _: str) -> Value:
    """The workdays from one day to another, both counted; below 0 in the other direction."""
    first, last = _days(function, row)
    if first is None or last is None:
        return ""
    return _counted(first - _DAY, last) if first <= last else -_counted(last - _DAY, first)


def _workday_after(function: Function, row: Sequence[Cell], _: str) -> Value:
    """The serial number of the day some workdays after another."""
    argument = function.arguments[1]
    (start,), count = _days(function, row[:1]), number_of(row[1], argument)
    if start is None or count is None:
        return ""
    if not 1 <= count <= _MOST_AHEAD or count % 1:
        raise CellProblem("out_of_range", label=argument.label, text=f"{count:g}", least=1, most=_MOST_AHEAD)
    with _calendar():
        return serial(workday_after(start, int(count)))


def _counted(deadline: date, day: date) -> float:
    with _calendar():
        return float(workdays_after(deadline, day))


@contextmanager
def _calendar() -> Iterator[None]:
    """Report a year without a published calendar."""
    try:
        yield
    except LookupError as error:
        raise CellProblem("no_calendar", year=error.args[0]) from None


def _days(function: Function, row: Sequence[Cell]) -> list[date | None]:
    return [_day(cell, argument) for cell, argument in zip(row, function.arguments, strict=False)]


def _day(cell: Cell, argument: Argument) -> date | None:
    """The day of a date, a serial number or a text; the last day of a span ("2025年7月")."""
    content = without_error(cell, argument.label)
    if content is None or (isinstance(content, str) and not content.strip()):
        return None
    if isinstance(content, float):
        return _day_of_number(content, argument)
    span = parse_date(content) if isinstance(content, str | date) else None
    if span is None:
        raise CellProblem("not_date", label=argument.label, text=shown(content))
    return span.end


def _day_of_number(number: float, argument: Argument) -> date:
    try:
        if number >= _WRITTEN_DAY:
            return date.fromisoformat(f"{number:.0f}")
        parts = parts_of(number) if _FIRST_SERIAL <= number <= _LAST_SERIAL else None
    except ValueError:
        parts = None
    if parts is None:
        raise CellProblem("not_date", label=argument.label, text=f"{number:.15g}")
    return date(*parts)


def _explain(function: Function, row: Sequence[Cell], _: str) -> Value:
    code = without_error(row[0], function.arguments[0].label)
    return "" if code is None else explain(str(code), function.options["sections"])


CELLWISE: Mapping[str, Cellwise] = {
    "read": _read,
    "workdays_late": _workdays_late,
    "workdays": _workdays,
    "workday_after": _workday_after,
    "explain": _explain,
    "sheet_score": bureau.sheet_score,
    "assessment_score": bureau.assessment_score,
    "deadline": bureau.deadline,
    "rate_of_totals": bureau.rate_of_totals,
}
"""The name of a procedure, as functions.json has it, → what computes one cell."""


def procedure(function: Function, profile_id: str) -> Kernel:
    """The kernel of a procedure that computes cell by cell."""
    compute = CELLWISE[function.subject]
    return lambda rows: [result_or_message(compute, function, row, profile_id) for row in rows]


_LEVELS = ("level1", "level2", "level3")
_HEADING_ROWS = 10
"""Rows within which a heading is looked for."""
Columns = Mapping[str, int]
"""Column id → its index in a row."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """``heading`` is the index of the row of headings, -1 for none.

    ``parts``: column id → the columns with its sign and its unit, None where these have none of their own.
    """

    heading: int
    columns: Columns
    parts: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)


def indicator_scores(
    function: Function, grids: Sequence[Grid], profile: Profile, blank_is_zero: bool
) -> list[list[Value]]:
    """One score a row; the declared heading in the row of headings, "" above it and in rows without a score.

    ``blank_is_zero`` takes a level that is 0 for blank, and target and result that are both 0. Raises
    Problem where the columns are not recognised.
    """
    declared = profile.forms[function.options["form"]].tables[function.options["table"]]
    (table,) = grids
    layout = _layout(function, table, declared, profile)
    rows = table[layout.heading + 1 :]
    if blank_is_zero:
        rows = [_with_blanks(row, layout.columns, declared) for row in rows]
    scores = table_results(function.options, _rows(rows, layout, declared, words_of(profile)), profile)
    above = [""] * layout.heading
    headings: list[Value] = [*above, function.options["heading"]] if layout.heading >= 0 else []
    return [[value] for value in (*headings, *scores)]


def _layout(function: Function, table: Grid, declared: Table, profile: Profile) -> _Layout:
    """Find the levels and the columns needed, by their headings or by the number of columns."""
    needed = function.options["needed"]
    sought = {*declared.levels, *needed}
    columns = official_paths(profile.id, function.options["form"], profile.year).columns
    concepts = dict(zip(_LEVELS, names.LEVELS, strict=True)) | {"weight": names.WEIGHT, "score": names.SCORE}
    labels = {concepts.get(key, key): column for key, column in columns.items() if column in sought}
    for number, row in enumerate(table[:_HEADING_ROWS]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            means = recognition.concept(lexicons.lexicon().label(cell)) if isinstance(cell, str) else None
            found.setdefault(means or "", place)
        named = {labels[means]: place for means, place in found.items() if means in labels}
        if named.keys() >= {*needed}:
            sign, unit = found.get(names.SIGN), found.get(names.MEASURE)
            return _Layout(number, named, {columns["target"]: (sign, unit), columns["actual"]: (None, unit)})
    usual = next((layout for layout in function.options["layouts"] if len(layout) == len(table[0])), None)
    if usual is None:
        raise CellProblem("unknown_columns")
    return _Layout(-1, {name: place for place, name in enumerate(usual) if name in sought})


def _rows(rows: Grid, layout: _Layout, declared: Table, words: frozenset[str]) -> list[Row | str]:
    """The rows as read, levels filled down; in place of a row with an unusable cell the reason."""
    read: list[Row | str] = []
    above: Row = {}
    levels = [level for level in declared.levels if level in layout.columns]
    for cells in rows:
        try:
            row = _row(cells, layout, declared, words)
        except CellProblem as problem:
            read.append(str(problem))
            continue
        fill_down(row, above, levels)
        above = dict(row)
        read.append(row)
    return read


def _row(cells: Sequence[Cell], layout: _Layout, declared: Table, words: frozenset[str]) -> Row:
    row: Row = {
        name: value_of(cells[place], declared.columns[name], declared.columns[name].label, words)
        for name, place in layout.columns.items()
    }
    for name, places in layout.parts.items():
        mark, measure = ("" if at is None or cells[at] is None else str(cells[at]) for at in places)
        if (mark or measure) and isinstance(value := row.get(name), str):
            row[name] = indicator_targets.joined(lexicons.lexicon(), mark, value, measure)
    return row


def _with_blanks(cells: Sequence[Cell], columns: Columns, declared: Table) -> list[Cell]:
    levels = {place for name, place in columns.items() if name in declared.levels}
    numbers = {place for name, place in columns.items() if declared.columns[name].type.number}
    zeros = {place for place, cell in enumerate(cells) if type(cell) is float and cell == 0}
    texts = set(columns.values()) - levels - numbers
    blank = (levels & zeros) | (texts if texts <= zeros else set())
    return [None if place in blank else cell for place, cell in enumerate(cells)]
