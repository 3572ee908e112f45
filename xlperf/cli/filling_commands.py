"""``xlperf new``, ``fill``, ``demo``: blank workbooks, workbooks filled from a ledger, a whole district."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xlperf.cli.commands import Command, echo, echo_next, elapsed, volume
from xlperf.cli.option_types import (
    Count,
    Output,
    functions_option,
    plain_option,
    resume_option,
    workers_option,
)
from xlperf.cli.outcome import FAIL_ON, Meter, print_findings, resumable, status
from xlperf.core.errors import OutputError
from xlperf.core.files import exists

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlperf.ledgers.ledger import Ledger


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


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
    from xlperf.workbooks.workbook_writer import new as write_blank

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


_FEW = 5


@click.command(cls=Command)
@click.argument("ledger", metavar="台账")
@click.option(
    "-p",
    "--profile",
    metavar="口径",
    help="口径，名称见 xlperf forms list；缺省按台账写明的，由 xlperf new --ledger 生成的都写明了。",
)
@click.option("-o", "--output", metavar="文件夹", type=Output(), required=True, help="附件表写到哪个文件夹。")
@click.option("--working", is_flag=True, help="写成工作稿：带颜色和目录、计分、校验三张辅助表，文件大得多。")
@functions_option
@workers_option
@click.option("--force", is_flag=True, help="已有的附件表也重新写过。")
@resume_option
@click.option(
    "--map",
    "mapping",
    metavar="文件",
    type=Output(),
    help="对照文件（.json）：台账里拿不准的列名、单位、金额单位写在里面，填好“对应”后再给出，照此填报。",
)
@FAIL_ON
@resumable()
def fill(  # noqa: PLR0913, PLR0917 — one for each option
    ledger: str,
    profile: str | None,
    output: Path,
    working: bool,
    functions: bool,
    workers: int,
    force: bool,
    resume: bool,
    mapping: Path | None,
    fail_on: str,
) -> int:
    """按台账为每个单位填好一份附件表。

    台账可以是 Excel 工作簿、一个装着 .csv 的文件夹，或数据库地址（sqlite:///台账.db）。
    先列出各表对上了多少单位、台账里有哪些问题，再动手填；有问题的行跳过，其余单位照填。
    """
    from xlperf.jobs.fill import fill as fill_all
    from xlperf.jobs.journal import Keeping

    if functions and not working:
        raise click.UsageError("--with-functions 只用于工作稿，请同时写上 --working。")
    reported = [0]

    def report(ledger: "Ledger") -> None:
        for join in ledger.joins:
            for line in join.lines():
                echo(line)
        print_findings(ledger.findings)
        reported[0] = len(ledger.findings)

    keeping = Keeping(output, goes_on=resume, job="fill", replaces=force)
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
            keeping=keeping,
        )
    keeping.finish()
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


@click.command(cls=Command)
@click.option(
    "-o",
    "--output",
    metavar="文件夹",
    type=Output(),
    default=Path("xlperf-demo"),
    help="写到哪里；缺省为 xlperf-demo。",
)
@click.option("--units", metavar="数", type=Count(), default=300, help="做多少个单位；缺省为 300。")
def demo(output: Path, units: int) -> None:
    """用示例台账把填报和检查完整做一遍。

    生成一个区的示例台账，为每个单位填好附件表，连同几份有意写错的表一起检查，
    最后说出用时和问题清单的位置。
    """
    from xlperf.jobs.demo.run import run

    with Meter("示例", quiet=volume().quiet) as progress:
        click.echo(run(output, units, progress=progress).summary)
    echo_next("demo")
