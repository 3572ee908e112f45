"""Received files → working copies, one a unit, in a folder.

The received files are only read. Each working copy is written whole or not at all. What was read otherwise
than written, and what has no place in a working copy, is reported.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path

from xlperf.checks.cells_stage import doubts
from xlperf.checks.context import CheckContext
from xlperf.checks.file_reading import FileReading
from xlperf.checks.file_stage import spotted
from xlperf.checks.filing_parts import DOCUMENTS, FilingPart, container
from xlperf.checks.merged_filing import (
    ConflictingCopies,
    MergedFiling,
    merged,
    unit_of,
)
from xlperf.checks.template_stage import check_template
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Provenance, Record
from xlperf.declarations.value_display import printed
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.cell_values import AS_TEXT
from xlperf.intake.fixed_texts import helper_titles, near
from xlperf.intake.received import Received
from xlperf.jobs.copies import CopiesResult, Copy, CopyMade, claim_targets, targets_written, write_copies
from xlperf.jobs.dangers import dangers, not_passed_on
from xlperf.jobs.packages import PackageReadings, on_readings
from xlperf.jobs.reading_files import load_declarations, read_files
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.sources import survey, targets_of
from xlperf.jobs.unit_folders import folder_name
from xlperf.jobs.worker import heap_at_rest
from xlperf.notation import label_key
from xlperf.ooxml.archives import is_archive
from xlperf.workbooks.workbook_writer import writer_of

_ABOUT_CONTENT = frozenset({"T207", "T208", "T215", "T226", "T227", "C320"})
"""Findings on the layout that are about content that was not read, or forms that may be others."""
_LONGEST = 30


def remarks(file: Received, unit: MergedFiling, used: Set[int]) -> Iterator[Finding]:
    """The remarks on a file of ``unit``; ``used`` are the ids of the records in the working copy."""
    context = CheckContext.of(file)
    if context is None:
        return
    context.filing.unit_code, context.filing.unit_name = unit.code, unit.name
    context.reading.sheets = [sheet for sheet in context.reading.sheets if id(sheet.record) in used]
    findings = [*_converted(context), *_strangers(context)]
    findings += [found for found in check_template(context) if found.code in _ABOUT_CONTENT]
    findings += doubts(context)
    for found in findings:
        yield replace(found, location=spotted(found.location, context.reading.book))


def _converted(context: CheckContext) -> Iterator[Finding]:
    """Every value that is not in the working copy as it was received."""
    typed_in_word = context.reading.book.kind in DOCUMENTS
    for sheet, at, declared, found in context.values():
        record = sheet.record
        value = record.fields.get(at) if isinstance(at, str) else record.tables[at[0]][at[1]].get(at[2])
        if isinstance(value, ErrorValue):
            if declared.formula is None:
                yield finding("I109", context.place(record, at), str(value))
        elif found.note and not (typed_in_word and _is_plain(found)):
            raw = " ".join(str(found.raw).split())
            yield finding(
                "I101", context.place(record, at), raw, printed(value, declared.type), note=found.note
            )


def _is_plain(found: Provenance) -> bool:
    """Whether a text is a number as anybody writes it: in Word there are no others."""
    raw = str(found.raw).strip()
    return found.note == AS_TEXT and raw.isascii() and raw.lstrip("-").replace(".", "", 1).isdecimal()


def _strangers(context: CheckContext) -> Iterator[Finding]:
    """The sheets and tables that are no forms of the profile."""
    for sheet in context.reading.unknown:
        texts = [_short(text) for _, _, text in sheet.texts() if label_key(text)]
        if texts and sheet.name not in helper_titles():
            place = context.file_place(sheet.name)
            reason = near(sheet, context.profile)
            yield finding("I102", place, text=texts[0], count=len(sheet.cells), why=reason)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}……"


_FEW = 3
"""Differing columns that are named."""


def import_filings(
    paths: Iterable[str | Path],
    out_dir: str | Path,
    profile: Profile | str | None = None,
    *,
    functions: bool = False,
    force: bool = False,
    options: RunOptions = USUAL,
) -> CopiesResult:
    """Write a working copy for every unit whose forms lie under ``paths`` into the folder ``out_dir``.

    A copy is called 编码_名称 after its unit, with the name of its file behind where a unit has several
    copies; without a unit it is called as its file. With ``functions`` they have the panel that the add-in
    fills. ``profile`` (or its id) is for files that do not name their own. Progress counts files that are
    read. Raises InputError for a path or profile that cannot be used, OutputError when a copy would replace a
    source or (without ``force``) another file; nothing is written then.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    folder = Path(out_dir)
    received = survey(paths, folder)
    sources = received.files
    files = [str(source) for source in sources]
    with (
        heap_at_rest(),
        options.journal(chosen, functions) as journal,
        options.runner(load_declarations) as runner,
        PackageReadings(files, journal) as readings,
    ):
        unread: dict[str, Sequence[Finding]] = {}
        steps = options.steps(len(files))
        for read in read_files(files, chosen, options.order(), runner, journal):
            readings.add(read.path, read.part, read.reading)
            unread[read.path] = read.unread
            steps.step()
        units = {Path(group[0].path): group for group in readings.groups() if _has_forms(group)}
        names = _names(units)
        targets, clashes = targets_of(list(units), folder, lambda lead: names[lead], "I108")
        claim_targets(journal, "import", sources, [*targets.values()], folder, force=force)

        def copy_of(group: Sequence[FilingPart], target: Path) -> Copy:
            """The working copy of a unit."""
            paths = [part.path for part in group]
            given = chosen, options.limits, _working_copy, functions
            return Copy(
                paths[0], target, journal.inputs(paths), lambda: on_readings(readings.take(group), *given)
            )

        copies = (copy_of(units[lead], target) for lead, target in targets.items())
        outcomes = write_copies(copies, runner, journal, lambda: None)
    written = targets_written(targets, outcomes)
    used = {part.path for lead in written for part in units[lead]}
    findings = [found for file in files for found in unread[file]]
    findings += received.findings
    findings += [*clashes, *(found for lead in targets for found in outcomes[str(lead)].findings)]
    skipped = [source for source in sources if str(source) not in used]
    return CopiesResult([*written.values()], findings, skipped, time.perf_counter() - started)


