"""``xlperf fill``: one filled workbook for each unit of a ledger."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.outcome import FAIL_ON, print_findings, status
from xlperf.cli.progress import Meter
from xlperf.cli.values import Output, functions_option, workers_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.ledgers.ledger import Ledger

_FEW = 5


@click.command(cls=Command)
@click.argument("ledger", metavar="台账")
@click.option("-p", "--profile", metavar="口径", required=True, help="口径，名称见 xlperf forms list。")
@click.option("-o", "--output", metavar="文件夹", type=Output(), required=True, help="附件表写到哪个文件夹。")
@click.option("--working", is_flag=True, help="写成工作稿：带颜色和目录、计分、校验三张辅助表，文件大得多。")
@functions_option
@workers_option
@click.option("--force", is_flag=True, help="已有的附件表也重新写过。")
@click.option(
    "--map",
    "mapping",
    metavar="文件",
    type=Output(),
    help="对照文件（.json）：台账里拿不准的列名、单位、金额单位写在里面，填好“对应”后再给出，照此填报。",
)
@FAIL_ON
def fill(  # noqa: PLR0913, PLR0917 — one for each option
    ledger: str,
    profile: str,
    output: Path,
    working: bool,
    functions: bool,
    workers: int,
    force: bool,
    mapping: Path | None,
    fail_on: str,
) -> int:
    """按台账为每个单位填好一份附件表。

    台账可以是 Excel 工作簿、一个装着 .csv 的文件夹，或数据库地址（sqlite:///台账.db）。
    先列出各表对上了多少单位、台账里有哪些问题，再动手填；有问题的行跳过，其余单位照填。
    """
    from xlperf.jobs.fill import fill as fill_all

    if functions and not working:
        raise click.UsageError("--with-functions 只用于工作稿，请同时写上 --working。")
    reported = [0]

    def report(ledger: "Ledger") -> None:
        for join in ledger.joins:
            for line in join.lines():
                echo(line)
        print_findings(ledger.findings)
        reported[0] = len(ledger.findings)

    with Meter("填报", quiet=volume().quiet) as progress:
        result = fill_all(
            ledger,
            profile,
            output,
            working=working,
            functions=functions,
            workers=workers,
            force=force,
            progress=progress,
            mapping=mapping,
            report=report,
        )
    print_findings(result.findings[reported[0] :])
    for file in result.files:
        echo(str(file), at=1)
    if result.skipped:
        names = "、".join(result.skipped[:_FEW]) + _more(result.skipped)
        echo(f"没有填写的单位 {len(result.skipped)} 个：{names}。")
    if result.has_questions:
        echo(_asked(mapping))
    echo(f"已填好 {len(result.files)} 份附件表，用时 {elapsed():.1f} 秒：{output}")
    echo_next("fill" if result.files else "fill_none", output=output)
    return status(result.findings, fail_on)


def _more(names: "Sequence[str]") -> str:
    return " 等" if len(names) > _FEW else ""


def _asked(mapping: Path | None) -> str:
    if mapping:
        return f"拿不准的已写进“{mapping}”：填好“对应”后，用 --map {mapping.name} 再填一次。"
    return "台账里有拿不准的地方：加上 --map 对照.json，就会列在这个文件里，填好后照此填报。"
