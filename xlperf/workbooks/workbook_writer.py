"""Filings → finished workbooks by the hundred: the blank is taken apart once, then only filled.

The helper sheets of a working copy are planned once for tables of similar size. Formula cells carry their
values, so that a reader without a calculation engine sees the same figures as Excel. Run as a module it
regenerates the committed blanks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import count
from pathlib import Path
from typing import NamedTuple

from xlperf.core.files import atomic_write
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.evaluation import complete
from xlperf.declarations.form_layout import place
from xlperf.declarations.forms_and_rules import Form, Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Value
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.ooxml.package_writing import (
    FAST_LEVEL,
    MIDDLE_LEVEL,
    PackagePart,
    assemble,
    fresh_part,
    lasting_part,
)
from xlperf.ooxml.parts import RELATIONS, TYPES, WORKBOOK, sheet_part
from xlperf.workbooks.blank_workbook import WorkbookIndex, build_blank, canonical_parts
from xlperf.workbooks.cell_styles import add_helper_styles
from xlperf.workbooks.helper_sheets import HelperSheetSet
from xlperf.workbooks.sheet_template import SheetTemplate
from xlperf.workbooks.sheet_xml import parse_sheet
from xlperf.workbooks.working.check_sheet import CheckSheet
from xlperf.workbooks.working.directory_sheet import DirectorySheet
from xlperf.workbooks.working.filing_scopes import FilingScopes
from xlperf.workbooks.working.helper_plan import (
    HelperPlan,
    PlannedSheet,
    SheetInstance,
    TableSizes,
    UsedNames,
    usual_counts,
    usual_sites,
)
from xlperf.workbooks.working.score_sheet import ScoreSheet

_TEMPLATES_KEPT = 512
_PLANS_KEPT = 16
"""A plan of helper sheets takes some ten megabytes and serves all units with tables of similar size."""


class PlannedTab(NamedTuple):
    """An official sheet in a plan: alias of its form, title, rows that each table has there."""

    form: str
    title: str
    counts: TableSizes


class WorkbookWriter:
    """Fills the blank workbook of one profile, over and over.

    The workbooks are working copies, with helper sheets after the official ones and colours for
    broken rules, or official sheets only (``working=False``). Those with ``functions`` have a
    panel on 校验 that the add-in fills.
    """

    def __init__(self, profile: Profile, *, working: bool = True, functions: bool = False) -> None:
        self._profile = profile
        self._functions = functions
        blank = build_blank(profile, working=working, functions=functions)
        self._helper_styles = add_helper_styles(blank) if working else None
        parts = canonical_parts(workbook_bytes(blank))
        self._index = WorkbookIndex(parts)
        self._blanks = {
            form.alias: parse_sheet(parts[self._index.sheet_parts[form.sheet_name(0)]])
            for form in profile.forms.values()
        }
        changing = {WORKBOOK, RELATIONS, TYPES, *self._index.sheet_parts.values()}
        self._fixed = [
            lasting_part(name, content.encode()) for name, content in parts.items() if name not in changing
        ]
        self._template = lru_cache(_TEMPLATES_KEPT)(self._compile)
        self._helper_sheets = lru_cache(_PLANS_KEPT)(self._plan)
        self._listing = lru_cache(None)(self._list_sheets)

    def workbook(self, filing: Filing) -> bytes:
        """The workbook of ``filing``, an .xlsx file; the same filing gives the same bytes.

        ``filing`` is as the ledger gives it (not changed); it is completed here. A value given for
        a formula field replaces the formula where the two differ: it is published so.
        A table without rows, and a form without a record, look as in the blank.
        """
        sites: list[SheetInstance] = []
        names: list[str] = []
        sheets: list[bytes] = []
        records: list[Record] = []
        for form in self._profile.forms.values():
            for index, record in enumerate(filing.of(form.alias) or [Record(form.alias, form.sheet_name(0))]):
                title, template = form.sheet_name(index), self._template(form.alias, _counts(form, record))
                completed = complete(record, self._profile)
                sheets.append(template.fill(completed).encode())
                names.append(
                    self._index.sheet_names(form.sheet_name(0), title, len(sites), template.relocation)
                )
                sites.append(SheetInstance(len(sites) + 1, form, title, template.placement))
                records.append(completed.record)
        titles = [site.title for site in sites]
        if self._helper_styles:
            tabs = (PlannedTab(site.form.alias, site.title, usual_counts(site.placement)) for site in sites)
            helper_sheets = self._helper_sheets(tuple(tabs))
            titles += helper_sheets.titles
            names += helper_sheets.names(sites)
            sheets += helper_sheets.fill(records, sites)
        book = fresh_part(WORKBOOK, self._index.workbook(titles, names).encode())
        parts = [
            fresh_part(sheet_part(number), xml, FAST_LEVEL if number <= len(sites) else MIDDLE_LEVEL)
            for number, xml in enumerate(sheets, 1)
        ]
        return assemble([*self._listing(len(titles)), *self._fixed, book, *parts])

    def _compile(self, alias: str, counts: TableSizes) -> SheetTemplate:
        return SheetTemplate(self._profile.forms[alias], self._blanks[alias], dict(counts), self._profile)

    def _plan(self, tabs: tuple[PlannedTab, ...]) -> HelperSheetSet:
        assert self._helper_styles
        forms = self._profile.forms
        sites = tuple(
            SheetInstance(number, forms[tab.form], tab.title, place(forms[tab.form], dict(tab.counts)))
            for number, tab in enumerate(tabs, 1)
        )
        planned = plan_working(self._profile, sites, functions=self._functions)
        return HelperSheetSet(planned, len(sites), self._helper_styles)

    def _list_sheets(self, count: int) -> list[PackagePart]:
        texts: Mapping[str, str] = {TYPES: self._index.types(count), RELATIONS: self._index.relations(count)}
        return [lasting_part(name, text.encode()) for name, text in texts.items()]


@cache
def writer_of(profile: Profile, *, working: bool = True, functions: bool = False) -> WorkbookWriter:
    """The writer of a profile's workbooks, one in a process: making it takes longer than a workbook."""
    return WorkbookWriter(profile, working=working, functions=functions)


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
        """The number of each formula cell of the helper sheets, and its value for ``records``."""
        listed = directory.listed(records)
        common, scopes = filing_scopes.scopes(records, listed)
        yield from directory.values(listed, starts[0])
        yield from score.values(scopes, starts[1])
        yield from check.values(common, scopes, starts[2])

    def unused_rows(filled: Sequence[SheetInstance]) -> dict[str, list[range]]:
        """Title of each helper sheet → its rows, from 1, that say nothing where ``filled`` are filled in."""
        by_sheet = zip(sheets, ((), score.unused_rows(filled), check.unused_rows(filled)), strict=True)
        return {sheet.title: list(rows) for sheet, rows in by_sheet}

    formulas = [cell.formula for sheet in sheets for row in sheet.rows for cell in row.cells]
    sheets[1] = score.with_used_names(sheets[1], formulas)
    return HelperPlan(tuple(sheets), values, UsedNames(profile, sites, formulas).of, unused_rows)


