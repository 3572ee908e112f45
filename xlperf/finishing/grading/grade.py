"""``xlperf grade``: packages → a grading table for each unit as a workbook and in Word, and a ranked summary.

A package is read once, by a worker, which also writes what belongs to its unit. What a person has written
into the tables of an earlier run stays. A unit of which nothing has changed since an interrupted run, neither
its files nor its tables, is not graded again.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from xlperf.checks.filing_parts import FilingPart, container
from xlperf.checks.grading.package import KnownDay
from xlperf.checks.grading.scheme import scheme_of
from xlperf.checks.grading.score_sheet import score_sheet
from xlperf.checks.merged_filing import unit_of
from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import general_profile, load_profile
from xlperf.declarations.source import text_of, texts_of
from xlperf.finishing.grading.days import KnownDays, day_of_files, days_of_register, days_of_table
from xlperf.finishing.grading.entries import table_name
from xlperf.finishing.grading.summary_lines import GradedLine, Summary, line_of_stored, stored_line
from xlperf.finishing.grading.summary_workbook import is_summary, summary_workbook
from xlperf.finishing.grading.unit_tables import PackageOfUnit, Written, graded, targets_of, write_tables
from xlperf.jobs.copies import file_digest
from xlperf.jobs.journal import Journal
from xlperf.jobs.packages import PackageFile, PackageReadings, on_readings
from xlperf.jobs.reading_files import load_declarations, read_files
from xlperf.jobs.run_options import USUAL, RunOptions, Steps
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import survey
from xlperf.jobs.unit_folders import codes_of_names
from xlperf.jobs.worker import heap_at_rest
from xlperf.notation.text import name_key
from xlperf.ooxml.archives import is_archive
from xlperf.ooxml.limits import Limits

_DIGEST = 64
"""Letters of a digest in hexadecimal."""


@dataclass(frozen=True, slots=True)
class DaySources:
    """Where the days come from: a table, the register of a season, the files; and deadlines given by hand."""

    table: Path | None = None
    register: Path | None = None
    of_files: bool = False
    deadlines: Mapping[str, date] = field(default_factory=dict)

    @property
    def given(self) -> tuple[tuple[str, date], ...]:
        """The deadlines, for ``scheme_of``."""
        return tuple(self.deadlines.items())


@dataclass(frozen=True, slots=True)
class GradeResult:
    """What was written: the summary, the unit's files; units by how far they are; what is to be said."""

    summary: Path
    files: list[Path]
    settled: int
    pending: int
    remarks: Sequence[tuple[str, str]]
    findings: Sequence[Finding]
    seconds: float


_Several = tuple[str, list[Sequence[FilingPart]]]
"""A unit and its packages."""


def grade(
    paths: Iterable[str | Path],
    out_dir: str | Path,
    profile: Profile | str | None = None,
    *,
    days: DaySources | None = None,
    scores: str = "",
    options: RunOptions = USUAL,
) -> GradeResult:
    """Grade every unit whose filing lies under ``paths`` and write its tables and the summary to ``out_dir``.

    ``profile`` (or its id) is for files that do not name their own; ``scores`` names a score sheet in place
    of the profile's. Raises InputError for a path, profile, score sheet or source of days that is no use,
    OutputError where the summary would replace another file.
    """
    started = time.perf_counter()
    chosen = load_profile(profile) if isinstance(profile, str) else profile
    days, folder = days or DaySources(), Path(out_dir)
    summary_path = folder / texts_of("grading")["summary"]["file"]
    if summary_path.exists() and not is_summary(summary_path, options.limits):
        raise OutputError(text_of("grading", "summary", "exists", path=summary_path))
    if scores:
        score_sheet(scores)
    run = _Run(folder, chosen, days, _known_days(days), scores, options.limits)
    received = survey(paths, folder)
    ensure_writable_dir(folder)
    run.grade(received.paths, options)
    run.lines.sort(key=lambda line: (line.code, line.name))
    remarks = [*_remarks(run)]
    summary = Summary(run.lines, remarks, [*run.known.missing])
    atomic_write(summary_path, summary_workbook(summary, scheme_of(chosen or general_profile()).grades))
    settled = sum(not line.pending for line in run.lines)
    findings = [*received.findings, *(found for each in run.unread.values() for found in each)]
    spent = time.perf_counter() - started
    return GradeResult(
        summary_path, sorted(run.written), settled, len(run.lines) - settled, remarks, findings, spent
    )


