"""Filings to workbook files, in this process or in several.

Kept apart from reading ledgers: a process that starts for this imports no more than it needs.
"""

import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from pathlib import Path

from xlperf.core.files import atomic_write
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.progress import Progress
from xlperf.workbooks.workbook_writer import WorkbookWriter

Job = tuple[Filing, Path]

LEAST_PER_WORKER = 250
"""One process writes this many workbooks in about the time that another takes to start."""

LEAST_WORKING_PER_WORKER = 5
"""The same for working copies, whose helper sheets are planned for nearly every unit."""

_BATCH, _WORKING_BATCH = 50, 2


def write_workbooks(
    jobs: Sequence[Job],
    profile: Profile,
    workers: int = 1,
    progress: Progress | None = None,
    *,
    working: bool = False,
    functions: bool = False,
) -> None:
    """Write the workbook of each filing to its path, each file whole or not at all.

    They hold the official sheets only, or are ``working`` copies, with ``functions`` of the add-in or
    without. At most ``workers`` processes share the work, fewer where they would not pay. ``progress``
    is called with the number of files done and their total. Raises OutputError at the first file that
    cannot be written; those written before it stay.
    """
    least = LEAST_WORKING_PER_WORKER if working else LEAST_PER_WORKER
    workers = min(workers, len(jobs) // least)
    make = partial(WorkbookWriter, working=working, functions=functions)
    if workers > 1:
        batches = _batches(jobs, _WORKING_BATCH if working else _BATCH)
        _press_in_parallel(batches, (profile.id, make), workers, progress)
        return
    writer = make(profile)
    for done, (filing, path) in enumerate(jobs, 1):
        atomic_write(path, writer.workbook(filing))
        if progress:
            progress(done, len(jobs))


def _batches(jobs: Sequence[Job], size: int) -> list[Sequence[Job]]:
    return [jobs[start : start + size] for start in range(0, len(jobs), size)]


def _press_in_parallel(
    batches: Sequence[Sequence[Job]],
    start: tuple[str, Callable[[Profile], WorkbookWriter]],
    workers: int,
    progress: Progress | None,
) -> None:
    """``start`` is what a process begins with: the profile's id, and what makes its writer."""
    spawn = multiprocessing.get_context("spawn")
    done, total = 0, sum(map(len, batches))
    with ProcessPoolExecutor(workers, spawn, _start_worker, start) as pool:
        futures = [pool.submit(_press_batch, [_slim(job) for job in batch]) for batch in batches]
        try:
            for future in as_completed(futures):
                done += future.result()
                if progress:
                    progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _slim(job: Job) -> Job:
    """The job without provenance, which no workbook shows and which is slow to hand over."""
    filing, path = job
    records = [Record(record.form, record.sheet, record.fields, record.tables) for record in filing.records]
    return replace(filing, records=records), path


_writers: list[WorkbookWriter] = []


def _start_worker(profile_id: str, make: Callable[[Profile], WorkbookWriter]) -> None:
    _writers.append(make(load_profile(profile_id)))


def _press_batch(jobs: Sequence[Job]) -> int:
    for filing, path in jobs:
        atomic_write(path, _writers[0].workbook(filing))
    return len(jobs)
