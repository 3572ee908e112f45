"""The readings of one unit's package → a result for each file: their forms checked as one filing."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Self

from xlperf.checks.consequences import folded
from xlperf.checks.context import CheckContext
from xlperf.checks.file_check import FileResult, check_part, check_reading, has_grading_table, result_of
from xlperf.checks.file_reading import FileReading
from xlperf.checks.file_stage import spotted
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, is_same_unit, unit_fields
from xlperf.checks.grading.package import GradedPackage
from xlperf.checks.merged_filing import MergedFiling, Version, merged
from xlperf.checks.package_copies import copies_in, few, sheet_place
from xlperf.checks.several_files import fold_package
from xlperf.checks.text_stage import UNREAD, check_text
from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location, unfolded
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.records import Record
from xlperf.intake.fixed_texts import assessment
from xlperf.intake.received import Received, SheetReading, ValueAddress, WorkbookReading
from xlperf.notation.declared_words import notation, one_of

if TYPE_CHECKING:
    from xlperf.checks.grading import filled as graded_by_hand
else:
    graded_by_hand = LazyModule("xlperf.checks.grading.filled")

_MISSING = frozenset({"T201"})
"""Reported of the package as a whole."""
_TOP_ROWS = 5


@dataclass(slots=True)
class _WithinPackage(CheckContext):
    """A file as part of its package; ``homes`` has the file of every record by the record's identity."""

    homes: Mapping[int, str] = field(default_factory=dict)

    def with_records(self, records: Sequence[Record]) -> Self:
        """The same with ``records`` in place of those of the filing, one for each, in the same files."""
        homes = {
            id(record): self.homes.get(id(before), self.path)
            for before, record in zip(self.filing.records, records, strict=True)
        }
        return replace(self, filing=replace(self.filing, records=[*records]), homes=homes)

    def place(self, record: Record, at: ValueAddress) -> Location:
        """The place of a value, in the file that it is in."""
        return replace(CheckContext.place(self, record, at), file=self.homes.get(id(record), self.path))


def check_package(readings: Sequence[FileReading], profile: Profile | None = None) -> list[FileResult]:
    """Run every stage on the files of one unit's package, each once, with regard to each other.

    ``profile`` is for packages in which no file names its own. What concerns the package as a whole is
    among the findings of its first file.
    """
    if len(readings) < 2:
        return [check_reading(reading, profile) for reading in readings]
    unit = merged(readings, profile)
    contexts = _contexts(readings, unit) if unit else {}
    results = []
    for reading in readings:
        if context := contexts.get(reading.path):
            is_report = not context.reading.sheets
            results.append(_of_report(reading, context) if is_report else result_of(context, _MISSING))
        else:
            results.append(_of_stranger(reading, profile, unit))
    names = {result.file.path: result.file.unit_name for result in results}
    copies = copies_in(readings, unit, names)
    about_all = list(copies.findings)
    if unit:
        results = [*_graded_by_hand(readings, results, unit)]
        parts = [reading.part for reading in readings if reading.part]
        about_all += [*_parts_missing(parts, unit), *_strangers(unit), *_years(unit)]
    if about_all:
        results[0] = replace(results[0], findings=[*results[0].findings, *about_all])
    lead, own = _workbooks_first(readings), unit.profile if unit else None
    folded = fold_package(results, lead, contexts.values(), copies, own)
    if unit is None:
        return folded
    together = [replace(result, package=readings[0].path) for result in folded]
    return list(_one_line_of_rates(together))


def _contexts(readings: Sequence[FileReading], unit: MergedFiling) -> dict[str, CheckContext]:
    """The files that are checked with regard to each other: those with forms, and reports without."""
    homes = {
        id(version.record): version.file.path for versions in unit.versions.values() for version in versions
    }
    files = {file.path: file for file in unit.files}
    found: dict[str, CheckContext] = {}
    for reading in readings:
        own, received = files.get(reading.path), reading.received
        if own is not None and own.reading is not None:
            filing, read, document = unit.filing(own), own.reading, own.document
        elif reading.part and not reading.part.has_forms and received.reading is not None:
            filing, read, document = unit.filing(), WorkbookReading(received.reading.book), received.document
        else:
            continue
        found[reading.path] = _WithinPackage(
            reading.path,
            unit.profile,
            filing,
            read,
            reading.report,
            document,
            unit.named_by,
            homes=homes,
        )
    return found


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


def _of_report(reading: FileReading, context: CheckContext) -> FileResult:
    """A document without forms: its text against the forms of the other files."""
    noticed = (found for found in reading.received.findings if found.code[0] == "F")
    kept = [found for found in noticed if found.code not in UNREAD]
    kept += folded([*check_text(context)], [context], profile=context.profile)
    filing = context.filing
    file = CheckedFile(reading.path, filing.unit_code, filing.unit_name, context.profile.id)
    return FileResult(file, kept)


def _of_stranger(reading: FileReading, profile: Profile | None, unit: MergedFiling | None) -> FileResult:
    """A file that is not checked with regard to the others; what the package misses is said of all of it."""
    if unit is None:
        return check_reading(reading, profile)
    alone = check_part(reading, profile)
    return replace(alone, findings=[found for found in alone.findings if found.code not in _MISSING])


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
    shown = few(names)
    named = {"unit": unit.name, "count": str(len(group)), "files": shown}
    present = {alias for alias, _ in unit.versions}
    for form in unit.profile.forms.values():
        if form.alias not in present:
            yield finding("D911", replace(place, form=form.alias), form_name=form.id, **named)
    if not any(part.title for part in group):
        yield finding("D912", place, **named)
    if not any(part.has_assessment for part in group):
        yield finding("D913", place, form_name=assessment().id, **named)


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
            place = sheet_place(file, unit, Version(file, sheet.record))
            yield finding("D916", place, str(year), str(usual))


@cache
def _named_years() -> re.Pattern[str]:
    return re.compile(rf"(20[0-9]{{2}})\s*{one_of(notation()['dates']['year'])}")


def _year(file: Received, sheet: SheetReading) -> int:
    """The year in the head of a form, 0 where there is none."""
    if sheet.page is not None:
        return sheet.page.form.title_year or 0
    texts = ("".join(text.split()) for row, _, text in sheet.sheet.texts() if row <= _TOP_ROWS)
    return max((int(year) for text in texts for year in _named_years().findall(text)), default=0)
