"""The helper sheets of a working copy: planned once for a set of official sheets, filled for each unit."""

from collections.abc import Callable, Iterator, Sequence
from itertools import count

from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.workbooks.working.check_sheet import CheckSheet
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.filing_scopes import FilingScopes
from xlperf.workbooks.working.helper_plan import (
    HelperPlan,
    PlannedSheet,
    SheetInstance,
    UsedNames,
    usual_sites,
)
from xlperf.workbooks.working.score_sheet import ScoreSheet

__all__ = ["plan_working"]


def plan_working(
    profile: Profile, sites: tuple[SheetInstance, ...], *, functions: bool = False
) -> HelperPlan:
    """The helper sheets for ``sites``, the official sheets of one workbook in tab order.

    With ``functions`` 校验 has a panel that the add-in's checking function fills.
    ``HelperPlan.values`` gives their values for a filing, ``defined_names`` the names they read.
    """
    sites = usual_sites(sites)
    directory = DirectorySheet.of(profile, sites)
    score = ScoreSheet(profile, sites, directory)
    check = CheckSheet(profile, sites, directory, score, functions=functions)
    filing_scopes = FilingScopes(profile)
    slots = count()
    starts, sheets = [], []
    plans: tuple[Callable[[], PlannedSheet], ...] = (
        lambda: directory.sheet(check.judged_rows, slots),
        lambda: score.sheet(slots),
        lambda: check.sheet(slots),
    )
    for plan in plans:
        starts.append(next(slots) + 1)
        sheets.append(plan())

    def values(records: Sequence[Record]) -> Iterator[tuple[int, Value]]:
        listed = directory.listed(records)
        common, scopes = filing_scopes.scopes(records, listed)
        yield from directory.values(listed, starts[0])
        yield from score.values(scopes, starts[1])
        yield from check.values(common, scopes, starts[2])

    def unused_rows(filled: Sequence[SheetInstance]) -> dict[str, list[range]]:
        by_sheet = zip(sheets, ((), score.unused_rows(filled), check.unused_rows(filled)), strict=True)
        return {sheet.title: list(rows) for sheet, rows in by_sheet}

    formulas = (cell.formula for sheet in sheets for row in sheet.rows for cell in row.cells)
    return HelperPlan(tuple(sheets), values, UsedNames(profile, sites, formulas).of, unused_rows)
