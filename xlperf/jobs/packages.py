"""Files that were read → the packages they make, each checked as one by a worker."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from xlperf.checks.file_check import FileResult
from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.filing_parts import FilingPart, grouped
from xlperf.checks.package_check import check_package
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.originals import Place, Spool
from xlperf.jobs.packed_readings import unpack
from xlperf.jobs.reading_files import ReadFile
from xlperf.jobs.runner import Runner, Task
from xlperf.ooxml.limits import Limits

_T = TypeVar("_T")

Kept = bytes | str
"""A packed reading, or the path of a file that is to be read again."""


@dataclass(frozen=True, slots=True)
class Package:
    """The readings of files that belong together."""

    paths: tuple[str, ...]
    kept: tuple[Kept, ...]

    def alone(self) -> Iterator["Package"]:
        """Each file as a package of its own."""
        for path, kept in zip(self.paths, self.kept, strict=True):
            yield Package((path,), (kept,))


class PackageReadings:
    """The readings of a run, on disk until their packages are known."""

    def __init__(self, files: Sequence[str]) -> None:
        self._files = files
        self._spool = Spool()
        self._parts: dict[str, FilingPart] = {}
        self._kept: dict[str, Place] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def add(self, read: ReadFile) -> None:
        """Keep the reading of a file until its package is asked for."""
        if read.part:
            self._parts[read.path] = read.part
        if read.reading is not None:
            self._kept[read.path] = self._spool.put(read.reading)

    def groups(self) -> list[list[FilingPart]]:
        """The packages of several files, then every file that is in none and has not been checked yet."""
        parts = [self._parts[path] for path in self._files if path in self._parts]
        packages = grouped(parts)
        together = {part.path for package in packages for part in package}
        alone = [part for part in parts if part.path in self._kept and part.path not in together]
        return [*packages, *([part] for part in alone)]

    def take(self, group: Sequence[FilingPart]) -> Package:
        """The readings of a group, which are not kept any longer.

        A workbook that was checked as soon as it was read, and of whose filing other files then turned out
        to be a part, is to be read again.
        """
        paths = tuple(part.path for part in group)
        return Package(paths, tuple(map(self._take, paths)))

    def _take(self, path: str) -> Kept:
        place = self._kept.pop(path, None)
        return self._spool.get(place) if place else path


def on_readings(
    package: Package, profile: Profile | None, limits: Limits, call: Callable[..., _T], *arguments: object
) -> Task[_T]:
    """The task to make ``call(readings, profile, *arguments)``; it concerns the first file of the package."""
    seconds = limits.seconds * len(package.paths)
    given = (package.kept, profile.id if profile else None, call, arguments, limits)
    size = sum(map(len, package.kept))
    return Task(package.paths[0], seconds, _called, given, size)


def _called(
    kept: Sequence[Kept],
    profile_id: str | None,
    call: Callable[..., _T],
    arguments: Sequence[object],
    limits: Limits,
) -> _T:
    profile = load_profile(profile_id) if profile_id else None
    return call([_reading(one, profile, limits) for one in kept], profile, *arguments)


def _reading(kept: Kept, profile: Profile | None, limits: Limits) -> FileReading:
    return read_file(kept, profile, limits) if isinstance(kept, str) else unpack(kept)


def check_packages(
    packages: Iterable[Package], profile: Profile | None, limits: Limits, runner: Runner
) -> Iterator[FileResult]:
    """The results of all files; where a package cannot be checked, of each file alone, and why."""
    failed: list[tuple[Package, Finding]] = []
    sent: dict[str, Package] = {}

    def tasks() -> Iterator[Task[list[FileResult]]]:
        for package in packages:
            sent[package.paths[0]] = package
            yield on_readings(package, profile, limits, check_package)

    for task in runner.run(tasks()):
        package = sent.pop(task.path)
        if task.refusal is None:
            yield from task.made()
        elif len(package.paths) == 1:
            yield FileResult(CheckedFile(task.path), [task.refusal.finding])
        else:
            failed.append((package, task.refusal.finding))
    for package, reason in failed:
        for result in check_packages(package.alone(), profile, limits, runner):
            is_lead = result.file.path == package.paths[0]
            yield replace(result, findings=[*result.findings, reason]) if is_lead else result
