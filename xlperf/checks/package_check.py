"""The readings of one unit's package → a result for each file: their forms checked as one filing."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.checks.context import At, CheckContext
from xlperf.checks.file_check import FileResult, check_part, check_reading, has_grading_table, result_of
from xlperf.checks.file_reading import FileReading
from xlperf.checks.file_stage import spotted
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, is_same_unit, unit_fields
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.merged_filing import ConflictingCopies, MergedFiling, merged
from xlperf.checks.several_files import fold_package
from xlperf.checks.text_stage import UNREAD, check_text_with
from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location, unfolded
from xlperf.declarations.model import Profile
from xlperf.declarations.records import Record
from xlperf.declarations.source import text_of
from xlperf.intake.fixed_texts import assessment
from xlperf.intake.received import Received, SheetReading
from xlperf.notation.declared_words import notation, one_of

if TYPE_CHECKING:
    from xlperf.checks.grading import filled as graded_by_hand
    from xlperf.report_text import ReportText
else:
    graded_by_hand = LazyModule("xlperf.checks.grading.filled")

_MISSING = frozenset({"T201"})
"""Reported of the package as a whole."""
_TOP_ROWS = 5
_FEW = 3


@dataclass(slots=True)
class _WithinPackage(CheckContext):
    """A file as part of its package; ``homes`` has the file of every record by the record's identity."""

    homes: Mapping[int, str] = field(default_factory=dict)

    def place(self, record: Record, at: At) -> Location:
        """The place of a value, in the file that it is in."""
        return replace(CheckContext.place(self, record, at), file=self.homes.get(id(record), self.path))


def check_package(readings: Sequence[FileReading], profile: Profile | None = None) -> list[FileResult]:
    """Run every stage on the files of one unit's package, each once, with regard to each other.

    ``profile`` is for packages in which no file names its own. What concerns the package as a whole is
    among the findings of its first file.
    """
    unit = merged(readings, profile) if len(readings) > 1 else None
    if unit is None:
        return [check_reading(reading, profile) for reading in readings]
    homes = {
        id(version.record): version.file.path for versions in unit.versions.values() for version in versions
    }
    files = {file.path: file for file in unit.files}
    results = []
    for reading in readings:
        if reading.path in files:
            results.append(_of_forms(files[reading.path], reading.report, unit, homes))
        elif reading.part and not reading.part.has_forms:
            results.append(_of_report(reading, unit))
        else:
            alone = check_part(reading, profile)
            kept = [found for found in alone.findings if found.code not in _MISSING]
            results.append(replace(alone, findings=kept))
    results = [*_graded_by_hand(readings, results, unit)]
    parts = [reading.part for reading in readings if reading.part]
    about_all = [*_parts_missing(parts, unit), *_versions(unit), *_strangers(unit), *_years(unit)]
    results[0] = replace(results[0], findings=[*results[0].findings, *about_all])
    folded = fold_package(results, _workbooks_first(readings), unit.profile)
    together = [replace(result, package=readings[0].path) for result in folded]
    return list(_one_line_of_rates(together))


def _graded_by_hand(
    readings: Sequence[FileReading], results: Sequence[FileResult], unit: MergedFiling
) -> Iterator[FileResult]:
    """The results with what is wrong in the grading tables among the files."""
    if not any(map(has_grading_table, readings)):
        yield from results
        return
    reports = [read.report for read in readings if read.report and read.part and read.part.title]
    found = [*unfolded(finding for result in results for finding in result.findings)]
    paths = [reading.path for reading in readings]
    report = reports[0] if reports else None
    package = GradedPackage(unit.code, unit.name, unit.profile, paths, unit.filing(), report, found)
    package.differing = {clash.form.alias: "" for clash in unit.clashes if clash.labels}
    for reading, result in zip(readings, results, strict=True):
        wrong = graded_by_hand.check_filled(reading, package) if has_grading_table(reading) else ()
        yield replace(result, findings=[*result.findings, *wrong])


def _workbooks_first(readings: Sequence[FileReading]) -> list[str]:
    """The files of a package, those whose places are cells before documents."""
    kinds = {reading.path: reading.received.book for reading in readings}
    is_document = {path: book is None or book.kind in DOCUMENTS for path, book in kinds.items()}
    return sorted(is_document, key=lambda path: is_document[path])


def _of_forms(
    file: Received, report: "ReportText | None", unit: MergedFiling, homes: Mapping[int, str]
) -> FileResult:
    assert file.reading is not None
    filing = unit.filing(file)
    context = _WithinPackage(file.path, unit.profile, filing, file.reading, report, homes=homes)
    context.document, context.named_by = file.document, unit.named_by
    return result_of(context, _MISSING)


