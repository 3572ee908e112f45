"""Files of earlier reports → read by workers, each given to the filing of the unit that it is of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from xlperf.checks.filing_parts import is_same_unit
from xlperf.core.errors import InputError
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.declarations.source import text_of
from xlperf.finishing.reports.own_paragraphs import EarlierReport, earlier_report
from xlperf.intake.kinds import open_file
from xlperf.jobs.reading_files import load_declarations
from xlperf.jobs.runner import Runner, Task
from xlperf.jobs.sources import gather
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import Limits
from xlperf.report_text.report_reading import report_of


def reports_of_units(
    paths: Sequence[str | Path], filings: Sequence[Filing], workers: int, limits: Limits
) -> tuple[Mapping[int, Sequence[EarlierReport]], list[Finding]]:
    """The reports under ``paths`` by the identity of the filing that they are for, nearest in year first.

    And a finding for each that is of no use. Raises InputError for a path that does not exist.
    """
    if not paths or not filings:
        return {}, []
    profile_id = filings[0].profile
    files = [str(path) for path in gather(paths)]
    tasks = [Task(file, limits.seconds, _read, (file, profile_id, limits)) for file in files]
    with Runner(workers, limits, load_declarations) as runner:
        for _ in runner.run(tasks):
            pass
    found: dict[int, list[EarlierReport]] = defaultdict(list)
    unused = []
    for task in tasks:
        report, reason = (None, task.refusal.finding.message) if task.refusal else task.made()
        filing = _whose(report, filings) if report else None
        if report and filing:
            found[id(filing)].append(report)
        else:
            why = reason or text_of("report_bodies", "no_unit", unit=report.unit if report else "")
            unused.append(finding("W103", Location(task.path), reason=why.rstrip("。")))
    year = load_profile(profile_id).year
    ordered = {
        key: sorted(reports, key=lambda report: abs(report.year - year)) for key, reports in found.items()
    }
    return ordered, unused


def _read(path: str, profile_id: str, limits: Limits) -> tuple[EarlierReport | None, str]:
    """In a worker: an earlier report, or why there is none."""
    try:
        report = earlier_report(report_of(open_file(path, limits), limits), load_profile(profile_id))
    except InputError as error:
        return None, str(error)
    if not any(report.paragraphs.values()):
        return None, text_of("report_bodies", "no_sections")
    return report, ""


def _whose(report: EarlierReport, filings: Sequence[Filing]) -> Filing | None:
    """The unit that a report is of: by the code of its file, else by the name in its title; None in doubt."""
    by_code = [filing for filing in filings if report.code and filing.unit_code == report.code]
    name = name_key(report.unit)
    alike = by_code or [
        filing for filing in filings if name and is_same_unit(name_key(filing.unit_name), name)
    ]
    exact = [filing for filing in alike if name_key(filing.unit_name) == name] or alike
    return exact[0] if len(exact) == 1 else None
