"""``xlperf rollup``: what the units of a district filed, rolled up as a workbook."""

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    engine_option,
    expanded,
    last_year_option,
    password_option,
    resume_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import Meter, resumable
from xlperf.core.files import ensure_writable_dir

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.command("rollup", cls=Command)
@sources_argument
@click.option("-o", "--output", type=Output(".xlsx"), required=True)
@last_year_option
@click.option("--ledger")
@click.option("-p", "--profile")
@resume_option
@password_option
@workers_option
@engine_option
@resumable("export")
def rollup(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: Path,
    last_year: Sequence[str],
    ledger: str | None,
    profile: str | None,
    resume: bool,
    passwords: Sequence[str],
    workers: int,
    engine: str,
) -> int:
    """Roll up what the units filed."""
    from xlperf.finishing.rollup.collect import roll_up
    from xlperf.finishing.rollup.overview import summary
    from xlperf.finishing.rollup.workbook import write_workbook
    from xlperf.jobs.journal import Keeping
    from xlperf.ooxml.limits import Limits

    ensure_writable_dir(output.parent)
    keeping = Keeping(output, goes_on=resume, job="rollup", replaces=True)
    with Meter("rolling_up") as progress:
        rolled = roll_up(
            expanded(paths),
            profile,
            last_year=expanded(last_year),
            ledger=ledger,
            workers=workers,
            progress=progress,
            limits=Limits(passwords=tuple(passwords)),
            keeping=keeping,
            engine=engine,
        )
    write_workbook(rolled, output)
    keeping.finish()
    for line in summary(rolled)[:-1]:
        echo(line)
    echo(message("rolled_up", path=output, seconds=elapsed()))
    echo_next("rollup", output=output)
    return 0
