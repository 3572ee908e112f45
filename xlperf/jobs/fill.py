"""A ledger to a folder of workbooks, one a unit: named, filled, written whole or not at all."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.files import safe_name
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs.copies import claim_targets
from xlperf.jobs.run_options import USUAL, RunOptions
from xlperf.jobs.write_workbooks import write_workbooks
from xlperf.ledgers.answers import Answers, read_answers, write_answers
from xlperf.ledgers.ledger import Ledger, read_ledger

if TYPE_CHECKING:
    from xlperf.jobs import carry_over
else:
    carry_over = LazyModule("xlperf.jobs.carry_over")


@dataclass(frozen=True, slots=True)
class FillResult:
    """The files written, in ledger order; what is wrong with the ledger; the units left out, by name.

    ``findings`` begin with those of the ledger. ``has_questions``: something was in doubt, and is asked in
    the mapping file where one was named.
    """

    files: list[Path]
    findings: list[Finding]
    seconds: float
    skipped: list[str]
    has_questions: bool = False


def fill(  # noqa: PLR0913 — one for each choice
    source: str | Path,
    profile_id: str | None,
    out_dir: str | Path,
    *,
    working: bool = False,
    functions: bool = False,
    force: bool = False,
    mapping: Path | None = None,
    report: Callable[[Ledger], None] | None = None,
    last_year: Sequence[str | Path] = (),
    options: RunOptions = USUAL,
) -> FillResult:
    """Write the workbook of every unit of the ledger ``source`` into the folder ``out_dir``.

    ``profile_id`` may be None for a ledger that names its profile. The workbooks hold the official sheets;
    ``working`` copies colour the cells that break a rule and have the helper sheets after them, which makes
    them many times as large, with ``functions`` also a panel that the add-in fills. Units whose files would
    have the same name, and those whose amounts look like 元 as a whole, are left out, with a finding each.
    ``mapping`` is the file with the answers to what was in doubt before, to which new questions are added;
    ``report`` is called with the ledger as read, before anything is written. ``last_year`` is what the units
    filed last year, or last year's ledger: its figures fill the blanks of this one.

    Raises InputError when the ledger, the mapping or the profile cannot be read or no profile is known,
    OutputError when a file exists already (without ``force``; nothing is written then) or cannot be written;
    every file that is there afterwards is whole.
    """
    started = time.perf_counter()
    chosen = load_profile(profile_id) if profile_id else None
    answers = read_answers(mapping) if mapping else Answers()
    ledger = read_ledger(source, chosen, answers)
    profile = ledger.profile
    if last_year:
        reading = RunOptions(options.workers)
        ledger.findings.extend(carry_over.complete_ledger(ledger, last_year, reading))
    if mapping and answers.has_questions:
        write_answers(mapping, answers)
    names, clashes = file_names(ledger.filings, ledger.source)
    folder = Path(out_dir)
    jobs = [(filing, folder / name) for filing, name in names if filing.unit_code not in ledger.held]
    with options.journal(profile, working, functions) as journal:
        claim_targets(journal, "", [], [path for _, path in jobs], folder, force=force)
        if report:
            report(ledger)
        write_workbooks(jobs, profile, options, journal, working=working, functions=functions)
    written = {filing.unit_code for filing, _ in jobs}
    skipped = [filing.unit_name for filing in ledger.filings if filing.unit_code not in written]
    findings, seconds = [*ledger.findings, *clashes], time.perf_counter() - started
    return FillResult([path for _, path in jobs], findings, seconds, skipped, answers.has_questions)


def file_name(filing: Filing) -> str:
    """``编码_名称.xlsx``, safe on Windows and Linux; different units may get the same name."""
    return f"{safe_name(f'{filing.unit_code}_{filing.unit_name}')}.xlsx"


def file_names(filings: Sequence[Filing], source: str) -> tuple[list[tuple[Filing, str]], list[Finding]]:
    """Filings with their file names, without those that clash, and a finding at ``source`` for each clash."""
    sharing: dict[str, list[Filing]] = defaultdict(list)
    for filing in filings:
        sharing[file_name(filing).casefold()].append(filing)
    named = [(filing, file_name(filing)) for filing in filings]
    findings = []
    for alike in sharing.values():
        for filing in alike if len(alike) > 1 else ():
            others = "、".join(_unit(other) for other in alike if other is not filing)
            place = Location(source, unit_code=filing.unit_code, unit_name=filing.unit_name)
            findings.append(finding("L140", place, unit=_unit(filing), others=others, name=file_name(filing)))
    return [(filing, name) for filing, name in named if len(sharing[name.casefold()]) == 1], findings


def _unit(filing: Filing) -> str:
    return f"{filing.unit_name}（{filing.unit_code}）"
