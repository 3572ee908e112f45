"""A ledger or packages → a folder of reports in Word, one or two a unit, on request as PDF too.

Each is written whole or not at all, by workers; an interrupted run goes on from where it was.
"""

import hashlib
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import safe_name
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import text_of
from xlperf.finishing.reports.figures import Entries
from xlperf.finishing.reports.filings_source import SourceFilings, reports_of_units, score_entries_of
from xlperf.finishing.reports.own_paragraphs import EarlierReport, left_out, own_for
from xlperf.finishing.reports.report_document import report_document
from xlperf.finishing.reports.report_paragraphs import kinds_of, name_of, write_report
from xlperf.finishing.reports.report_template import template_path
from xlperf.intake.office import NoAnswerError, office
from xlperf.jobs.copies import Copy, CopyMade, claim_targets, file_digest, write_copies
from xlperf.jobs.engines import Engine
from xlperf.jobs.journal import Journal
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import USUAL, RunOptions, Steps
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import gather
from xlperf.ooxml.limits import Limits

_SECONDS = 120.0
_UNLIMITED = Limits(memory_bytes=2**60)
"""Nothing that was received is read where reports are written."""
_PDF = "pdf:writer_pdf_Export"


@dataclass(frozen=True, slots=True)
class ReportsResult:
    """The documents written, in the order of their source; what is to be reported; the units left out."""

    files: list[Path]
    findings: list[Finding]
    seconds: float
    skipped: list[str]


@dataclass(frozen=True, slots=True)
class PlannedReport:
    """A report that is to be written: of a unit, of one kind, at ``target``, with earlier ones."""

    filing: Filing
    kind: str
    target: Path
    earlier: Sequence[EarlierReport] = ()
    entries: Entries = field(default_factory=dict)


def write_reports(  # noqa: PLR0913 — one for each choice
    source: SourceFilings,
    out_dir: str | Path,
    *,
    earlier: Sequence[str | Path] = (),
    grades: Path | None = None,
    template: Path | None = None,
    pdf: bool = False,
    force: bool = False,
    options: RunOptions = USUAL,
) -> ReportsResult:
    """Write the reports of every unit of ``source`` into the folder ``out_dir``.

    A file is called 编码_名称_ and the name of the report. ``earlier`` are reports, or folders of them, whose
    paragraphs are taken over by the units they are of. ``grades`` is a folder of ``xlperf grade``: what a
    person wrote on the score sheets there is taken over too. ``template`` takes the place of 自评报告.docx.
    Progress counts reports. The journal of the run is the one that ``source_filings`` was given.

    Raises InputError for what cannot be read, for a template that is none and, with ``pdf``, without
    LibreOffice; OutputError where a file exists already (without ``force``; nothing is written then).
    """
    started = time.perf_counter()
    folder = Path(out_dir)
    if pdf and office() is None:
        raise InputError(text_of("report_bodies", "no_office"))
    old, unused = reports_of_units(earlier, source.filings, options)
    entries, unread = score_entries_of(grades, source.filings, options)
    planned, clashes = _planned(source.filings, folder, old, entries)
    findings = [*source.findings, *unused, *unread, *clashes]
    targets = [plan.target for plan in planned]
    copies = [target.with_suffix(".pdf") for target in targets] if pdf else []
    with (
        options.journal(None) if source.is_ledger else Journal(options.keeping, None) as journal,
        replace(options, limits=_UNLIMITED).runner(load_declarations) as runner,
    ):
        claim_targets(
            journal, "", gather(earlier) if earlier else [], [*targets, *copies], folder, force=force
        )
        steps = options.steps(len(planned), 2 if pdf else 1)
        digest = file_digest(template or template_path())
        findings += _write(planned, template, digest, runner, journal, steps)
        if pdf:
            _write_pdf(targets, options.limits, runner, journal, steps)
    written = {plan.filing.unit_code or plan.filing.unit_name for plan in planned}
    skipped = source.skipped + [
        filing.unit_name for filing in source.filings if (filing.unit_code or filing.unit_name) not in written
    ]
    seconds = time.perf_counter() - started
    return ReportsResult([*targets, *copies], findings, seconds, skipped)


