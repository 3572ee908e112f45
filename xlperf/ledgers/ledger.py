"""A ledger (workbook, folder of .csv, database) → one Filing a unit."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing
from xlperf.ledgers.answers import Answers
from xlperf.ledgers.assemble import Assembler, Placed
from xlperf.ledgers.grids import Grid, shown
from xlperf.ledgers.joining import SheetJoin
from xlperf.ledgers.layout import LedgerLayout, load_layout
from xlperf.ledgers.recognise import Recogniser
from xlperf.ledgers.reports import Reporter
from xlperf.ledgers.sources import named_profile, read_source, source_name
from xlperf.ledgers.tables import LedgerTable
from xlperf.ledgers.units import UnitRow
from xlperf.ledgers.values import ColumnValues, against_formulas, read_columns
from xlperf.ledgers.yuan import MoneyDoubts, Part, YuanSearch


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a ledger says: a filing for each unit, in ledger order, and what is wrong with it.

    Records hold only what was given; ``xlperf.declarations.evaluation.compute`` completes them. ``joins`` is
    how the rows of each sheet found their units; ``held`` are the codes of units whose amounts look like 元
    as a whole, which should not be filled before somebody has answered.
    """

    source: str
    profile: Profile
    filings: list[Filing]
    findings: list[Finding]
    units: list[UnitRow]
    joins: Sequence[SheetJoin] = ()
    held: frozenset[str] = field(default_factory=frozenset)


def read_ledger(
    source: str | Path,
    profile: Profile | None,
    answers: Answers | None = None,
    *,
    usual: Profile | None = None,
) -> Ledger:
    """Read a workbook, a folder of .csv files, or a database URL for ``profile``.

    Where ``profile`` is None it is the one that the ledger names, else ``usual``. ``answers`` settle what is
    in doubt and take the questions that arise. Whatever is wrong with a sheet, row or cell is a finding at
    that place; the other units are complete. Raises InputError when there is no ledger to read, and where
    no profile is known.
    """
    with _without_collection():
        tables = read_source(source)
        chosen = profile or named_profile(tables, usual)
        reading = _Reading(source_name(source), tables.grids, chosen, answers or Answers())
        del tables
        return reading.ledger()


@contextmanager
def _without_collection() -> Iterator[None]:
    """Python's search for reference circles held back: a ledger makes a million objects and no circle."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Reading:
    """One ledger being read; its grids are let go of as soon as they have become tables."""

    def __init__(self, name: str, grids: Sequence[Grid], profile: Profile, answers: Answers) -> None:
        self._grids, self._profile, self._answers = grids, profile, answers
        self._layout: LedgerLayout = load_layout(profile)
        self._reporter = Reporter(name)
        self._assembler = Assembler(self._layout, profile, self._reporter, answers)
        self._parts: list[Part] = []

    def ledger(self) -> Ledger:
        """Read everything."""
        file, findings = self._reporter.file, self._reporter.findings
        tables = Recogniser(self._layout, self._answers, self._reporter).tables(self._grids)
        self._grids = ()
        for kind in ("unit", "fields", "record", "table"):
            for table in tables:
                if table.layout.row == kind:
                    self._read(table)
        for table in tables:
            if not table.is_part and not table.after:
                self._assembler.report_absent(table)
        self._assembler.report_namesakes()
        search = YuanSearch(self._parts, self._assembler.drafts, self._layout)
        doubts = MoneyDoubts(search, self._layout, self._reporter, self._answers)
        findings += doubts.findings()
        filings = []
        for draft in self._assembler.drafts.values():
            filing = draft.filing(self._profile)
            filings.append(filing)
            place = Location(file, unit_code=draft.row.code, unit_name=draft.row.name)
            for record in filing.records:
                findings += against_formulas(record, self._profile, place)
        units = [draft.row for draft in self._assembler.drafts.values()]
        joins, held = self._assembler.joins, frozenset(doubts.held)
        return Ledger(file, self._profile, filings, findings, units, joins, held)

    def _read(self, table: LedgerTable) -> None:
        """Place the rows of a table and write their values."""
        assembler, row = self._assembler, table.layout.row
        placed = assembler.units(table) if row == "unit" else assembler.place(table)
        money, settled = self._money(table, placed)
        columns = read_columns(table, self._layout, self._profile, money)
        fill = {"record": assembler.fill_projects, "table": assembler.fill_rows}
        fill.get(row, assembler.fill_units)(table, placed, columns)
        self._report_odd(table, placed, columns)
        amounts = [
            found
            for found in columns
            if self._layout.is_amount(found.column)
            and self._answers.answer("money", table.layout.name, found.column.head) is None
        ]
        if amounts:
            unsettled = {index: draft for index, draft in placed.items() if draft.row.code not in settled}
            self._parts.append(Part(table, unsettled, amounts))

    def _money(self, table: LedgerTable, placed: Placed) -> tuple[dict[str, dict[int, str]], set[str]]:
        """The money units that were answered, by heading and row, and the units that they are of."""
        if not self._answers.has_money:
            return {}, set()
        sheet = table.layout.name
        answered: dict[int, str] = {}
        for index, draft in placed.items():
            unit = self._answers.money(sheet, draft.row.code)
            if unit in self._layout.per_unit:
                answered[index] = unit or ""
        settled = {placed[index].row.code for index in answered}
        units: dict[str, dict[int, str]] = {}
        for head, column in table.layout.columns.items():
            if head in table.cells and self._layout.is_amount(column):
                of_column = self._answers.answer("money", sheet, head)
                is_known = of_column in self._layout.per_unit
                units[head] = dict.fromkeys(placed, of_column or "") if is_known else answered
        return units, settled

    def _report_odd(self, table: LedgerTable, placed: Placed, columns: Sequence[ColumnValues]) -> None:
        odd = (
            (index, found.column.head, reading)
            for found in columns
            for index, reading in found.odd.items()
            if index in placed
        )
        for index, head, reading in sorted(odd, key=itemgetter(0)):
            cell = reading.given or shown(table.text(head, index))
            unit, key = placed[index].row, table.row_key(index)
            self._reporter.cell(
                reading.code, table, index, head, cell, reading.expected, unit=unit, row_key=key
            )
