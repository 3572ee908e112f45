"""Files that were read → the packages they make, each checked as one, within limits.

Readings go to other processes and to disk as bytes; declarations are written as their names, for every
process loads its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from xlperf.checks.file_check import FileResult
from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.filing_parts import FilingPart, grouped
from xlperf.checks.package_check import check_package
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.originals import Place, Spool
from xlperf.jobs.packed_readings import pack, unpack
from xlperf.jobs.processes import BATCH, apart, in_processes, within
from xlperf.jobs.reading_files import ReadFile
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused

_T = TypeVar("_T")

Kept = FileReading | bytes | str
"""A reading, one that is packed, or the path of a file that is to be read again."""


@dataclass(frozen=True, slots=True)
class Package:
    """The readings of files that belong together; ``is_large`` where one of them is to be worked on apart."""

    paths: tuple[str, ...]
    kept: tuple[Kept, ...]
    is_large: bool = False

    def packed(self) -> "Package":
        """The same for another process."""
        return replace(
            self, kept=tuple(pack(one) if isinstance(one, FileReading) else one for one in self.kept)
        )

    def alone(self) -> Iterator["Package"]:
        """Each file as a package of its own."""
        for path, kept in zip(self.paths, self.kept, strict=True):
            yield Package((path,), (kept,), self.is_large)


class PackageReadings:
    """The readings of a run: in memory where they are few, else packed and on disk."""

    def __init__(self) -> None:
        self._spool = Spool()
        self._parts: dict[str, FilingPart] = {}
        self._kept: dict[str, FileReading | Place] = {}
        self._large: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def add(self, read: ReadFile) -> None:
        """Keep the reading of a file until its package is asked for."""
        if read.part:
            self._parts[read.path] = read.part
        if read.reading is not None:
            kept = read.reading
            self._kept[read.path] = self._spool.put(kept) if isinstance(kept, bytes) else kept
        if read.is_large:
            self._large.add(read.path)

    def groups(self) -> list[list[FilingPart]]:
        """The packages of several files, then every file that is in none and has not been checked yet."""
        packages = grouped(list(self._parts.values()))
        together = {part.path for package in packages for part in package}
        return [*packages, *([self._parts[path]] for path in self._kept if path not in together)]

    def take(self, group: Sequence[FilingPart]) -> Package:
        """The readings of a group, which are not kept any longer.

        A workbook that was checked as soon as it was read, and of whose filing other files then turned out
        to be a part, is to be read again.
        """
        paths = tuple(part.path for part in group)
        return Package(paths, tuple(map(self._take, paths)), not self._large.isdisjoint(paths))

    def _take(self, path: str) -> Kept:
        kept = self._kept.pop(path, path)
        return self._spool.get(kept) if isinstance(kept, tuple) else kept


def with_readings(
    package: Package, profile: Profile | None, limits: Limits, call: Callable[..., _T], *arguments: object
) -> _T:
    """``call(readings, profile, *arguments)`` in this process, in one of its own where a file is large.

    Raises Refused about the first file as ``apart`` does, whichever process it was; XlperfError as the call.
    """
    lead, seconds = package.paths[0], limits.seconds * len(package.paths)
    if not package.is_large:
        made: _T = within(lead, limits, seconds, _called, package.kept, profile, call, arguments)
        return made
    sent = package.packed().kept
    made = apart(lead, limits, seconds, _called, sent, profile and profile.id, call, arguments, limits)
    return made


def _called(
    kept: Sequence[Kept],
    profile: Profile | str | None,
    call: Callable[..., _T],
    arguments: Sequence[object],
    limits: Limits,
) -> _T:
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    return call([_reading(one, chosen, limits) for one in kept], chosen, *arguments)


def _reading(kept: Kept, profile: Profile | None, limits: Limits) -> FileReading:
    if isinstance(kept, str):
        return read_file(kept, profile, limits)
    return unpack(kept) if isinstance(kept, bytes) else kept


def check_packages(
    readings: PackageReadings, profile: Profile | None, limits: Limits, workers: int
) -> Iterator[FileResult]:
    """The results of all files whose readings are kept, package by package; one package is in memory."""
    groups = readings.groups()
    packages = map(readings.take, groups)
    if workers <= 1 or sum(map(len, groups)) <= BATCH:
        for package in packages:
            yield from check_guarded(package, profile, limits)
        return
    profile_id = profile.id if profile else None
    for package, results in in_processes(workers, check_in_worker, _packed(packages), profile_id, limits):
        yield from check_apart(package, profile, limits) if results is None else results


def _packed(packages: Iterator[Package]) -> Iterator[Package]:
    for package in packages:
        yield package.packed()


def check_in_worker(package: Package, profile_id: str | None, limits: Limits) -> list[FileResult]:
    """Check a package in another process."""
    return check_guarded(package, load_profile(profile_id) if profile_id else None, limits)


def check_apart(package: Package, profile: Profile | None, limits: Limits) -> list[FileResult]:
    """Check a package in a process that may be lost."""
    return check_guarded(replace(package, is_large=True), profile, limits)


def check_guarded(package: Package, profile: Profile | None, limits: Limits) -> list[FileResult]:
    """The results of a package's files; when checking fails, of each file alone, and why it failed."""
    try:
        return with_readings(package, profile, limits, check_package)
    except Refused as refused:
        if len(package.paths) == 1:
            return [FileResult(CheckedFile(package.paths[0]), [refused.finding])]
        alone = [check_guarded(file, profile, limits) for file in package.alone()]
        (lead,), *others = alone
        return [
            replace(lead, findings=[*lead.findings, refused.finding]),
            *(result for results in others for result in results),
        ]
