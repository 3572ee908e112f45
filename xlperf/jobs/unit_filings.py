"""Received files → the filing of each unit, one after the other, with the report of their check.

A package is read and checked by a worker; its filing lies on disk until it is asked for, so that memory does
not grow with the number of units. With what was filed the year before, the report says what contradicts it.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.checks.file_reading import FileReading
from xlperf.checks.last_year import check_last_year
from xlperf.checks.package_check import check_package
from xlperf.checks.unit_filing import UnitFiling, unit_filings
from xlperf.declarations.check_report import Report
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Filing, Provenance, Record
from xlperf.declarations.source import text_of
from xlperf.declarations.unit_findings import packed, unpacked
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.received import ValueAddress
from xlperf.jobs.check import checked_run
from xlperf.jobs.journal import Journal
from xlperf.jobs.packages import PackageFile, package_files
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.notation.text import name_key

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger


@dataclass(frozen=True, slots=True)
class ReceivedUnits:
    """The units under some paths: the report of the check, and their filings while the block lasts."""

    report: Report
    journal: Journal
    paths: Sequence[str]

    def filings(self) -> Iterator[UnitFiling]:
        """The filings in the order of the files, read from disk one by one."""
        return _filings(self.paths, self.journal)


def _filings(paths: Sequence[str], journal: Journal) -> Iterator[UnitFiling]:
    for path in paths:
        if data := journal.rows(path):
            yield filing_of_stored(data)


@contextmanager
def received_units(
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    options: RunOptions = USUAL,
    output: Path | None = None,
    compare: Callable[[UnitFiling], Iterable[Finding]] | None = None,
    others: Iterable[Finding] = (),
) -> Iterator[ReceivedUnits]:
    """Read and check everything under ``paths`` but ``output``; the units as long as the block lasts.

    What ``compare`` finds about each filing is in the report, too, and ``others``.

    The other arguments are those of ``xlperf.jobs.check.check``, which also says what is raised.
    """
    with checked_run(paths, profile, options, output=output, call=of_package) as run:
        files, journal = run.sources.paths, run.journal
        compared = (found for unit in _filings(files, journal) for found in compare(unit)) if compare else ()
        yield ReceivedUnits(run.report(ledger, chain(others, compared)), journal, files)


def of_package(readings: list[FileReading], profile: Profile | None) -> list[PackageFile]:
    """In a worker: what a check finds in a package, and with its first file the filing."""
    results = check_package(readings, profile)
    filings = {unit.files[0]: stored_filing(unit) for unit in unit_filings(readings, profile)}
    return package_files(results, filings)


def stored_filing(unit: UnitFiling) -> bytes:
    """A filing as bytes of packed JSON; nothing that is read from them is run."""
    records = [
        [home, *_record(record, doubts)]
        for record, home, doubts in zip(unit.filing.records, unit.homes, unit.doubts, strict=True)
    ]
    lead = [unit.code, unit.name, unit.filing.profile, unit.year, unit.files, unit.differing]
    return packed([*lead, records])


def filing_of_stored(data: bytes) -> UnitFiling:
    """The filing that ``stored_filing`` wrote; raises ValueError, TypeError or KeyError for other bytes."""
    code, name, profile, year, files, differing, stored = unpacked(data)
    homes = [home for home, *_ in stored]
    read = [_record_of(*values) for _, *values in stored]
    filing = Filing(code, name, profile, [record for record, _ in read])
    return UnitFiling(filing, year, tuple(files), homes, [doubts for _, doubts in read], tuple(differing))


def _record(record: Record, doubts: Mapping[ValueAddress, str]) -> list[Any]:
    known = dict(doubts)
    fields = {name: _storable(value, name, known) for name, value in record.fields.items()}
    tables = {
        table: [
            {column: _storable(value, (table, index, column), known) for column, value in row.items()}
            for index, row in enumerate(rows)
        ]
        for table, rows in record.tables.items()
    }
    places = [[at, found.cell, found.digits] for at, found in record.provenance.items()]
    return [record.form, record.sheet, fields, tables, places, [*known.items()]]


def _storable(value: Value, at: ValueAddress, doubts: dict[ValueAddress, str]) -> str | float | bool | None:
    """A value that JSON can hold; None, and a doubt, for an error and for a number that is none."""
    if isinstance(value, ErrorValue) or (isinstance(value, float) and not math.isfinite(value)):
        doubts.setdefault(at, text_of("rollup", "error_value", value=value))
        return None
    return value


def _record_of(
    form: str,
    sheet: str,
    fields: dict[str, Value],
    tables: dict[str, list[dict[str, Value]]],
    places: list[Any],
    doubts: list[Any],
) -> tuple[Record, dict[ValueAddress, str]]:
    record = Record(form, sheet, fields, tables)
    for at, cell, digits in places:
        record.provenance[_key(at)] = Provenance(sheet, cell, digits=digits)
    return record, {_key(at): why for at, why in doubts}


def _key(at: str | list[Any]) -> ValueAddress:
    return at if isinstance(at, str) else (at[0], at[1], at[2])


_OF_FILES = "F"
"""How the codes of findings begin that say why a file is not read."""


@dataclass(slots=True)
class FilingIndex:
    """The filings of one year, packed, found by the unit's code or else by its name."""

    by_code: dict[str, bytes] = field(default_factory=dict)
    by_name: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[UnitFiling]) -> "FilingIndex":
        """The index of some filings; of a unit that filed twice the first filing counts."""
        made = cls()
        for unit in units:
            data = stored_filing(unit)
            if unit.code:
                made.by_code.setdefault(unit.code, data)
            made.by_name.setdefault(name_key(unit.name), data)
        return made

    def find(self, code: str, name: str) -> UnitFiling | None:
        """The filing of a unit, None where there is none."""
        data = self.by_code.get(code) if code else None
        data = data or self.by_name.get(name_key(name))
        return filing_of_stored(data) if data else None


def check_with_last_year(
    paths: Iterable[str | Path],
    last_year: Sequence[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    options: RunOptions = USUAL,
) -> Report:
    """As ``xlperf.jobs.check.check``, and every unit against what it filed under ``last_year``.

    What of that cannot be read is in the report, too: its unit may be one that seems to have filed nothing.
    """
    with received_units(last_year, options=replace(options, keeping=None)) as received:
        comparing = _Comparing(FilingIndex.of(received.filings()))
        unread = [found for found in received.report.findings if found.code.startswith(_OF_FILES)]
    with received_units(
        paths, profile, ledger=ledger, options=options, compare=comparing, others=unread
    ) as received:
        return received.report


@dataclass(slots=True)
class _Comparing:
    """What contradicts last year's filings, unit by unit."""

    earlier: FilingIndex
    is_said: bool = False

    def __call__(self, unit: UnitFiling) -> Iterator[Finding]:
        """The contradictions of a unit."""
        last = self.earlier.find(unit.code, unit.name)
        place = Location(unit.files[0], unit_code=unit.code, unit_name=unit.name)
        if last is None:
            yield finding("D918", place, unit.name)
            return
        if last.year >= unit.year and not self.is_said:
            self.is_said = True
            yield finding("D919", place, Path(last.files[0]).name, last=last.year, this=unit.year)
        yield from check_last_year(unit, last)
