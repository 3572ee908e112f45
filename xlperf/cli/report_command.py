"""``xlperf report``: the reports of the units of a ledger, or of those that filed something."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    Source,
    expanded,
    last_year_option,
    password_option,
    resume_option,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, print_made, resumable, status
from xlperf.cli.rollup_command import rolled_up

if TYPE_CHECKING:
    from xlperf.finishing.reports.filings_source import SourceFilings
    from xlperf.finishing.reports.run import ReportsResult
    from xlperf.finishing.rollup.rollup_figures import RollUp
    from xlperf.jobs.journal import Keeping

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.command("report", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=Source())
@click.option("-o", "--output", type=Output(), required=True)
@click.option("-p", "--profile")
@click.option("--from", "earlier", multiple=True, type=Source())
@click.option("--grades", type=Output())
@click.option("--template", type=Output(".docx"))
@click.option("--pdf", is_flag=True)
@click.option("--summary", is_flag=True)
@click.option("--ledger")
@last_year_option
@click.option("--map", "mapping", type=Output())
@click.option("--force", is_flag=True)
@resume_option
@password_option
@FAIL_ON
@workers_option
@resumable()
def report(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: Path,
    profile: str | None,
    earlier: Sequence[str],
    grades: Path | None,
    template: Path | None,
    pdf: bool,
    summary: bool,
    ledger: str | None,
    last_year: Sequence[str],
    mapping: Path | None,
    force: bool,
    resume: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
) -> int:
    """Write the report of each unit, or the one of the bureau; 1 where a finding is as grave as --fail-on."""
    from xlperf.finishing.reports.filings_source import source_filings
    from xlperf.finishing.reports.run import write_reports
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.run_options import RunOptions
    from xlperf.ooxml.limits import Limits

    options = RunOptions(workers, limits=Limits(passwords=tuple(passwords)))
    _refuse_mixed(summary, earlier or grades or pdf or mapping, ledger or last_year)
    if summary:
        keeping = Keeping(output, goes_on=resume, job="summary", replaces=True)
        options = replace(options, keeping=keeping)
        rolled = rolled_up(paths, profile, ledger, last_year, options, output)
        return _summary(rolled, keeping, output, template, force=force)
    keeping = Keeping(output, goes_on=resume, job="report", replaces=force)
    with Meter("checking") as progress:
        source = source_filings(
            _sources(paths),
            profile,
            mapping=mapping,
            options=replace(options, progress=progress, keeping=keeping),
            output=output,
        )
    with Meter("writing_reports") as progress:
        result = write_reports(
            source,
            output,
            earlier=expanded(earlier),
            grades=grades,
            template=template,
            pdf=pdf,
            force=force,
            options=replace(options, progress=progress, keeping=keeping),
        )
    keeping.finish()
    _print_written(result, source, output, mapping)
    return status(result.findings, fail_on)


def _refuse_mixed(summary: object, of_units: object, of_summary: object) -> None:
    """Raise UsageError for options of the units' reports with --summary, and the other way round."""
    if summary and of_units:
        raise click.UsageError(message("only_of_units"))
    if not summary and of_summary:
        raise click.UsageError(message("only_of_summary"))


def _sources(paths: Sequence[str]) -> Sequence[str | Path]:
    """The paths written out; the address of a database as it is."""
    return list(paths) if len(paths) == 1 and "://" in paths[0] else expanded(paths)


def _print_written(
    result: "ReportsResult", source: "SourceFilings", output: Path, mapping: Path | None
) -> None:
    """Print what was found, the files, the units without a report, where questions are, what to do next."""
    print_findings(result.findings)
    print_made(result.files, result.skipped, "no_reports_of", asked=source.has_questions, mapping=mapping)
    echo(message("reports_written", count=len(result.files), seconds=elapsed(), output=output))
    echo_next("report" if result.files else "report_none", output=output)


def _summary(
    rolled: "RollUp", keeping: "Keeping", output: Path, template: Path | None, *, force: bool
) -> int:
    """Write the bureau's report of the season and print where it is."""
    from xlperf.finishing.reports.summary_report import write_summary

    keeping.finish()
    path = write_summary(rolled, output, template, force=force)
    echo(str(path), at=1)
    echo(message("summary_written", units=len(rolled.units), seconds=elapsed(), output=output))
    echo_next("report_summary", path=path)
    return 0
