"""``xlperf addin``, ``doctor``, ``server``: the Excel add-in, an examination of this computer, Office.js."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlperf.cli.commands import Command, Group, echo, echo_next, message
from xlperf.cli.option_types import Count, Output, Word
from xlperf.core.errors import OutputError
from xlperf.declarations.source import texts_of

if TYPE_CHECKING:
    from xlperf.excel.doctor.examination import Result


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.group("addin", cls=Group)
def addin() -> None:
    """The Excel add-in: built, installed, examined, removed."""


@addin.command("build")
@click.option("-o", "--output", type=Output())
@click.option("--check", is_flag=True)
def build(output: Path | None, check: bool) -> int:
    """Build the add-in from the texts in macros/; with --check 1 where it is out of date."""
    from xlperf.core.paths import macros_dir
    from xlperf.excel.addin.addin_builder import stale, write

    folder = output or macros_dir()
    if check:
        old = stale(folder)
        click.echo(message("stale", names="、".join(old)) if old else message("fresh"))
        return int(bool(old))
    changed = write(folder)
    click.echo(message("wrote", names="、".join(changed)) if changed else message("unchanged_files"))
    echo_next("addin_build")
    return 0


@addin.command("install")
@click.option("--from", "origin", type=Output())
@click.option("--xlstart", is_flag=True)
@click.option("--trust-location", is_flag=True)
@click.option("--reinstall", is_flag=True)
def install(origin: Path | None, xlstart: bool, trust_location: bool, reinstall: bool) -> None:
    """Install the add-in into the Excel of this user, or bring it to this version."""
    from xlperf.excel.installation.computer import Machine
    from xlperf.excel.installation.install import install

    steps = install(Machine(), origin, startup=xlstart, trusting=trust_location, reinstall=reinstall)
    for line in steps:
        click.echo(line)
    echo_next("addin_install")


@addin.command("status")
def status() -> int:
    """Print where the add-in is and what keeps it from working; 1 where anything does."""
    from xlperf.excel.doctor.examination import addin_status
    from xlperf.excel.installation.computer import Machine

    found = addin_status(Machine())
    for line in found.lines:
        click.echo(line)
    echo_next("addin_status_right" if found.ok else "addin_status_wrong")
    return int(not found.ok)


@addin.command("remove")
@click.option("--venv", is_flag=True)
@click.option("--settings", is_flag=True)
def remove(venv: bool, settings: bool) -> None:
    """Take the add-in out of the Excel of this user."""
    from xlperf.excel.installation.computer import Machine
    from xlperf.excel.installation.install import remove

    for line in remove(Machine(), venv=venv, settings=settings):
        click.echo(line)
    echo_next("addin_remove")


_FORMATS = {"text": "text", "json": "json"}


@click.command("doctor", cls=Command)
@click.option("--format", "form", type=Word(_FORMATS), default="text")
def doctor(form: str) -> int:
    """Examine this computer; 1 where something is to be done."""
    from xlperf.excel.doctor.examination import examine

    results = examine()
    for line in _json(results) if form == "json" else _text(results):
        click.echo(line)
    is_right = all(result.ok for result in results)
    if form == "text":
        echo_next("doctor_right" if is_right else "doctor_wrong")
    return int(not is_right)


def _text(results: Sequence["Result"]) -> Iterator[str]:
    from xlperf.excel.doctor.examination import state_of, summary

    for result in results:
        yield message("examined", state=state_of(result), title=result.title, found=result.found)
        if result.cure:
            yield message("cure", cure=result.cure)
    yield summary(results)


def _json(results: Sequence["Result"]) -> Iterator[str]:
    entries = [
        {
            "name": result.name,
            "title": result.title,
            "state": result.standing.value,
            "found": result.found,
            "cure": result.cure,
        }
        for result in results
    ]
    content = {"ok": all(result.ok for result in results), "results": entries}
    yield json.dumps(content, ensure_ascii=False, indent=2)


@click.group("server", cls=Group)
def server() -> None:
    """The service for Office.js."""


def _address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``command`` with --port and --url."""
    port = click.option("--port", type=Count())
    url = click.option("--url", default="")
    return port(url(command))


@server.command("start")
@_address_options
@click.option("--host")
@click.option("--cert", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path))
@click.option("--http", "insecure", is_flag=True)
@click.option("--office-js", type=click.Path(path_type=Path))
def start(
    url: str,
    port: int | None,
    host: str | None,
    cert: Path | None,
    key: Path | None,
    insecure: bool,
    office_js: Path | None,
) -> None:
    """Serve until interrupted."""
    from xlperf.server.listening import Listening
    from xlperf.server.listening import start as serve

    usual = texts_of("server")["listen"]
    listening = Listening(
        host or usual["host"], port or usual["port"], url, cert, key, insecure=insecure, office_js=office_js
    )
    serve(listening, echo)


@server.command("manifest")
@_address_options
@click.option("-o", "--output", type=Output(".xml"), default="manifest.xml")
@click.option("--force", is_flag=True)
def manifest(url: str, port: int | None, output: Path, force: bool) -> None:
    """Write the manifest that Excel installs the web add-in from; OutputError for a file that exists."""
    from xlperf.core.files import atomic_write, exists
    from xlperf.server import listening

    base = listening.base_url(url, port or texts_of("server")["listen"]["port"])
    if exists(output) and not force:
        raise OutputError(message("exists", path=output))
    atomic_write(output, listening.manifest(base))
    echo(listening.message("written", path=output, base=base))
    echo_next("manifest")
