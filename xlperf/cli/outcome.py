"""What a command with findings ends with: lines on the screen and an exit status."""

# ruff: noqa: PLC0415 — libraries are imported when a command has findings, so that --help is quick

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xlperf.cli.values import Word

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.findings import Finding

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
