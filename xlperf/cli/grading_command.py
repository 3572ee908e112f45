"""``xlperf grade``: packages → a grading table for each unit, and the summary of all."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlperf.cli.commands import Command, echo, echo_next, message
from xlperf.cli.option_types import (
    Output,
    expanded,
    password_option,
    resume_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import Meter, print_findings, resumable

if TYPE_CHECKING:
    from xlperf.finishing.grading.grade import GradeResult

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
@resumable("grade")
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
    from xlperf.jobs.journal import Keeping
    from xlperf.jobs.run_options import RunOptions
    from xlperf.ooxml.limits import Limits

    keeping = Keeping(output, goes_on=resume, job="grade")
    with Meter("grading") as progress:
        result = grade_all(
            expanded(paths),
            output,
            profile,
            days=DaySources(dates, rounds, file_dates, dict(deadlines)),
            scores=scores,
            options=RunOptions(workers, progress, Limits(passwords=tuple(passwords)), keeping),
        )
    keeping.finish()
    _print(result)
    if result.files and not result.pending:
        echo_next("grade_settled", path=result.summary)
    else:
        echo_next("grade" if result.files else "grade_none")
    return 0


def _print(result: "GradeResult") -> None:
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
