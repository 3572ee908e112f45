"""The files of a run → each opened and recognised once, its reading kept until its package is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlperf.checks.file_check import FileResult, check_reading
from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, container
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.intake.kinds import kinds
from xlperf.jobs.originals import Original, original_of
from xlperf.jobs.packed_readings import pack
from xlperf.jobs.processes import BATCH, apart, in_processes
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Large, Refused


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the readers of a run.

    ``at_once`` are the files that are checked as soon as they have been read, if they are a filing by
    themselves; a file that ``is_only`` is in any case. With ``originals`` the bytes of files are kept.
    """

    limits: Limits
    at_once: frozenset[str] = frozenset()
    is_only: bool = False
    originals: bool = False


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file of a run after reading: what of a filing it is, and either its reading or its result.

    ``unread`` are the findings that say why no form could be read; ``is_large`` where it was read apart.
    """

    path: str
    part: FilingPart | None = None
    reading: FileReading | bytes | None = None
    result: FileResult | None = None
    unread: Sequence[Finding] = ()
    original: Original | None = None
    is_large: bool = False


def read_files(
    files: Sequence[str], profile: Profile | None, order: Order, workers: int
) -> Iterator[ReadFile]:
    """Read ``files`` in their order; ``profile`` is for files that do not name their own.

    Large ones are read in a process of their own, many by ``workers`` processes. What is wrong with a
    file is in its reading or result.
    """
    few = len(files) <= BATCH
    if few or workers <= 1:
        yield from (_read_guarded(path, profile, order, packed=not few) for path in files)
        return
    batches = [files[start : start + BATCH] for start in range(0, len(files), BATCH)]
    profile_id = profile.id if profile else None
    for batch, done in in_processes(workers, read_batch, batches, profile_id, order):
        yield from read_apart(batch, profile_id, order) if done is None else done


def read_batch(files: Sequence[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    """Read some files in another process."""
    profile = load_profile(profile_id) if profile_id else None
    return [_read_guarded(path, profile, order, packed=True) for path in files]


def read_apart(files: Sequence[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    """Read some files in a process that may be lost.

    When it fails each half of them is tried again: one bad file is one finding, the others are read.
    """
    limits = order.limits
    try:
        return apart(files[0], limits, limits.seconds * len(files), _read_here, files, profile_id, order)
    except Refused as refused:
        if len(files) == 1:
            result = FileResult(CheckedFile(files[0]), [refused.finding])
            return [ReadFile(files[0], result=result, unread=[refused.finding])]
    half = len(files) // 2
    return [*read_apart(files[:half], profile_id, order), *read_apart(files[half:], profile_id, order)]


def _read_here(files: Sequence[str], profile_id: str | None, order: Order) -> list[ReadFile]:
    profile = load_profile(profile_id) if profile_id else None
    return [_read(path, profile, order, order.limits, packed=True) for path in files]


def _read_guarded(path: str, profile: Profile | None, order: Order, *, packed: bool) -> ReadFile:
    try:
        return _read(path, profile, order, replace(order.limits, is_apart=False), packed=packed)
    except Large:
        (read,) = read_apart([path], profile.id if profile else None, order)
        return replace(read, is_large=True)


def _read(path: str, profile: Profile | None, order: Order, limits: Limits, *, packed: bool) -> ReadFile:
    reading = read_file(path, profile, limits)
    original = original_of(reading.opened) if order.originals and reading.opened else None
    part, received = reading.part, reading.received
    reading.opened = None
    unread = received.findings if received.filing is None else ()
    if part is None or order.is_only or (path in order.at_once and part.is_alone):
        return ReadFile(path, part, None, check_reading(reading, profile), unread, original)
    return ReadFile(path, part, pack(reading) if packed else reading, None, unread, original)


def whole_by_themselves(files: Sequence[str]) -> frozenset[str]:
    """The workbooks near which no document lies: in their folder or .zip, above it or below it."""
    suffixes = {suffix for kind in DOCUMENTS for suffix in kinds()[kind].suffixes}
    homes = {path: container(path) for path in files}
    near: set[Path] = set()
    above: set[Path] = set()
    for path, home in homes.items():
        if Path(path).suffix.lower() in suffixes:
            near.add(home)
            above.update(home.parents)
    return frozenset(
        path for path, home in homes.items() if home not in above and near.isdisjoint((home, *home.parents))
    )
