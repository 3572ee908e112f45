"""How many rows a table has on its sheet → for how many the helper sheets are planned.

Tables of nearly the same size share a plan: it has rows to spare, and formulas that look which are there.
"""

from collections.abc import Sequence
from dataclasses import replace

from xlperf.declarations.form_layout import Placement, place
from xlperf.declarations.model import Table
from xlperf.declarations.source import texts_of
from xlperf.workbooks.working.helper_plan import SheetInstance

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
