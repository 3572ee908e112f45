"""The readings of one unit's files → what is graded: forms, report, findings of the check."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from xlperf.checks.file_reading import FileReading
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.merged_filing import merged, unit_of
from xlperf.checks.package_check import check_package
from xlperf.checks.text_stage import profile_of_title
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import general_profile
from xlperf.declarations.source import text_of
from xlperf.report_text import titled


def graded_package(
    readings: Sequence[FileReading], profile: Profile | None = None, unread: Sequence[str] = ()
) -> GradedPackage:
    """Put together what the files of a unit hold; ``profile`` is for files that do not name their own."""
    unit = merged(readings, profile)
    reports = [read.report for read in readings if read.report and titled(read.report)]
    report = reports[0] if reports else None
    named = unit.profile if unit else profile or (profile_of_title(titled(report)) if report else None)
    found = [*unfolded(found for result in check_package(readings, profile) for found in result.findings)]
    code, name = (unit.code, unit.name) if unit else unit_of([read.part for read in readings if read.part])
    paths = [reading.path for reading in readings]
    filing = unit.filing() if unit else None
    package = GradedPackage(code, name, named or general_profile(), paths, filing, report, found, unread)
    package.differing = {
        clash.form.alias: "、".join(Path(each.file.path).name for each in (clash.first, clash.other))
        for clash in (unit.clashes if unit else ())
        if clash.labels
    }
    return package


def differing_forms(package: GradedPackage) -> Iterator[str]:
    """What is said of forms that are there twice and not alike: what they say counts for nothing."""
    for alias, files in package.differing.items():
        form = package.profile.forms[alias].id
        yield text_of("grading", "conflicts", "two_versions", form=form, files=files)
