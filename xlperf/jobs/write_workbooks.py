"""Filings to workbook files, in this process or by workers.

Kept apart from reading ledgers: a worker that is a new interpreter imports no more than it needs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.progress import Progress
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits
from xlperf.workbooks.workbook_writer import WorkbookWriter

Job = tuple[Filing, Path]

LEAST_PER_WORKER = 250
"""One process writes this many workbooks in about the time that another takes to start."""

LEAST_WORKING_PER_WORKER = 5
"""The same for working copies, whose helper sheets are planned for nearly every unit."""

_BATCH, _WORKING_BATCH = 50, 2
_SECONDS, _LARGE = 600.0, 2**20
"""What a batch may take; about how many bytes it is."""
_UNLIMITED = Limits(memory_bytes=2**60)
"""Nothing that was received is read here."""


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
    if workers > 1:
        done = 0
        batches = _batches(jobs, _WORKING_BATCH if working else _BATCH)
        for written in _in_parallel(batches, (profile.id, working, functions), workers):
            done += written
            if progress:
                progress(done, len(jobs))
        return
    writer = WorkbookWriter(profile, working=working, functions=functions)
    for done, (filing, path) in enumerate(jobs, 1):
        atomic_write(path, writer.workbook(filing))
        if progress:
            progress(done, len(jobs))


def _batches(jobs: Sequence[Job], size: int) -> list[Sequence[Job]]:
    return [jobs[start : start + size] for start in range(0, len(jobs), size)]


def _in_parallel(
    batches: Sequence[Sequence[Job]], kind: tuple[str, bool, bool], workers: int
) -> Iterator[int]:
    """The number of files of each batch that was written; ``kind`` is what makes a writer."""
    _writer(*kind)
    tasks = (
        Task(str(batch[0][1]), _SECONDS, _press, (kind, [*map(_slim, batch)]), _LARGE) for batch in batches
    )
    with Runner(workers, _UNLIMITED) as runner:
        for task in runner.run(tasks):
            if task.refusal:
                raise OutputError(task.refusal.finding.message)
            yield task.made()


def _slim(job: Job) -> Job:
    """The job without provenance, which no workbook shows and which is slow to hand over."""
    filing, path = job
    records = [Record(record.form, record.sheet, record.fields, record.tables) for record in filing.records]
    return replace(filing, records=records), path


def _press(kind: tuple[str, bool, bool], jobs: Sequence[Job]) -> int:
    """Write some workbooks, in a worker; a fork finds the writer made."""
    writer = _writer(*kind)
    for filing, path in jobs:
        atomic_write(path, writer.workbook(filing))
    return len(jobs)


@lru_cache(1)
def _writer(profile_id: str, working: bool, functions: bool) -> WorkbookWriter:
    return WorkbookWriter(load_profile(profile_id), working=working, functions=functions)
