"""What was filed last year, or last year's ledger → next year's workbooks or ledger, begun from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from xlperf.checks.unit_filing import UnitFiling
from xlperf.core.files import ensure_writable_dir
from xlperf.declarations.codes import finding
from xlperf.declarations.evaluation import complete
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs.fill import file_names
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.sources import refuse_overwriting
from xlperf.jobs.unit_filings import FilingIndex, received_units
from xlperf.jobs.write_workbooks import write_workbooks
from xlperf.ledgers.carrying import carry_over, fill_blanks, form_changes
from xlperf.ledgers.ledger import Ledger, read_ledger
from xlperf.ledgers.sources import is_ledger
from xlperf.ledgers.template import ledger_rows, write_ledger
from xlperf.notation.text import name_key


@dataclass(slots=True)
class CarryResult:
    """The files written, for how many units, what was noticed, and what is different in the forms."""

    files: list[Path]
    units: int
    findings: list[Finding]
    changes: list[str] = field(default_factory=list)


_NOT_CARRIED = ("F", "D902", "D914")
"""How the codes begin of files that are not read, units that filed twice, and forms that are there twice."""


def last_years_filings(
    paths: Iterable[str | Path], options: RunOptions = USUAL
) -> tuple[list[UnitFiling], list[Finding]]:
    """The units of last year's ledger, or of the files, folders and archives that they filed; what of it is
    not among them. Of a unit that filed twice the first filing counts.

    Raises InputError as ``read_ledger`` and ``xlperf.jobs.check.check``.
    """
    given = [*paths]
    ledgers = [path for path in given if is_ledger(path)]
    units = [unit for path in ledgers for unit in _of_ledger(path)]
    others = [path for path in given if path not in ledgers]
    findings: list[Finding] = []
    if others:
        with received_units(others, options=options) as received:
            units += received.filings()
            findings += [found for found in received.report.findings if found.code.startswith(_NOT_CARRIED)]
    return [*{(unit.code, name_key(unit.name)): unit for unit in reversed(units)}.values()][::-1], findings


def _of_ledger(path: str | Path) -> Iterator[UnitFiling]:
    ledger = read_ledger(path, None)
    for filing in ledger.filings:
        records = [complete(record, ledger.profile).record for record in filing.records]
        full = Filing(filing.unit_code, filing.unit_name, filing.profile, records)
        file = str(path)
        yield UnitFiling(full, ledger.profile.year, (file,), [file] * len(records), [{} for _ in records])


def begin_year(  # noqa: PLR0913 — one for each choice
    profile_id: str,
    last_year: Sequence[str | Path],
    output: Path,
    *,
    as_ledger: bool = False,
    plain: bool = False,
    functions: bool = False,
    force: bool = False,
    options: RunOptions = USUAL,
) -> CarryResult:
    """Write next year's workbook of every unit that filed last year into the folder ``output``, or with
    ``as_ledger`` one ledger with all of them.

    A file that exists is left alone without ``force``: OutputError then, and nothing is written. Raises
    InputError for a profile or for paths that cannot be used.
    """
    profile = load_profile(profile_id)
    units, findings = last_years_filings(last_year, options)
    carried = [carry_over(u.filing, u.year, u.doubts, profile, u.files[0]) for u in units]
    findings += _not_the_year_before(units, profile)
    findings += [found for unit in carried for found in unit.findings]
    filings = [unit.filing for unit in carried]
    changes = _changes(units, profile)
    if as_ledger:
        refuse_overwriting("", (), [output], output.parent, force)
        ensure_writable_dir(output.parent)
        write_ledger(profile, output, ledger_rows(filings, profile))
        return CarryResult([output], len(units), findings, changes)
    names, clashes = file_names(filings, "")
    jobs = [(filing, output / name) for filing, name in names]
    targets = [path for _, path in jobs]
    refuse_overwriting("", (), targets, output, force)
    ensure_writable_dir(output)
    write_workbooks(jobs, profile, RunOptions(options.workers), working=not plain, functions=functions)
    return CarryResult(targets, len(jobs), [*findings, *clashes], changes)


def _not_the_year_before(units: Iterable[UnitFiling], profile: Profile) -> Iterator[Finding]:
    """A warning for each year that is not before that of the profile, at the first file of it."""
    first = {unit.year: unit.files[0] for unit in reversed([*units]) if unit.year >= profile.year}
    for year, file in sorted(first.items()):
        yield finding("L155", Location(file), str(year), profile=profile.name, year=profile.year)


def _changes(units: Sequence[UnitFiling], profile: Profile) -> list[str]:
    """What is different in the forms, once for each profile of last year."""
    old = dict.fromkeys(unit.filing.profile for unit in units if unit.filing.profile != profile.id)
    return list(dict.fromkeys(line for name in old for line in form_changes(load_profile(name), profile)))


def complete_ledger(ledger: Ledger, last_year: Sequence[str | Path], options: RunOptions) -> list[Finding]:
    """Put last year's figures where the ledger has none, in place; what was put where.

    Nothing that the ledger says is changed. Units of last year that it does not have are named.
    """
    units, findings = last_years_filings(last_year, options)
    index = FilingIndex.of(units)
    findings += _not_the_year_before(units, ledger.profile)
    found: set[str] = set()
    for filing in ledger.filings:
        last = index.find(filing.unit_code, filing.unit_name)
        if last is None:
            continue
        found.add(_key(last))
        carried = carry_over(last.filing, last.year, last.doubts, ledger.profile, last.files[0])
        findings += fill_blanks(filing, carried.filing, ledger.profile, last.files[0])
    for unit in units:
        if _key(unit) not in found:
            place = Location(unit.files[0], unit_code=unit.code, unit_name=unit.name)
            findings.append(finding("L151", place, unit.name))
    return findings


def _key(unit: UnitFiling) -> str:
    """By what a unit is known among those of a year."""
    return unit.code or name_key(unit.name)
