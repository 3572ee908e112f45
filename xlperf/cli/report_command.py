"""``xlperf report``: the reports of the units of a ledger, or of those that filed something."""

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    Source,
    expanded,
    password_option,
    resume_option,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, resumable, status

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_FEW = 5


@click.command("report", cls=Command)
@click.argument("paths", nargs=-1, required=True, type=Source())
@click.option("-o", "--output", type=Output(), required=True)
@click.option("-p", "--profile")
@click.option("--from", "earlier", multiple=True, type=Source())
@click.option("--template", type=Output(".docx"))
@click.option("--pdf", is_flag=True)
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
    template: Path | None,
    pdf: bool,
    mapping: Path | None,
    force: bool,
    resume: bool,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
) -> int:
    """Write the report of each unit; 1 where a finding is at least as grave as --fail-on."""
    from xlperf.finishing.reports.run import write_reports
    from xlperf.jobs.journal import Keeping
    from xlperf.ooxml.limits import Limits

    keeping = Keeping(output, goes_on=resume, job="report", replaces=force)
    sources = list(paths) if len(paths) == 1 and "://" in paths[0] else expanded(paths)
    with Meter("writing_reports") as progress:
        result = write_reports(
            sources,
            output,
            profile,
            earlier=expanded(earlier),
            template=template,
            pdf=pdf,
            mapping=mapping,
            force=force,
            workers=workers,
            progress=progress,
            limits=Limits(passwords=tuple(passwords)),
            keeping=keeping,
        )
    keeping.finish()
    print_findings(result.findings)
    for file in result.files:
        echo(str(file), at=1)
    if result.skipped:
        more = message("more") if len(result.skipped) > _FEW else ""
        names = "、".join(result.skipped[:_FEW])
        echo(message("no_reports_of", count=len(result.skipped), names=names, more=more))
    echo(message("reports_written", count=len(result.files), seconds=elapsed(), output=output))
    echo_next("report" if result.files else "report_none", output=output)
    return status(result.findings, fail_on)
