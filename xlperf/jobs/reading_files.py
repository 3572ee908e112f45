"""The files of a run → each opened and recognised once, its reading kept until its package is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xlperf.checks.file_check import FileResult, check_reading
from xlperf.checks.file_reading import read_file
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, container
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.intake.kinds import kinds
from xlperf.jobs.originals import Original, original_of
from xlperf.jobs.packed_readings import pack
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of the readers of a run.

    ``checks``: a file to which no other can belong is checked as soon as it has been read. With
    ``originals`` the bytes of files are kept.
    """

    limits: Limits
    checks: bool = False
    originals: bool = False


_ALWAYS, _IF_WHOLE, _NEVER = "always", "if whole", "never"
"""When a file is checked as soon as it has been read: whole is a workbook that is a filing by itself."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file of a run after reading: what of a filing it is, and either its packed reading or its result.

    ``unread`` are the findings that say why no form could be read.
    """

    path: str
    part: FilingPart | None = None
    reading: bytes | None = None
    result: FileResult | None = None
    unread: Sequence[Finding] = ()
    original: Original | None = None


def read_files(
    files: Sequence[str], profile: Profile | None, order: Order, runner: Runner
) -> Iterator[ReadFile]:
    """Read ``files``, in the order in which they are done.

    ``profile`` is for those that do not name their own. What is wrong with a file is in its reading or
    result.
    """
    when = _when_checked(files) if order.checks else {}
    profile_id = profile.id if profile else None
    tasks = (
        Task(path, order.limits.seconds, read_one, (path, profile_id, order, when.get(path, _NEVER)))
        for path in files
    )
    for task in runner.run(tasks):
        if task.refusal:
            found = [task.refusal.finding]
            yield ReadFile(task.path, result=FileResult(CheckedFile(task.path), found), unread=found)
        else:
            yield task.made()


def _when_checked(files: Sequence[str]) -> dict[str, str]:
    return (
        dict.fromkeys(files, _ALWAYS) if len(files) == 1 else dict.fromkeys(_by_themselves(files), _IF_WHOLE)
    )


def read_one(path: str, profile_id: str | None, order: Order, checked: str) -> ReadFile:
    """Read a file, in a worker."""
    profile = load_profile(profile_id) if profile_id else None
    reading = read_file(path, profile, order.limits)
    original = original_of(reading.opened) if order.originals and reading.opened else None
    part, received = reading.part, reading.received
    reading.opened = None
    unread = received.findings if received.filing is None else ()
    if part is None or checked == _ALWAYS or (checked == _IF_WHOLE and part.is_alone):
        return ReadFile(path, part, None, check_reading(reading, profile), unread, original)
    return ReadFile(path, part, pack(reading), None, unread, original)


def _by_themselves(files: Sequence[str]) -> frozenset[str]:
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
