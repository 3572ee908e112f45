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
from itertools import chain, count
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from xlperf import __version__
from xlperf.cli.commands import command_texts, echo, message, volume
from xlperf.cli.option_types import Word
from xlperf.core.errors import OutputError
from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from xlperf.declarations import finding_filters
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.findings import Finding
    from xlperf.jobs import baseline as baselines
    from xlperf.jobs.baseline import Baseline
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.run_options import Progress, RunOptions
else:
    finding_filters = LazyModule("xlperf.declarations.finding_filters")
    baselines = LazyModule("xlperf.jobs.baseline")

_SILENCE = 1.0  # seconds
_TENTHS = 10
_FEW = 5
"""How many names of units, and notes of one kind, are listed."""


_INTERRUPTED = {"check": "check", "grade": "grade", "export": "export", "rollup": "export"}
"""Job → what is said where it is interrupted, among schemas/messages.json, resume; of the others "copies"."""


@contextmanager
def kept_run(
    job: str, output: Path | None, *, resume: bool, replaces: bool = True
) -> Iterator["Keeping | None"]:
    """The journal of a block that writes ``output``, so that another run can go on; None without an output.

    Where the block is interrupted, that is said last; where it ends, another run begins from nothing.
    """
    from xlperf.declarations.source import text_of
    from xlperf.jobs.journal import Keeping

    keeping = Keeping(output, resume, job, replaces) if output else None
    try:
        yield keeping
    except KeyboardInterrupt as interrupt:
        if keeping:
            interrupt.add_note(text_of("messages", "resume", _INTERRUPTED.get(job, "copies")))
        raise
    if keeping:
        keeping.finish()


def run_options(
    workers: int,
    passwords: Sequence[str] = (),
    *,
    progress: "Progress | None" = None,
    keeping: "Keeping | None" = None,
    engine: str = "",
) -> "RunOptions":
    """How the work of a command is done, by what its options say."""
    from xlperf.jobs.run_options import RunOptions
    from xlperf.ooxml.limits import Limits

    return RunOptions(workers, progress, Limits(passwords=tuple(passwords)), keeping, engine)


class Meter:
    """A progress function that shows itself while the ``with`` block runs; silent when the command is quiet.

    ``title`` names its message in commands.json.
    """

    def __init__(self, title: str) -> None:
        self.title = message(title)
        self._quiet = volume().quiet
        self._start = self._latest = monotonic()
        self._done = self._tenth = 0
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
        """Show that ``done`` of ``total`` pieces are finished; fewer than before are of another round."""
        if done < self._done:
            self._start, self._tenth = self._latest, 0
        self._done, self._latest = done, monotonic()
        if self._quiet or monotonic() - self._start < _SILENCE:
            return
        if sys.stderr.isatty():
            self._draw(done, total)
        else:
            self._print(done, total)

    def _draw(self, done: int, total: int) -> None:
        if self._bar is None or self._task is None:
            self._bar = _bar()
            self._task = self._bar.add_task(self.title)
            self._bar.start()
        self._bar.update(self._task, completed=done, total=total)

    def _print(self, done: int, total: int) -> None:
        tenth = done * _TENTHS // max(total, 1)
        if tenth > self._tenth:
            self._tenth = tenth
            elapsed = monotonic() - self._start
            left = elapsed * (total - done) / done
            rest = message("rest", seconds=left) if done < total else ""
            values = {"done": done, "total": total, "seconds": elapsed, "rest": rest}
            click.echo(message("progress", title=self.title, **values), err=True)


def _bar() -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Bar(*columns, console=Console(stderr=True), transient=True)


NEVER = "never"
_LEVELS = command_texts()["levels"]
_SPELLINGS = {**_LEVELS, **{word: word for word in _LEVELS.values()}}

FAIL_ON = click.option("--fail-on", type=Word(_SPELLINGS, "|".join(_LEVELS)), default="error")


def status(findings: Sequence["Finding"], fail_on: str) -> int:
    """1 when a finding is at least as grave as ``fail_on``, else 0."""
    from xlperf.declarations.forms_and_rules import Severity
    from xlperf.declarations.stored_findings import severities

    if fail_on == NEVER:
        return 0
    limit = Severity[fail_on.upper()].rank
    counts = severities(findings)
    return int(any(counts.get(severity) for severity in Severity if severity.rank <= limit))


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
    for line in entries(by_place(findings), lambda path: None, colour=colour):
        click.echo(line, color=colour)


