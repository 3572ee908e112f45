"""What the helper sheets of a working copy consist of: planned once, filled for each unit.

A plan holds everything but values. Its formula cells have numbered slots; the values of a filing are
given slot by slot, and only where they differ from what the plan already says.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from xlperf.declarations.form_layout import Placement
from xlperf.declarations.model import Form
from xlperf.declarations.records import Record
from xlperf.expressions import Value

NO_SLOT = -1


@dataclass(frozen=True, slots=True)
class SheetInstance:
    """One official sheet of a workbook; ``number`` counts from 1 in tab order."""

    number: int
    form: Form
    title: str
    placement: Placement


class PlannedCell(NamedTuple):
    """A cell of a helper sheet in ``column`` (1-based), with a style declared in working.json.

    ``value`` is the constant, or what the formula yields when nothing is wrong. ``formula`` is native
    text without "="; formula cells have a ``slot`` when their value depends on the filing. ``area`` is
    the range that an array formula fills, said of each of its cells; the first has the formula.
    """

    column: int
    style: str
    value: Value = None
    formula: str = ""
    slot: int = NO_SLOT
    area: str = ""


class PlannedRow(NamedTuple):
    """A row and its height in points; cells left to right."""

    height: float
    cells: tuple[PlannedCell, ...]


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """A helper sheet: its rows from 1 without gaps, and what surrounds them.

    ``widths`` are column widths in characters, ``hidden`` columns are 1-based; ``frozen`` is the first
    cell that scrolls ("" for none), ``filtered`` the range with filter buttons ("" for none),
    ``printed`` the range that is printed ("" for all);
    ``names`` are workbook-wide defined names → absolute references with the sheet; ``conditions``
    are (range, formula without "=", highlight style of working.json), the gravest first.
    """

    title: str
    widths: tuple[float, ...]
    rows: tuple[PlannedRow, ...]
    merges: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    frozen: str = ""
    filtered: str = ""
    printed: str = ""
    repeated: str = ""  # heading rows printed on each page, e.g. "7:7"
    names: Mapping[str, str] = field(default_factory=dict)
    conditions: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class HelperPlan:
    """The helper sheets that go with a set of official sheets; slots are numbered across all of them.

    They fit every workbook with the same forms and titles whose tables have as many planned rows
    (``sizes.usual_counts``); what depends on the number of rows there are comes with the filing.
    """

    sheets: tuple[PlannedSheet, ...]
    values: Callable[[Sequence[Record]], Iterator[tuple[int, Value]]]
    """Completed records, one for each official sheet → slot and value of the formula cells that differ
    from the plan."""
    defined_names: Callable[[Sequence[SheetInstance]], Mapping[str, str]]
    """Official sheets → workbook-wide names that formulas use, and their absolute references."""
    unused_rows: Callable[[Sequence[SheetInstance]], Mapping[str, Sequence[range]]]
    """Official sheets → by title of a helper sheet its rows to hide: those for table rows that are neither
    there nor soon inserted."""
