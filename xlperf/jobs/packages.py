"""Files → read, put together to the packages they make, each package checked as one by a worker."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from xlperf.checks.file_check import FileResult
from xlperf.checks.file_reading import FileReading, read_file
from xlperf.checks.filing_parts import FilingPart, grouped
from xlperf.checks.package_check import check_package
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.engines import Engine
from xlperf.jobs.journal import Journal
from xlperf.jobs.originals import Originals, Spool
from xlperf.jobs.reading_files import read_files, unpack
from xlperf.jobs.run_options import RunOptions, Steps
from xlperf.jobs.runner import Task
from xlperf.jobs.stored_results import result_of_stored, stored_result
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
    """The readings of a run, on disk until their packages are known; what files are, is in the journal."""

    def __init__(self, files: Sequence[str], journal: Journal) -> None:
        self._files, self._journal = files, journal
        self._spool = Spool()
        self._is_each_alone = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def add(self, path: str, part: FilingPart | None, reading: bytes | None = None) -> None:
        """Keep the packed reading of a file until its package is asked for."""
        if part and not part.is_alone:
            self._is_each_alone = False
        if reading is not None:
            self._spool.put(path, reading)

    def groups(self) -> Iterator[list[FilingPart]]:
        """The packages of several files, then every file that is in none.

        Where every file is a filing by itself, none is in memory with another.
        """
        if self._is_each_alone:
            yield from ([part] for part in self._parts())
            return
        packages = grouped([*self._parts()])
        together = {part.path for package in packages for part in package}
        yield from packages
        yield from ([part] for part in self._parts() if part.path not in together)

    def _parts(self) -> Iterator[FilingPart]:
        return (part for path in self._files if (part := self._journal.part(path)))

    def take(self, group: Sequence[FilingPart]) -> Package:
        """The readings of a group, which are not kept any longer.

        To be read again is a workbook that was checked as soon as it was read, and of whose filing other
        files then turned out to be a part, and a file that an earlier run has read.
        """
        paths = tuple(part.path for part in group)
        return Package(paths, tuple(self._spool.take(path) or path for path in paths))


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
    return call([_reading(packed, profile, limits) for packed in kept], profile, *arguments)


def _reading(kept: Kept, profile: Profile | None, limits: Limits) -> FileReading:
    return read_file(kept, profile, limits) if isinstance(kept, str) else unpack(kept)


@dataclass(frozen=True, slots=True)
class PackageFile:
    """What a call gives for a file of a package: the result of its check, stored, and packed rows if any."""

    path: str
    result: bytes
    rows: bytes = b""


def handle_packages(
    packages: Iterable[Package],
    call: Callable[[list[FileReading], Profile | None], list[PackageFile]],
    profile: Profile | None,
    limits: Limits,
    runner: Engine,
) -> Iterator[list[PackageFile]]:
    """What ``call`` gives for each package; where it fails for the whole, for each file alone, and why."""
    failed: list[tuple[Package, Finding]] = []
    sent: dict[str, Package] = {}

    def tasks() -> Iterator[Task[list[PackageFile]]]:
        """One call for each package, which is noted under its first path as sent."""
        for package in packages:
            sent[package.paths[0]] = package
            yield on_readings(package, profile, limits, call)

    for task in runner.run(tasks()):
        package = sent.pop(task.path)
        if task.refusal is None:
            yield task.made()
        elif len(package.paths) == 1:
            unread = FileResult(CheckedFile(task.path), [task.refusal.finding])
            yield [PackageFile(task.path, stored_result(unread))]
        else:
            failed.append((package, task.refusal.finding))
    for package, reason in failed:
        separate = handle_packages(package.alone(), call, profile, limits, runner)
        alone = {file.path: file for [file] in separate}
        lead = alone[package.paths[0]]
        result = result_of_stored(lead.result)
        explained = stored_result(replace(result, findings=[*result.findings, reason]))
        alone[lead.path] = replace(lead, result=explained)
        yield [*alone.values()]


def check_files(
    files: Sequence[str],
    profile: Profile | None,
    options: RunOptions,
    runner: Engine,
    journal: Journal,
    *,
    originals: Originals | None = None,
    call: Callable[[list[FileReading], Profile | None], list[PackageFile]] | None = None,
) -> None:
    """Read ``files``, check their packages, and put what is found into ``journal``.

    What the journal has already is left as it is. ``originals`` receives the bytes of the files. ``call``
    gives what is to be kept of a package; without it that is the results of its check, and a file to which no
    other can belong is checked as soon as it has been read.
    """
    steps = options.steps(len(files), 2)
    order = options.order(checks=call is None, originals=originals is not None)
    with PackageReadings(files, journal) as readings:
        for read in read_files(files, profile, order, runner, journal):
            if read.result:
                journal.put_results([PackageFile(read.path, read.result)])
            if originals and read.original:
                originals.put(read.original)
            readings.add(read.path, read.part, read.reading)
            steps.step(1 if read.part else 2)
        packages = _unchecked(readings, journal, steps)
        for found in handle_packages(packages, call or _checked, profile, options.limits, runner):
            journal.put_results(found)
            steps.step(len(found))


def _unchecked(readings: PackageReadings, journal: Journal, steps: Steps) -> Iterator[Package]:
    """The packages of which nothing is known yet; the others are counted."""
    for group in readings.groups():
        paths = [part.path for part in group]
        if journal.has(paths):
            steps.step(len(paths))
        else:
            yield readings.take(group)


def _checked(readings: list[FileReading], profile: Profile | None) -> list[PackageFile]:
    return package_files(check_package(readings, profile), {})


def package_files(results: Iterable[FileResult], rows: Mapping[str, bytes]) -> list[PackageFile]:
    """The results of the check of a package with the packed rows of its files, by path."""
    return [
        PackageFile(result.file.path, stored_result(result), rows.get(result.file.path, b""))
        for result in results
    ]
