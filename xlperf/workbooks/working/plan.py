"""The helper sheets of a working copy: planned once for a set of official sheets, filled for each unit."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.workbooks.working.check_sheet import Check
from xlperf.workbooks.working.directory import Directory
from xlperf.workbooks.working.frame import Frame
from xlperf.workbooks.working.naming import Names
from xlperf.workbooks.working.plan_model import PlannedSheet, Site, Working
from xlperf.workbooks.working.score import Score
from xlperf.workbooks.working.sizes import usual_sites

__all__ = ["plan_working"]


def plan_working(profile: Profile, sites: tuple[Site, ...], *, functions: bool = False) -> Working:
    """The helper sheets for ``sites``, the official sheets of one workbook in tab order.

    With ``functions`` 校验 has a panel that the add-in's checking function fills.
    What they say of a filing is given by ``Working.values``, where they find it by ``Working.names``.
    """
    sites = usual_sites(sites)
    directory = Directory.of(profile, sites)
    score = Score(profile, sites, directory)
    check = Check(profile, sites, directory, score, functions=functions)
    frame = Frame(profile)
    slots = count()
    starts, sheets = [], []
    plans: tuple[Callable[[], PlannedSheet], ...] = (
        lambda: directory.sheet(check.reach, slots),
        lambda: score.sheet(slots),
        lambda: check.sheet(slots),
    )
    for plan in plans:
        starts.append(next(slots) + 1)
        sheets.append(plan())

    def values(records: Sequence[Record]) -> Iterator[tuple[int, Value]]:
        listed = directory.listed(records)
        common, seen = frame.seen(records, listed)
        yield from directory.values(listed, starts[0])
        yield from score.values(seen, starts[1])
        yield from check.values(common, seen, starts[2])

    def idle(filled: Sequence[Site]) -> dict[str, list[range]]:
        by_sheet = zip(sheets, ((), score.idle(filled), check.idle(filled)), strict=True)
        return {sheet.title: list(rows) for sheet, rows in by_sheet}

    formulas = (cell.formula for sheet in sheets for row in sheet.rows for cell in row.cells)
    return Working(tuple(sheets), values, Names(profile, sites, formulas).of, idle)
