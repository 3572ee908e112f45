"""The report of a check → an annotated copy of every file with findings, in a folder.

The received files are only read. Each copy is written whole or not at all.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlperf.core.files import atomic_write, ensure_writable_dir
from xlperf.declarations.check_report import Report
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location, unfolded
from xlperf.intake.kinds import open_file
from xlperf.jobs.dangers import not_passed_on
from xlperf.jobs.originals import Original, Originals, original_of
from xlperf.jobs.progress import Progress
from xlperf.jobs.runner import Runner, Task
from xlperf.jobs.sources import refuse_overwriting, targets_of
from xlperf.ooxml.limits import LIMITS, Limits
from xlperf.ooxml.package_writing import DAMAGED
from xlperf.ooxml.parts import WORKBOOK, ZipPackage, open_zip
from xlperf.ooxml.received_bytes import Refused
from xlperf.outputs.annotated_document import DOCUMENT, AnnotatedDocument
from xlperf.outputs.annotated_workbook import AnnotatedCopy, untouchable

_MAKERS: Mapping[str, Callable[[ZipPackage], AnnotatedCopy | AnnotatedDocument]] = {
    WORKBOOK: AnnotatedCopy,
    DOCUMENT: AnnotatedDocument,
}
"""By the part that says what a package is."""
_ZIP = b"PK"
_UNTOUCHABLE = {"signed": "A101", "shared": "A102"}


@dataclass(frozen=True, slots=True)
class AnnotateResult:
    """The copies written; the files with findings that have none, and findings that say why where the
    check has not said so; how many files have no findings and therefore no copy.
    """

    files: list[Path]
    skipped: list[Path]
    findings: list[Finding]
    faultless: int
    seconds: float


def annotate(
    report: Report,
    out_dir: str | Path,
    *,
    force: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    limits: Limits = LIMITS,
    originals: Originals | None = None,
) -> AnnotateResult:
    """Write the annotated copy of every file of ``report`` that has findings into ``out_dir``.

    A copy has the name of its source. ``originals`` are the bytes of files that the check has opened; the
    others are opened here. ``progress`` is called with the number of files done and their
    total. Raises OutputError when a copy would replace its source or (without ``force``) another
    file; nothing is written then.
    """
    started = time.perf_counter()
    folder = Path(out_dir)
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for found in unfolded(report.findings):
        by_file[found.location.file].append(found)
    sources = [Path(file.path) for file in report.files if by_file[file.path]]
    risks = {file.path: file.dangers for file in report.files if file.dangers}
    safe = [source for source in sources if str(source) not in risks]
    targets, findings = targets_of(safe, folder, lambda source: source.name, "A104")
    findings += [
        not_passed_on("A106", str(source), risks[str(source)]) for source in sources if str(source) in risks
    ]
    refuse_overwriting("批注稿", [Path(file.path) for file in report.files], targets.values(), folder, force)
    ensure_writable_dir(folder)
    refusals = {}
    tasks = (_task(str(source), by_file[str(source)], limits, originals) for source in targets)
    with Runner(workers, limits) as runner:
        for done, task in enumerate(runner.run(tasks), 1):
            if task.refusal:
                refusals[task.path] = task.refusal.finding
            else:
                atomic_write(targets[Path(task.path)], task.made())
            if progress:
                progress(done, len(targets))
    written = {source: target for source, target in targets.items() if str(source) not in refusals}
    findings += [
        refusals[file]
        for file in map(str, targets)
        if file in refusals and refusals[file].code not in {found.code for found in by_file[file]}
    ]
    skipped = [source for source in sources if source not in written]
    seconds = time.perf_counter() - started
    return AnnotateResult(
        list(written.values()), skipped, findings, len(report.files) - len(sources), seconds
    )


def _task(file: str, findings: list[Finding], limits: Limits, originals: Originals | None) -> Task[bytes]:
    original = originals.get(file) if originals else None
    size = len(original.data) if original else 0
    return Task(file, limits.seconds, annotated, (original or file, findings, limits), size)


def annotated(source: str | Path | Original, findings: list[Finding], limits: Limits = LIMITS) -> bytes:
    """The annotated copy of one workbook or Word document, which is opened unless it has been.

    Raises Refused for what is neither .xlsx nor .docx, is damaged, encrypted (its copy would not be), or
    must not be changed.
    """
    original = source if isinstance(source, Original) else original_of(open_file(source, limits))
    place = Location(file=original.path)
    package = open_zip(original.path, original.data, limits) if original.data[:2] == _ZIP else None
    maker = next((maker for part, maker in _MAKERS.items() if package and part in package.parts), None)
    if package is None or maker is None:
        raise Refused(finding("A103", place, kind=original.kind))
    if original.was_encrypted:
        raise Refused(finding("A105", place))
    if reason := untouchable(package.parts):
        raise Refused(finding(_UNTOUCHABLE[reason], place))
    try:
        return maker(package).annotate(findings)
    except DAMAGED as error:
        raise Refused(finding("F106", place)) from error
