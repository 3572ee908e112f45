"""``xlperf rounds``: a season of filing from the list of units to acceptance, kept in one file."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Group, echo, echo_next, message
from xlperf.cli.option_types import (
    Day,
    Output,
    due_option,
    expanded,
    notice_option,
    password_option,
    sender_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, run_options, status
from xlperf.core.errors import OutputError
from xlperf.core.files import atomic_write, ensure_writable_dir, exists
from xlperf.declarations.source import text_of

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.season.season_records import ReceivedRound, Tally, Unit

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_FEW = 5
_season = click.argument("season", type=Output())
_on = click.option("--on", "day", type=Day(), default=date.today)
_by = click.option("--by", default="")
_units = click.argument("units", nargs=-1)


_said = partial(text_of, "season", "messages")


@click.group("rounds", cls=Group)
def rounds() -> None:
    """A season of filing, kept in one file."""


@rounds.command("start")
@_season
@click.option("--ledger", required=True)
@click.option("-p", "--profile", default="")
@click.option("--due", type=Day())
@_on
@_by
def start(season: Path, ledger: str, profile: str, due: date | None, day: date, by: str) -> int:
    """Start the register of a season: every unit of the ledger has filed nothing yet."""
    from xlperf.season.start import start as start_season

    ensure_writable_dir(season.parent)
    count = start_season(season, ledger, profile, due=due, day=day, by=by)
    echo(message("season_started", count=count, path=season))
    echo_next("rounds_start", season=season)
    return 0


@rounds.command("receive")
@_season
@sources_argument
@_on
@_by
@password_option
@workers_option
def receive(
    season: Path, paths: Sequence[str], day: date, by: str, passwords: Sequence[str], workers: int
) -> int:
    """Enter what was received as a new round."""
    from xlperf.season.receiving import receive as receive_round
    from xlperf.season.store import Store

    with Store(season) as store, Meter("receiving") as progress:
        options = run_options(workers, passwords, progress=progress)
        result = receive_round(store, expanded(paths), day=day, by=by, options=options)
        last, _ = store.last_digest()
    if not result.number:
        echo(_said("same_round", round=last))
    else:
        _print_round(result, day)
    echo_next("rounds_receive", season=season)
    return 0


def _print_round(result: "ReceivedRound", day: date) -> None:
    came = [*result.first, *result.again, *result.same]
    counts = {kind: len(getattr(result, kind)) for kind in ("first", "again", "same")}
    echo(
        _said(
            "round",
            round=result.number,
            day=day,
            files=result.files,
            units=len(came),
            **counts,
            unlisted=sum(not unit.is_listed for unit in came),
        )
    )
    for unit, count, text in result.empty:
        echo(_said("empty_answers", unit=unit.title, count=count, text=text))
    for key, files in (("unknown_files", result.unknown), ("unread_files", result.unread)):
        if files:
            shown = "、".join(files[:_FEW]) + (message("and_more") if len(files) > _FEW else "")
            echo(_said(key, count=len(files), files=shown))


@rounds.command("check")
@_season
@click.option("-o", "--output", type=Output())
@click.option("--exempt")
@_on
@password_option
@FAIL_ON
@workers_option
def check(
    season: Path,
    output: Path | None,
    exempt: str | None,
    day: date,
    passwords: Sequence[str],
    fail_on: str,
    workers: int,
) -> int:
    """Check what came and was not checked; 1 where a finding is at least as grave as --fail-on."""
    from xlperf.declarations.explain import all_codes
    from xlperf.declarations.finding_filters import read_exemptions
    from xlperf.outputs.report_formats import format_of, write
    from xlperf.season.deliveries import Deliveries
    from xlperf.season.delivery_check import CheckOptions, finish_read, other_names, read_waiting
    from xlperf.season.review import linked, review
    from xlperf.season.store import Store

    known = [*all_codes()] if exempt else []
    exemptions = read_exemptions(exempt) if exempt else []
    chosen = format_of(output) if output else None
    with Store(season) as store, Meter("reviewing") as progress:
        options = run_options(workers, passwords, progress=progress)
        read_waiting(store, CheckOptions(exemptions, known, options.limits), day=day, workers=workers)
        reviewed = review(
            store,
            day=day,
            exemptions=exemptions,
            known=known,
            others=other_names(store),
            options=options,
        )
        finish_read(store, reviewed.report.files)
        listed = linked(store, reviewed.report) if output else reviewed.report
        given_up = [delivery.receipt for delivery in Deliveries(store).failed()]
    if given_up:
        echo(_said("given_up", count=len(given_up), receipts="、".join(given_up[:_FEW])))
    if not reviewed.tallies:
        echo(_said("nothing_to_check"))
    else:
        _print_review(reviewed.report, reviewed.tallies)
    if output and chosen:
        ensure_writable_dir(output.parent)
        write(listed, output, chosen.name)
        echo(message("problem_list", path=output))
    echo_next("rounds_check", season=season)
    return status(reviewed.report.findings, fail_on)


def _print_review(report: "Report", tallies: Sequence[tuple["Unit", "Tally"]]) -> None:
    echo(
        _said(
            "checked",
            units=len(tallies),
            errors=report.errors,
            warnings=report.warnings,
            notes=report.notes,
            fixed=len(report.fixed),
            answered=sum(tally.answered for _, tally in tallies),
            ready=sum(tally.is_clean for _, tally in tallies),
        )
    )


@rounds.command("return")
@_season
@_units
@click.option("-o", "--output", type=Output(), required=True)
@due_option
@sender_option
@notice_option
@_on
@_by
@click.option("--force", is_flag=True)
@workers_option
def return_(  # noqa: PLR0913, PLR0917 — one for each option
    season: Path,
    units: Sequence[str],
    output: Path,
    due: date | None,
    sender: str,
    template: Path | None,
    day: date,
    by: str,
    force: bool,
    workers: int,
) -> int:
    """Write annotated copies and notices for units with errors or warnings."""
    from xlperf.jobs.annotate import Letter
    from xlperf.season.returning import chosen_units, due_text, return_units
    from xlperf.season.store import Store

    letter = Letter(due, sender, template, day)
    with Store(season) as store, Meter("returning") as progress:
        sent, result = return_units(
            store,
            output,
            letter,
            units=chosen_units(store, units),
            by=by,
            force=force,
            options=run_options(workers, progress=progress),
        )
    if result is None:
        echo(_said("nothing_to_return"))
    else:
        print_findings(result.findings)
        counts = {"copies": len(result.files), "notices": len(result.notices)}
        echo(_said("returned", units=len(sent), due=due_text(due), folder=output, **counts))
    echo_next("rounds_return", season=season, output=output)
    return 0


@rounds.command("accept")
@_season
@_units
@click.option("--reason", default="")
@_on
@_by
def accept(season: Path, units: Sequence[str], reason: str, day: date, by: str) -> int:
    """Accept units without errors whose warnings are mended or explained; 1 where one is refused."""
    from xlperf.season.returning import accept as accept_units
    from xlperf.season.returning import chosen_units
    from xlperf.season.store import Store

    with Store(season) as store:
        chosen = chosen_units(store, units)
        accepted, refused = accept_units(store, units=chosen, day=day, by=by, reason=reason)
    for unit in accepted:
        echo(unit.title, at=1)
    for why in refused:
        click.echo(why)
    echo(_said("accepted", count=len(accepted)) if accepted else _said("nothing_to_accept"))
    echo_next("rounds_accept", season=season)
    return int(bool(refused))


@rounds.command("register")
@_season
@click.option("-o", "--output", type=Output(".xlsx"), required=True)
def register(season: Path, output: Path) -> int:
    """Write the register of the season as a workbook."""
    from xlperf.season.register import Season
    from xlperf.season.register import register as made
    from xlperf.season.store import Store

    with Store(season) as store:
        content = Season(store)
    _write(output, made(content), content.states())
    echo_next("rounds_register", season=season)
    return 0


@rounds.command("remind")
@_season
@click.option("-o", "--output", type=Output(".xlsx"), required=True)
@_on
def remind(season: Path, output: Path, day: date) -> int:
    """Write the list of units that are to be reminded."""
    from xlperf.season.register import Season, reminder
    from xlperf.season.store import Store

    with Store(season) as store:
        content = Season(store)
    data, count = reminder(content, day)
    _write(output, data, message("to_remind", count=count))
    echo_next("rounds_remind", season=season)
    return 0


@rounds.command("latest")
@_season
@_units
@click.option("-o", "--output", type=Output(), required=True)
@click.option("--accepted", is_flag=True)
@password_option
@workers_option
def latest(
    season: Path, units: Sequence[str], output: Path, accepted: bool, passwords: Sequence[str], workers: int
) -> int:
    """Write what every unit sent last into a folder, for grading, roll-up, reports and next year."""
    from xlperf.season.latest import write_latest
    from xlperf.season.returning import chosen_units
    from xlperf.season.store import Store

    with Store(season) as store, Meter("reading_rounds") as progress:
        chosen = chosen_units(store, units)
        options = run_options(workers, passwords, progress=progress)
        written = write_latest(store, output, chosen, accepted=accepted, options=options)
    for remark in written.remarks:
        click.echo(remark)
    echo(_said("latest", units=written.units, files=written.files, folder=output))
    echo_next("rounds_latest", season=season, output=output)
    return 0


def _write(path: Path, data: bytes, summary: str) -> None:
    ensure_writable_dir(path.parent)
    atomic_write(path, data)
    echo(_said("written", path=path, summary=summary))


@rounds.command("codes")
@click.argument("season", type=Output())
@click.argument("units", nargs=-1)
@click.option("-o", "--output", type=Output(".xlsx"), required=True)
@click.option("--url", default="")
@click.option("--renew", is_flag=True)
@click.option("--force", is_flag=True)
def codes(season: Path, units: Sequence[str], output: Path, url: str, renew: bool, force: bool) -> None:
    """Write codes with which units sign in to the intake; OutputError for a file that exists."""
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
        echo(_said("written", path=output, summary=_said("codes", count=len(made))))
    if len(made) < len(chosen):
        echo(_said("codes_left", count=len(chosen) - len(made)))
    echo_next("rounds_codes", season=season)
