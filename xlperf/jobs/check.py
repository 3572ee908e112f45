"""Files and folders → one Report: each file read once, those of a unit checked together, then all units."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import __version__
from xlperf.checks.district import check_district
from xlperf.checks.file_check import FileResult
from xlperf.checks.filing_parts import FilingPart
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report
from xlperf.declarations.finding_order import by_place
from xlperf.declarations.findings import numbered
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.dangers import dangers
from xlperf.jobs.engines import engine as engine_of
from xlperf.jobs.journal import Journal, Keeping, stamp
from xlperf.jobs.originals import Originals
from xlperf.jobs.packages import Package, PackageReadings, check_packages
from xlperf.jobs.progress import Progress, TwoSteps
from xlperf.jobs.reading_files import Order, ReadFile, load_declarations, read_files
from xlperf.jobs.sources import Sources, survey
from xlperf.jobs.stored_results import result_of_stored
from xlperf.jobs.worker import heap_at_rest
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    from xlperf.ledgers import ledger as ledgers
    from xlperf.ledgers.ledger import Ledger
    from xlperf.ledgers.units import UnitRow
else:
    ledgers = LazyModule("xlperf.ledgers.ledger")


def check(  # noqa: PLR0913 — one for each choice
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    originals: Originals | None = None,
    keeping: Keeping | None = None,
    engine: str = "",
) -> Report:
    """Check workbooks, documents, folders and archives of them.

    ``profile`` (or its id) is for files that do not name their own; ``ledger`` lists who should have
    filed. ``progress`` is called with the number of files done and their total. ``originals`` receives
    the bytes of the files, for a job that goes on with them. ``keeping`` is where the journal of the run is,
    from which another one goes on. ``engine`` is a cluster that does the work, "" for this computer.
    Raises InputError for a path, profile, ledger or engine that cannot be used; what is wrong with a received
    file is a finding in the report.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    sources = survey(paths)
    files = [str(path) for path in sources.files]
    order = Order(limits, checks=True, originals=originals is not None, digests=keeping is not None)
    with (
        heap_at_rest(),
        _journal(keeping, chosen, limits) as journal,
        PackageReadings(files) as readings,
        engine_of(engine, workers, limits, load_declarations) as runner,
    ):
        steps = TwoSteps(progress, len(files))
        for read in read_files(files, chosen, order, runner, journal.digest):
            part = _keep(read, journal, readings)
            if originals and read.original:
                originals.put(read.original)
            steps.step(1 if part else 2)
        packages = _unchecked(readings, journal, steps)
        for results in check_packages(packages, chosen, limits, runner):
            journal.put_results(results)
            journal.settle()
            steps.step(len(results))
        found = [result_of_stored(journal.result(path)) for path in files]
    report = report_of(found, sources, ledger, chosen, started)
    return replace(report, unchanged=journal.unchanged)


def _journal(keeping: Keeping | None, profile: Profile | None, limits: Limits) -> Journal:
    if keeping is None:
        return Journal()
    return Journal(keeping.path, stamp(profile.id if profile else "", limits), goes_on=keeping.goes_on)


def _keep(read: ReadFile, journal: Journal, readings: PackageReadings) -> FilingPart | None:
    """Keep what has been read, or was by an earlier run; what of a filing it is."""
    if read.is_same:
        part = journal.keep_file(read.path)
    else:
        part = read.part
        journal.put_file(read.path, read.digest, part)
        if read.result:
            journal.put_results([(read.path, read.result)])
    readings.add(read.path, part, read.reading)
    journal.settle()
    return part


def _unchecked(readings: PackageReadings, journal: Journal, steps: TwoSteps) -> Iterator[Package]:
    """The packages of which nothing is known yet; the others are counted."""
    for group in readings.groups():
        paths = [part.path for part in group]
        if journal.has(paths):
            steps.step(len(paths))
        else:
            yield readings.take(group)


def report_of(
    results: Sequence[FileResult],
    sources: Sources,
    ledger: "Ledger | str | Path | None",
    profile: Profile | None,
    started: float,
) -> Report:
    """The report on files that were checked, with what the comparison of all units adds.

    ``started`` is when the work began, by ``perf_counter``. The findings are taken out of ``results``.
    """
    files = [replace(result.file, dangers=dangers(result.findings)) for result in results]
    findings = [*sources.findings]
    for result in results:
        findings += result.findings
        result.findings.clear()
    left_out = [found.location.file for found in sources.findings]
    findings += check_district(results, _roster(ledger, profile, results), left_out)
    report = Report(
        __version__,
        files=files,
        ratios=[result.ratios for result in results if result.ratios],
        seconds=time.perf_counter() - started,
        left_out=sources.left_out,
    )
    return report.holding(numbered(by_place(findings, report.files)))


def _roster(
    ledger: "Ledger | str | Path | None", profile: Profile | None, results: Sequence[FileResult]
) -> Sequence["UnitRow"]:
    """The units of the ledger, read with ``profile``, else its own, else that of most files."""
    if ledger is None:
        return ()
    if not isinstance(ledger, str | Path):
        return ledger.units
    used = Counter(result.file.profile for result in results if result.file.profile)
    if profile is None and not used:
        return ()
    usual = load_profile(used.most_common(1)[0][0]) if used else None
    return ledgers.read_ledger(ledger, profile, usual=usual).units
