"""``xlperf check``, ``why``: received files to a list of problems, a cell to how its figure comes about."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Word,
    engine_option,
    expanded,
    last_year_option,
    password_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, ReportFilter, kept_run, print_report, run_options, status
from xlperf.core.errors import InputError
from xlperf.core.files import ensure_writable_dir
from xlperf.outputs.report_formats import FORMATS, ReportFormat, format_of, render, write

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.ooxml.limits import Limits


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


_LINKED = "json"
"""The format that has every finding in any case, with a link to its cause."""
_PRINTABLE = {name: name for name, written in FORMATS.items() if written.printable}


@click.command("check", cls=Command)
@sources_argument
@click.option("-p", "--profile")
@click.option("-o", "--output", "outputs", multiple=True)
@click.option("--format", "name", type=Word(_PRINTABLE))
@click.option("--ledger")
@last_year_option
@click.option("--select", multiple=True)
@click.option("--ignore", multiple=True)
@click.option("--exempt")
@click.option("--baseline")
@click.option("--all", "every", is_flag=True)
@click.option("--resume", is_flag=True)
@click.option("--changed-only", is_flag=True)
@password_option
@FAIL_ON
@workers_option
@engine_option
def check(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    profile: str | None,
    outputs: Sequence[str],
    name: str | None,
    ledger: str | None,
    last_year: Sequence[str],
    select: Sequence[str],
    ignore: Sequence[str],
    exempt: str | None,
    baseline: str | None,
    every: bool,
    resume: bool,
    changed_only: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
    engine: str,
) -> int:
    """Check received workbooks and list the problems; 1 where one is at least as grave as --fail-on."""
    from xlperf.jobs.check import check as check_all
    from xlperf.jobs.engines import spread_over
    from xlperf.ooxml.limits import LIMITS

    targets = [(Path(output), _format(output, name)) for output in outputs]
    for path, _ in targets:
        ensure_writable_dir(path.parent)
    asked_for = ReportFilter(select, ignore, exempt, baseline)
    goes_on = resume or changed_only
    with kept_run("check", _journalled(targets, goes_on), resume=goes_on) as keeping:
        with Meter("checking") as progress:
            report = check_all(
                expanded(paths),
                profile,
                ledger=ledger,
                last_year=expanded(last_year),
                options=run_options(workers, passwords, progress=progress, keeping=keeping, engine=engine),
            )
        if goes_on:
            checked = len(report.files) - report.unchanged
            echo(message("unchanged", unchanged=report.unchanged, checked=checked))
        report = replace(asked_for.of(report), seconds=elapsed())
        shown = report.unfolded() if every else report
        with run_options(workers).runner() as runner:
            for path, chosen in targets:
                written = report if chosen.name == _LINKED else shown
                write(written, path, chosen.name, spread_over(runner, LIMITS))
    _show(shown, targets, name)
    if targets or name in {None, "text"}:
        code = next((finding.code for finding in report.findings), "")
        echo_next("check_wrong" if code else "check_right", source=paths[0], code=code)
    return status(report.findings, fail_on)


def _journalled(targets: Sequence[tuple[Path, ReportFormat]], goes_on: bool) -> Path | None:
    """The output next to which the journal is: the first that is a file; UsageError where one is needed."""
    output = next((path for path, _ in targets if path.is_file() or not path.exists()), None)
    if goes_on and output is None:
        raise click.UsageError(message("resume_needs_output"))
    return output


def _format(output: str, name: str | None) -> ReportFormat:
    """What to write into ``output``: the format asked for, unless the suffix is that of another."""
    suffix = Path(output).suffix.lower()
    taken = any(suffix in known.suffixes for known in FORMATS.values())
    if name and (suffix in FORMATS[name].suffixes or not taken):
        return FORMATS[name]
    return format_of(output)


def _show(report: "Report", targets: Sequence[tuple[Path, ReportFormat]], name: str | None) -> None:
    """Print the report unless it went to a file, then only its summary; and the files that were written."""
    from xlperf.outputs.text_report import outcomes, summary

    asked, written = FORMATS[name] if name else None, [chosen for _, chosen in targets]
    if (asked or FORMATS["text"]).name == "text" and (not written or (asked and asked not in written)):
        print_report(report)
    elif asked and asked not in written:
        click.echo(render(report, asked.name), nl=False)
    elif written:
        echo(summary(report, took=True))
    for line in outcomes(report):
        echo(line, at=1)
    for path, _ in targets:
        echo(message("problem_list", path=path))


@click.command("why", cls=Command)
@click.argument("path")
@click.argument("cell")
@click.option("-p", "--profile")
@password_option
def why(path: str, cell: str, profile: str | None, passwords: Sequence[str]) -> None:
    """Print how the figure in a cell of a file comes about; InputError for a cell without one."""
    from xlperf.declarations.profile import load_profile
    from xlperf.jobs.runner import Task
    from xlperf.jobs.sources import gather

    if profile:
        load_profile(profile)
    options = run_options(1, passwords)
    (file,), limits = gather([path]), options.limits
    with options.runner() as runner:
        (task,) = runner.run(
            [Task(str(file), limits.seconds, _explained, (str(file), cell, profile, limits))]
        )
    if task.refusal:
        raise InputError(task.refusal.finding.message)
    lines, refused = task.made()
    if refused:
        raise InputError(refused)
    click.echo("\n".join(lines))
    echo_next("why", path=path)


def _explained(path: str, cell: str, profile: str | None, limits: "Limits") -> tuple[list[str], str]:
    """The lines about a cell, or why there are none."""
    from xlperf.checks.why import why as explained
    from xlperf.declarations.profile import load_profile

    try:
        return explained(path, cell, load_profile(profile) if profile else None, limits), ""
    except InputError as error:
        return [], str(error)
