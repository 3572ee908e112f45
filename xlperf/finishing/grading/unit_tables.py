"""A unit's package → its grading table as a workbook and in Word, with a person's entries, and its line."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from xlperf.checks.file_reading import FileReading
from xlperf.checks.filing_parts import FilingPart
from xlperf.checks.grading.assessment import assess
from xlperf.checks.grading.package import GradedPackage, KnownDay
from xlperf.checks.grading.scheme import scheme_of
from xlperf.checks.grading.score_sheet import score_sheet, scored
from xlperf.checks.merged_filing import merged, unit_of
from xlperf.checks.package_check import check_package
from xlperf.checks.text_stage import profile_of_title
from xlperf.core.files import atomic_write
from xlperf.declarations.findings import unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import general_profile
from xlperf.declarations.source import text_of
from xlperf.finishing.grading.entries import HandEntries, final_item, read_entries
from xlperf.finishing.grading.score_cells import is_beyond
from xlperf.finishing.grading.summary_lines import GradedLine
from xlperf.finishing.grading.unit_document import unit_document
from xlperf.finishing.grading.unit_workbook import GradedUnit, unit_workbook
from xlperf.ooxml.limits import Limits
from xlperf.report_text import titled

_WORKBOOK, _DOCUMENT = ".xlsx", ".docx"


class PackageOfUnit(NamedTuple):
    """A unit of the run: its package, files near it that could not be read, where its files go."""

    code: str
    name: str
    group: Sequence[FilingPart]
    unread: Sequence[str]
    target: Path


class Written(NamedTuple):
    """What a worker gives for a unit: the line of the summary, its two files; nothing to write is b"".

    ``kept`` is the name under which the earlier workbook is to be kept, "" where it need not be.
    """

    line: GradedLine
    workbook: bytes = b""
    document: bytes = b""
    kept: str = ""


def graded(
    readings: Sequence[FileReading],
    profile: Profile | None,
    unit: PackageOfUnit,
    days: Mapping[str, KnownDay],
    deadlines: tuple[tuple[str, date], ...],
    scores: str,
    limits: Limits,
) -> Written:
    """In a worker: grade a unit and make its files, with what is in those of an earlier run."""
    package = _package(readings, profile, unit.unread)
    scheme = scheme_of(package.profile, deadlines)
    package.code, package.name = unit.code, unit.name
    package.days = {
        name: known.last if known.last and scheme.received == "last" else known
        for name, known in days.items()
    }
    named = scores or package.profile.grading.get("scores", "")
    sheet = score_sheet(named) if named else None
    earlier = read_entries(targets_of(unit)[1], scheme, limits, sheet)
    assessed = assess(package, scheme)
    rows = [final_item(item, earlier) for item in assessed.items]
    points = scored(sheet, package.filing, package.profile, earlier.scores) if sheet else None
    table = GradedUnit(package, scheme, rows, points, earlier.scores)
    remarks = [*_differing_forms(package), *(row.conflict for row in rows if row.conflict)]
    for scored_item in filter(is_beyond, points.items if points else ()):
        item, score = scored_item.item, earlier.scores[scored_item.item.id]
        remarks.append(
            text_of("grading", "conflicts", "beyond", item=item.id, score=score, points=item.points)
        )
    if earlier.trouble:
        return Written(GradedLine.of(table, "", [earlier.trouble, *remarks]))
    target, kept = unit.target.name + _WORKBOOK, _kept_name(unit) if earlier.others else ""
    if kept:
        remarks.append(text_of("grading", "conflicts", "kept", others=earlier.others, path=kept))
    document, place = unit_document(table), targets_of(unit)[0]
    if _is_changed(place, document, earlier):
        remarks.append(text_of("grading", "conflicts", "document", path=place.name))
        workbook, document = unit_workbook(table, earlier.document), b""
    else:
        workbook = unit_workbook(table, hashlib.sha256(document).hexdigest())
    return Written(GradedLine.of(table, target, remarks), workbook, document, kept)


def _kept_name(unit: PackageOfUnit) -> str:
    """A name for the earlier workbook that no file has."""
    number = 1
    while True:
        end = text_of("grading", "workbook", "kept_suffix", number=number)
        path = unit.target.with_name(f"{unit.target.name}{end}{_WORKBOOK}")
        if not path.exists():
            return path.name
        number += 1


def targets_of(unit: PackageOfUnit) -> tuple[Path, Path]:
    """Where the document and the workbook of a unit are written, in this order.

    The workbook says which document belongs to it: a run that is killed between the two leaves a document
    that the next one makes again as it is.
    """
    name = unit.target.name
    return unit.target.with_name(name + _DOCUMENT), unit.target.with_name(name + _WORKBOOK)


def _is_changed(document: Path, made: bytes, earlier: HandEntries) -> bool:
    """Whether there is a Word file that is neither the one written last nor as it is made now: a person's."""
    own = {earlier.document, hashlib.sha256(made).hexdigest()}
    return document.exists() and hashlib.sha256(document.read_bytes()).hexdigest() not in own


def write_tables(unit: PackageOfUnit, made: Written) -> Iterator[Path]:
    """Write what was made of a unit, what was there kept where that is due; the files that were written."""
    if made.kept:
        earlier = targets_of(unit)[1]
        atomic_write(earlier.with_name(made.kept), earlier.read_bytes())
    for path, data in zip(targets_of(unit), (made.document, made.workbook), strict=True):
        if data:
            atomic_write(path, data)
            yield path


def _package(
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


def _differing_forms(package: GradedPackage) -> Iterator[str]:
    """What is said of forms that are there twice and not alike: what they say counts for nothing."""
    for alias, files in package.differing.items():
        form = package.profile.forms[alias].id
        yield text_of("grading", "conflicts", "two_versions", form=form, files=files)
