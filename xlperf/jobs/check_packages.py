"""The files of a run → a result each: read once, grouped into packages, every package checked as one."""

from collections.abc import Iterator
from dataclasses import replace

from xlperf.checks.file_check import FileResult
from xlperf.checks.package_check import check_package
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.packages import Package, PackageReadings, with_readings
from xlperf.jobs.processes import BATCH, in_processes
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused


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
