"""One call of a worksheet function → what its cells show: values, or a short message; no exception."""

import logging
from collections.abc import Mapping, Sequence

from xlperf.core.errors import XlperfError
from xlperf.declarations.profile import load_profile
from xlperf.declarations.worksheet_functions import Argument, Function, Problem
from xlperf.excel.functions.declared_formulas import default_profile, kernel_of, profile_named
from xlperf.excel.functions.excel_cells import Cell, Grid, Kernel, Result, broadcast, grid
from xlperf.excel.functions.procedures import PROCEDURES, indicator_scores
from xlperf.excel.functions.range_check import check

_log = logging.getLogger(__name__)
_AREAS, _TABLE, _RANGE, _SINGLE = "areas", "table", "range", "single"


def call(function: Function, given: Sequence[object], *, blank_is_zero: bool = False) -> Result:
    """The result of ``function`` for its arguments in order; those left out at the end are blank.

    ``blank_is_zero``: blank cells of ranges arrive as 0, so that in whole tables a 0 where a text belongs is
    taken for a blank.
    """
    try:
        return _result(function, given, blank_is_zero)
    except (Problem, XlperfError) as problem:
        return str(problem)
    except Exception as error:
        _log.exception("%s", function.name)
        return str(Problem("failed", reason=f"{type(error).__name__}: {error}"))


def _result(function: Function, given: Sequence[object], blank_is_zero: bool) -> Result:
    if any(argument.shape == _AREAS for argument in function.arguments):
        return check(function, given, blank_is_zero)
    missing = [None] * (len(function.arguments) - len(given))
    grids = dict(zip(function.arguments, map(grid, (*given, *missing)), strict=True))
    inputs = {argument: cells for argument, cells in grids.items() if not argument.is_profile}
    if any(argument.shape == _TABLE for argument in inputs):
        (table,) = inputs.values()
        return indicator_scores(function, table, load_profile(_profile_id(grids)), blank_is_zero)
    return broadcast(
        [_input(argument, cells) for argument, cells in inputs.items()], _kernel(function, grids)
    )


def _kernel(function: Function, grids: Mapping[Argument, Grid]) -> Kernel:
    if function.kind == "procedure":
        return PROCEDURES[function.subject](function)
    return kernel_of(function.name, _profile_id(grids))


def _profile_id(grids: Mapping[Argument, Grid]) -> str:
    argument, cells = next((argument, cells) for argument, cells in grids.items() if argument.is_profile)
    return profile_named(_only(argument, cells), argument.label) or default_profile()


def _input(argument: Argument, cells: Grid) -> Sequence[Sequence[object]]:
    """The cells as ``broadcast`` takes them: a range becomes a single cell that holds all its cells."""
    if argument.shape == _RANGE:
        return [[[cell for row in cells for cell in row]]]
    if argument.shape == _SINGLE:
        return [[_only(argument, cells)]]
    return cells


def _only(argument: Argument, cells: Grid) -> Cell:
    if len(cells) > 1 or len(cells[0]) > 1:
        raise Problem("one_cell", label=argument.label)
    return cells[0][0]
