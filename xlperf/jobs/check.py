"""Files and folders → one Report: each file read once, those of a unit checked together, then all units."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import __version__
from xlperf.checks.district import check_district
from xlperf.checks.file_check import FileResult
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report
from xlperf.declarations.finding_order import by_unit_and_place
from xlperf.declarations.findings import numbered
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.dangers import dangers
from xlperf.jobs.engines import engine as engine_of
from xlperf.jobs.journal import Journal, Keeping, journal_of, stamp
from xlperf.jobs.originals import Originals
from xlperf.jobs.packages import check_files
from xlperf.jobs.progress import Progress
from xlperf.jobs.reading_files import Order, load_declarations
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
        journal_of(keeping, lambda: stamp(chosen.id if chosen else "", limits)) as journal,
        engine_of(engine, workers, limits, load_declarations) as runner,
    ):
        check_files(files, chosen, order, runner, journal, progress, originals=originals)
        report = report_of(files, sources, journal, ledger, chosen, started)
    return replace(report, unchanged=journal.unchanged, date=journal.date)


def report_of(
    paths: Sequence[str],
    sources: Sources,
    journal: Journal,
    ledger: "Ledger | str | Path | None",
    profile: Profile | None,
    started: float,
) -> Report:
    """The report on the files that ``journal`` has results of, with what the comparison of all units adds.

    ``started`` is when the work began, by ``perf_counter``. No more than one file's findings are in memory.
    """
    results = [_without_findings(result) for result in _results(paths, journal)]
    files = [result.file for result in results]
    left_out = sources.unread
    findings = chain(
        sources.findings,
        (found for result in _results(paths, journal) for found in result.findings),
        check_district(results, _roster(ledger, profile, results), left_out),
    )
    report = Report(
        __version__,
        files=files,
        ratios=[result.ratios for result in results if result.ratios],
        seconds=time.perf_counter() - started,
        left_out=sources.left_out,
    )
    return report.holding(numbered(by_unit_and_place(findings, files)))


def _results(paths: Sequence[str], journal: Journal) -> Iterator[FileResult]:
    return (result_of_stored(journal.result(path)) for path in paths)


def _without_findings(result: FileResult) -> FileResult:
    return replace(result, file=replace(result.file, dangers=dangers(result.findings)), findings=[])


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
