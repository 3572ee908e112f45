"""What the helper sheets of a working copy consist of: planned once, filled for each unit.

A plan holds everything but values. It speaks of defined names only, so that it fits tables of other sizes;
tables of nearly the same size share a plan, with rows to spare. Its formula cells have numbered slots; the
values of a filing are given slot by slot.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from openpyxl.utils import get_column_letter, quote_sheetname

from xlperf.core.errors import DeclarationError
from xlperf.declarations.form_layout import Placement, absolute, place
from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.records import Record
from xlperf.declarations.source import text_of, texts_of
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
    Neighbouring cells of a column with the same ``shared`` have one formula, which moves with its row: it
    must refer to cells of its own sheet and to defined names only, as Excel demands.
    """

    column: int
    style: str
    value: Value = None
    formula: str = ""
    slot: int = NO_SLOT
    area: str = ""
    shared: str = ""


class PlannedRow(NamedTuple):
    """A row and its height in points; cells left to right. ``folded`` rows open by the row above them."""

    height: float
    cells: tuple[PlannedCell, ...]
    folded: bool = False


@dataclass(frozen=True, slots=True)
class PlannedSheet:
    """A helper sheet: its rows from 1 without gaps, and what surrounds them.

    ``widths`` are column widths in characters, ``hidden`` and ``grouped`` (folded) columns are 1-based;
    ``frozen`` is the first cell that scrolls ("" for none), ``filtered`` the range with filter buttons
    ("" for none); ``guard`` (title, text) is said to who types into the sheet, which is not protected then,
    as programs fold and unfold nothing on a protected sheet. ``names`` are workbook-wide defined names →
    absolute references with the sheet; ``conditions`` are (range, formula without "=", highlight style of
    working.json), the gravest first.
    """

    title: str
    widths: tuple[float, ...]
    rows: tuple[PlannedRow, ...]
    merges: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    frozen: str = ""
    grouped: frozenset[int] = frozenset()
    filtered: str = ""
    guard: tuple[str, str] | None = None
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


TableSizes = tuple[tuple[str, int], ...]
"""Table sizes of a sheet."""


def slots_for(rows: int) -> int:
    """How many rows are planned for a table with ``rows`` rows: a whole number of steps, some to spare."""
    step = int(texts_of("working")["slots"]["step"])
    return -(-(rows + spare()) // step) * step


def spare() -> int:
    """How many rows are planned at least beyond those that a table has."""
    return int(texts_of("working")["slots"]["spare"])


def fewest(rows: int) -> int:
    """The least rows for which as many are planned as for ``rows``."""
    return max(slots_for(rows) - int(texts_of("working")["slots"]["step"]) - spare() + 1, 1)


def size(placement: Placement, table: Table) -> int:
    """How many rows ``table`` has on its sheet."""
    first, last = placement.spans[table.id]
    return last - first + 1


def in_sight(placement: Placement, table: Table) -> int:
    """How many rows of ``table`` the helper sheets show: those it has and some to spare."""
    return size(placement, table) + spare()


def usual_counts(placement: Placement) -> TableSizes:
    """The table sizes for which the plan of ``placement`` is made: the smallest of those that share it."""
    return tuple((table.id, fewest(size(placement, table))) for table in placement.form.tables.values())


def usual_sites(sites: Sequence[SheetInstance]) -> tuple[SheetInstance, ...]:
    """``sites`` with the table sizes for which their plan is made."""
    return tuple(
        replace(site, placement=place(site.form, dict(usual_counts(site.placement)))) for site in sites
    )


def prefix(site: SheetInstance, sites: Sequence[SheetInstance]) -> str:
    """The prefix of the names of ``site`` alone, with its number among the sheets of its form."""
    alike = [sheet.number for sheet in sites if sheet.form.alias == site.form.alias]
    start: str = texts_of("working")["names"]["sheet"].format(
        form=site.form.alias, number=alike.index(site.number) + 1
    )
    return start


def sheet_prefix(title: str) -> str:
    """``'title'!`` before an address."""
    return f"{quote_sheetname(title)}!"


def above(start: str, table: str) -> str:
    """The name of a cell in the row above a table of the sheet whose names begin with ``start``."""
    return RESERVED + start + str(texts_of("working")["names"]["above"]).format(table=table)


def below(start: str, table: str) -> str:
    """The name of a cell in the row below a table."""
    return RESERVED + start + str(texts_of("working")["names"]["below"]).format(table=table)


def block_prefix(number: int) -> str:
    """How the names of the columns of the ``number``-th block on the score sheet begin."""
    return RESERVED + str(texts_of("working")["names"]["block"]).format(number=number)


def area(start: str) -> str:
    """The name of a whole sheet with some rows to spare."""
    return f"{RESERVED}{start}{texts_of('working')['names']['area']}"


RESERVED = "_xlperf."
"""The prefix of names that are no fields: of cells that hold texts of the form."""
_WORD = re.compile(r"[\w.]+")


class UsedNames:
    """The names that ``formulas`` of helper sheets use of the sheets ``sites``.

    Raises DeclarationError where one is a name of the forms as well.
    """

    def __init__(self, profile: Profile, sites: Sequence[SheetInstance], formulas: Iterable[str]) -> None:
        starts = tuple({prefix(site, sites) for site in sites})
        words = {word for text in formulas for word in _WORD.findall(text)}
        self._used = {word for word in words if word.removeprefix(RESERVED).startswith(starts)}
        taken = {name for form in profile.single_forms() for name in place(form).names()}
        if clash := min(self._used & taken, default=""):
            raise DeclarationError("working.json：names", text_of("working", "errors", "taken", name=clash))

    def of(self, sites: Sequence[SheetInstance]) -> Mapping[str, str]:
        """The names and their absolute references, with sheets of these table sizes."""
        found = {}
        for site in sites:
            start, sheet = prefix(site, sites), sheet_prefix(site.title)
            for name, area in _areas(site.placement, start):
                if name in self._used:
                    found[name] = sheet + area
        return found


def _areas(placement: Placement, start: str) -> Iterator[tuple[str, str]]:
    """Every field and column, the surroundings of tables and the whole, as references on the own sheet."""
    width = get_column_letter(len(placement.form.columns))
    yield area(start), f"$A$1:${width}${placement.last_row + spare()}"
    yield from ((f"{start}{field}", absolute(address)) for field, address in placement.fields.items())
    for (table, column), letter in placement.columns.items():
        first, last = placement.spans[table]
        yield f"{start}{table}_{column}", f"${letter}${first}:${letter}${last}"
    for table, (first, last) in placement.spans.items():
        letter = next(letter for (own, _), letter in placement.columns.items() if own == table)
        yield above(start, table), f"${letter}${first - 1}"
        yield below(start, table), f"${letter}${last + 1}"