def _write(
    planned: Sequence[PlannedReport],
    template: Path | None,
    digest: str,
    runner: Engine,
    journal: Journal,
    steps: Steps,
) -> list[Finding]:
    """Write the documents; what is to be reported about them."""
    copies = (
        Copy(
            str(plan.target),
            plan.target,
            hashlib.sha256(f"{digest} {_content(plan)}".encode(errors="surrogateescape")).hexdigest(),
            partial(Task, str(plan.target), _SECONDS, made_report, (plan, template)),
        )
        for plan in planned
    )
    outcomes = write_copies(copies, runner, journal, steps.step)
    for target, outcome in outcomes.items():
        if not outcome.is_written:
            raise OutputError(f"{target}：{outcome.findings[0].message}")
    return [found for plan in planned for found in outcomes[str(plan.target)].findings]


def made_report(plan: PlannedReport, template: Path | None) -> CopyMade:
    """In a worker: the document of a report, and what of earlier ones was left out."""
    profile = load_profile(plan.filing.profile)
    written = write_report(plan.filing, profile, plan.kind, None, plan.entries)
    findings: list[Finding] = []
    for earlier in plan.earlier:
        if own := own_for(earlier, written):
            written = write_report(plan.filing, profile, plan.kind, own, plan.entries)
            if dropped := left_out(earlier, written):
                place = Location(
                    earlier.path, unit_code=plan.filing.unit_code, unit_name=plan.filing.unit_name
                )
                count = sum(map(len, own.values()))
                findings.append(finding("W104", place, count=count, dropped=len(dropped), text=dropped[0]))
            break
    return report_document(written, profile, template), findings


def _write_pdf(
    documents: Sequence[Path], limits: Limits, runner: Engine, journal: Journal, steps: Steps
) -> None:
    """Write a PDF next to each document; raises OutputError where LibreOffice makes none."""
    copies = (
        Copy(
            str(document),
            document.with_suffix(".pdf"),
            file_digest(document),
            partial(Task, str(document), limits.office_seconds * 2, _pdf, (document, limits.office_seconds)),
        )
        for document in documents
    )
    for document, outcome in write_copies(copies, runner, journal, steps.step).items():
        if not outcome.is_written:
            raise OutputError(text_of("report_bodies", "no_pdf", path=document))


def _pdf(document: Path, seconds: float) -> CopyMade:
    program = office()
    if program is None:
        return b"", []
    try:
        return program.convert(document.read_bytes(), document.suffix, _PDF, seconds), []
    except NoAnswerError:
        return b"", []


def _content(plan: PlannedReport) -> str:
    records = [(record.form, record.sheet, record.fields, record.tables) for record in plan.filing.records]
    filing = (plan.filing.unit_code, plan.filing.unit_name, plan.filing.profile, records)
    return f"{json.dumps(filing, default=str)} {plan.kind} {plan.earlier!r} {plan.entries!r}"


def _planned(
    filings: Sequence[Filing],
    folder: Path,
    earlier: Mapping[int, Sequence[EarlierReport]],
    entries: Mapping[int, Entries],
) -> tuple[list[PlannedReport], list[Finding]]:
    """The reports to write, and a finding for each unit whose files would be called as another's."""
    sharing: dict[str, list[Filing]] = defaultdict(list)
    for filing in filings:
        sharing[_stem(filing).casefold()].append(filing)
    findings = []
    for alike in sharing.values():
        for filing in alike if len(alike) > 1 else ():
            others = "、".join(_unit(other) for other in alike if other is not filing)
            place = Location(unit_code=filing.unit_code, unit_name=filing.unit_name)
            findings.append(finding("W101", place, unit=_unit(filing), others=others, name=_stem(filing)))
    planned = [
        PlannedReport(
            filing,
            kind,
            folder / f"{_stem(filing)}_{name}.docx",
            earlier.get(id(filing), ()),
            entries.get(id(filing), {}),
        )
        for filing in filings
        if len(sharing[_stem(filing).casefold()]) == 1
        for kind, name in _kinds(filing)
    ]
    return planned, findings


def _kinds(filing: Filing) -> Iterator[tuple[str, str]]:
    """The kinds of report that a unit writes, with their names; none of projects without any."""
    profile = load_profile(filing.profile)
    for kind in kinds_of(profile):
        if filing.of(kind) or kind not in {form.alias for form in profile.forms.values() if form.repeated}:
            yield kind, name_of(profile, kind)


def _stem(filing: Filing) -> str:
    return safe_name("_".join(part for part in (filing.unit_code, filing.unit_name) if part))


def _unit(filing: Filing) -> str:
    return f"{filing.unit_name}（{filing.unit_code}）" if filing.unit_code else filing.unit_name
