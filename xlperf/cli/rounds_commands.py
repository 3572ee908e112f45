"""``xlperf rounds``: a season of filing from the list of units to acceptance, kept in one file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, Group, echo, echo_next, volume
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
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, status
from xlperf.core.files import atomic_write, ensure_writable_dir

if TYPE_CHECKING:
    from xlperf.declarations.check_report import Report
    from xlperf.season.model import ReceivedRound, Tally, Unit

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_FEW = 5
_season = click.argument("season", metavar="登记文件", type=Output())
_on = click.option("--on", "day", type=Day(), default=date.today, help="哪一天的事，缺省为今天。")
_by = click.option("--by", metavar="经手人", default="", help="经手人，记在“经过”里。")
_units = click.argument("units", metavar="单位…", nargs=-1)


def _said(key: str, **values: object) -> str:
    from xlperf.declarations.source import text_of

    return text_of("season", "messages", key, **values)


@click.group(cls=Group, subcommand_metavar="命令 …")
def rounds() -> None:
    """报送登记：几轮收、审、退、签收，谁没报，一个文件记全。

    \b
    例：
      xlperf rounds start 2025年.db --ledger 台账.xlsx --due 2026-04-15
      xlperf rounds receive 2025年.db 收到的表
      xlperf rounds check 2025年.db -o 问题清单.xlsx
      xlperf rounds return 2025年.db -o 退回 --due 2026-04-30
      xlperf rounds accept 2025年.db
      xlperf rounds register 2025年.db -o 报送登记.xlsx
    """


@rounds.command(cls=Command)
@_season
@click.option("--ledger", metavar="台账", required=True, help="单位名单从哪本台账来。")
@click.option("-p", "--profile", metavar="口径", default="", help="按哪个口径审核；缺省按每份表自己的口径。")
@click.option("--due", type=Day(), help="首次报送的期限，如 2026-04-15。")
@_on
@_by
def start(season: Path, ledger: str, profile: str, due: date | None, day: date, by: str) -> int:
    """建立一季的报送登记：名册里的单位都是“未报”。"""
    from xlperf.season.start import start as start_season

    ensure_writable_dir(season.parent)
    count = start_season(season, ledger, profile, due=due, day=day, by=by)
    echo(f"已建立报送登记，名册 {count} 个单位：{season}")
    echo_next("rounds_start", season=season)
    return 0


@rounds.command(cls=Command)
@_season
@sources_argument
@_on
@_by
@password_option
@workers_option
def receive(
    season: Path, paths: Sequence[str], day: date, by: str, passwords: Sequence[str], workers: int
) -> int:
    """登记收到的一批：文件、文件夹、压缩包，算新的一轮。

    收到的原件全部存进登记文件；写在批注稿“问题”表或退回通知里的单位说明一并读出。
    与上次完全相同的单位认得出来；整批与上一轮相同的不重复登记。
    """
    from xlperf.ooxml.limits import Limits
    from xlperf.season.receiving import receive as receive_round
    from xlperf.season.store import Store

    limits = Limits(passwords=tuple(passwords))
    with Store(season) as store, Meter("登记", quiet=volume().quiet) as progress:
        result = receive_round(
            store, expanded(paths), day=day, by=by, workers=workers, progress=progress, limits=limits
        )
        last, _ = store.last_digest()
    if not result.number:
        echo(_said("same_round", round=last))
    else:
        _print_round(result, day)
    echo_next("rounds_receive", season=season)
    return 0


def _print_round(result: "ReceivedRound", day: date) -> None:
    came = [*result.first, *result.again, *result.same]
    echo(
        _said(
            "round",
            round=result.number,
            day=day,
            files=result.files,
            units=len(came),
            first=len(result.first),
            again=len(result.again),
            same=len(result.same),
            unlisted=sum(not unit.is_listed for unit in came),
        )
    )
    for unit, count, text in result.empty:
        echo(_said("empty_answers", unit=unit.title, count=count, text=text))
    if result.unknown:
        shown = "、".join(result.unknown[:_FEW]) + ("等" if len(result.unknown) > _FEW else "")
        echo(_said("unknown_files", count=len(result.unknown), files=shown))


@rounds.command(cls=Command)
@_season
@click.option(
    "-o", "--output", metavar="文件", type=Output(), help="问题清单写到哪个文件，如 问题清单.xlsx。"
)
@click.option("--exempt", metavar="文件", help="豁免文件（.json 或 Excel）：经批准不计入的问题。")
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
    """审核收到而没有审核过的，与上次相比：新的、仍未改、已改正、已说明、未复查。"""
    from xlperf.declarations.explain import all_codes
    from xlperf.declarations.finding_filters import read_exemptions
    from xlperf.ooxml.limits import Limits
    from xlperf.outputs.report_formats import format_of, write
    from xlperf.season.review import review
    from xlperf.season.store import Store

    known = [*all_codes()] if exempt else []
    exemptions = read_exemptions(exempt) if exempt else []
    limits = Limits(passwords=tuple(passwords))
    chosen = format_of(output) if output else None
    with Store(season) as store, Meter("审核", quiet=volume().quiet) as progress:
        reviewed = review(
            store,
            day=day,
            exemptions=exemptions,
            known=known,
            workers=workers,
            progress=progress,
            limits=limits,
        )
    if not reviewed.tallies:
        echo(_said("nothing_to_check"))
    else:
        _print_review(reviewed.report, reviewed.tallies)
    if output and chosen:
        ensure_writable_dir(output.parent)
        write(reviewed.report, output, chosen.name)
        echo(f"问题清单：{output}")
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


@rounds.command("return", cls=Command)
@_season
@_units
@click.option(
    "-o", "--output", metavar="文件夹", type=Output(), required=True, help="退回的材料写到哪个文件夹。"
)
@due_option
@sender_option
@notice_option
@_on
@_by
@click.option("--force", is_flag=True, help="已有的也重新写过。")
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
    """退回有错误、警告的单位：每个单位一个文件夹，批注稿和退回通知。写明单位的只退这几个。"""
    from xlperf.jobs.annotate import Letter
    from xlperf.season.returning import chosen_units, due_text, return_units
    from xlperf.season.store import Store

    letter = Letter(due, sender, template, day)
    with Store(season) as store, Meter("退回", quiet=volume().quiet) as progress:
        sent, result = return_units(
            store,
            output,
            letter,
            units=chosen_units(store, units),
            by=by,
            force=force,
            workers=workers,
            progress=progress,
        )
    if result is None:
        echo(_said("nothing_to_return"))
    else:
        print_findings(result.findings)
        counts = {"copies": len(result.files), "notices": len(result.notices)}
        echo(_said("returned", units=len(sent), due=due_text(due), folder=output, **counts))
    echo_next("rounds_return", season=season, output=output)
    return 0


@rounds.command(cls=Command)
@_season
@_units
@click.option("--reason", metavar="理由", default="", help="还有警告没有说明也要签收的理由，记在“经过”里。")
@_on
@_by
def accept(season: Path, units: Sequence[str], reason: str, day: date, by: str) -> int:
    """签收：没有错误、警告都改了或说明了的单位。写明单位的只签收这几个。"""
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


@rounds.command(cls=Command)
@_season
@click.option(
    "-o", "--output", metavar="文件", type=Output(".xlsx"), required=True, help="如 报送登记.xlsx。"
)
def register(season: Path, output: Path) -> int:
    """写出报送登记：各单位的状态、轮次、日期、未改的错误、已说明的警告，全部经过。"""
    from xlperf.season.register import Season
    from xlperf.season.register import register as made
    from xlperf.season.store import Store

    with Store(season) as store:
        content = Season(store)
    _write(output, made(content), content.states())
    echo_next("rounds_register", season=season)
    return 0


@rounds.command(cls=Command)
@_season
@click.option(
    "-o", "--output", metavar="文件", type=Output(".xlsx"), required=True, help="如 催报名单.xlsx。"
)
@_on
def remind(season: Path, output: Path, day: date) -> int:
    """写出催报名单：谁没有报、谁没有报回，还剩几个工作日或逾期几个工作日。"""
    from xlperf.season.register import Season, reminder
    from xlperf.season.store import Store

    with Store(season) as store:
        content = Season(store)
    data, count = reminder(content, day)
    _write(output, data, f"要催 {count} 个单位")
    echo_next("rounds_remind", season=season)
    return 0


def _write(path: Path, data: bytes, summary: str) -> None:
    ensure_writable_dir(path.parent)
    atomic_write(path, data)
    echo(_said("written", path=path, summary=summary))
