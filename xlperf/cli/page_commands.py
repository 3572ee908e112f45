"""``xlperf page``: the self-check page, and the service that shows it and takes packages."""

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Group, echo, echo_next, message
from xlperf.cli.option_types import Count, Output, password_option, sender_option, workers_option
from xlperf.core.errors import OutputError
from xlperf.declarations.source import texts_of

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


@page.command("serve")
@click.option("--season", type=click.Path(path_type=Path))
@click.option("--page", "path", type=click.Path(path_type=Path))
@click.option("-p", "--profile", "profiles", multiple=True)
@click.option("--engine", type=click.Path(path_type=Path))
@click.option("--host")
@click.option("--port", type=Count())
@click.option("--url", default="")
@click.option("--cert", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path))
@click.option("--insecure", is_flag=True)
@click.option("--exempt", default="")
@password_option
@sender_option
@workers_option
def serve(  # noqa: PLR0913, PLR0917 — one for each option
    season: Path | None,
    path: Path | None,
    profiles: Sequence[str],
    engine: Path | None,
    host: str | None,
    port: int | None,
    url: str,
    cert: Path | None,
    key: Path | None,
    insecure: bool,
    exempt: str,
    passwords: Sequence[str],
    sender: str,
    workers: int,
) -> None:
    """Serve the page, and the intake of a season, until interrupted."""
    from xlperf.server.intake.running import SelfCheckPage, start
    from xlperf.server.intake.settings import IntakeSettings
    from xlperf.server.listening import Listening

    usual = texts_of("intake")["listen"]
    listening = Listening(host or usual["host"], port or usual["port"], url, cert, key, insecure=insecure)
    settings = IntakeSettings(season, exempt, tuple(passwords), sender, workers) if season else None
    start(listening, SelfCheckPage(path, profiles, engine), settings, echo)
