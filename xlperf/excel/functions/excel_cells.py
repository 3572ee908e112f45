"""What Excel, Office.js or a Python caller passes → grids of cells of one spelling and one shape.

Office.js passes a blank cell as 0; it counts as a figure only in a place for numbers.
"""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from xlperf.declarations.evaluation import compute
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record
from xlperf.declarations.worksheet_functions import CellProblem, declared
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.received import Received, SheetReading


@dataclass(frozen=True, slots=True)
class LaterError:
    """An error that Excel got after its seven, by its text: #SPILL!, #CALC! …"""

    text: str

    def __str__(self) -> str:
        return self.text


Content = float | str | bool | None | date
"""What a cell holds that shows no error."""
Cell = Content | ErrorValue | LaterError
Grid = list[list[Cell]]
"""Rows of equal length, one at least; errors are ErrorValue or LaterError, all numbers float."""

_ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?")
_ERROR_CODES = range(-2146826288, -2146826000)
"""Numbers under which COM passes errors; xlwings has texts for the seven, the others stay numbers."""
_NUMBERED_FROM = -2146828288
_LATER = {
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
}
"""Excel's own numbers of them (XlCVError)."""


def grid(given: object) -> Grid:
    """``given`` as rows of cells: a scalar is one cell, a flat list one row, None and [] a blank cell.

    Raises CellProblem for more cells than the declared limit.
    """
    rows = given if isinstance(given, list | tuple) else [given]
    if not any(isinstance(row, list | tuple) for row in rows):
        rows = [rows]
    nested = [row if isinstance(row, list | tuple) else [row] for row in rows]
    width = max(map(len, nested), default=0)
    count = width * len(nested)
    if count > declared().most_cells:
        raise CellProblem("too_many", count=f"{count:,}", most=f"{declared().most_cells:,}")
    if not count:
        return [[None]]
    return [[*map(cell, row), *[None] * (width - len(row))] for row in nested]


def cell(given: object) -> Cell:  # noqa: PLR0911 - one return a kind of value
    """One value as a cell holds it; "" is a blank."""
    if type(given) is float:
        return given if math.isfinite(given) else ErrorValue.NUM
    if given is None or given == "":
        return None
    if isinstance(given, str):
        return _error(given) if given[0] == "#" and _ERROR.fullmatch(given) else given
    if isinstance(given, bool | date | ErrorValue | LaterError):
        return given
    if isinstance(given, int) and given in _ERROR_CODES:
        number = given - _NUMBERED_FROM
        return LaterError(_LATER.get(number, f"#{number}"))
    if isinstance(given, int | float | Decimal):
        return float(given)
    return str(given)


def _error(text: str) -> ErrorValue | LaterError:
    try:
        return ErrorValue.parse(text)
    except ValueError:
        return LaterError(text)


Result = Value | list[list[Value]]
Rows = Sequence[Sequence[Any]]
Kernel = Callable[[Rows], Sequence[Value]]
"""The arguments of each cell of the result, row by row → the results."""


def broadcast(grids: Sequence[Rows], kernel: Kernel) -> Result:
    """The result of ``kernel`` in the shape of the ranges; one value where all are single cells.

    Raises CellProblem for ranges of different shapes.
    """
    shapes = {(len(grid), len(grid[0])) for grid in grids} - {(1, 1)}
    if len(shapes) > 1:
        raise CellProblem("shapes")
    if not shapes:
        return kernel([[grid[0][0] for grid in grids]])[0]
    ((height, width),) = shapes
    columns = [_flat(grid, height * width) for grid in grids]
    results = kernel(list(zip(*columns, strict=True)))
    return [list(results[start : start + width]) for start in range(0, height * width, width)]


def _flat(grid: Rows, count: int) -> list[Any]:
    cells = [cell for row in grid for cell in row]
    return cells * count if len(cells) == 1 else cells


Place = tuple[str, str]
"""Sheet and A1 address."""


def number_places(received: Received) -> frozenset[Place]:
    """The places for numbers on the recognised sheets of ``received``, which was read without any 0.

    Left out are formula cells whose formula gives no number for zeros alone: there the 0 was a blank.
    """
    places: set[Place] = set()
    for reading in received.reading.sheets if received.reading else ():
        assert received.profile is not None
        wordless = _without_number(reading, received.profile)
        form = reading.form
        for key, found in reading.record.provenance.items():
            field = form.fields[key] if isinstance(key, str) else form.tables[key[0]].columns[key[2]]
            if field.type.number and key not in wordless:
                places.add((reading.sheet.name, found.cell))
    return frozenset(places)


def _without_number(reading: SheetReading, profile: Profile) -> set[str]:
    """The fields whose formula gives no number when every field that is not filled in is 0."""
    form, record = reading.form, reading.record
    typed = (name for name, field in form.fields.items() if field.formula is None and field.type.number)
    fresh = Record(record.form, "", {name: record.fields.get(name) or 0.0 for name in typed})
    fresh.tables = {name: [dict(row) for row in rows] for name, rows in record.tables.items()}
    compute(fresh, profile)
    return {name for name in form.computed if not isinstance(fresh.fields.get(name), float)}
