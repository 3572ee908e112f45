"""Files and packages → their outcomes, each within its limits of time and memory.

Small files are checked in this process; large ones, and those whose process died, in one of their own.
"""

from collections.abc import Sequence
from dataclasses import replace

from xlperf.checks.file_check import Outcome, check_file
from xlperf.checks.package_filing import check_package
from xlperf.declarations.check_report import CheckedFile
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.intake.sandbox import apart
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Large, Refused


def check_guarded(path: str, profile: Profile | None, limits: Limits) -> Outcome:
    """The outcome of one file, apart where it is large."""
    try:
        return check_file(path, profile, replace(limits, is_apart=False))
    except Large:
        (outcome,) = check_apart([path], profile.id if profile else None, limits)
        return outcome


def check_apart(files: Sequence[str], profile_id: str | None, limits: Limits) -> list[Outcome]:
    """The outcomes of some files from another process.

    When it fails each half of them is tried anew: one bad file is one finding, the others are checked.
    """
    try:
        return apart(files[0], limits, limits.seconds * len(files), _check_here, files, profile_id, limits)
    except Refused as refused:
        if len(files) == 1:
            return [Outcome(CheckedFile(files[0]), [refused.finding])]
    half = len(files) // 2
    return [
        *check_apart(files[:half], profile_id, limits),
        *check_apart(files[half:], profile_id, limits),
    ]


def check_package_guarded(
    package: Sequence[Outcome], profile: Profile | None, limits: Limits
) -> list[Outcome]:
    """The outcomes of a package's files together, apart where one of them is large."""
    try:
        return check_package(package, profile, replace(limits, is_apart=False))
    except Large:
        return check_package_apart(package, profile.id if profile else None, limits)


def check_package_apart(package: Sequence[Outcome], profile_id: str | None, limits: Limits) -> list[Outcome]:
    """The same from another process; when it fails, the files as they were checked alone, and a finding."""
    lead, *others = package
    seconds = limits.seconds * len(package)
    try:
        return apart(lead.file.path, limits, seconds, _check_package_here, package, profile_id, limits)
    except Refused as refused:
        return [replace(lead, findings=[*lead.findings, refused.finding]), *others]


def _check_here(files: Sequence[str], profile_id: str | None, limits: Limits) -> list[Outcome]:
    profile = _profile(profile_id)
    return [check_file(file, profile, limits) for file in files]


def _check_package_here(package: Sequence[Outcome], profile_id: str | None, limits: Limits) -> list[Outcome]:
    return check_package(package, _profile(profile_id), limits)


def _profile(profile_id: str | None) -> Profile | None:
    return load_profile(profile_id) if profile_id else None
