"""The Grids of a source → the LedgerTables among them, with findings on sheets and headings."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.core.errors import InputError
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.ledgers import ledger_text
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.cleaning import cleaned, without_rows
from xlperf.ledgers.exports import TurnedExport, export_shape
from xlperf.ledgers.grids import Grid
from xlperf.ledgers.headings import Head, nearest
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.matching import matchers
from xlperf.ledgers.reports import Reporter, rows_text
from xlperf.ledgers.tables import LedgerTable, TableReader, find_heading, guess
from xlperf.notation import normalise

_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_ENOUGH, _SURE = 4, 0.7
"""Headings that a sheet of another name must share with a declared one to be proposed; the share to be it."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Which declared sheet a grid is: by its name, else as a part by its headings or an answer."""

    sheet: str
    head: Head
    period: str = ""
    is_part: bool = False


class Recogniser:
    """Finds the declared sheets of one ledger."""

    def __init__(self, layout: LedgerLayout, answers: Answers, reporter: Reporter) -> None:
        self._layout, self._answers, self._reporter = layout, answers, reporter
        self._file, self._findings = reporter.file, reporter.findings
        self._matchers = matchers(layout)
        self._named: set[str] = set()

    def tables(self, grids: Sequence[Grid]) -> list[LedgerTable]:
        """The tables in the order of the declaration.

        Raises InputError when there is no list of units, or it has no unit codes: no row has a place then.
        """
        self._named = {self._layout.headings.read(grid.name).key for grid in grids}
        whole: dict[str, LedgerTable] = {}
        parts: list[LedgerTable] = []
        for grid in grids:
            found = self._sheet_of(grid)
            if found is None:
                continue
            table = self._table(grid, found)
            if table.is_part:
                parts.append(table)
            elif found.sheet in whole:
                parts.append(replace(table, after=whole[found.sheet].name))
            else:
                whole[found.sheet] = table
        self._require_units(whole, grids)
        given = {*whole, *(table.layout.name for table in parts)}
        for name in self._layout.sheets:
            if name not in given:
                self._findings.append(finding("L101", Location(self._file), table=name))
        tables = [*whole.values(), *parts]
        return [table for name in self._layout.sheets for table in tables if table.layout.name == name]

    def _sheet_of(self, grid: Grid) -> _Found | None:
        """Which declared sheet a grid is: by an answer, its name, or its headings; None for none of them."""
        layout = self._layout
        head = layout.headings.read(grid.name)
        answer = self._answers.answer("sheets", grid.name)
        if answer is None and (year := self._other_year(grid, head)):
            place = Location(self._file, grid.name)
            self._findings.append(finding("L146", place, table=grid.name, year=year, this=layout.year))
            return None
        if answer or head.key in layout.sheets:
            return _Found(answer or head.key, head)
        if answer == "" or not grid.frame.size or head.key == layout.headings.read(layout.guide_sheet).key:
            return None
        if grid.is_hidden:
            self._findings.append(finding("L138", Location(self._file, grid.name)))
            return None
        return self._by_headings(grid, head)

    def _other_year(self, grid: Grid, head: Head) -> str:
        """The year that the name of a declared sheet gives where it is not this one, "" for none.

        Headings that give that year themselves say which columns are of it.
        """
        years, this = _YEAR.findall(normalise(grid.name)), str(self._layout.year)
        bare = self._bare(head.key)
        name = bare if bare in self._layout.sheets else self._layout.sheet_names.get(bare, "")
        if not years or this in years or not name or self._period(head.key):
            return ""
        headings = find_heading(grid, self._matchers[name]).texts
        return "" if any(years[0] in text for text in headings if isinstance(text, str)) else str(years[0])

    def _by_headings(self, grid: Grid, head: Head) -> _Found | None:
        layout = self._layout
        counted = {name: find_heading(grid, matcher).known for name, matcher in self._matchers.items()}
        likely = max(counted, key=lambda name: counted[name])
        bare = self._bare(head.key)
        named = bare if bare in layout.sheets else layout.sheet_names.get(bare, "")
        if named and counted[named] >= min(_ENOUGH, len(layout.sheets[named].columns) - 1):
            return _Found(named, head)
        export = export_shape(grid, layout, self._matchers[layout.exports.sheet])
        columns = layout.sheets[likely].columns
        if (
            export is None
            and likely not in self._named
            and counted[likely] >= max(_ENOUGH, _SURE * len(columns))
        ):
            return _Found(likely, head)
        period = self._period(head.key)
        if counted[likely] >= _ENOUGH and layout.sheets[likely].row == "fields":
            return _Found(likely, head, period, is_part=True)
        if export is not None:
            return _Found(layout.exports.sheet, head, period, is_part=True)
        if period and (spending := self._spending(grid, head, period)):
            return spending
        self._ask(grid, head, named or (likely if counted[likely] >= _ENOUGH else ""))
        return None

    def _spending(self, grid: Grid, head: Head, period: str) -> _Found | None:
        """A sheet of one period with a column a subject: 2023年决算."""
        name = self._layout.exports.sheet
        matcher = self._matchers[name]
        rows = grid.top(_ENOUGH)
        most = max(
            (sum(bool(matcher.match(str(c), period).head) for c in row if c) for row in rows), default=0
        )
        return _Found(name, head, period, is_part=True) if most >= _ENOUGH else None

    def _bare(self, key: str) -> str:
        """A sheet's name without a year before or after it."""
        before, after = self._layout.around_names
        bare = key.lstrip("0123456789")
        for word in before:
            bare = bare.removeprefix(word)
        bare = re.sub(rf"{_YEAR.pattern}(?:{'|'.join(before)})?$", "", bare)
        return bare.removesuffix(after)

    def _period(self, key: str) -> str:
        matcher = self._matchers[self._layout.exports.sheet]
        return matcher.period(key) or matcher.period(key.removesuffix(self._layout.around_names[1]))

    def _ask(self, grid: Grid, head: Head, likely: str) -> None:
        meant = likely or nearest(head.key, self._layout.sheets)
        place = Location(self._file, grid.name)
        self._findings.append(finding("L104", place, table=grid.name, guess=guess([meant])))
        if meant:
            self._answers.ask([meant], "sheets", grid.name)

    def _table(self, grid: Grid, found: _Found) -> LedgerTable:
        matcher, layout = self._matchers[found.sheet], self._layout
        place = Location(self._file, grid.name)
        unit = found.head.unit
        if found.sheet == layout.exports.sheet and (shape := export_shape(grid, layout, matcher)):
            export = TurnedExport(grid, shape, layout, matcher, unit)
            table = export.table()
            self._findings += [finding("L108", place, table=found.sheet), *export.findings(place)]
            self._report_hidden(grid, place, map(int, grid.frame.index), map(int, grid.frame.columns))
            return table
        sheet = layout.sheets[found.sheet]
        reader = TableReader(grid, sheet, matcher, layout, self._answers, place, self._findings)
        table = reader.table(unit, found.period, is_part=found.is_part)
        self._report_hidden(grid, place, table.numbers, map(column_index_from_string, table.letters.values()))
        table = cleaned(table, reader.spans(), layout, self._reporter)
        return table if self._has_keys(table) else without_rows(table, set(range(len(table.numbers))))

    def _report_hidden(
        self, grid: Grid, place: Location, rows: Iterable[int], columns: Iterable[int]
    ) -> None:
        """Report once what nobody sees of the ``rows`` and ``columns`` that are read."""
        what = [ledger_text("hidden_sheet")] if grid.is_hidden else []
        if unseen := grid.hidden_rows.intersection(rows):
            what.append(ledger_text("hidden_rows", rows=rows_text(unseen)))
        if unseen := grid.hidden_columns.intersection(columns):
            letters = "、".join(map(get_column_letter, sorted(unseen)))
            what.append(ledger_text("hidden_columns", columns=letters))
        if what:
            self._findings.append(finding("L143", place, what="；".join(what)))

    def _has_keys(self, table: LedgerTable) -> bool:
        """Whether rows can be placed: by codes, or in a detail sheet by names."""
        keys = set(table.layout.keys)
        if table.layout.row != "unit" and any(head not in table.layout.columns for head in table.letters):
            keys.discard(table.layout.head_of("unit"))
        return keys <= set(table.letters)

    def _require_units(self, tables: Mapping[str, LedgerTable], grids: Sequence[Grid]) -> None:
        layout, file = self._layout, self._file
        units = next(sheet for sheet in layout.sheets.values() if sheet.row == "unit")
        key = units.head_of("unit")
        if units.name not in tables:
            found = "、".join(grid.name.strip() for grid in grids) or ledger_text("no_sheets")
            others = "、".join(name for name in layout.sheets if name != units.name)
            raise InputError(
                ledger_text("no_unit_sheet", file=file, sheet=units.name, others=others, found=found)
            )
        table = tables[units.name]
        if key not in table.letters:
            raise InputError(ledger_text("no_unit_column", file=file, sheet=table.name, head=key))
        if not table.numbers:
            raise InputError(ledger_text("no_units", file=file, sheet=table.name))
