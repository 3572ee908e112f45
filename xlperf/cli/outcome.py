"""What a command shows of its work: progress on stderr, findings as asked for, and the exit status.

Progress is a bar on a terminal, a line for each tenth elsewhere; nothing in the first second, so that quick
work stays silent.
"""

# ruff: noqa: PLC0415 — libraries are imported when a bar is drawn or there are findings, so that --help is quick

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import click

from xlperf.cli.commands import echo
from xlperf.cli.option_types import Word
from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from xlperf.declarations import finding_filters
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.findings import Finding
    from xlperf.jobs.baseline import Baseline
else:
    finding_filters = LazyModule("xlperf.declarations.finding_filters")

_SILENCE = 1.0  # seconds
_TENTHS = 10


class Progress(Protocol):
    """What library functions call after each piece of work."""

    def __call__(self, done: int, total: int) -> None:
        """Say that ``done`` of ``total`` pieces are finished."""


@contextmanager
def resumable(key: str = "copies") -> Iterator[None]:
    """A block or command whose work another run can go on from: where it is interrupted, that is said last.

    ``key`` is the text among schemas/messages.json, resume.
    """
    from xlperf.declarations.source import text_of

    try:
        yield
    except KeyboardInterrupt as interrupt:
        interrupt.add_note(text_of("messages", "resume", key))
        raise


class Meter:
    """A Progress that shows itself while the ``with`` block runs; silent when ``quiet``."""

    def __init__(self, title: str, *, quiet: bool = False) -> None:
        self.title = title
        self._quiet = quiet
        self._start = monotonic()
        self._tenth = 0
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._start = monotonic()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` pieces are finished."""
        if self._quiet or monotonic() - self._start < _SILENCE:
            return
        if sys.stderr.isatty():
            self._draw(done, total)
        else:
            self._tell(done, total)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None or self._task is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self.title)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def _tell(self, done: int, total: int) -> None:
        tenth = done * _TENTHS // max(total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            elapsed = monotonic() - self._start
            left = elapsed * (total - done) / done
            rest = f"，约剩 {left:.0f} 秒" if done < total else ""
            click.echo(f"{self.title} {done}/{total}（{elapsed:.0f} 秒{rest}）", err=True)


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(stderr=True), transient=True)


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
    for line in lines(report, colour=colour, took=True):
        click.echo(line, color=colour)


def print_findings(findings: Sequence["Finding"]) -> None:
    """Print findings that belong to no report, such as those about a ledger."""
    from xlperf.declarations.finding_order import by_place
    from xlperf.outputs.text_report import entries

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for line in entries(by_place(findings), {}, colour=colour):
        click.echo(line, color=colour)


class ReportFilter:
    """--select, --ignore and --exempt: InputError for wrong codes and exemption files, before any work."""

    def __init__(self, select: Sequence[str], ignore: Sequence[str], exempt: str | None) -> None:
        from xlperf.declarations.explain import all_codes
        from xlperf.declarations.finding_filters import Selection

        known = all_codes() if select or ignore or exempt else ()
        self._selection = Selection(select, ignore, known)
        self._exemptions = finding_filters.read_exemptions(exempt) if exempt else []

    def of(self, report: "Report") -> "Report":
        """The report with the findings that were asked for; exempted ones are listed apart."""
        chosen = self._selection
        if chosen.is_everything and not self._exemptions:
            return report
        if not self._exemptions:
            return report.holding(chosen.of(report.findings), [])
        opened, exempted, extra = finding_filters.apply(
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
