"""Filings to finished workbooks by the hundred: the blank is taken apart once, then only filled.

Nothing is loaded or saved again for a unit. Formula cells carry their values, so that a reader
without a calculation engine sees the same figures as Excel.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from xlperf.declarations.completion import complete
from xlperf.declarations.model import Form, Profile
from xlperf.declarations.placement import place
from xlperf.declarations.records import Filing, Record, Row
from xlperf.ooxml.zip_package import (
    Part,
    assemble,
    fresh_part,
    lasting_part,
    read_package,
)
from xlperf.workbooks.build import build_blank, file_bytes
from xlperf.workbooks.helper_companions import Companions
from xlperf.workbooks.palette import mix
from xlperf.workbooks.sheet_template import Stencil
from xlperf.workbooks.sheet_xml import parse_sheet
from xlperf.workbooks.workbook_parts import (
    RELATIONS,
    TYPES,
    WORKBOOK,
    Book,
    sheet_part,
)
from xlperf.workbooks.working.plan import plan_working
from xlperf.workbooks.working.plan_model import Site
from xlperf.workbooks.working.sizes import usual_counts

_STENCILS_KEPT = 512
_PLANS_KEPT = 16
"""A plan of helper sheets takes some ten megabytes and serves all units whose tables are much of a size."""
Counts = tuple[tuple[str, int], ...]


class Tab(NamedTuple):
    """An official sheet in a plan: alias of its form, title, rows that each table has there."""

    form: str
    title: str
    counts: Counts


class Stamper:
    """Fills the blank workbook of one profile, over and over.

    The workbooks are working copies, with helper sheets after the official ones and colours for
    broken rules, or official sheets only (``working=False``). Working copies with ``functions`` have a
    panel on 校验 that the add-in fills.
    """

    def __init__(self, profile: Profile, *, working: bool = True, functions: bool = False) -> None:
        self._profile = profile
        self._functions = functions
        blank = build_blank(profile, working=working, functions=functions)
        self._palette = mix(blank, functions=functions) if working else None
        parts = read_package(file_bytes(blank))
        self._book = Book(parts)
        self._blanks = {
            form.alias: parse_sheet(parts[self._book.sheet_parts[form.sheet_name(0)]])
            for form in profile.forms.values()
        }
        changing = {WORKBOOK, RELATIONS, TYPES, *self._book.sheet_parts.values()}
        self._fixed = [
            lasting_part(name, content.encode()) for name, content in parts.items() if name not in changing
        ]
        self._stencil = lru_cache(_STENCILS_KEPT)(self._compile)
        self._companions = lru_cache(_PLANS_KEPT)(self._plan)
        self._listing = lru_cache(None)(self._list_sheets)

    def stamp(self, filing: Filing) -> bytes:
        """The workbook of ``filing``, an .xlsx file; the same filing gives the same bytes.

        ``filing`` is as the ledger gives it (not changed); it is completed here. A value given for
        a formula field stands in place of the formula where the two differ: it is published so.
        A table without rows, and a form without a record, look as in the blank.
        """
        sites: list[Site] = []
        names: list[str] = []
        sheets: list[bytes] = []
        records: list[Record] = []
        for form in self._profile.forms.values():
            for index, record in enumerate(filing.of(form.alias) or [Record(form.alias, form.sheet_name(0))]):
                title, stencil = form.sheet_name(index), self._stencil(form.alias, _counts(form, record))
                completed = complete(record, self._profile)
                sheets.append(stencil.fill(completed).encode())
                names.append(
                    self._book.sheet_names(form.sheet_name(0), title, len(sites), stencil.relocation)
                )
                sites.append(Site(len(sites) + 1, form, title, stencil.placement))
                records.append(completed.record)
        titles = [site.title for site in sites]
        if self._palette:
            tabs = (Tab(site.form.alias, site.title, usual_counts(site.placement)) for site in sites)
            companions = self._companions(tuple(tabs))
            titles += companions.titles
            names += companions.names(sites)
            sheets += companions.fill([_with_preset_rows(record, self._profile) for record in records], sites)
        book = fresh_part(WORKBOOK, self._book.workbook(titles, names).encode())
        parts = [fresh_part(sheet_part(number), xml) for number, xml in enumerate(sheets, 1)]
        return assemble([*self._listing(len(titles)), *self._fixed, book, *parts])

    def forget_plans(self) -> None:
        """Plan the helper sheets of the next workbook anew, whatever was stamped before."""
        self._companions.cache_clear()

    def _compile(self, alias: str, counts: Counts) -> Stencil:
        return Stencil(self._profile.forms[alias], self._blanks[alias], dict(counts), self._profile)

    def _plan(self, tabs: tuple[Tab, ...]) -> Companions:
        assert self._palette
        forms = self._profile.forms
        sites = tuple(
            Site(number, forms[tab.form], tab.title, place(forms[tab.form], dict(tab.counts)))
            for number, tab in enumerate(tabs, 1)
        )
        planned = plan_working(self._profile, sites, functions=self._functions)
        return Companions(planned, len(sites), self._palette)

    def _list_sheets(self, count: int) -> list[Part]:
        texts: Mapping[str, str] = {TYPES: self._book.types(count), RELATIONS: self._book.relations(count)}
        return [lasting_part(name, text.encode()) for name, text in texts.items()]


def _counts(form: Form, record: Record) -> Counts:
    return tuple((table, len(record.tables.get(table, ()))) for table in form.tables)


def _with_preset_rows(record: Record, profile: Profile) -> Record:
    """``record`` as its sheet shows it: a table without rows has those of the blank."""
    tables = profile.forms[record.form].tables.values()
    if all(record.tables.get(table.id) for table in tables):
        return record
    preset: dict[str, list[Row]] = {table.id: [dict(row) for row in table.default_rows] for table in tables}
    given = {name: rows for name, rows in record.tables.items() if rows}
    return replace(record, tables=preset | given)
