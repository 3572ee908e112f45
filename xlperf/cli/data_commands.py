"""``xlperf export``, ``ask``: what was received, as tables for analysis, and what they answer."""

from collections.abc import Sequence
from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, message
from xlperf.cli.option_types import (
    Output,
    Source,
    Word,
    engine_option,
    expanded,
    password_option,
    resume_option,
    sources_argument,
    tables_type,
    workers_option,
)
from xlperf.cli.outcome import Meter, kept_run, run_options
from xlperf.declarations.source import text_of

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_DATABASE = "://"
_TEXT, _CSV = "text", "csv"
_ON_SCREEN = 50
"""Rows that are printed as text; files hold all."""


@click.command("export", cls=Command)
@sources_argument
@click.option("-o", "--output", type=tables_type, required=True)
@click.option("-p", "--profile")
@click.option("--ledger")
@click.option("--force", is_flag=True)
@resume_option
@password_option
@workers_option
@engine_option
def export(  # noqa: PLR0913, PLR0917 — one for each option
    paths: Sequence[str],
    output: str,
    profile: str | None,
    ledger: str | None,
    force: bool,
    resume: bool,
    passwords: Sequence[str],
    workers: int,
    engine: str,
) -> int:
    """Write what was received and found as tables, into a folder or a database."""
    from xlperf.jobs.export import export as export_all

    folder = None if _DATABASE in output else Path(output)
    if resume and folder is None:
        raise click.UsageError(text_of("messages", "resume", "no_folder"))
    with kept_run("export", folder, resume=resume) as keeping, Meter("exporting") as progress:
        result = export_all(
            expanded(paths),
            output,
            profile,
            ledger=ledger,
            force=force,
            options=run_options(workers, passwords, progress=progress, keeping=keeping, engine=engine),
        )
    counts = "、".join(message("rows", title=title, count=count) for title, count in result.rows.items())
    echo(message("exported", counts=counts, seconds=elapsed(), place=result.place))
    echo_next("export" if folder else "export_database", output=result.place)
    return 0


@click.command("ask", cls=Command)
@click.argument("folder", type=Source())
@click.argument("name", required=False)
@click.option("-o", "--output", type=Output())
@click.option("--format", "shown_as", type=Word({_TEXT: _TEXT, _CSV: _CSV}), default=_TEXT)
def ask(folder: str, name: str | None, output: Path | None, shown_as: str) -> int:
    """Answer a declared question with exported tables; without a question list them all."""
    from xlperf.outputs import questions

    if name is None:
        for known in questions.questions().values():
            click.echo(message("question", name=known.name, title=known.title, about=known.about))
        echo_next("ask_list", folder=folder, question=next(iter(questions.questions())))
        return 0
    from xlperf.outputs.answer_formats import csv_text, text_lines, write_answer

    given = questions.ask(Path(folder), questions.question(name))
    title, count = given.question.title, len(given.rows)
    if output is not None:
        write_answer(given, output)
        echo(message("answered", title=title, count=count, seconds=elapsed(), path=output))
    elif shown_as == _CSV:
        click.echo(csv_text(given), nl=False)
    else:
        for line in text_lines(given, _ON_SCREEN):
            click.echo(line)
        left = message("only_first", count=_ON_SCREEN) if count > _ON_SCREEN else ""
        echo(message("answered_on_screen", title=title, count=count, left=left, seconds=elapsed()))
        echo(given.question.about)
    echo_next("ask")
    return 0
