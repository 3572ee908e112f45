"""``xlperf addin build``: xlperf.xlam, from VBA as text and the declarations."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command
from xlperf.cli.values import Output


@click.command(cls=Command)
@click.option(
    "-o",
    "--output",
    metavar="文件夹",
    type=Output(),
    help="放着 VBA 模块的 macros 文件夹，生成的文件也写在里面；缺省为 xlperf 自己的。",
)
@click.option("--check", is_flag=True, help="只看已生成的文件是否最新，不写；不是最新的退出码为 1。")
def build(output: Path | None, check: bool) -> int:
    """从 macros 文件夹里的文本生成加载项文件 xlperf.xlam。

    供修改加载项的人使用：改了函数、功能区或 VBA 以后运行。需要 pyOpenVBA，不需要 Excel；
    同样的内容每次生成的文件逐字节相同。
    """
    from xlperf.core.paths import macros_dir
    from xlperf.excel.addin.addin_builder import stale, write

    folder = output or macros_dir()
    if check:
        old = stale(folder)
        click.echo(f"不是最新：{'、'.join(old)}" if old else "都是最新。")
        return int(bool(old))
    changed = write(folder)
    click.echo(f"已写出：{'、'.join(changed)}" if changed else "都是最新，没有改动。")
    return 0
