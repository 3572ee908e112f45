"""``xlperf export``: what was received, as tables for analysis."""

from collections.abc import Sequence
from typing import Any

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.option_types import expanded, password_option, sources_argument, workers_option
from xlperf.cli.outcome import Meter

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_DATABASE = "://"


class Target(click.ParamType):  # type: ignore[type-arg]
    """A folder, or the address of a database."""

    name = "target"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """``value`` as typed."""
        if not str(value).strip():
            self.fail("不能是空的。", param, ctx)
        return str(value)


@click.command(cls=Command)
@sources_argument
@click.option(
    "-o",
    "--output",
    metavar="文件夹或数据库",
    type=Target(),
    required=True,
    help="写到哪个文件夹（Parquet，每张表一个文件），或哪个数据库，如 sqlite:///全区.db。",
)
@click.option("-p", "--profile", metavar="口径", help="按哪个口径读；缺省按每份表自己的口径。")
@click.option("--ledger", metavar="台账", help="用台账里的单位名单核对谁没有报、谁报了两次。")
@click.option("--force", is_flag=True, help="替换上次的导出；别的东西不会被替换。")
@password_option
@workers_option
def export(
    paths: Sequence[str],
    output: str,
    profile: str | None,
    ledger: str | None,
    force: bool,
    passwords: Sequence[str],
    workers: int,
) -> int:
    """把收到的表和查出的问题写成数据表，供 DuckDB、pandas、Power BI、数据库分析。

    四张表：文件、问题、填报的值（一个值一行，连同工作表、单元格）、指标。与 import、check 一样读和检查；
    读不了的文件在“文件”“问题”里有一行。整份写出，或者一点不写。查出问题不影响退出码。

    \b
    例：
      xlperf export 收到的表 -o 全区
      xlperf export 收到的表 --ledger 台账.xlsx -o sqlite:///全区.db
    """
    from xlperf.jobs.export import export as export_all
    from xlperf.ooxml.limits import Limits

    with Meter("导出", quiet=volume().quiet) as progress:
        result = export_all(
            expanded(paths),
            output,
            profile,
            ledger=ledger,
            workers=workers,
            progress=progress,
            limits=Limits(passwords=tuple(passwords)),
            force=force,
        )
    counts = "、".join(f"{title} {count} 行" for title, count in result.rows.items())
    echo(f"已写出 {counts}，用时 {elapsed():.1f} 秒：{result.place}")
    echo_next("export_database" if _DATABASE in output else "export", output=result.place)
    return 0
