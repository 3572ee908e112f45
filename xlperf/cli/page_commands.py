"""``xlperf page``: the self-check page."""

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Group, echo, echo_next, message
from xlperf.cli.intake_commands import serve
from xlperf.cli.option_types import Output
from xlperf.core.errors import OutputError

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.group("page", cls=Group)
def page() -> None:
    """The page in which units check their files themselves."""


@page.command("build")
@click.option("-o", "--output", type=Output(".html"))
@click.option("-p", "--profile", "profiles", multiple=True)
@click.option("--engine", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True)
def build(output: Path, profiles: Sequence[str], engine: Path | None, force: bool) -> None:
    """Write the page; OutputError for a file that exists."""
    from xlperf.core.files import ensure_writable_dir, exists
    from xlperf.server.page.build import build

    if exists(output) and not force:
        raise OutputError(message("exists", path=output))
    ensure_writable_dir(output.parent)
    build(output, profiles, engine, echo)
    echo_next("page_build", path=output)


page.add_command(serve)
