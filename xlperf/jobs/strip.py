"""Filled workbooks to upload copies: the official attachments as issued, values instead of formulas.

The received files are only read. Each copy is written whole or not at all.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import ParseError

from xlperf.checks.file_check import check_reading
from xlperf.checks.file_reading import read_file
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.intake.kinds import Opened
from xlperf.intake.open_any import xlsx_package
from xlperf.intake.received import WorkbookReading
from xlperf.jobs.copies import CopiesResult, Copy, CopyMade, claim_targets, targets_written, write_copies
from xlperf.jobs.dangers import dangers, not_passed_on
from xlperf.jobs.reading_files import keep_digests, load_declarations
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import survey, targets_of
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import Refused
from xlperf.workbooks.upload_copy import SheetCell, UploadCopy

_WORD = "docx"


def strip(
    paths: Iterable[str | Path],
    out_dir: str | Path,
    *,
    keep_formulas: bool = False,
    force: bool = False,
    options: RunOptions = USUAL,
) -> CopiesResult:
    """Write the upload copy of every workbook under ``paths`` into the folder ``out_dir``.

    A workbook that cannot be stripped is left out with a finding; one in which the check finds
    errors is stripped all the same. Workbooks that already lie in ``out_dir`` are no sources when it
    is inside one of ``paths``. Raises InputError for a path that does not exist, OutputError when a copy
    would replace its source or (without ``force``) another file; nothing is written then.
    """
    started = time.perf_counter()
    folder = Path(out_dir)
    received = survey(paths, folder)
    sources = received.files
    targets, findings = targets_of(sources, folder, lambda source: f"{source.stem}.xlsx", "U103")
    limits, each = options.limits, 2 if options.keeping else 1
    steps = options.steps(len(sources), each)
    with (
        options.journal(None, keep_formulas) as journal,
        options.runner(load_declarations) as runner,
    ):
        claim_targets(journal, "strip", sources, [*targets.values()], folder, force=force)
        steps.step((len(sources) - len(targets)) * each)
        for _ in keep_digests(map(str, targets), limits, runner, journal) if options.keeping else ():
            steps.step()
        copies = (
            Copy(
                str(source),
                target,
                journal.inputs([str(source)]),
                partial(Task, str(source), limits.seconds, _stripped, (source, keep_formulas, limits)),
            )
            for source, target in targets.items()
        )
        outcomes = write_copies(copies, runner, journal, steps.step)
    written = targets_written(targets, outcomes)
    findings += received.findings
    findings += [found for source in targets for found in outcomes[str(source)].findings]
    skipped = [source for source in sources if source not in written]
    return CopiesResult([*written.values()], findings, skipped, time.perf_counter() - started)


def _stripped(source: Path, keep_formulas: bool, limits: Limits) -> CopyMade:
    """The copy of one workbook (b"" when none can be made) and all findings about it."""
    read = read_file(source, None, limits)
    checked, reading = check_reading(read), read.received.reading
    if codes := dangers(checked.findings):
        return b"", [*checked.findings, not_passed_on("U105", str(source), codes)]
    if read.opened and read.opened.kind.id == _WORD:
        return b"", [*checked.findings, finding("U106", Location(str(source)))]
    if checked.traits is None or reading is None or read.opened is None:
        return b"", checked.findings
    foreign = list(_foreign(reading))
    if foreign:
        names = "、".join(f"“{name}”" for name in foreign)
        found = finding("U102", Location(str(source), foreign[0]), sheets=names)
        return b"", [*checked.findings, found]
    data, remark = _copied(source, read.opened, reading, keep_formulas)
    return data, [*checked.findings, *([remark] if remark else [])]


def _copied(
    source: Path, opened: Opened, reading: WorkbookReading, keep_formulas: bool
) -> tuple[bytes, Finding | None]:
    """The copy, or b"" and why there is none; or the copy and what of it is not as it was."""
    try:
        copy = UploadCopy(
            xlsx_package(opened), [*dict.fromkeys(sheet.sheet.name for sheet in reading.sheets)]
        )
        if places := copy.uncached():
            return b"", _about("U101", source, places)
        data, settled = copy.finish(keep_formulas=keep_formulas)
    except Refused as refused:
        return b"", refused.finding
    except (ParseError, ValueError, IndexError, RecursionError):
        return b"", finding("F106", Location(str(source)))
    return data, _about("U104", source, settled) if settled else None


def _foreign(reading: WorkbookReading) -> Iterator[str]:
    """The sheets with content that are neither forms nor marked as ours."""
    for sheet in reading.unknown:
        if HELPER_MARK not in reading.book.names_on(sheet.name):
            yield sheet.name


def _about(code: str, source: Path, places: Sequence[SheetCell]) -> Finding:
    return finding(code, Location(str(source), *places[0]), count=len(places))
