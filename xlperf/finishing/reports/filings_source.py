"""What reports are written of: a ledger or what units filed, their earlier reports, points given by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from xlperf.checks.filing_parts import is_same_unit
from xlperf.checks.grading.score_sheet import score_sheet
from xlperf.core.errors import InputError
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Form
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.declarations.source import text_of
from xlperf.finishing.grading.entries import table_name
from xlperf.finishing.grading.score_cells import score_entries
from xlperf.finishing.reports.figures import Entries
from xlperf.finishing.reports.own_paragraphs import EarlierReport, earlier_report
from xlperf.intake.filing_reader import read_filing
from xlperf.intake.kinds import open_file
from xlperf.jobs.dangers import not_passed_on
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import gather
from xlperf.jobs.unit_filings import received_units
from xlperf.ledgers.answers import Answers, read_answers, write_answers
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.sources import is_ledger
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import Limits
from xlperf.report_text.report_reading import report_of

_WORKBOOK = ".xlsx"
_T = TypeVar("_T")


@dataclass(slots=True)
class SourceFilings:
    """The filings in the order of their source, without provenance; what is wrong with it; the units that
    are left out. ``is_ledger``: nothing was received, and nothing of it is in the journal of the run.
    """

    filings: list[Filing]
    findings: list[Finding]
    skipped: list[str] = field(default_factory=list)
    is_ledger: bool = False
    has_questions: bool = False


def source_filings(
    paths: Sequence[str | Path],
    profile: str | None,
    *,
    mapping: Path | None = None,
    options: RunOptions = USUAL,
    output: Path | None = None,
) -> SourceFilings:
    """The filings of a ledger, where ``paths`` is one, else those of the packages under ``paths``.

    ``mapping`` has the answers to what was in doubt about a ledger. Raises InputError for what cannot be
    read and where no profile is known.
    """
    if len(paths) == 1 and is_ledger(paths[0]):
        return _of_ledger(paths[0], profile, mapping)
    return _of_packages(paths, profile, options, output)


def _of_ledger(source: str | Path, profile: str | None, mapping: Path | None) -> SourceFilings:
    answers = read_answers(mapping) if mapping else Answers()
    ledger = read_ledger(source, load_profile(profile) if profile else None, answers)
    if mapping and answers.has_questions:
        write_answers(mapping, answers)
    filings = [slim(filing) for filing in ledger.filings if filing.unit_code not in ledger.held]
    skipped = [filing.unit_name for filing in ledger.filings if filing.unit_code in ledger.held]
    return SourceFilings(filings, list(ledger.findings), skipped, True, answers.has_questions)


def _of_packages(
    paths: Iterable[str | Path], profile: str | None, options: RunOptions, output: Path | None
) -> SourceFilings:
    filings: list[Filing] = []
    findings: list[Finding] = []
    skipped: list[str] = []
    with received_units(paths, profile, options=options, output=output) as received:
        risks = {file.path: file.dangers for file in received.report.files if file.dangers}
        findings += [found for found in received.report.findings if found.code.startswith("F")]
        for unit in received.filings():
            dangerous = [path for path in unit.files if path in risks]
            findings += [not_passed_on("W102", path, risks[path]) for path in dangerous]
            if dangerous or not unit.filing.records:
                skipped.append(unit.name)
            else:
                filings.append(slim(unit.filing))
    return SourceFilings(filings, findings, skipped)


def slim(filing: Filing) -> Filing:
    """The filing without provenance, which no report shows, and without project sheets left blank."""
    forms = load_profile(filing.profile).forms
    records = [
        Record(record.form, record.sheet, record.fields, record.tables)
        for record in filing.records
        if not (forms[record.form].repeated and _is_blank(record, forms[record.form]))
    ]
    return Filing(filing.unit_code, filing.unit_name, filing.profile, records)


def _is_blank(record: Record, form: Form) -> bool:
    """Whether nobody has filled in anything: what a form has by itself does not count."""
    return all(
        record.fields.get(name) is None or field.formula is not None or field.default is not None
        for name, field in form.fields.items()
    )


def _outcomes(
    tasks: Sequence[Task[tuple[_T, str]]], nothing: _T, options: RunOptions
) -> Iterator[tuple[str, _T, str]]:
    """The path of each call, what it gave, and why that is ``nothing``, "" where it is not."""
    with options.runner(load_declarations) as runner:
        for _ in runner.run(tasks):
            pass
    for task in tasks:
        yield task.path, *((nothing, task.refusal.finding.message) if task.refusal else task.made())


def reports_of_units(
    paths: Sequence[str | Path], filings: Sequence[Filing], options: RunOptions
) -> tuple[Mapping[int, Sequence[EarlierReport]], list[Finding]]:
    """The reports under ``paths`` by the identity of the filing that they are for, nearest in year first.

    And a finding for each that is of no use. Raises InputError for a path that does not exist.
    """
    if not paths or not filings:
        return {}, []
    profiles = list(dict.fromkeys(filing.profile for filing in filings))
    files = [str(path) for path in gather(paths)]
    limits = options.limits
    tasks = [Task(file, limits.seconds, _read, (file, profiles, limits)) for file in files]
    found: dict[int, list[EarlierReport]] = defaultdict(list)
    unused = []
    for path, reports, reason in _outcomes(tasks, {}, options):
        filing = _whose(next(iter(reports.values())), filings) if reports else None
        if filing and any(reports[filing.profile].paragraphs.values()):
            found[id(filing)].append(reports[filing.profile])
        else:
            why = reason or _unused(reports, filing)
            unused.append(finding("W103", Location(path), reason=why.rstrip("。")))
    years = {id(filing): load_profile(filing.profile).year for filing in filings}
    for of_filing, reports_found in found.items():
        reports_found.sort(key=partial(_years_apart, year=years[of_filing]))
    return found, unused


def _years_apart(report: EarlierReport, year: int) -> int:
    return abs(report.year - year)


def _unused(reports: Mapping[str, EarlierReport], filing: Filing | None) -> str:
    """Why a report that was read is of no use."""
    if filing or not any(any(report.paragraphs.values()) for report in reports.values()):
        return text_of("report_bodies", "no_sections")
    return text_of("report_bodies", "no_unit", unit=next(iter(reports.values())).unit)


def _read(path: str, profiles: Sequence[str], limits: Limits) -> tuple[Mapping[str, EarlierReport], str]:
    """In a worker: an earlier report by the outline of each of ``profiles``, or why there is none."""
    try:
        text = report_of(open_file(path, limits), limits)
    except InputError as error:
        return {}, str(error)
    return {profile: earlier_report(text, load_profile(profile)) for profile in profiles}, ""


def _whose(report: EarlierReport, filings: Sequence[Filing]) -> Filing | None:
    """The unit that a report is of: by the code of its file, else by the name in its title; None in doubt."""
    by_code = [filing for filing in filings if report.code and filing.unit_code == report.code]
    name = name_key(report.unit)
    alike = by_code or [
        filing for filing in filings if name and is_same_unit(name_key(filing.unit_name), name)
    ]
    exact = [filing for filing in alike if name_key(filing.unit_name) == name] or alike
    return exact[0] if len(exact) == 1 else None


def score_entries_of(
    folder: Path | None, filings: Sequence[Filing], options: RunOptions
) -> tuple[Mapping[int, Entries], list[Finding]]:
    """The entries in the grading tables of ``folder`` by the identity of the filing that they are for.

    And a finding for each table that cannot be read.
    """
    known = {} if folder is None else _tables(folder, filings)
    if not known:
        return {}, []
    limits = options.limits
    tasks = [Task(path, limits.seconds, _entries, (path, name, limits)) for path, (_, name) in known.items()]
    found: dict[int, Entries] = {}
    refused = []
    for path, entries, reason in _outcomes(tasks, {}, options):
        if reason:
            refused.append(finding("W105", Location(path), reason=reason.rstrip("。")))
        else:
            found[id(known[path][0])] = entries
    return found, refused


def _tables(folder: Path, filings: Sequence[Filing]) -> Mapping[str, tuple[Filing, str]]:
    """Path of a grading table → the filing that it is of, and the name of its score sheet."""
    found = {}
    for filing in filings:
        name = load_profile(filing.profile).grading.get("scores", "")
        path = folder / f"{table_name(filing.unit_code, filing.unit_name)}{_WORKBOOK}"
        if name and path.exists():
            found[str(path)] = filing, name
    return found


def _entries(path: str, name: str, limits: Limits) -> tuple[Entries, str]:
    """In a worker: the entries of one table, or why it cannot be read."""
    received = read_filing(path, None, limits)
    if received.book is None:
        return {}, "；".join(found.message for found in received.findings)
    return score_entries(received.book, score_sheet(name)), ""
