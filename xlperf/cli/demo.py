"""``xlperf demo``: a whole district filled and checked from the demo ledger."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command, echo_next, volume
from xlperf.cli.progress import Meter
from xlperf.cli.values import Count, Output


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
