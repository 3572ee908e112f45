"""Files of earlier reports → read by workers, each given to the filing of the unit that it is of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
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
from xlperf.jobs.run_options import RunOptions
from xlperf.jobs.runner import Task
from xlperf.jobs.sources import gather
from xlperf.notation.text import name_key
from xlperf.ooxml.limits import Limits
from xlperf.report_text.report_reading import report_of


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
    with options.runner(load_declarations) as runner:
        for _ in runner.run(tasks):
            pass
    found: dict[int, list[EarlierReport]] = defaultdict(list)
    unused = []
    for task in tasks:
        reports, reason = ({}, task.refusal.finding.message) if task.refusal else task.made()
        filing = _whose(next(iter(reports.values())), filings) if reports else None
        if filing and any(reports[filing.profile].paragraphs.values()):
            found[id(filing)].append(reports[filing.profile])
        else:
            why = reason or _unused(reports, filing)
            unused.append(finding("W103", Location(task.path), reason=why.rstrip("。")))
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
