"""The report of a check → for every unit its annotated copies and a letter that says what to do, in a folder.

The received files are only read. Each output is written whole or not at all.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from xlperf.declarations.check_report import Report
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location, in_file, unfolded
from xlperf.declarations.source import text_of, texts_of
from xlperf.intake.kinds import kinds, open_file
from xlperf.intake.office import as_docx, as_xlsx
from xlperf.jobs.copies import (
    Copy,
    CopyMade,
    claim_targets,
    file_digest,
    targets_written,
    write_copies,
)
from xlperf.jobs.dangers import not_passed_on
from xlperf.jobs.engines import Engine
from xlperf.jobs.journal import Journal
from xlperf.jobs.originals import Original, Originals, original_of
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import targets_of
from xlperf.jobs.stored_results import stored_findings
from xlperf.jobs.unit_folders import findings_by_unit, unit_files
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.package_writing import DAMAGED
from xlperf.ooxml.parts import WORKBOOK, ZipPackage, open_zip
from xlperf.ooxml.received_bytes import Refused
from xlperf.outputs.annotated_document import DOCUMENT, AnnotatedDocument
from xlperf.outputs.annotated_workbook import AnnotatedCopy, untouchable
from xlperf.outputs.return_notice import Notice, notice_document, notice_template

_MAKERS: Mapping[str, Callable[[ZipPackage], AnnotatedCopy | AnnotatedDocument]] = {
    WORKBOOK: AnnotatedCopy,
    DOCUMENT: AnnotatedDocument,
}
"""By the part that says what a package is."""
_ZIP = b"PK"
_UNTOUCHABLE = {"signed": "A101", "shared": "A102"}
_WORKBOOK_SUFFIX, _DOCUMENT_SUFFIX = ".xlsx", ".docx"
_CONVERTED = {"xls": _WORKBOOK_SUFFIX, "ods": _WORKBOOK_SUFFIX, "doc": _DOCUMENT_SUFFIX}
"""Kind of a file that takes no comments as it is → the suffix of its copy."""


@dataclass(frozen=True, slots=True)
class Letter:
    """How units are written to: until when they are to answer, who writes, and by which template."""

    due: date | None = None
    sender: str = ""
    template: Path | None = None
    day: date = field(default_factory=date.today)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnnotateResult:
    """The copies and ``notices`` written; the files with findings that have no copy, and findings that say
    why where the check has not said so; how many files have no findings and therefore no copy.
    """

    files: list[Path]
    skipped: list[Path]
    findings: list[Finding]
    faultless: int
    seconds: float
    notices: list[Path] = field(default_factory=list)


def annotate(
    report: Report,
    out_dir: str | Path,
    *,
    letter: Letter | None = None,
    force: bool = False,
    options: RunOptions = USUAL,
    originals: Originals | None = None,
) -> AnnotateResult:
    """Write the annotated copy of every file of ``report`` that has findings, and with a ``letter`` the
    notice to every unit that has any, into ``out_dir``, a folder for each unit.

    A copy has the name of its source, with another suffix where it had to be converted. ``originals`` are
    the bytes of files that the check has opened; the others are opened here. The journal of the run
    is that of its check. Raises OutputError when a copy would replace its source or (without ``force``)
    another file, InputError for a template that is none; nothing is written then.
    """
    started = time.perf_counter()
    run = _Run(report, Path(out_dir), letter, options, originals)
    with Journal(options.keeping, None) as journal, options.runner() as runner:
        run.claim(journal, force=force)
        run.write(runner, journal)
    seconds = time.perf_counter() - started
    skipped = [source for source in run.sources if source not in run.written]
    return AnnotateResult(
        list(run.written.values()),
        skipped,
        run.findings,
        len(report.files) - len(run.sources),
        seconds,
        run.notices,
    )


class _Run:
    """What is to be written, and what has been."""

    def __init__(
        self,
        report: Report,
        folder: Path,
        letter: Letter | None,
        options: RunOptions,
        originals: Originals | None,
    ) -> None:
        self._report, self._folder, self._letter = report, folder, letter
        self._options, self._originals = options, originals
        self.units = unit_files(report.files)
        self._of_unit = findings_by_unit(self.units, report.findings)
        self._of_file: dict[str, list[Finding]] = {file.path: [] for file in report.files}
        for top in report.findings:
            for path in dict.fromkeys(found.location.file for found in unfolded([top])):
                self._of_file.get(path, []).extend(in_file([top], path))
        self.sources = [Path(path) for path, found in self._of_file.items() if found]
        risks = {file.path: file.dangers for file in report.files if file.dangers}
        self.findings: list[Finding] = []
        self._targets: dict[Path, Path] = {}
        for unit in self.units:
            mine = [Path(path) for path in unit.paths if self._of_file[path] and path not in risks]
            targets, clashes = targets_of(mine, folder / unit.folder, _copy_name, "A104")
            self._targets |= targets
            self.findings += clashes
        self.findings += [
            not_passed_on("A106", path, codes) for path, codes in risks.items() if self._of_file[path]
        ]
        self._letters = [
            (folder / unit.folder / texts_of("returns")["file"], number)
            for number, unit in enumerate(self.units)
            if letter and self._of_unit[number]
        ]
        self.written: dict[Path, Path] = {}
        self.notices: list[Path] = []

    def claim(self, journal: Journal, *, force: bool) -> None:
        """Raise OutputError, or InputError for a wrong template, before anything is written."""
        if self._letter and self._letter.template:
            notice_document(Notice("", [], [], self._letter.day), self._letter.template)
        sources = [Path(file.path) for file in self._report.files]
        targets = [*self._targets.values(), *(path for path, _ in self._letters)]
        claim_targets(journal, "annotate", sources, targets, self._folder, force=force)

    def write(self, runner: Engine, journal: Journal) -> None:
        """Write the copies, then the notices, which say what became of each file."""
        steps = self._options.steps(len(self._targets))
        copies = (self._copy(source, target, journal) for source, target in self._targets.items())
        outcomes = write_copies(copies, runner, journal, steps.step)
        self.written = targets_written(self._targets, outcomes)
        for source in self._targets:
            codes = {found.code for found in self._of_file[str(source)]}
            self.findings += [found for found in outcomes[str(source)].findings if found.code not in codes]
        notices = (self._notice_copy(path, number) for path, number in self._letters)
        self.notices = sorted(map(Path, write_copies(notices, runner, journal, lambda: None)))

    def _copy(self, source: Path, target: Path, journal: Journal) -> Copy:
        file, findings = str(source), self._of_file[str(source)]
        limits = self._options.limits

        def task() -> Task[CopyMade]:
            """The call that makes the copy, of the bytes the check has read where they are kept."""
            original = self._originals.get(file) if self._originals else None
            size = len(original.data) if original else 0
            seconds = limits.seconds + limits.office_seconds
            return Task(file, seconds, _copy, (original or file, findings, limits), size)

        return Copy(file, target, journal.inputs([file], stored_findings(findings).hex()), task)

    def _notice_copy(self, path: Path, number: int) -> Copy:
        notice, template = self._notice(number), self._letter.template if self._letter else None
        said = replace(notice, findings=())
        used = file_digest(template or notice_template())
        content = f"{said!r} {used}".encode(errors="surrogateescape") + stored_findings(notice.findings)
        return Copy(
            str(path),
            path,
            hashlib.sha256(content).hexdigest(),
            lambda: Task(str(path), self._options.limits.seconds, _letter, (notice, template)),
        )

    def _notice(self, number: int) -> Notice:
        assert self._letter
        unit, letter = self.units[number], self._letter
        reasons = {found.location.file: found for found in self.findings}
        copies = [self._line(path, reasons) for path in unit.paths]
        found = self._of_unit[number]
        return Notice(unit.title, found, copies, letter.day, letter.due, letter.sender, letter.answers)

    def _line(self, path: str, reasons: Mapping[str, Finding]) -> str:
        """What the notice says of a file."""
        texts, source = texts_of("returns")["files"], Path(path)
        if (target := self.written.get(source)) is not None:
            kind = "copy" if target.suffix.lower() == source.suffix.lower() else "converted"
            return str(texts[kind]).format(name=target.name, source=source.name)
        if not self._of_file[path]:
            return str(texts["faultless"]).format(name=source.name)
        why = reasons.get(path) or self._of_file[path][0]
        return str(texts["none"]).format(name=source.name, reason=why.message.rstrip("。"))


def _letter(notice: Notice, template: Path | None) -> CopyMade:
    return notice_document(notice, template), ()


def _copy_name(source: Path) -> str:
    """The name of the copy of a received file."""
    suffix = source.suffix.lower()
    kind = next((name for name in _CONVERTED if suffix in kinds()[name].suffixes), "")
    return f"{source.stem}{_CONVERTED[kind]}" if kind else source.name


def annotated(source: str | Path | Original, findings: list[Finding], limits: Limits = LIMITS) -> bytes:
    """The annotated copy of one workbook or document, which is opened unless it has been.

    Raises Refused for what is damaged, encrypted (its copy would not be), cannot be converted, or must not
    be changed.
    """
    return _copy(source, findings, limits)[0]


def _copy(source: str | Path | Original, findings: list[Finding], limits: Limits) -> CopyMade:
    """The copy, and a finding where it was converted."""
    original = source if isinstance(source, Original) else original_of(open_file(source, limits))
    place = Location(file=original.path)
    if original.was_encrypted:
        raise Refused(finding("A105", place))
    data, converted = original.data, []
    remark = ""
    if suffix := _CONVERTED.get(original.kind.id):
        data = _with_suffix(original, suffix, limits)
        converted = [finding("A107", place, kind=original.kind.name, suffix=suffix)]
        remark = text_of("returns", "converted", source=Path(original.path).name)
    package = open_zip(original.path, data, limits) if data[:2] == _ZIP else None
    maker = next((maker for part, maker in _MAKERS.items() if package and part in package.parts), None)
    if package is None or maker is None:
        raise Refused(finding("A103", place, kind=original.kind.name))
    if reason := untouchable(package.parts):
        raise Refused(finding(_UNTOUCHABLE[reason], place))
    try:
        return maker(package).annotate(findings, remark), converted
    except DAMAGED as error:
        raise Refused(finding("F106", place)) from error


def _with_suffix(original: Original, suffix: str, limits: Limits) -> bytes:
    """The file in the format of ``suffix``."""
    if suffix == _DOCUMENT_SUFFIX:
        return as_docx(original.path, original.data, limits)
    try:
        return as_xlsx(original.data, original.kind.suffixes[0], limits)
    except OSError as error:
        reason, kind = error.strerror or str(error), original.kind.name
        found = finding("A108", Location(original.path), kind=kind, suffix=suffix, reason=reason)
        raise Refused(found) from error