def _of_report(reading: FileReading, unit: MergedFiling) -> FileResult:
    """A document without forms: its text against the forms of the other files."""
    found = reading.received.findings
    kept = [noticed for noticed in found if noticed.code[0] == "F" and noticed.code not in UNREAD]
    if reading.report is not None:
        named = bool(unit.named_by)
        kept += check_text_with(reading.report, unit.filing(), unit.profile, named=named)
    return FileResult(CheckedFile(reading.path, unit.code, unit.name, unit.profile.id), kept)


def _one_line_of_rates(results: Sequence[FileResult]) -> Iterator[FileResult]:
    """The results with the rates of all files together, at the first that has any."""
    known = [result.ratios for result in results if result.ratios]
    values: dict[str, float | str | None] = {}
    for rates in known:
        values |= {name: value for name, value in rates.values.items() if values.get(name) is None}
    for result in results:
        is_first = bool(known) and result.ratios is known[0]
        yield replace(result, ratios=replace(known[0], values=values) if is_first else None)


def _parts_missing(group: Sequence[FilingPart], unit: MergedFiling) -> Iterator[Finding]:
    """Each form, the report and the grading sheet, where no file of the package has it."""
    place = Location(unit_code=unit.code, unit_name=unit.name)
    names = [Path(part.path).name for part in group]
    shown = _few(names)
    named = {"unit": unit.name, "count": str(len(group)), "files": shown}
    present = {alias for alias, _ in unit.versions}
    for form in unit.profile.forms.values():
        if form.alias not in present:
            yield finding("D911", replace(place, form=form.alias), form_name=form.id, **named)
    if not any(part.title for part in group):
        yield finding("D912", place, **named)
    if not any(part.has_assessment for part in group):
        yield finding("D913", place, form_name=assessment().id, **named)


def _versions(unit: MergedFiling) -> Iterator[Finding]:
    for clash in unit.clashes:
        if clash.labels and clash.other.file is not clash.first.file:
            named = {"form_name": clash.form.id, "other": Path(clash.first.file.path).name}
            yield finding("D914", _place(clash, unit), **named, differing=_few(clash.labels))


def _few(words: Sequence[str]) -> str:
    shown = "、".join(words[:_FEW])
    return text_of("messages", "checks", "and_more", shown=shown) if len(words) > _FEW else shown


def _place(clash: ConflictingCopies, unit: MergedFiling) -> Location:
    other = clash.other
    return replace(_sheet(other.file, unit, other.record), form=clash.form.alias)


def _sheet(file: Received, unit: MergedFiling, record: Record) -> Location:
    return Location(file.path, record.sheet, unit_code=unit.code, unit_name=unit.name, form=record.form)


def _strangers(unit: MergedFiling) -> Iterator[Finding]:
    """The project sheets on which neither the unit nor the one above it is that of the package."""
    for file in unit.files:
        context = CheckContext.of(file)
        for record in file.filing.records if file.filing and context else ():
            named = dict(unit_fields(record, unit.profile))
            if context and named and not any(is_same_unit(name, unit.name) for name in named.values()):
                at, name = list(named.items())[-1]
                place = replace(context.place(record, at), unit_code=unit.code, unit_name=unit.name)
                yield finding("D915", spotted(place, context.reading.book), name, unit.name)


def _years(unit: MergedFiling) -> Iterator[Finding]:
    """The forms whose heading names another year than most; of two as frequent the profile's."""
    found = [
        (file, sheet, year)
        for file in unit.files
        for sheet in (file.reading.sheets if file.reading else ())
        if (year := _year(file, sheet))
    ]
    counted = Counter(year for *_, year in found)
    if len(counted) < 2:
        return
    usual = max(counted, key=lambda year: (counted[year], year == unit.profile.year, year))
    for file, sheet, year in found:
        if year != usual:
            yield finding("D916", _sheet(file, unit, sheet.record), str(year), str(usual))


@cache
def _named_years() -> re.Pattern[str]:
    return re.compile(rf"(20[0-9]{{2}})\s*{one_of(notation()['dates']['year'])}")


def _year(file: Received, sheet: SheetReading) -> int:
    """The year in the head of a form, 0 where there is none."""
    if sheet.page is not None:
        return sheet.page.form.title_year or 0
    texts = ("".join(text.split()) for row, _, text in sheet.sheet.texts() if row <= _TOP_ROWS)
    return max((int(year) for text in texts for year in _named_years().findall(text)), default=0)
