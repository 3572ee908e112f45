"""Filings to workbook files, in this process or by workers.

Kept apart from reading ledgers: a worker that is a new interpreter imports no more than it needs.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.copies import made_before, put_copy
from xlperf.jobs.journal import Journal
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits
from xlperf.workbooks.workbook_writer import WorkbookWriter, writer_of

Job = tuple[Filing, Path]
Written = dict[Path, str]
"""Files that were written, with the digests of their bytes."""

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
    options: RunOptions,
    journal: Journal | None = None,
    *,
    working: bool = False,
    functions: bool = False,
) -> None:
    """Write the workbook of each filing to its path, each file whole or not at all.

    They hold the official sheets only, or are ``working`` copies, with ``functions`` of the add-in or
    without. Fewer processes than the ``options`` say share the work where more would not pay. ``journal``,
    where the paths were claimed, knows what an earlier run has written of the same filings. Raises
    OutputError at the first file that cannot be written; those written before it stay.
    """
    steps = options.steps(len(jobs))
    kept = journal if journal and journal.is_kept else None
    inputs = _inputs(jobs) if kept else {}
    waiting = [job for job in jobs if not kept or not made_before(job[1], inputs[job[1]], kept)]
    steps.step(len(jobs) - len(waiting))
    least = LEAST_WORKING_PER_WORKER if working else LEAST_PER_WORKER
    workers = min(options.workers, len(waiting) // least)
    kind = profile.id, working, functions
    if workers > 1:
        written = _in_parallel(waiting, _WORKING_BATCH if working else _BATCH, kind, workers)
    else:
        writer = writer_of(profile, working=working, functions=functions)
        written = (_written(writer, [job]) for job in waiting)
    for batch in written:
        if kept:
            for path, digest in batch.items():
                put_copy(path, inputs[path], digest, kept)
        steps.step(len(batch))


def _inputs(jobs: Sequence[Job]) -> dict[Path, str]:
    """Path → a digest of what is written there."""
    return {path: hashlib.sha256(_content(filing)).hexdigest() for filing, path in jobs}


def _content(filing: Filing) -> bytes:
    records = [(record.form, record.sheet, record.fields, record.tables) for record in filing.records]
    return json.dumps((filing.unit_code, filing.unit_name, filing.profile, records), default=str).encode()


def _in_parallel(
    jobs: Sequence[Job], size: int, kind: tuple[str, bool, bool], workers: int
) -> Iterator[Written]:
    """What was written of each batch of ``size``; ``kind`` is what makes a writer."""
    _writer(*kind)
    batches = (jobs[start : start + size] for start in range(0, len(jobs), size))
    tasks = (
        Task(str(batch[0][1]), _SECONDS, _in_worker, (kind, [*map(_slim, batch)]), _LARGE)
        for batch in batches
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


def _in_worker(kind: tuple[str, bool, bool], jobs: Sequence[Job]) -> Written:
    """Write some workbooks; a fork finds the writer made."""
    return _written(_writer(*kind), jobs)


def _written(writer: WorkbookWriter, jobs: Sequence[Job]) -> Written:
    digests = {}
    for filing, path in jobs:
        data = writer.workbook(filing)
        atomic_write(path, data)
        digests[path] = hashlib.sha256(data).hexdigest()
    return digests


def _writer(profile_id: str, working: bool, functions: bool) -> WorkbookWriter:
    return writer_of(load_profile(profile_id), working=working, functions=functions)
