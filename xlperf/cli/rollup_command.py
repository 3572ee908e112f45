"""``xlperf rollup``: what the units of a district filed, rolled up as a workbook, a page, tables."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.data_commands import Target
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

if TYPE_CHECKING:
    from xlperf.finishing.rollup.rollup_figures import RollUp
    from xlperf.jobs.run_options import RunOptions

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_WORKBOOK = ".xlsx"
_SUFFIXES = (_WORKBOOK, ".html")


@click.command("rollup", cls=Command)
@sources_argument
@click.option("-o", "--output", "outputs", multiple=True, type=Output(), required=True)
@click.option("--tables", type=Target())
@click.option("--force", is_flag=True)
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
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.run_options import RunOptions
    from xlperf.ooxml.limits import Limits

    for output in outputs:
        if output.suffix.lower() not in _SUFFIXES:
            raise click.UsageError(message("no_suffix", suffix="、".join(_SUFFIXES), value=output))
        ensure_writable_dir(output.parent)
    write_tables = tables_destination(tables, force=force) if tables else None
    keeping = Keeping(outputs[0], goes_on=resume, job="rollup", replaces=True)
    limits = Limits(passwords=tuple(passwords))
    options = RunOptions(workers, limits=limits, keeping=keeping, engine=engine)
    rolled = rolled_up(paths, profile, ledger, last_year, options)
    for output in outputs:
        _write(rolled, output)
    if write_tables:
        write_tables(rolled)
    keeping.finish()
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
