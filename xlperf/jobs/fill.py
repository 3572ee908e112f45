"""A ledger to a folder of workbooks, one a unit: named, filled, written whole or not at all."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xlperf.core.errors import OutputError
from xlperf.core.files import ensure_writable_dir, safe_name
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing, Record
from xlperf.jobs.progress import Progress
from xlperf.jobs.write_workbooks import write_workbooks
from xlperf.ledgers.answers import Answers, read_answers, write_answers
from xlperf.ledgers.ledger import Ledger, read_ledger
from xlperf.workbooks.sheet_xml import LONGEST_TEXT


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
    workers: int = 1,
    force: bool = False,
    progress: Progress | None = None,
    mapping: Path | None = None,
    report: Callable[[Ledger], None] | None = None,
) -> FillResult:
    """Write the workbook of every unit of the ledger ``source`` into the folder ``out_dir``.

    ``profile_id`` may be None for a ledger that names its profile. The workbooks hold the official sheets;
    ``working`` copies colour the cells that break a rule and have the helper sheets after them, which makes
    them many times as large, with ``functions`` also a panel that the add-in fills. Units whose files would
    have the same name, and those whose amounts look like 元 as a whole, are left out, with a finding each.
    ``mapping`` is the file with the answers to what was in doubt before, to which new questions are added;
    ``report`` is called with the ledger as read, before anything is written; ``progress`` with the number of
    workbooks done and their total.

    Raises InputError when the ledger, the mapping or the profile cannot be read or no profile is known,
    OutputError when a file exists already (without ``force``; nothing is written then) or cannot be written;
    every file that is there afterwards is whole.
    """
    started = time.perf_counter()
    chosen = load_profile(profile_id) if profile_id else None
    answers = read_answers(mapping) if mapping else Answers()
    ledger = read_ledger(source, chosen, answers)
    profile = ledger.profile
    if mapping and answers.has_questions:
        write_answers(mapping, answers)
    names, clashes = _file_names(ledger)
    names = {key: name for key, name in names.items() if key not in _held(ledger)}
    folder = Path(out_dir)
    jobs = [(filing, folder / names[id(filing)]) for filing in ledger.filings if id(filing) in names]
    ensure_writable_dir(folder)
    if not force:
        _refuse_existing(folder, [path for _, path in jobs])
    if report:
        report(ledger)
    write_workbooks(jobs, profile, workers, progress, working=working, functions=functions)
    findings = [*ledger.findings, *clashes, *_cut_texts(ledger, profile)]
    skipped = [filing.unit_name for filing in ledger.filings if id(filing) not in names]
    seconds = time.perf_counter() - started
    return FillResult([path for _, path in jobs], findings, seconds, skipped, answers.has_questions)


def _held(ledger: Ledger) -> frozenset[int]:
    """The identities of the filings that wait for an answer."""
    return frozenset(id(filing) for filing in ledger.filings if filing.unit_code in ledger.held)


def file_name(filing: Filing) -> str:
    """``编码_名称.xlsx``, safe on Windows and Linux; different units may get the same name."""
    return f"{safe_name(f'{filing.unit_code}_{filing.unit_name}')}.xlsx"


def _file_names(ledger: Ledger) -> tuple[dict[int, str], list[Finding]]:
    """File names by the identity of filings, without those that clash, and a finding for each clash."""
    sharing: dict[str, list[Filing]] = defaultdict(list)
    for filing in ledger.filings:
        sharing[file_name(filing).casefold()].append(filing)
    names: dict[int, str] = {}
    findings = []
    for filings in sharing.values():
        if len(filings) == 1:
            names[id(filings[0])] = file_name(filings[0])
            continue
        for filing in filings:
            others = "、".join(_unit(other) for other in filings if other is not filing)
            place = _place(ledger, filing)
            findings.append(finding("L140", place, unit=_unit(filing), others=others, name=file_name(filing)))
    return names, findings


def _unit(filing: Filing) -> str:
    return f"{filing.unit_name}（{filing.unit_code}）"


def _place(ledger: Ledger, filing: Filing) -> Location:
    return Location(ledger.source, unit_code=filing.unit_code, unit_name=filing.unit_name)


def _refuse_existing(folder: Path, paths: Sequence[Path]) -> None:
    present = {path.name.casefold() for path in folder.iterdir()}
    existing = [path.name for path in paths if path.name.casefold() in present]
    if existing:
        raise OutputError(
            f"文件夹“{folder}”里已有 {len(existing)} 个要写的文件，第一个是“{existing[0]}”，"
            "没有改动任何文件。要覆盖请加 --force，或换一个文件夹。"
        )


def _cut_texts(ledger: Ledger, profile: Profile) -> Iterator[Finding]:
    for filing in ledger.filings:
        for record in filing.records:
            for label, text in _texts(record, profile):
                if (length := len(text.encode("utf-16-le", "surrogatepass")) // 2) > LONGEST_TEXT:
                    place = replace(_place(ledger, filing), sheet=record.sheet, label=label)
                    yield finding("L141", place, str(length), str(LONGEST_TEXT), unit=_unit(filing))


def _texts(record: Record, profile: Profile) -> Iterator[tuple[str, str]]:
    """Label and text of everything in ``record`` that may be longer than a cell."""
    form = profile.forms[record.form]
    for name, value in record.fields.items():
        if isinstance(value, str) and len(value) * 2 > LONGEST_TEXT:
            yield form.fields[name].label, value
    for table, rows in record.tables.items():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and len(value) * 2 > LONGEST_TEXT:
                    yield form.tables[table].columns[name].label, value
