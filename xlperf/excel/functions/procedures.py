"""Functions that are no declared formula: reading a text, counting workdays, explaining a code."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from xlperf.core.workdays import workdays_after
from xlperf.declarations.derive import DERIVATIONS
from xlperf.declarations.explain import explain
from xlperf.declarations.worksheet_functions import Argument, Function, Problem
from xlperf.excel.functions.broadcast import Kernel
from xlperf.excel.functions.cell_reading import (
    DATE,
    serial,
    shown,
    without_error,
)
from xlperf.excel.functions.declared_formulas import result_or_message
from xlperf.excel.functions.excel_cells import Cell
from xlperf.expressions import Value
from xlperf.expressions.calendar import parts_of
from xlperf.intake.cell_values import shown_text
from xlperf.notation import is_nothing, parse_date

_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050
"""Numbers that are taken for dates: 2000-01-01 to 2099-12-31."""
_WRITTEN_DAY = 10_000_000
"""Numbers from here on are dates written in eight digits: 20250715."""

Cellwise = Callable[[Function, Sequence[Cell]], Value]


def _read(function: Function, row: Sequence[Cell]) -> Value:
    text, part = (
        without_error(cell, argument.label) for cell, argument in zip(row, function.arguments, strict=True)
    )
    parts, name = function.options["parts"], str(part or function.options["default"]).strip()
    if name not in parts:
        raise Problem("unknown_part", text=shown(part), known="、".join(parts))
    if text is None or (isinstance(text, str) and is_nothing(text)):
        return ""
    if isinstance(text, date):
        text = shown_text(serial(text), DATE)
    value = DERIVATIONS[parts[name]]([text], {})[0]
    if value is None:
        raise Problem("no_quantity", text=shown(text), part=name)
    return value


def _workdays_late(function: Function, row: Sequence[Cell]) -> Value:
    deadline, delivered = (
        _day(cell, argument) for cell, argument in zip(row, function.arguments, strict=True)
    )
    if deadline is None or delivered is None:
        return ""
    try:
        return float(workdays_after(deadline, delivered))
    except LookupError as error:
        raise Problem("no_calendar", year=error.args[0]) from None


def _day(cell: Cell, argument: Argument) -> date | None:
    """The day of a date, a serial number or a text; the last day of a span ("2025年7月")."""
    content = without_error(cell, argument.label)
    if content is None or (isinstance(content, str) and not content.strip()):
        return None
    if isinstance(content, float):
        return _day_of_number(content, argument)
    span = parse_date(content) if isinstance(content, str | date) else None
    if span is None:
        raise Problem("not_date", label=argument.label, text=shown(content))
    return span.end


def _day_of_number(number: float, argument: Argument) -> date:
    try:
        if number >= _WRITTEN_DAY:
            return date.fromisoformat(f"{number:.0f}")
        parts = parts_of(number) if _FIRST_SERIAL <= number <= _LAST_SERIAL else None
    except ValueError:
        parts = None
    if parts is None:
        raise Problem("not_date", label=argument.label, text=f"{number:.15g}")
    return date(*parts)


def _explain(function: Function, row: Sequence[Cell]) -> Value:
    code = without_error(row[0], function.arguments[0].label)
    return "" if code is None else explain(str(code), function.options["sections"])


def _each(compute: Cellwise) -> Callable[[Function], Kernel]:
    """The kernel of a procedure that computes one cell."""
    return lambda function: lambda rows: [result_or_message(compute, function, row) for row in rows]


PROCEDURES: Mapping[str, Callable[[Function], Kernel]] = {
    "read": _each(_read),
    "workdays_late": _each(_workdays_late),
    "explain": _each(_explain),
}
"""The name of a procedure, as functions.json has it, → what makes its kernel."""