def print_briefly(findings: Sequence["Finding"], made: Path, *, force: bool) -> None:
    """Print findings about what was ``made``; where there are many notes of a kind, once for each such kind.

    All are then in a list next to it, under a name that is free unless ``force`` replaces an earlier one.
    Where none can be written, all are printed.
    """
    from xlperf.declarations.check_report import Report
    from xlperf.declarations.checked_files import CheckedFile
    from xlperf.declarations.codes import builtin_codes
    from xlperf.declarations.forms_and_rules import Severity
    from xlperf.outputs.report_formats import write

    made = Path(os.path.abspath(made))
    kinds: dict[str, list[Finding]] = {}
    for found in findings:
        if found.severity is Severity.NOTE:
            kinds.setdefault(found.code, []).append(found)
    many = {code: found for code, found in kinds.items() if len(found) > _FEW}
    names = (message("notes_list", name=made.stem, number=number or "") for number in chain([0], count(2)))
    path = next(path for path in map(made.with_name, names) if force or not path.exists())
    try:
        if many:
            files = [CheckedFile(file) for file in dict.fromkeys(found.location.file for found in findings)]
            write(Report(__version__, files=files).holding(findings), path)
    except OutputError:
        many = {}
    print_findings([found for found in findings if found.code not in many])
    for code, notes in many.items():
        name = builtin_codes()[code].name
        click.echo(message("many_notes", code=code, name=name, count=len(notes), fix=notes[0].fix))
    if many:
        echo(message("problem_list", path=path))


def print_made(
    files: Sequence[Path], skipped: Sequence[str], key: str, *, asked: bool, mapping: Path | None
) -> None:
    """Print the files made of a ledger, the units that were ``skipped``, and where its doubts are asked.

    ``key`` names the message about units. Doubts are in ``mapping`` where there is one.
    """
    for file in files:
        echo(str(file), at=1)
    if skipped:
        more = message("more") if len(skipped) > _FEW else ""
        echo(message(key, count=len(skipped), names="、".join(skipped[:_FEW]), more=more))
    if asked:
        named = {"path": mapping, "name": mapping.name} if mapping else {}
        echo(message("doubts_written" if mapping else "doubts", **named))


class ReportFilter:
    """--select, --ignore, --exempt and --baseline: what is left of a report.

    Raises InputError for wrong codes and files that cannot be read, before any work.
    """

    def __init__(
        self, select: Sequence[str], ignore: Sequence[str], exempt: str | None, baseline: str | None = None
    ) -> None:
        from xlperf.declarations.explain import all_codes
        from xlperf.declarations.finding_filters import Selection

        known = all_codes() if select or ignore or exempt else ()
        self._selection = Selection(select, ignore, known)
        self._exemptions = finding_filters.read_exemptions(exempt) if exempt else []
        self._baseline = baselines.read_baseline(baseline) if baseline else None

    def of(self, report: "Report") -> "Report":
        """The report with the findings that were asked for, compared with the earlier result if there is one.

        Exempted findings are listed apart.
        """
        kept = self._kept(report)
        return self._compared(kept, self._baseline) if self._baseline else kept

    def _kept(self, report: "Report") -> "Report":
        chosen = self._selection
        if chosen.is_everything and not self._exemptions:
            return report
        if not self._exemptions:
            return report.holding(chosen.of(report.findings), [])
        opened, exempted, extra = finding_filters.apply(
            report.findings, self._exemptions, chosen.known, date.today()
        )
        return report.holding([*chosen.of(opened), *extra], chosen.of(exempted))

    def _compared(self, report: "Report", earlier: "Baseline") -> "Report":
        """The report compared with an earlier result, of which only the codes asked for count."""
        if earlier.version != report.version:
            versions = {"earlier": earlier.version, "version": report.version}
            echo(message("other_version", path=earlier.path, **versions))
        chosen = self._selection.of
        before = replace(earlier, findings=chosen(earlier.findings), exempted=chosen(earlier.exempted))
        return baselines.compare(report, before)
