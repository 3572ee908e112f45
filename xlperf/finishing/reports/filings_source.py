"""A ledger, or what units filed → the filings of which reports are written, and why some units have none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Form
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.dangers import not_passed_on
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.unit_filings import received_units
from xlperf.ledgers.answers import Answers, read_answers, write_answers
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.sources import is_ledger


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
