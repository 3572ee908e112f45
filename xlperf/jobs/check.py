"""Files and folders → one Report: each file read once, those of a unit checked together, then all units."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import __version__
from xlperf.checks.district import check_district
from xlperf.checks.file_check import FileResult
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report, in_order
from xlperf.declarations.findings import numbered
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.originals import Originals
from xlperf.jobs.packages import PackageReadings, check_packages
from xlperf.jobs.progress import Progress, TwoSteps
from xlperf.jobs.reading_files import Order, read_files
from xlperf.jobs.runner import Runner
from xlperf.jobs.sources import gather
from xlperf.jobs.worker import heap_at_rest
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    from xlperf.ledgers import ledger as ledgers
    from xlperf.ledgers.ledger import Ledger
    from xlperf.ledgers.units import UnitRow
else:
    ledgers = LazyModule("xlperf.ledgers.ledger")


def check(
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    originals: Originals | None = None,
) -> Report:
    """Check workbooks, documents, folders and archives of them.

    ``profile`` (or its id) is for files that do not name their own; ``ledger`` lists who should have
    filed. ``progress`` is called with the number of files done and their total. ``originals`` receives
    the bytes of the files, for a job that goes on with them. Raises InputError for a path, profile or
    ledger that cannot be used; what is wrong with a received file is a finding in the report.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    files = [str(path) for path in gather(paths)]
    order = Order(limits, checks=True, originals=originals is not None)
    with heap_at_rest(), Runner(workers, limits) as runner, PackageReadings(files) as readings:
        results: dict[str, FileResult] = {}
        steps = TwoSteps(progress, len(files))
        for read in read_files(files, chosen, order, runner):
            readings.add(read)
            if originals and read.original:
                originals.put(read.original)
            if read.result:
                results[read.path] = read.result
            steps.step(2 if read.result else 1)
        packages = map(readings.take, readings.groups())
        for result in check_packages(packages, chosen, limits, runner):
            results[result.file.path] = result
            steps.step()
    return _report([results[path] for path in files], ledger, chosen, started)


def _report(
    results: Sequence[FileResult],
    ledger: "Ledger | str | Path | None",
    profile: Profile | None,
    started: float,
) -> Report:
    findings = [found for result in results for found in result.findings]
    findings += check_district(results, _roster(ledger, profile, results))
    report = Report(
        __version__,
        files=[result.file for result in results],
        ratios=[result.ratios for result in results if result.ratios],
        seconds=time.perf_counter() - started,
    )
    return report.holding(numbered(in_order(findings, report.files)))


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
