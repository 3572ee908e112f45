"""``xlperf export``, ``ask``: what was received, as tables for analysis, and what they answer."""

from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.option_types import (
    Output,
    Source,
    Word,
    engine_option,
    expanded,
    password_option,
    resume_option,
    sources_argument,
    workers_option,
)
from xlperf.cli.outcome import Meter, resumable
from xlperf.declarations.source import text_of

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

_DATABASE = "://"
_TEXT, _CSV = "text", "csv"
_ON_SCREEN = 50
"""Rows that are printed as text; files hold all."""


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
    """把收到的表和查出的问题写成数据表，供 DuckDB、pandas、Power BI、数据库分析。

    五张表：文件、问题、填报的值（一个值一行，连同工作表、单元格）、预算与决算、指标。
    与 import、check 一样读和检查；读不了的文件在“文件”“问题”里有一行。整份写出，或者一点不写。
    查出问题不影响退出码。

    \b
    例：
      xlperf export 收到的表 -o 全区
      xlperf export 收到的表 --ledger 台账.xlsx -o sqlite:///全区.db
    """
    from xlperf.jobs.export import export as export_all
    from xlperf.jobs.journal import Keeping
    from xlperf.ooxml.limits import Limits

    keeping = None if _DATABASE in output else Keeping(Path(output), goes_on=resume, job="export")
    if resume and keeping is None:
        raise click.UsageError(text_of("messages", "resume", "no_folder"))
    with resumable("export") if keeping else nullcontext(), Meter("导出", quiet=volume().quiet) as progress:
        result = export_all(
            expanded(paths),
            output,
            profile,
            ledger=ledger,
            workers=workers,
            progress=progress,
            limits=Limits(passwords=tuple(passwords)),
            force=force,
            keeping=keeping,
            engine=engine,
        )
    if keeping:
        keeping.finish()
    counts = "、".join(f"{title} {count} 行" for title, count in result.rows.items())
    echo(f"已写出 {counts}，用时 {elapsed():.1f} 秒：{result.place}")
    echo_next("export_database" if _DATABASE in output else "export", output=result.place)
    return 0


@click.command(cls=Command)
@click.argument("folder", metavar="导出的文件夹", type=Source())
@click.argument("name", metavar="[问题]", required=False)
@click.option("-o", "--output", metavar="文件", type=Output(), help="答案写到文件：.xlsx .csv .txt。")
@click.option(
    "--format",
    "shown_as",
    type=Word({_TEXT: _TEXT, _CSV: _CSV}),
    default=_TEXT,
    help="输出到屏幕的写法：text 列前 50 行，csv 列全部。",
)
def ask(folder: str, name: str | None, output: Path | None, shown_as: str) -> int:
    """用导出的数据回答现成的问题；不写问题，列出可以问什么。

    \b
    例：
      xlperf ask 全区
      xlperf ask 全区 三公超预算
      xlperf ask 全区 执行率低 -o 执行率低.xlsx
    """
    from xlperf.outputs import questions

    if name is None:
        for listed in questions.questions().values():
            click.echo(f"{listed.name}：{listed.title}\n    {listed.about}")
        echo_next("ask_list", folder=folder, question=next(iter(questions.questions())))
        return 0
    from xlperf.outputs.answer_formats import csv_text, text_lines, write_answer

    given = questions.ask(Path(folder), questions.question(name))
    if output is not None:
        write_answer(given, output)
        echo(f"{given.question.title}：{len(given.rows)} 行，用时 {elapsed():.1f} 秒：{output}")
    elif shown_as == _CSV:
        click.echo(csv_text(given), nl=False)
    else:
        for line in text_lines(given, _ON_SCREEN):
            click.echo(line)
        left = f"，只列前 {_ON_SCREEN} 行" if len(given.rows) > _ON_SCREEN else ""
        echo(f"{given.question.title}：{len(given.rows)} 行{left}，用时 {elapsed():.1f} 秒。")
        echo(given.question.about)
    echo_next("ask")
    return 0
