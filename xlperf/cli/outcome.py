"""Findings of a command: which of them are asked for, how they are printed, and the exit status."""

# ruff: noqa: PLC0415 — libraries are imported when a command has findings, so that --help is quick

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import echo
from xlperf.cli.values import Word
from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    from xlperf.declarations import exemptions
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.findings import Finding
    from xlperf.jobs.baseline import Baseline
else:
    exemptions = LazyModule("xlperf.declarations.exemptions")

NEVER = "never"
_LEVELS = {"错误": "error", "警告": "warning", "提示": "note", "从不": NEVER}
_SPELLINGS = {**_LEVELS, **{word: word for word in _LEVELS.values()}}

FAIL_ON = click.option(
    "--fail-on",
    type=Word(_SPELLINGS, "错误|警告|提示|从不"),
    default="error",
    help="有这种及更严重的问题时退出码为 1，缺省为错误；也可写 error、warning、note、never。",
)


def status(findings: Sequence["Finding"], fail_on: str) -> int:
    """1 when a finding is at least as grave as ``fail_on``, else 0."""
    from xlperf.declarations.model import Severity

    if fail_on == NEVER:
        return 0
    limit = Severity[fail_on.upper()].rank
    return int(any(finding.severity.rank <= limit for finding in findings))


def print_report(report: "Report") -> None:
    """Print a report as text, in colours on a terminal unless NO_COLOR is set."""
    from xlperf.outputs.text_report import lines

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in lines(report, colour=colour):
        click.echo(line, color=colour)


def print_findings(findings: Sequence["Finding"]) -> None:
    """Print findings that belong to no report, such as those about a ledger."""
    from xlperf.declarations.check_report import in_order
    from xlperf.outputs.text_report import entries

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in entries(in_order(findings), {}, colour=colour):
        click.echo(line, color=colour)


class ReportFilter:
    """--select, --ignore and --exempt: InputError for wrong codes and exemption files, before any work."""

    def __init__(self, select: Sequence[str], ignore: Sequence[str], exempt: str | None) -> None:
        from xlperf.declarations.explain import all_codes
        from xlperf.declarations.selection import Selection

        known = all_codes() if select or ignore or exempt else ()
        self._selection = Selection(select, ignore, known)
        self._exemptions = exemptions.read_exemptions(exempt) if exempt else []

    def of(self, report: "Report") -> "Report":
        """The report with the findings that were asked for; exempted ones are listed apart."""
        chosen = self._selection
        if not self._exemptions:
            return report.holding(chosen.of(report.findings), [])
        opened, exempted, extra = exemptions.apply(
            report.findings, self._exemptions, chosen.known, date.today()
        )
        return report.holding([*chosen.of(opened), *extra], chosen.of(exempted))

    def compared(self, report: "Report", earlier: "Baseline") -> "Report":
        """The report compared with an earlier result, of which only the codes asked for count."""
        from xlperf.jobs.baseline import compare

        if earlier.version != report.version:
            echo(f"{earlier.path} 是 xlperf {earlier.version} 的结果，规则可能与 {report.version} 不尽相同。")
        chosen = self._selection.of
        before = replace(earlier, findings=chosen(earlier.findings), exempted=chosen(earlier.exempted))
        return compare(report, before)
