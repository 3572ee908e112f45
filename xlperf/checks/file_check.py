"""The reading of one file → what its check found, and the little of it that the comparison of units needs."""

import hashlib
from collections.abc import Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.consequences import folded
from xlperf.checks.context import CheckContext, item_name
from xlperf.checks.file_reading import FileReading, read_file, why_unread
from xlperf.checks.file_stage import as_received, spotted
from xlperf.checks.registry import STAGES
from xlperf.checks.text_stage import check_text_alone, of_unread, unit_alone
from xlperf.checks.unit_naming import filled_name
from xlperf.checks.unknown_names import as_guessed
from xlperf.core.errors import XlperfError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.check_report import UnitRatios
from xlperf.declarations.checked_files import GUESSED, CheckedFile, SeenForm
from xlperf.declarations.findings import Finding, Location, changed
from xlperf.declarations.forms_and_rules import Profile, Severity
from xlperf.declarations.records import Filing
from xlperf.intake.received import SheetReading
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    from xlperf.checks.grading import filled as graded_by_hand
else:
    graded_by_hand = LazyModule("xlperf.checks.grading.filled")

_OVERWRITTEN = ("M402", "M410")
_PROSE = "prose"
_RATE = "%"
_LONG_TEXT = 30
_FEWEST_NUMBERS = 12


@dataclass(frozen=True, slots=True)
class Traits:
    """What distinguishes a filing: ``figures`` is a hash of all its numbers ("" when too few),
    ``texts`` maps hashes of its long texts to their places, ``filled`` is the unit name typed in.
    """

    figures: str
    texts: dict[str, Location]
    filled: str
    filled_at: Location


@dataclass(frozen=True, slots=True)
class FileResult:
    """The check of one file. ``traits`` and ``ratios`` are None when it could not be read.

    ``package`` is the same for all files of one package, "" for a file that is in none.
    """

    file: CheckedFile
    findings: list[Finding] = field(default_factory=list)
    traits: Traits | None = None
    ratios: UnitRatios | None = None
    package: str = ""


def check_file(path: str | Path, profile: Profile | None = None, limits: Limits = LIMITS) -> FileResult:
    """Read ``path`` and run every stage on it, as on a file that no other belongs to.

    A file that breaks a check is a finding, no exception. Raises XlperfError as ``read_file``.
    """
    return check_reading(read_file(path, profile, limits), profile)


def check_reading(reading: FileReading, profile: Profile | None = None) -> FileResult:
    """Run every stage on a file that no other belongs to; ``profile`` is for reports without forms."""
    result = check_part(reading, profile)
    graded = graded_by_hand.check_alone(reading, profile) if has_grading_table(reading) else ()
    return replace(result, findings=[*result.findings, *graded])


def has_grading_table(reading: FileReading) -> bool:
    """Whether a grading table is among what was read of a file."""
    return reading.part is not None and reading.part.has_assessment


def check_part(reading: FileReading, profile: Profile | None = None) -> FileResult:
    """What ``check_reading`` gives but for a grading table in the file."""
    path, received = reading.path, reading.received
    try:
        context = CheckContext.of(received, reading.report)
        if context is not None:
            return result_of(context)
        unit = unit_alone(reading)
        unread = [_of_unit(noticed, unit) for noticed in of_unread(reading)]
        return FileResult(CheckedFile(path, unit_name=unit), [*unread, *check_text_alone(reading, profile)])
    except XlperfError:
        raise
    except Exception as error:
        return FileResult(CheckedFile(path), [why_unread(path, error)])


def _of_unit(found: Finding, name: str) -> Finding:
    return replace(found, location=replace(found.location, unit_name=name)) if name else found


def result_of(context: CheckContext, left_out: Set[str] = frozenset()) -> FileResult:
    """Run every stage on the forms of one file, codes of ``left_out`` aside.

    The filing may hold forms of other files: they are compared with, and what is wrong with them is
    not reported here.
    """
    problems = (
        problem for check in STAGES.values() for problem in check(context) if problem.code not in left_out
    )
    found = _once([problem for problem in problems if problem.location.file == context.path], context.profile)
    book, profile = context.reading.book, context.profile
    grouped = folded(found, [context], profile=profile)
    findings = [*changed(grouped, lambda problem: as_received(problem, book))]
    if context.is_guessed:
        findings = [*changed(findings, lambda problem: as_guessed(problem, profile))]
    here = {id(sheet.record) for sheet in context.reading.sheets}
    filing = replace(
        context.filing, records=[record for record in context.filing.records if id(record) in here]
    )
    sheets = tuple(context.reading.book.tabs())
    forms = tuple(_seen(context, sheet) for sheet in context.reading.sheets)
    unit = filing.unit_code, filing.unit_name
    by = GUESSED if context.is_guessed else context.named_by
    file = CheckedFile(context.path, *unit, context.profile.id, sheets=sheets, forms=forms, profile_by=by)
    return FileResult(file, findings, _traits(context, filing), _ratios(context, filing))


def _seen(context: CheckContext, reading: SheetReading) -> SeenForm:
    record, (share, by) = reading.record, reading.certainty
    project = item_name(context.form(record), record)
    return SeenForm(record.form, project, record.sheet, share, by)


def _once(findings: list[Finding], profile: Profile) -> list[Finding]:
    """Without "overwritten by another number" where a broken rule says the same of the same cell."""
    broken = {
        (found.location.sheet, found.location.cell, found.expected)
        for found in findings
        if found.code in profile.rules and found.severity is not Severity.NOTE
    }
    return [
        found
        for found in findings
        if found.code not in _OVERWRITTEN
        or (found.location.sheet, found.location.cell, found.expected) not in broken
    ]


def _traits(context: CheckContext, own: Filing) -> Traits:
    book = context.reading.book
    figures: list[object] = []
    texts: dict[str, Location] = {}
    for sheet, at, declared, found in context.values():
        if isinstance(found.raw, float):
            figures += (sheet.record.form, at, found.raw)
        elif declared.type.id == _PROSE and isinstance(at, str) and isinstance(found.raw, str):
            letters = "".join(filter(str.isalnum, found.raw))
            if len(letters) >= _LONG_TEXT:
                text = hashlib.sha256(letters.encode()).hexdigest()
                texts.setdefault(text, spotted(context.place(sheet.record, at), book))
    filled, record, name = filled_name(own, context.profile)
    place = spotted(context.place(record, name), book) if record else context.file_place()
    enough = len(figures) >= 3 * _FEWEST_NUMBERS
    return Traits(hashlib.sha256(repr(figures).encode()).hexdigest() if enough else "", texts, filled, place)


def _ratios(context: CheckContext, own: Filing) -> UnitRatios:
    """Every rate of the single forms by its label, computed where no cell shows it."""
    values: dict[str, float | str | None] = {}
    for record in own.records:
        form = context.form(record)
        for name, declared in form.fields.items() if not form.repeated else ():
            if declared.type.unit == _RATE:
                value = record.fields.get(name)
                values[declared.label] = value if isinstance(value, float | str) else None
    return UnitRatios(context.filing.unit_code, context.filing.unit_name, values)