def _counts(form: Form, record: Record) -> TableSizes:
    return tuple((table, len(record.tables.get(table, ()))) for table in form.tables)


def new_bytes(profile: Profile, *, plain: bool = False, projects: int = 1, functions: bool = False) -> bytes:
    """The blank workbook file of ``profile``, formula cells with the values of an empty form.

    It is a working copy (with ``functions`` one that the add-in's functions check as well), or a
    ``plain`` one of the official sheets only; the repeated form has ``projects`` sheets. The same
    declarations give the same bytes.
    """
    records = [
        Record(form.alias, form.sheet_name(index))
        for form in profile.forms.values()
        for index in range(projects if form.repeated else 1)
    ]
    return writer_of(profile, working=not plain, functions=functions).workbook(
        Filing("", "", profile.id, records)
    )


def new(
    profile_id: str,
    path: str | Path,
    *,
    plain: bool = False,
    projects: int = 1,
    functions: bool = False,
) -> None:
    """Write the blank workbook of a profile, as ``new_bytes`` has it.

    Raises InputError for an unknown profile, OutputError.
    """
    profile = load_profile(profile_id)
    atomic_write(path, new_bytes(profile, plain=plain, projects=projects, functions=functions))


def main() -> None:
    """Write ``workbooks/<profile>.xlsx`` for every profile."""
    for name in profile_ids():
        new(name, workbooks_dir() / f"{name}.xlsx")


if __name__ == "__main__":
    main()
