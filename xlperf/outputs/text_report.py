"""A report as text for the terminal or a .txt file, grouped by file, one problem to a line."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

import click

from xlperf.declarations.check_report import CheckedFile, Report
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Severity
from xlperf.outputs.escaping import one_line
from xlperf.outputs.finding_texts import (
    details,
    place,
    recognised,
    subject,
)

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def render(report: Report, target: Path | None = None) -> bytes:
    """The report as UTF-8 text without colours."""
    return ("\n".join(lines(report)) + "\n").encode(errors="backslashreplace")


def lines(report: Report, *, colour: bool = False) -> Iterator[str]:
    """The report line by line; ``colour`` adds terminal colours to severities and file names."""
    yield from entries(report.findings, {file.path: file for file in report.files}, colour=colour)
    yield from _exempted(report)
    yield from _listed("已改正（上次有，这次没有了）", report.fixed)
    yield from _listed("未复查（这次没有报来，或没能读出）", report.unchecked)
    yield summary(report)


def entries(
    findings: Iterable[Finding], files: Mapping[str, CheckedFile], *, colour: bool = False
) -> Iterator[str]:
    """Findings in the order given, under the name of their file."""
    for path, group in groupby(findings, key=lambda finding: finding.location.file):
        heading = _heading(path, files.get(path))
        yield click.style(heading, bold=True) if colour else heading
        if path in files and any(form.certainty < 1 for form in files[path].forms):
            yield f"  认表的把握：{recognised(files[path])}"
        for finding in group:
            yield from _entry(finding, colour)
        yield ""


def outcomes(report: Report) -> Iterator[str]:
    """A line for each file: its name, its counts, the forms in it."""
    for file in report.files:
        counts = f"错误 {file.errors}，警告 {file.warnings}，提示 {file.notes}"
        seen = f"；认出 {recognised(file)}" if file.forms else ""
        yield f"{one_line(file.path)}：{counts}{seen}"


def summary(report: Report) -> str:
    """One sentence: how many files, how long, how many findings of each severity."""
    checked = f"共检查 {len(report.files)} 个文件，用时 {report.seconds:.1f} 秒："
    counts = f"错误 {report.errors}，警告 {report.warnings}，提示 {report.notes}"
    apart = f"；另有已豁免 {len(report.exempted)}" if report.exempted else ""
    return checked + (counts if report.findings else "未发现问题") + apart + "。" + _compared(report)


def _compared(report: Report) -> str:
    counts = "，".join(f"{status.value} {len(found)}" for status, found in report.by_status.items())
    return f"与 {one_line(report.baseline)} 相比：{counts}。" if counts else ""


def _heading(path: str, file: CheckedFile | None) -> str:
    unit = " ".join(part for part in (file.unit_code, file.unit_name) if part) if file else ""
    return one_line(f"{path}（{unit}）" if unit else path or "全部文件")


def _entry(finding: Finding, colour: bool) -> Iterator[str]:
    severity = finding.severity.value
    if colour:
        severity = click.style(severity, fg=_COLOURS[finding.severity], bold=True)
    where = " ".join(part for part in (place(finding), subject(finding)) if part)
    status = f"{finding.status.value} " if finding.status else ""
    reference = f"{status}{finding.code} {one_line(where)}".rstrip()
    yield f"  {severity} {reference}：{one_line(finding.message)}"
    yield from (f"       {heading}：{one_line(text)}" for heading, text in details(finding))


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
        yield "已豁免（不计入问题）"
        for finding in report.exempted:
            where = " ".join(part for part in (finding.location.file, place(finding)) if part)
            yield f"  {finding.code} {one_line(where)}：{one_line(finding.message)}"
            yield f"       豁免理由：{one_line(finding.exempt)}"
        yield ""
