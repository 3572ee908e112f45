"""Filings to finished workbooks by the hundred: the blank is taken apart once, then only filled.

Nothing is loaded or saved again for a unit. Formula cells carry their values, so that a reader
without a calculation engine sees the same figures as Excel.
"""

from collections.abc import Mapping
from functools import lru_cache

from xlperf.completion import complete
from xlperf.forms import Form, Profile
from xlperf.records import Filing, Record
from xlperf.workbook.book import RELATIONS, TYPES, WORKBOOK, Book, sheet_part
from xlperf.workbook.build import build_blank, file_bytes
from xlperf.workbook.package import Part, assemble, fresh_part, lasting_part, read_package
from xlperf.workbook.sheetxml import parse_sheet
from xlperf.workbook.stencil import Stencil

_STENCILS_KEPT = 512
Counts = tuple[tuple[str, int], ...]


class Stamper:
    """Fills the blank workbook of one profile, over and over."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        parts = read_package(file_bytes(build_blank(profile)))
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
        self._listing = lru_cache(None)(self._list_sheets)

    def stamp(self, filing: Filing) -> bytes:
        """The workbook of ``filing``, an .xlsx file; the same filing gives the same bytes.

        ``filing`` is as the ledger gives it (not changed); it is completed here. A value given for
        a formula field stands in place of the formula where the two differ: it is published so.
        A table without rows, and a form without a record, look as in the blank.
        """
        titles: list[str] = []
        names: list[str] = []
        sheets: list[Part] = []
        for form in self._profile.forms.values():
            for index, record in enumerate(filing.of(form.alias) or [Record(form.alias, form.sheet_name(0))]):
                title = form.sheet_name(index)
                stencil = self._stencil(form.alias, _counts(form, record))
                xml = stencil.fill(complete(record, self._profile))
                names.append(
                    self._book.sheet_names(form.sheet_name(0), title, len(titles), stencil.relocation)
                )
                titles.append(title)
                sheets.append(fresh_part(sheet_part(len(titles)), xml.encode()))
        book = fresh_part(WORKBOOK, self._book.workbook(titles, names).encode())
        return assemble([*self._listing(len(titles)), *self._fixed, book, *sheets])

    def _compile(self, alias: str, counts: Counts) -> Stencil:
        return Stencil(self._profile.forms[alias], self._blanks[alias], dict(counts), self._profile)

    def _list_sheets(self, count: int) -> list[Part]:
        texts: Mapping[str, str] = {TYPES: self._book.types(count), RELATIONS: self._book.relations(count)}
        return [lasting_part(name, text.encode()) for name, text in texts.items()]


def _counts(form: Form, record: Record) -> Counts:
    return tuple((table, len(record.tables.get(table, ()))) for table in form.tables)
