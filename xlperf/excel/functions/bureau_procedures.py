"""Functions for the bureau: points by the declared schemes, deadlines, rates of totals, units by class.

Schemes, score sheets, classes and ratios are those that ``xlperf grade`` and ``xlperf rollup`` go by.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from xlperf.checks.grading.scheme import scheme_of
from xlperf.checks.grading.score_sheet import points_for, score_sheet, score_sheet_ids
from xlperf.declarations.forms_and_rules import Field, Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.worksheet_functions import Argument, CellProblem, Function, declared
from xlperf.excel.functions.declared_formulas import (
    field_of,
    kernel_of,
    name_in,
    number_of,
    serial,
    shown,
    value_of,
    without_error,
    words_of,
)
from xlperf.excel.functions.excel_cells import Cell, Grid
from xlperf.expressions import Value, round_half_up
from xlperf.finishing.rollup.layout import load_rollup

_GRADE = "XP_GRADE"
_TWO = 2
"""Arguments of the ratios that can be taken of two columns."""


def sheet_score(function: Function, row: Sequence[Cell], profile_id: str) -> Value:
    """The points of a row of a score sheet for its ratio."""
    profile = load_profile(profile_id)
    name = name_in(row[0], function.arguments[0].label)
    sheet_name = name_in(row[2], function.arguments[2].label) or profile.grading.get("scores", "")
    if not name:
        return ""
    if not sheet_name:
        raise CellProblem("no_sheet", profile=profile.id, known="、".join(score_sheet_ids()))
    items = score_sheet(sheet_name).items
    item = next((item for item in items if _bare(item.id) == _bare(name)), None)
    if item is None:
        raise CellProblem("unknown_part", text=shown(name), known="、".join(item.id for item in items))
    if item.formula is None:
        raise CellProblem("by_person", text=item.id)
    field, words = field_of(function.arguments[1]), words_of(profile)
    word = str(without_error(row[1], field.label)).strip()
    rate = word if word in words else value_of(row[1], field, field.label, words)
    points = None if rate is None else points_for(item, rate, profile)
    return "" if points is None else points


def assessment_score(function: Function, row: Sequence[Cell], profile_id: str) -> Value:
    """The points of a part of the grading table for what was counted; blank where a person has to say."""
    profile = load_profile(profile_id)
    parts = {part.id: part for item in scheme_of(profile).items for part in item.parts if part.formula}
    count = number_of(row[1], function.arguments[1])
    name = _known_name(row[0], function.arguments[0], parts)
    points = parts[name].score(count) if name else None
    return "" if points is None else points


def _known_name(cell: Cell, argument: Argument, known: Iterable[str]) -> str:
    """The name in a cell, "" for a blank one; raises CellProblem for one that is not ``known``."""
    name = name_in(cell, argument.label)
    if name and name not in known:
        raise CellProblem("unknown_part", text=shown(name), known="、".join(known))
    return name


def deadline(function: Function, row: Sequence[Cell], profile_id: str) -> Value:
    """The serial number of a deadline of the profile."""
    profile = load_profile(profile_id)
    scheme = scheme_of(profile)
    name = _known_name(row[0], function.arguments[0], scheme.dates)
    if not name:
        return ""
    if name not in scheme.deadlines:
        raise CellProblem("no_deadline", profile=profile.id, text=name)
    return serial(scheme.deadlines[name])


def rate_of_totals(function: Function, row: Sequence[Any], profile_id: str) -> Value:
    """A ratio of the sums of two columns, over the rows in which both have a number."""
    ratios = {ratio.subject: ratio for ratio in _ratios_of_two()}
    name = _known_name(row[0], function.arguments[0], ratios)
    if not name:
        return ""
    if len(row[1]) != len(row[2]):
        raise CellProblem("shapes")
    bound = [argument for argument in ratios[name].arguments if argument.binds]
    columns = [
        [value_of(cell, field_of(argument), argument.label, frozenset()) for cell in cells]
        for argument, cells in zip(bound, row[1:], strict=True)
    ]
    pairs = [
        (first, second)
        for first, second in zip(*columns, strict=True)
        if isinstance(first, float) and isinstance(second, float)
    ]
    totals = [sum(column) for column in zip(*pairs, strict=True)] or [None, None]
    return kernel_of(ratios[name].name, profile_id)([totals])[0]


def _ratios_of_two() -> Iterator[Function]:
    for function in declared().functions.values():
        if function.kind == "ratio" and sum(bool(argument.binds) for argument in function.arguments) == _TWO:
            yield function


def distribution(
    function: Function, grids: Sequence[Grid], profile: Profile, blank_is_zero: bool
) -> list[list[Value]]:
    """A heading, then each class of the roll-up with its units and their share; last, values in no class.

    ``blank_is_zero`` takes 0 for a blank. Raises CellProblem for a distribution that is not declared.
    """
    known = load_rollup().distributions
    name = _known_name(grids[1][0][0], function.arguments[1], known) or next(iter(known))
    cells = [cell for row in grids[0] for cell in row if not (blank_is_zero and cell == 0)]
    column = load_rollup().units.fields[known[name].column]
    if column.type.number:
        values = [_number(cell, column) for cell in cells]
    else:
        values = [*kernel_of(_GRADE, profile.id)([[cell] for cell in cells])]
    filled = [value for value in values if value not in (None, "")]
    counts = [sum(known_class.holds(value) for value in filled) for known_class in known[name].classes]
    labels = [known_class.label for known_class in known[name].classes]
    total = sum(counts)
    lines: list[list[Value]] = [[name, *function.options["heading"]]]
    for label, count in zip(labels, counts, strict=True):
        lines.append([label, float(count), round_half_up(count / total, 4) if total else ""])
    if left := len(filled) - total:
        lines.append([function.options["others"], float(left), ""])
    return lines


def _number(cell: Cell, column: Field) -> Value:
    """The value of a cell, or the message why it is no number."""
    try:
        return value_of(cell, column, column.label, frozenset())
    except CellProblem as problem:
        return str(problem)


def _bare(name: str) -> str:
    """A name without quotation marks, which few people type."""
    return name.translate(dict.fromkeys(map(ord, '“”"')))