def _has_forms(group: Sequence[FilingPart]) -> bool:
    return len(group) > 1 or group[0].has_forms


def _names(units: Mapping[Path, Sequence[FilingPart]]) -> dict[Path, str]:
    """The names of the working copies by the first file of each."""
    called = {lead: _called(group) for lead, group in units.items()}
    often = Counter(name.casefold() for name in called.values())
    return {
        lead: f"{name if often[name.casefold()] == 1 else f'{name}_{lead.stem}'}.xlsx"
        for lead, name in called.items()
    }


def _called(group: Sequence[FilingPart]) -> str:
    """What a unit is called, 编码_名称; without a name, what its only file is."""
    first = group[0]
    if len(group) > 1 or is_archive(container(first.path)):
        return folder_name(*unit_of(group))
    return folder_name(first.code, first.name) if first.name else Path(first.path).stem


def _working_copy(readings: Sequence[FileReading], profile: Profile | None, functions: bool) -> CopyMade:
    """The working copy of one unit, b"" when there can be none, and all that is to be reported."""
    risks = [(read.path, dangers(read.received.findings)) for read in readings]
    if refused := [not_passed_on("I110", path, codes) for path, codes in risks if codes]:
        return b"", refused
    unit = merged(readings, profile)
    if unit is None:
        return b"", []
    found = [*_about_forms(unit)]
    if any(clash.labels for clash in unit.clashes):
        return b"", found
    filing = unit.filing()
    records = [_without_errors(record, unit.profile) for record in filing.records]
    writer = writer_of(load_profile(unit.profile.id), functions=functions)
    made = writer.workbook(replace(filing, records=records))
    used = {id(record) for record in filing.records}
    return made, [*found, *(found for file in unit.files for found in remarks(file, unit, used))]


def _about_forms(unit: MergedFiling) -> Iterator[Finding]:
    """What concerns whole forms and files: there twice, missing, of another profile."""
    for file in unit.other_profile:
        place = Location(file.path, unit_code=unit.code, unit_name=unit.name)
        yield finding("I104", place, file.profile.id if file.profile else "", unit.profile.id)
    for clash in unit.clashes:
        yield _twice(clash, unit)
    present = {alias for alias, _ in unit.versions}
    for form in unit.profile.forms.values():
        if form.alias not in present:
            place = Location(unit.files[0].path, unit_code=unit.code, unit_name=unit.name, form=form.alias)
            yield finding("I107", place, form_name=form.id)


def _twice(clash: ConflictingCopies, unit: MergedFiling) -> Finding:
    other = clash.other
    place = Location(
        other.file.path,
        other.record.sheet,
        unit_code=unit.code,
        unit_name=unit.name,
        form=clash.form.alias,
    )
    context = {"form_name": clash.form.id, "other": Path(clash.first.file.path).name}
    if not clash.labels:
        return finding("I105", place, **context)
    return finding("I106", place, **context, differing="、".join(clash.labels[:_FEW]))


def _without_errors(record: Record, profile: Profile) -> Record:
    def kept(value: Value) -> Value:
        """``value``, or None for an error value."""
        return None if isinstance(value, ErrorValue) else value

    tables = {
        name: [{column: kept(value) for column, value in row.items()} for row in rows]
        for name, rows in record.tables.items()
    }
    return replace(record, fields={name: kept(value) for name, value in record.fields.items()}, tables=tables)
