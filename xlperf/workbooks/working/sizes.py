"""How many rows a table has on its sheet → for how many the helper sheets are planned.

Tables of nearly the same size share a plan: it has rows to spare, and formulas that look which are there.
"""

from collections.abc import Sequence
from dataclasses import replace

from xlperf.declarations.model import Table
from xlperf.declarations.placement import Placement, place
from xlperf.declarations.texts import texts_of
from xlperf.workbooks.working.plan_model import Site

Counts = tuple[tuple[str, int], ...]
"""Table sizes of a sheet."""


def slots_for(rows: int) -> int:
    """How many rows are planned for a table with ``rows`` rows: a whole number of steps, some to spare."""
    step = int(texts_of("working")["slots"]["step"])
    return -(-(rows + spare()) // step) * step


def spare() -> int:
    """How many rows more than a table has are planned at least."""
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


def usual_counts(placement: Placement) -> Counts:
    """The table sizes that stand for all with the same plan as ``placement``."""
    return tuple((table.id, fewest(size(placement, table))) for table in placement.form.tables.values())


def usual_sites(sites: Sequence[Site]) -> tuple[Site, ...]:
    """``sites`` with the table sizes that stand for theirs in a plan."""
    return tuple(replace(one, placement=place(one.form, dict(usual_counts(one.placement)))) for one in sites)
