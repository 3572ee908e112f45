"""``xlperf new``: the blank attachments of a profile, or a blank ledger."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command, echo, echo_next
from xlperf.cli.values import (
    Count,
    Output,
    functions_option,
    plain_option,
)
from xlperf.core.errors import OutputError
from xlperf.core.files import exists


@click.command(cls=Command)
@click.argument("profile", metavar="口径")
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=Output(".xlsx"),
    help="写到哪个文件；缺省为当前文件夹下的“口径.xlsx”。",
)
@click.option("--projects", type=Count(), default=1, metavar="数", help="要几张项目表；缺省为一张。")
@plain_option
@functions_option
@click.option("--ledger", is_flag=True, help="生成台账模板，而不是附件表。")
@click.option("--force", is_flag=True, help="文件已经存在时覆盖它。")
def new(
    profile: str,
    output: Path | None,
    projects: int,
    plain: bool,
    functions: bool,
    ledger: bool,
    force: bool,
) -> None:
    """生成某个口径的空白附件表，或空白台账。

    口径的名称见 xlperf forms list，例如 hunan-yueyang-2024。
    """
    from xlperf.declarations.profile import load_profile
    from xlperf.ledgers.template import write_ledger_template
    from xlperf.workbooks.blanks import new as write_blank

    if functions and (plain or ledger):
        raise click.UsageError("--with-functions 只用于工作稿，不能与 --plain、--ledger 一起用。")
    declared = load_profile(profile)
    path = output or Path(f"{declared.id}{'-台账' if ledger else ''}.xlsx")
    if exists(path) and not force:
        raise OutputError(f"文件“{path}”已经存在；要覆盖它请加 --force。")
    if ledger:
        write_ledger_template(declared, path)
    else:
        write_blank(declared.id, path, plain=plain, projects=projects, functions=functions)
    echo(f"已写好{'台账模板' if ledger else '空白附件表'}：{path}")
    echo_next("new_ledger" if ledger else "new", path=path, profile=declared.id)
