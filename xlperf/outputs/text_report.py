"""A report as text for the terminal or a .txt file, by unit, one problem to a line; its sum in a sentence."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, groupby
from pathlib import Path
from typing import IO

import click

from xlperf.declarations.check_report import Report
from xlperf.declarations.checked_files import GUESSED, CheckedFile
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.stored_findings import Spread, unit_counts
from xlperf.declarations.unit_findings import files_of
from xlperf.outputs.finding_texts import (
    details,
    one_line,
    place,
    recognised,
    subject,
    under,
    unit_of,
    whole_place,
)

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


FileAt = Callable[[str], CheckedFile | None]
"""A path → the file there."""


def write(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the report as UTF-8 text without colours, line by line."""
    stream.writelines(f"{line}\n".encode(errors="backslashreplace") for line in lines(report))


def lines(report: Report, *, colour: bool = False, took: bool = False) -> Iterator[str]:
    """The report line by line; ``colour`` adds terminal colours, ``took`` how long the check took."""
    yield from _units(report.findings, report.file(), colour)
    yield from _exempted(report)
    yield from _listed(_text("fixed"), report.fixed)
    yield from _listed(_text("unchecked"), report.unchecked)
    yield summary(report, took=took)


def entries(findings: Iterable[Finding], files: FileAt, *, colour: bool = False) -> Iterator[str]:
    """Findings in the order given, under the name of their file."""
    for path, group in groupby(findings, key=lambda finding: finding.location.file):
        yield from _group(_heading(path, files(path)), [path], group, files, colour)


def _units(findings: Iterable[Finding], files: FileAt, colour: bool) -> Iterator[str]:
    """Findings in the order given, under their unit, or under the file where it has one."""
    for _, unit in groupby(findings, key=lambda finding: finding.location.unit):
        group = [*unit]
        paths = list(dict.fromkeys(path for finding in group for path in sorted(files_of(finding))))
        named = unit_of(group[0].location)
        if len(paths) > 1:
            count = len([path for path in paths if path])
            heading = _text("several", unit=one_line(named or paths[0]), count=count)
        else:
            heading = _heading(paths[0], files(paths[0])) if paths[0] or not named else one_line(named)
        yield from _group(heading, paths, group, files, colour)


def _group(
    heading: str,
    paths: Sequence[str],
    findings: Iterable[Finding],
    files: FileAt,
    colour: bool,
) -> Iterator[str]:
    yield click.style(heading, bold=True) if colour else heading
    several = len(paths) > 1
    for path in paths:
        for text in _recognition(file) if (file := files(path)) else ():
            yield f"  {_text('in_file', file=one_line(path), text=text) if several else text}"
    for finding in findings:
        yield from _entry(finding, colour, several)
    yield ""


def _recognition(file: CheckedFile) -> Iterator[str]:
    if any(form.certainty < 1 for form in file.forms):
        yield _text("certainty", forms=recognised(file))
    if file.profile_by == GUESSED:
        yield _text("guessed", profile=file.profile)


def outcomes(report: Report) -> Iterator[str]:
    """A line for each file: its name, its counts, the forms in it."""
    for file in report.files:
        counts = _text("counts", errors=file.errors, warnings=file.warnings, notes=file.notes)
        seen = _text("recognised", forms=recognised(file)) if file.forms else ""
        yield f"{one_line(file.path)}：{counts}{seen}"


def summary(report: Report, *, took: bool = False) -> str:
    """One sentence: when, how many files, how many findings of each severity; with ``took`` how long.

    How long a check took is nothing for a list that is kept: it differs from run to run.
    """
    when = _text("date", date=date.fromisoformat(report.date)) if report.date else ""
    seconds = _text("took", seconds=report.seconds) if took else ""
    checked = _text("checked", when=when, files=len(report.files), took=seconds)
    counts = _text("counts", errors=report.errors, warnings=report.warnings, notes=report.notes)
    exempted = _text("exempted", count=len(report.exempted)) if report.exempted else ""
    left_out = _text("left_out", count=report.left_out) if report.left_out else ""
    folded = _text("folded", count=report.folded) if report.folded else ""
    found = counts + folded if report.findings else _text("none")
    return checked + found + exempted + left_out + "。" + _compared(report)


def verdict(report: Report) -> str:
    """Whether units must send again, or only explain, or nothing is wrong."""
    if report.worst is None:
        return text_of("reports", "verdict", "good")
    failed = sum(errors > 0 for _, errors, *_ in unit_counts(report.findings))
    if failed:
        found = (unit for unit, *_ in unit_counts(report.findings))
        filed = (file.unit_code or file.unit_name or file.path for file in report.files)
        units = chain(found, filed)
        first = next(units)
        key = "failed" if any(unit != first for unit in units) else "one_failed"
        return text_of("reports", "verdict", key, units=failed)
    if report.warnings:
        return text_of("reports", "verdict", "passed", warnings=report.warnings)
    return text_of("reports", "verdict", "noted")


def counts_text(findings: Iterable[Finding]) -> str:
    """How many findings of each severity there are."""
    counts = Counter(finding.severity for finding in findings)
    errors, warnings, notes = (counts[severity] for severity in Severity)
    return text_of("reports", "verdict", "unit", errors=errors, warnings=warnings, notes=notes)


def _compared(report: Report) -> str:
    counts = "，".join(f"{status.value} {len(found)}" for status, found in report.by_status.items())
    return _text("compared", baseline=one_line(report.baseline), counts=counts) if counts else ""


def _heading(path: str, file: CheckedFile | None) -> str:
    unit = " ".join(part for part in (file.unit_code, file.unit_name) if part) if file else ""
    return one_line(f"{path}（{unit}）" if unit else path or texts_of("reports")["all_files"])


def _entry(finding: Finding, colour: bool, names_file: bool) -> Iterator[str]:
    severity = finding.severity.value
    if colour:
        severity = click.style(severity, fg=_COLOURS[finding.severity], bold=True)
    shown = whole_place(finding) if names_file else place(finding)
    where = " ".join(part for part in (shown, subject(finding)) if part)
    status = f"{finding.status.value} " if finding.status else ""
    reference = f"{status}{finding.code} {one_line(where)}".rstrip()
    yield f"  {severity} {reference}：{one_line(finding.message)}"
    yield from (f"       {heading}：{one_line(text)}" for heading, text in details(finding))
    for heading, texts in under(finding):
        yield f"       {heading}："
        yield from (f"         {one_line(text)}" for text in texts)


def _listed(heading: str, findings: Iterable[Finding]) -> Iterator[str]:
    entries = [
        f"  {finding.code} {one_line(' '.join(filter(None, parts)))}：{one_line(finding.message)}"
        for finding in findings
        for parts in [(finding.location.file, place(finding), subject(finding))]
    ]
    if entries:
        yield from (heading, *entries, "")


def _exempted(report: Report) -> Iterator[str]:
    if report.exempted:
        yield _text("exempted_heading")
        for finding in report.exempted:
            where = " ".join(part for part in (finding.location.file, place(finding)) if part)
            yield f"  {finding.code} {one_line(where)}：{one_line(finding.message)}"
            yield f"       {_text('reason', reason=one_line(finding.exempt))}"
        yield ""


def _text(key: str, **values: object) -> str:
    return text_of("reports", "text", key, **values)
