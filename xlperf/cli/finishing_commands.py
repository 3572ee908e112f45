"""``xlperf grade``, ``rollup``, ``report``: what the units filed, graded, rolled up, reported in Word."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    Source,
    engine_option,
    expanded,
    last_year_option,
    password_option,
    resume_option,
    sources_argument,
    tables_type,
    workers_option,
)
from xlperf.cli.outcome import (
    FAIL_ON,
    Meter,
    kept_run,
    print_findings,
    print_made,
    run_options,
    status,
)
from xlperf.core.files import ensure_writable_dir

if TYPE_CHECKING:
    from xlperf.finishing.grading.grade import GradeResult
    from xlperf.finishing.reports.filings_source import SourceFilings
    from xlperf.finishing.reports.run import ReportsResult
    from xlperf.finishing.rollup.rollup_figures import RollUp
    from xlperf.jobs.run_options import RunOptions

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_FEW = 5
_EXAMPLE = "=2026-07-15"


class Deadline(click.ParamType):  # type: ignore[type-arg]
    """The name of a date, an equals sign, and a day."""

    name = "deadline"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, date]:
        """The name and the day that ``value`` writes."""
        if isinstance(value, tuple):
            return value
        from xlperf.declarations.source import texts_of

        names = list(texts_of("grading")["days"]["dates"])
        name, _, day = str(value).partition("=")
        try:
            if name.strip() in names:
                return name.strip(), date.fromisoformat(day.strip())
        except ValueError:
            pass
        known, example = "、".join(names), names[0] + _EXAMPLE
        self.fail(message("no_deadline", value=value, names=known, example=example), param, ctx)


@click.command("grade", cls=Command)
@sources_argument
@click.option("-o", "--output", type=Output(), required=True)
@click.option("-p", "--profile")
@click.option("--rounds", type=Output())
@click.option("--dates", type=Output())
@click.option("--file-dates", is_flag=True)
@click.option("--deadline", "deadlines", type=Deadline(), multiple=True)
@click.option("--scores", default="")
@resume_option
@password_option
@workers_option
def grade(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: Path,
    profile: str | None,
    rounds: Path | None,
    dates: Path | None,
    file_dates: bool,
    deadlines: Sequence[tuple[str, date]],
    scores: str,
    resume: bool,
    passwords: Sequence[str],
    workers: int,
) -> int:
    """Grade the filing of each unit and write the tables and the ranked summary."""
    from xlperf.finishing.grading.grade import DaySources
    from xlperf.finishing.grading.grade import grade as grade_all

    with kept_run("grade", output, resume=resume) as keeping, Meter("grading") as progress:
        result = grade_all(
            expanded(paths),
            output,
            profile,
            days=DaySources(dates, rounds, file_dates, dict(deadlines)),
            scores=scores,
            options=run_options(workers, passwords, progress=progress, keeping=keeping),
        )
    _print_graded(result)
    if result.files and not result.pending:
        echo_next("grade_settled", path=result.summary)
    else:
        echo_next("grade" if result.files else "grade_none")
    return 0


def _print_graded(result: "GradeResult") -> None:
    """Print what was written, and the first of what is to be said besides."""
    print_findings(result.findings)
    for file in result.files:
        echo(str(file), at=1)
    for unit, remark in result.remarks[:_FEW]:
        click.echo(message("graded_remark", unit=unit, remark=remark) if unit else remark)
    if len(result.remarks) > _FEW:
        echo(message("graded_remarks", count=len(result.remarks) - _FEW))
    values = {"settled": result.settled, "pending": result.pending, "seconds": result.seconds}
    echo(message("graded", count=result.settled + result.pending, path=result.summary, **values))


_WORKBOOK = ".xlsx"
_SUFFIXES = (_WORKBOOK, ".html")


@click.command("rollup", cls=Command)
@sources_argument
@click.option("-o", "--output", "outputs", multiple=True, type=Output(), required=True)
@click.option("--tables", type=tables_type)
@click.option("--force", is_flag=True)
@last_year_option
@click.option("--ledger")
@click.option("-p", "--profile")
@resume_option
@password_option
@workers_option
@engine_option
def rollup(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    outputs: Sequence[Path],
    tables: str | None,
    force: bool,
    last_year: Sequence[str],
    ledger: str | None,
    profile: str | None,
    resume: bool,
    passwords: Sequence[str],
    workers: int,
    engine: str,
) -> int:
    """Roll up what the units filed."""
    from xlperf.finishing.rollup.overview import summary
    from xlperf.finishing.rollup.tidy import tables_destination

    for output in outputs:
        if output.suffix.lower() not in _SUFFIXES:
            raise click.UsageError(message("no_suffix", suffix="、".join(_SUFFIXES), value=output))
        ensure_writable_dir(output.parent)
    write_tables = tables_destination(tables, force=force) if tables else None
    with kept_run("rollup", outputs[0], resume=resume) as keeping:
        options = run_options(workers, passwords, keeping=keeping, engine=engine)
        rolled = rolled_up(paths, profile, ledger, last_year, options)
        for output in outputs:
            _write(rolled, output)
        if write_tables:
            write_tables(rolled)
    for line in summary(rolled)[:-1]:
        echo(line)
    places = "、".join([*map(str, outputs), *([tables] if tables else [])])
    echo(message("rolled_up", path=places, seconds=elapsed()))
    echo_next("rollup" if outputs[0].suffix.lower() == _WORKBOOK else "rollup_page", output=outputs[0])
    return 0


def _write(rolled: "RollUp", output: Path) -> None:
    from xlperf.finishing.rollup.page import write_page
    from xlperf.finishing.rollup.workbook import write_workbook

    (write_workbook if output.suffix.lower() == _WORKBOOK else write_page)(rolled, output)


def rolled_up(
    paths: Sequence[str],
    profile: str | None,
    ledger: str | None,
    last_year: Sequence[str],
    options: "RunOptions",
    output: Path | None = None,
) -> "RollUp":
    """Roll up what the units filed, with a progress line; ``output`` is a folder that does not count."""
    from xlperf.finishing.rollup.collect import roll_up

    with Meter("rolling_up") as progress:
        return roll_up(
            expanded(paths),
            profile,
            last_year=expanded(last_year),
            ledger=ledger,
            options=replace(options, progress=progress),
            output=output,
        )


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

    _refuse_mixed(summary, earlier or grades or pdf or mapping, ledger or last_year)
    if summary:
        with kept_run("summary", output, resume=resume) as keeping:
            options = run_options(workers, passwords, keeping=keeping)
            _write_summary(
                rolled_up(paths, profile, ledger, last_year, options, output), output, template, force
            )
        return 0
    with kept_run("report", output, resume=resume, replaces=force) as keeping:
        options = run_options(workers, passwords, keeping=keeping)
        with Meter("checking") as progress:
            source = source_filings(
                _sources(paths),
                profile,
                mapping=mapping,
                options=replace(options, progress=progress),
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
                options=replace(options, progress=progress),
            )
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


def _write_summary(rolled: "RollUp", output: Path, template: Path | None, force: bool) -> None:
    """Write the bureau's report of the season and print where it is."""
    from xlperf.finishing.reports.summary_report import write_summary

    path = write_summary(rolled, output, template, force=force)
    echo(str(path), at=1)
    echo(message("summary_written", units=len(rolled.units), seconds=elapsed(), output=output))
    echo_next("report_summary", path=path)
