"""Files and folders → one Report: every file by itself, those of a unit together, then all of them."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf import __version__
from xlperf.checks.district import check_district
from xlperf.checks.file_check import Outcome
from xlperf.checks.grouping import grouped
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import Report, in_order
from xlperf.declarations.findings import numbered
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.sandboxed import (
    check_apart,
    check_guarded,
    check_package_apart,
    check_package_guarded,
)
from xlperf.jobs.sources import gather
from xlperf.ledgers.units import UnitRow
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    import multiprocessing
    from concurrent.futures import Future, process

    from xlperf.ledgers import ledger as ledgers
    from xlperf.ledgers.ledger import Ledger
else:
    multiprocessing = LazyModule("multiprocessing")
    process = LazyModule("concurrent.futures.process")
    ledgers = LazyModule("xlperf.ledgers.ledger")

Progress = Callable[[int, int], None]
_BATCH = 50
"""Files handed to a process at once; fewer than this are checked in this process."""


def check(
    paths: Iterable[str | Path],
    profile: Profile | str | None = None,
    *,
    ledger: "Ledger | str | Path | None" = None,
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Check workbooks and folders of workbooks.

    ``profile`` (or its id) is for workbooks that do not name their own; ``ledger`` tells who should
    have filed. ``progress`` is called with the number of files done and their total. Raises
    InputError for a path, profile or ledger that cannot be used; what is wrong with a received
    file is a finding in the report.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    files = gather(paths)
    outcomes: list[Outcome] = []
    with _heap_at_rest():
        for outcome in _outcomes(files, chosen, workers, limits):
            outcomes.append(outcome)
            if progress:
                progress(len(outcomes), len(files))
        outcomes = _together(outcomes, chosen, workers, limits)
    findings = [one for outcome in outcomes for one in outcome.findings]
    findings += check_district(outcomes, _roster(ledger, chosen, outcomes))
    report = Report(
        __version__,
        files=[outcome.file for outcome in outcomes],
        ratios=[outcome.ratios for outcome in outcomes if outcome.ratios],
        seconds=time.perf_counter() - started,
    )
    return report.holding(numbered(in_order(findings, report.files)))


def _outcomes(
    files: Sequence[Path], profile: Profile | None, workers: int, limits: Limits
) -> Iterator[Outcome]:
    names = [str(file) for file in files]
    if workers <= 1 or len(names) <= _BATCH:
        yield from (check_guarded(name, profile, limits) for name in names)
        return
    batches = [names[start : start + _BATCH] for start in range(0, len(names), _BATCH)]
    profile_id = profile.id if profile else None
    context = multiprocessing.get_context("spawn")
    with process.ProcessPoolExecutor(min(workers, len(batches)), context) as pool:
        jobs = [pool.submit(check_batch, batch, profile_id, limits) for batch in batches]
        for batch, job in zip(batches, jobs, strict=True):
            try:
                yield from job.result()
            except process.BrokenProcessPool:
                yield from check_apart(batch, profile_id, limits)


def _together(
    outcomes: Sequence[Outcome], profile: Profile | None, workers: int, limits: Limits
) -> list[Outcome]:
    """The outcomes with those of packages made anew, in the same order."""
    by_path = {outcome.file.path: outcome for outcome in outcomes}
    packages = [
        [by_path[piece.path] for piece in group]
        for group in grouped([outcome.piece for outcome in outcomes if outcome.piece])
    ]
    if workers <= 1 or sum(map(len, packages)) <= _BATCH:
        made = [check_package_guarded(package, profile, limits) for package in packages]
    else:
        context = multiprocessing.get_context("spawn")
        profile_id = profile.id if profile else None
        with process.ProcessPoolExecutor(min(workers, len(packages)), context) as pool:
            jobs = [pool.submit(check_one_package, package, profile_id, limits) for package in packages]
            made = [
                _made(job, package, profile_id, limits) for package, job in zip(packages, jobs, strict=True)
            ]
    by_path.update({outcome.file.path: outcome for package in made for outcome in package})
    return list(by_path.values())


def _made(
    job: "Future[list[Outcome]]", package: Sequence[Outcome], profile_id: str | None, limits: Limits
) -> list[Outcome]:
    try:
        return job.result()
    except process.BrokenProcessPool:
        return check_package_apart(package, profile_id, limits)


def check_one_package(package: Sequence[Outcome], profile_id: str | None, limits: Limits) -> list[Outcome]:
    """Check the files of a package together in another process."""
    return check_package_guarded(package, load_profile(profile_id) if profile_id else None, limits)


def check_batch(files: Sequence[str], profile_id: str | None, limits: Limits) -> list[Outcome]:
    """Check some files in a process of their own."""
    profile = load_profile(profile_id) if profile_id else None
    with _heap_at_rest():
        return [check_guarded(file, profile, limits) for file in files]


@contextmanager
def _heap_at_rest() -> Iterator[None]:
    """Keep what is loaded already out of garbage collection: it took a tenth of the time."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _roster(
    ledger: "Ledger | str | Path | None", profile: Profile | None, outcomes: Sequence[Outcome]
) -> Sequence[UnitRow]:
    """The units of the ledger, read with the profile that most files follow when none is given."""
    if ledger is None:
        return ()
    if not isinstance(ledger, str | Path):
        return ledger.units
    if profile is None:
        used = Counter(outcome.file.profile for outcome in outcomes if outcome.file.profile)
        if not used:
            return ()
        profile = load_profile(used.most_common(1)[0][0])
    return ledgers.read_ledger(ledger, profile).units
