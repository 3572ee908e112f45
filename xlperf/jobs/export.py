"""Files and folders → tables: what is in the files, what is filled in, the lines of indicators, the problems.

Each package is read and checked by a worker; its rows lie on disk until all are known, so that memory does
not grow with them and the order is that of the files.
"""

import json
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.file_reading import FileReading
from xlperf.checks.package_check import check_package
from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding, unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.jobs.check import checked_run
from xlperf.jobs.filing_rows import FilingRow, ValueRow, amount_rows, filing_rows
from xlperf.jobs.journal import Journal
from xlperf.jobs.packages import PackageFile, package_files
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.outputs.data_tables import Row, data_tables, destination

if TYPE_CHECKING:
    from xlperf.ledgers.ledger import Ledger
    from xlperf.outputs.database_tables import Database
    from xlperf.outputs.parquet_tables import ParquetFolder

_QUICK = 1
_LISTED = "、"
VALUES, AMOUNTS, INDICATORS = "filled_values", "amounts", "indicators"


@dataclass(frozen=True, slots=True)
class ExportResult:
    """Where the tables are, as it may be printed; the rows of each by its title; what was found."""

    place: str
    rows: dict[str, int]
    report: Report
    seconds: float


def export(
    paths: Iterable[str | Path],
    target: str,
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    force: bool = False,
    options: RunOptions = USUAL,
) -> ExportResult:
    """Check the files under ``paths`` and write what they hold as the tables of schemas/tables.json.

    ``target`` is a folder for Parquet files or the address of a database; ``profile`` (or its id) is for
    files that do not name their own, ``ledger`` lists who should have filed. ``force`` replaces an earlier
    export. Raises InputError for a path, profile, ledger, target or engine that cannot be used, OutputError
    where something is in the place or it cannot be written; it is then as it was. What is wrong with a file
    is a row.
    """
    started = time.perf_counter()
    is_ours = options.keeping is not None and options.keeping.has_begun()
    place = destination(target, force=force or is_ours)
    with checked_run(paths, profile, options, output=place.folder, call=_of_package) as run:
        report = run.report(ledger)
        rows = _write(place, report, run.journal)
    return ExportResult(place.shown, rows, report, time.perf_counter() - started)


def _of_package(readings: list[FileReading], profile: Profile | None) -> list[PackageFile]:
    """In a worker: what a check finds in a package, and its rows; these add derived values to records."""
    results = check_package(readings, profile)
    rows = {path: _packed(of_file) for path, of_file in filing_rows(readings, profile).items()}
    return package_files(results, rows)


def _packed(rows: Sequence[FilingRow]) -> bytes:
    values = [row for row in rows if isinstance(row, ValueRow)]
    indicators = [row for row in rows if not isinstance(row, ValueRow)]
    by_table = {VALUES: values, AMOUNTS: amount_rows(values), INDICATORS: indicators}
    return zlib.compress(json.dumps(by_table, separators=(",", ":")).encode(), _QUICK)


def _write(place: "Database | ParquetFolder", report: Report, journal: Journal) -> dict[str, int]:
    """Write all tables; how many rows each has, by its title."""

    def filled(name: str) -> Iterator[Row]:
        """The rows of table ``name`` that the journal has, each behind the number of its file from 1."""
        for number, file in enumerate(report.files, start=1):
            packed = journal.rows(file.path)
            for row in json.loads(zlib.decompress(packed))[name] if packed else ():
                yield (number, *row)

    numbers = {file.path: number for number, file in enumerate(report.files, start=1)}
    coming: dict[str, Iterable[Row]] = {
        "files": ((numbers[file.path], *_file_row(file)) for file in report.files),
        "findings": (
            (numbers.get(found.location.file), *_finding_row(found)) for found in unfolded(report.findings)
        ),
        **{name: filled(name) for name in (VALUES, AMOUNTS, INDICATORS)},
    }
    with place.opened() as tables:
        return {table.title: tables.write(table, coming[name]) for name, table in data_tables().items()}


def _file_row(file: CheckedFile) -> Row:
    forms = _LISTED.join(form.form for form in file.forms)
    lead = file.path, file.unit_code, file.unit_name, file.profile, file.profile_by, forms
    return *lead, file.errors, file.warnings, file.notes, _LISTED.join(file.dangers)


def _finding_row(found: Finding) -> Row:
    place = found.location
    says = found.code, found.severity.english, found.message, found.fix, found.basis
    figures = found.value, found.expected, found.amount_unit
    whose = place.unit_code, place.unit_name, place.form, place.item, place.field, place.label, place.row_key
    return *says, *figures, *whose, place.file, place.sheet, place.cell, found.fingerprint
