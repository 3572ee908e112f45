"""``xlperf why``: a file and a cell → how the figure there comes about."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo_next
from xlperf.cli.option_types import password_option
from xlperf.core.errors import InputError

if TYPE_CHECKING:
    from xlperf.ooxml.limits import Limits


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.command("why", cls=Command)
@click.argument("path")
@click.argument("cell")
@click.option("-p", "--profile")
@password_option
def why(path: str, cell: str, profile: str | None, passwords: Sequence[str]) -> None:
    """Print how the figure in a cell of a file comes about; InputError for a cell without one."""
    from xlperf.declarations.profile import load_profile
    from xlperf.jobs.runner import Runner, Task
    from xlperf.jobs.sources import gather
    from xlperf.ooxml.limits import Limits

    if profile:
        load_profile(profile)
    limits = Limits(passwords=tuple(passwords))
    (file,) = gather([path])
    task = Task(str(file), limits.seconds, _explained, (str(file), cell, profile, limits))
    with Runner(1, limits) as runner:
        for _ in runner.run([task]):
            pass
    if task.refusal:
        raise InputError(task.refusal.finding.message)
    assert task.result is not None
    lines, refused = task.result
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
