"""``xlperf rounds codes`` and ``xlperf page serve``: codes of units, and the service that takes packages."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next, message
from xlperf.cli.option_types import Count, Output, password_option, sender_option, workers_option
from xlperf.core.errors import OutputError
from xlperf.declarations.source import text_of, texts_of

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.command("codes", cls=Command)
@click.argument("season", type=Output())
@click.argument("units", nargs=-1)
@click.option("-o", "--output", type=Output(".xlsx"), required=True)
@click.option("--url", default="")
@click.option("--renew", is_flag=True)
@click.option("--force", is_flag=True)
def codes(season: Path, units: Sequence[str], output: Path, url: str, renew: bool, force: bool) -> None:
    """Write codes with which units sign in to the intake; OutputError for a file that exists."""
    from xlperf.core.files import atomic_write, ensure_writable_dir, exists
    from xlperf.season.codes import Codes
    from xlperf.season.register import code_sheet
    from xlperf.season.returning import chosen_units
    from xlperf.season.store import Store

    if exists(output) and not force:
        raise OutputError(message("exists", path=output))
    ensure_writable_dir(output.parent)
    with Store(season) as store:
        chosen = chosen_units(store, units) or [unit for unit in store.units() if unit.is_listed]
        made = Codes(store).issue(chosen, datetime.now().astimezone(), renew=renew)
    if made:
        atomic_write(output, code_sheet(made, url))
        summary = text_of("season", "messages", "codes", count=len(made))
        echo(text_of("season", "messages", "written", path=output, summary=summary))
    if len(made) < len(chosen):
        echo(text_of("season", "messages", "codes_left", count=len(chosen) - len(made)))
    echo_next("rounds_codes", season=season)


@click.command("serve", cls=Command)
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
