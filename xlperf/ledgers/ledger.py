"""A ledger (workbook, folder of .csv, database) → one Filing a unit; and the empty ledger to fill in."""

from dataclasses import dataclass
from pathlib import Path

from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Filing
from xlperf.ledgers.assemble import Assembler
from xlperf.ledgers.layout import load_layout
from xlperf.ledgers.rows import Context
from xlperf.ledgers.scrutiny import against_formulas, in_yuan
from xlperf.ledgers.sources import read_grids, source_name
from xlperf.ledgers.tables import recognise
from xlperf.ledgers.template import write_ledger_template
from xlperf.ledgers.units import UnitRow

__all__ = ["Ledger", "UnitRow", "read_ledger", "write_ledger_template"]


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a ledger says: a filing for each unit, in ledger order, and what is wrong with it.

    Records hold only what was given; ``xlperf.declarations.evaluation.compute`` completes them.
    """

    source: str
    filings: list[Filing]
    findings: list[Finding]
    units: list[UnitRow]


def read_ledger(source: str | Path, profile: Profile) -> Ledger:
    """Read a workbook, a folder of .csv files, or a database URL for ``profile``.

    Whatever is wrong with a sheet, row or cell is a finding at that place; the other units are
    complete. Raises InputError when there is no ledger to read.
    """
    layout, file = load_layout(profile), source_name(source)
    tables, findings = recognise(read_grids(source), layout, file)
    context = Context(layout, profile, file, findings)
    assembler = Assembler(context)
    assembler.read(tables)
    filings = []
    for draft in assembler.drafts.values():
        filing = draft.filing(profile)
        filings.append(filing)
        place = Location(file, unit_code=draft.row.code, unit_name=draft.row.name)
        findings += in_yuan(draft, layout)
        for record in filing.records:
            findings += against_formulas(record, profile, place)
    return Ledger(file, filings, findings, [draft.row for draft in assembler.drafts.values()])
