"""One call of a worksheet function → what its cells show: values, or a short message; no exception.

The ranges of XP_CHECK become sheets as tables of a Word document do; they are read and checked as files are.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any

from openpyxl.utils import get_column_letter

from xlperf.checks.context import CheckContext
from xlperf.checks.file_check import result_of
from xlperf.checks.unit_naming import name_unit
from xlperf.core.errors import XlperfError
from xlperf.declarations.finding_order import by_place
from xlperf.declarations.findings import Finding, ListColumn, changed
from xlperf.declarations.forms_and_rules import Profile, Rule
from xlperf.declarations.profile import load_profile
from xlperf.declarations.worksheet_functions import Argument, CellProblem, Function, declared
from xlperf.excel.functions.bureau_procedures import distribution
from xlperf.excel.functions.declared_formulas import DATE, kernel_of, profile_named, serial
from xlperf.excel.functions.excel_cells import (
    Cell,
    Grid,
    Kernel,
    LaterError,
    Place,
    Result,
    broadcast,
    grid,
    number_places,
)
from xlperf.excel.functions.procedures import indicator_scores, procedure
from xlperf.excel.functions.publish import ValueArea
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.book import Book, SheetMaker
from xlperf.intake.filing_reader import read_ranges
from xlperf.intake.fixed_texts import why
from xlperf.intake.received import Received
from xlperf.outputs.finding_texts import line_of

Lines = list[list[Value]]
_log = logging.getLogger(__name__)
_AREAS, _TABLE, _RANGE, _SINGLE = "areas", "table", "range", "single"


_TABLES: Mapping[str, Callable[[Function, Sequence[Grid], Profile, bool], Lines]] = {
    "indicator_scores": indicator_scores,
    "distribution": distribution,
}
"""The name of a procedure that gives a table, → what computes it."""


def call(function: Function, given: Sequence[object], *, blank_is_zero: bool = False) -> Result:
    """The result of ``function`` for its arguments in order; those left out at the end are blank.

    ``blank_is_zero``: blank cells of ranges arrive as 0, so that in whole tables a 0 where a text belongs is
    taken for a blank.
    """
    try:
        return _result(function, given, blank_is_zero)
    except (CellProblem, XlperfError) as problem:
        return str(problem)
    except Exception as error:
        _log.exception("%s", function.name)
        return str(CellProblem("failed", reason=f"{type(error).__name__}: {error}"))


def _result(function: Function, given: Sequence[object], blank_is_zero: bool) -> Result:
    if any(argument.shape == _AREAS for argument in function.arguments):
        return check(function, given, blank_is_zero)
    missing = [None] * (len(function.arguments) - len(given))
    grids = dict(zip(function.arguments, map(grid, (*given, *missing)), strict=True))
    inputs = {argument: cells for argument, cells in grids.items() if not argument.is_profile}
    shapes = {(len(cells), len(cells[0])) for argument, cells in inputs.items() if argument.shape == _RANGE}
    if len(shapes) > 1 and any(min(shape) > 1 for shape in shapes):
        raise CellProblem("shapes")
    if any(argument.shape == _TABLE for argument in inputs):
        compute = _TABLES[function.subject]
        return compute(function, [*inputs.values()], load_profile(_profile_id(grids)), blank_is_zero)
    return broadcast(
        [_input(argument, cells) for argument, cells in inputs.items()], _kernel(function, grids)
    )


def _kernel(function: Function, grids: Mapping[Argument, Grid]) -> Kernel:
    if function.kind == "procedure":
        return procedure(function, _profile_id(grids))
    return kernel_of(function.name, _profile_id(grids))


def _profile_id(grids: Mapping[Argument, Grid]) -> str:
    named = next(((argument, cells) for argument, cells in grids.items() if argument.is_profile), None)
    own = profile_named(_only(*named), named[0].label) if named else ""
    return own or declared().default_profile


def _input(argument: Argument, cells: Grid) -> Sequence[Sequence[object]]:
    """The cells as ``broadcast`` takes them: a range becomes a single cell that holds all its cells."""
    if argument.shape == _RANGE:
        return [[[cell for row in cells for cell in row]]]
    if argument.shape == _SINGLE:
        return [[_only(argument, cells)]]
    return cells


def _only(argument: Argument, cells: Grid) -> Cell:
    if len(cells) > 1 or len(cells[0]) > 1:
        raise CellProblem("one_cell", label=argument.label)
    return cells[0][0]


def check(function: Function, given: Sequence[object], blank_is_zero: bool = False) -> Lines:
    """A heading and one row a finding, or one line that says what was checked.

    ``given`` has the profile's id first (a range there is one more range), then ranges (Area or values), and
    anywhere the calling cells as xlwings has them: several calling cells are filled to their size. With
    ``blank_is_zero`` a 0 counts as a number only in a place for numbers.
    """
    profile, areas, shape = _sorted(function, given)
    if not areas:
        return [[function.options["nothing"]]]
    received = read_ranges(_book(function, areas, frozenset() if blank_is_zero else None), profile)
    if blank_is_zero:
        received = read_ranges(_book(function, areas, number_places(received)), profile)
    lines = [*_lines(function, received, profile)]
    return _fitted(function, lines, *shape)


def _sorted(
    function: Function, given: Sequence[Any]
) -> tuple[Profile | None, list[tuple[ValueArea, Grid]], tuple[int, int]]:
    """The profile named, else that of the settings; ranges that are not empty; the shape of the caller."""
    shapes = [argument.shape for argument in given if _is_caller(argument)]
    values = [argument for argument in given if not _is_caller(argument)]
    areas = [value if isinstance(value, ValueArea) else ValueArea(value) for value in values]
    grids = [(area, grid(area.values)) for area in areas]
    if grids and len(grids[0][1]) == len(grids[0][1][0]) == 1:
        ((named_cell,),) = grids.pop(0)[1]
        named = profile_named(named_cell, function.arguments[0].label)
    else:
        named = profile_named(None, "")
    filled = [
        (area, cells) for area, cells in grids if any(cell is not None for row in cells for cell in row)
    ]
    return load_profile(named) if named else None, filled, shapes[0] if shapes else (1, 1)


def _is_caller(argument: object) -> bool:
    return hasattr(argument, "shape") and hasattr(argument, "address")


def _book(
    function: Function, areas: Sequence[tuple[ValueArea, Grid]], numbers: frozenset[Place] | None
) -> Book:
    """The ranges of one sheet together, each in its place; values without a place on a sheet of their own.

    Where ``numbers`` are given, a 0 elsewhere is left out.
    """
    makers: dict[str, SheetMaker] = {}
    last: dict[str, int] = {}
    for number, (area, cells) in enumerate(areas, 1):
        name = area.sheet or function.options["area"].format(number=number)
        if area.book != areas[0][0].book:
            name = f"[{area.book}]{name}"
        maker = makers.setdefault(name, SheetMaker(name))
        for row, values in enumerate(cells, area.row):
            for column, value in enumerate(values, area.column):
                if value != 0 or numbers is None or (name, f"{get_column_letter(column)}{row}") in numbers:
                    _put(maker, row, column, value)
        last[name] = max(last.get(name, 0), area.row + len(cells) - 1)
    sheets = [maker.sheet(last_row=last[name]) for name, maker in makers.items()]
    return Book(areas[0][0].book, sheets, {}, {}, [], function.options["kind"])


def _put(maker: SheetMaker, row: int, column: int, value: Cell) -> None:
    if isinstance(value, date):
        maker.put(row, column, serial(value), DATE)
    elif isinstance(value, LaterError):
        maker.put(row, column, ErrorValue.VALUE)
    else:
        maker.put(row, column, value)


def _lines(function: Function, received: Received, profile: Profile | None) -> Iterator[list[Value]]:
    options, reading = function.options, received.reading
    subject = _subject(received)
    if subject is None:
        assert reading is not None
        yield [options["unread"].format(reason=why(reading.book.sheets, profile))]
        return
    present = {record.form for record in subject.filing.records}
    absent = (codes for alias, codes in options["absent"].items() if alias not in present)
    outcome = result_of(subject, {*options["of_files"], *(code for codes in absent for code in codes)})
    kept = changed(
        outcome.findings, lambda found: None if _is_blank_result(found, subject, options) else found
    )
    findings = by_place(kept, [outcome.file])
    if not findings:
        yield [_nothing_found(options, subject)]
        return
    yield [column["head"].format(count=len(findings)) for column in options["columns"]]
    columns = [ListColumn("", 0, column["shows"]) for column in options["columns"]]
    for number, finding in enumerate(findings, 1):
        yield [*line_of(finding, number, columns)]


def _subject(received: Received) -> CheckContext | None:
    """What is checked; None where no form was read."""
    if received.filing is not None and received.profile is not None:
        name_unit(received.filing, received.profile)
    return CheckContext.of(received)


def _is_blank_result(finding: Finding, subject: CheckContext, options: Mapping[str, str]) -> bool:
    """Whether a finding is about an empty cell with a formula on the form: there its inputs are missing."""
    form = subject.profile.forms.get(finding.location.form)
    is_required = finding.code == options["required"]
    return is_required and form is not None and finding.location.field in form.computed


def _nothing_found(options: Mapping[str, str], subject: CheckContext) -> str:
    profile = subject.profile
    counts = Counter(record.form for record in subject.filing.records)
    forms = "、".join(
        options["form"].format(form=profile.forms[alias].id, count=count) for alias, count in counts.items()
    )
    rules = sum(_looks_at(rule, counts.keys()) for rule in profile.rules.values())
    return options["none"].format(forms=forms, rules=rules, profile=profile.id)


def _looks_at(rule: Rule, present: Set[str]) -> bool:
    """Whether a rule applies to any of the forms ``present``."""
    named = set(rule.forms or filter(None, [rule.each]))
    return bool(named & present) if named else len(present) > 1


def _fitted(function: Function, lines: Lines, height: int, width: int) -> Lines:
    """``lines`` in the size of the calling cells; the last row counts the lines that do not fit."""
    if height * width > 1:
        if len(lines) > height:
            left = len(lines) - height + 1
            lines = [*lines[: height - 1], [function.options["more"].format(count=left)]]
        lines += [[] for _ in range(height - len(lines))]
    else:
        width = 1
    width = max(width, *map(len, lines))
    return [[*line, *[""] * (width - len(line))] for line in lines]