@dataclass(slots=True)
class _Run:
    """What the units of a run have in common, and what has come of them so far."""

    folder: Path
    profile: Profile | None
    days: DaySources
    known: KnownDays
    scores: str
    limits: Limits
    unread: dict[str, Sequence[Finding]] = field(default_factory=dict)
    lines: list[GradedLine] = field(default_factory=list)
    written: list[Path] = field(default_factory=list)
    twice: "list[_Several]" = field(default_factory=list)
    stems: set[str] = field(default_factory=set)
    """What the tables of the units are called."""

    def grade(self, files: Sequence[str], options: RunOptions) -> None:
        """Read ``files`` and grade and write each unit that is not in the journal as it is now."""
        profile = self.profile
        with (
            heap_at_rest(),
            options.journal(profile) as journal,
            options.runner(load_declarations) as runner,
            PackageReadings(files, journal) as readings,
        ):
            steps = options.steps(len(files), 2)
            for read in read_files(files, profile, options.order(), runner, journal):
                readings.add(read.path, read.part, read.reading)
                if read.part is None and read.unread:
                    self.unread[read.path] = read.unread
                steps.step(1 if read.part else 2)
            units, self.twice = _units([*readings.groups()], list(self.unread), self.folder)
            self.stems = {unit.target.name for unit in units}
            tasks = self._tasks(units, readings, journal, steps)
            by_lead = {unit.group[0].path: unit for unit in units}
            for task in runner.run(tasks):
                unit = by_lead[task.path]
                steps.step(len(unit.group))
                if task.refusal:
                    self.unread[task.path] = [task.refusal.finding]
                else:
                    made = task.made()
                    self.lines.append(made.line)
                    self.written += write_tables(unit, made)
                    self._keep(unit, made.line, journal)

    def _tasks(
        self, units: Iterable[PackageOfUnit], readings: PackageReadings, journal: Journal, steps: Steps
    ) -> Iterator[Task[Written]]:
        """The calls for the units that have changed since; the lines of the others are put down."""
        for unit in units:
            if (line := self._kept(unit, journal)) is not None:
                self.lines.append(line)
                self.written += [path for path in targets_of(unit) if line.file and path.exists()]
                steps.step(len(unit.group))
                continue
            package = readings.take(unit.group)
            given = unit._replace(group=()), self._days(unit), self.days.given, self.scores, self.limits
            yield on_readings(package, self.profile, self.limits, graded, *given)

    def _days(self, unit: PackageOfUnit) -> Mapping[str, KnownDay]:
        days = self.known.of(unit.code, unit.name)
        return {**day_of_files([part.path for part in unit.group]), **days} if self.days.of_files else days

    def _basis(self, unit: PackageOfUnit) -> str:
        """A digest of what the points of a unit follow from besides its files: days, entries, choices."""
        tables = [file_digest(path) for path in targets_of(unit)]
        others = unit.code, unit.name, unit.unread, self._days(unit), self.days.given, self.scores, tables
        return hashlib.sha256(repr(others).encode(errors="surrogateescape")).hexdigest()

    def _kept(self, unit: PackageOfUnit, journal: Journal) -> GradedLine | None:
        """The line of a unit that an earlier run has graded, where all that it follows from is the same."""
        paths = [part.path for part in unit.group]
        if not journal.is_kept or not journal.has(paths):
            return None
        data = journal.rows(paths[0])
        basis, line = data[:_DIGEST].decode(), data[_DIGEST:]
        return line_of_stored(line) if basis == self._basis(unit) else None

    def _keep(self, unit: PackageOfUnit, line: GradedLine, journal: Journal) -> None:
        """Keep the line of a unit whose tables have been written."""
        if journal.is_kept:
            data = self._basis(unit).encode() + stored_line(line)
            lead, *others = (part.path for part in unit.group)
            journal.put_results([PackageFile(lead, b"", data), *(PackageFile(p, b"") for p in others)])


def _known_days(days: DaySources) -> KnownDays:
    known = KnownDays()
    if days.table:
        days_of_table(days.table, known)
    if days.register:
        days_of_register(days.register, known)
    return known


def _units(
    groups: Sequence[Sequence[FilingPart]], unread: Sequence[str], folder: Path
) -> tuple[list[PackageOfUnit], list[_Several]]:
    """The units that are graded, and those that have several packages.

    A package without a code is of the only unit of its name.
    """
    named = [
        (unit_of(group), group) for group in groups if any(part.has_forms or part.title for part in group)
    ]
    codes = codes_of_names(unit for unit, _ in named)
    by_unit: dict[tuple[str, str], list[Sequence[FilingPart]]] = defaultdict(list)
    for (code, name), group in named:
        by_unit[code or codes.get(name_key(name), ""), name].append(group)
    names: dict[str, int] = defaultdict(int)
    units, twice = [], []
    for (code, name), packages in by_unit.items():
        if len(packages) > 1:
            twice.append((" ".join(filter(None, (code, name))), packages))
            continue
        group = packages[0]
        homes = {container(part.path) for part in group} if _is_own(group, groups) else set()
        near = [path for path in unread if container(path) in homes]
        called = table_name(code, name)
        names[called.casefold()] += 1
        number = names[called.casefold()]
        target = folder / (called if number == 1 else f"{called}_{number}")
        units.append(PackageOfUnit(code, name, group, near, target))
    return units, twice


def _is_own(group: Sequence[FilingPart], groups: Sequence[Sequence[FilingPart]]) -> bool:
    """Whether the folder or archive of a package holds no file of another."""
    homes = {container(part.path) for part in group}
    return all(
        container(part.path) not in homes or is_archive(part.path)
        for other in groups
        if other is not group
        for part in other
    )


def _remarks(run: _Run) -> Iterator[tuple[str, str]]:
    """What is to be said besides the points: the unit or file, and the sentence."""
    for line in run.lines:
        yield from ((line.title, remark) for remark in line.remarks)
    for unit, packages in run.twice:
        files = "、".join(part.path for group in packages for part in group)
        yield unit, text_of("grading", "summary", "twice", unit=unit, count=len(packages), files=files)
    for path, findings in sorted(run.unread.items()):
        reason = "；".join(found.message for found in findings)
        yield path, text_of("grading", "summary", "unread", reason=reason)
    suffix = texts_of("grading")["workbook"]["suffix"]
    for table in sorted(run.folder.glob(f"*{suffix}.xlsx")):
        if table.stem not in run.stems:
            yield table.name, text_of("grading", "summary", "orphan")
    yield from (("", remark) for remark in [*dict.fromkeys(run.known.remarks), *run.known.strangers()])
