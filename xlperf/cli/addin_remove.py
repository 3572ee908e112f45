"""``xlperf addin remove``: the add-in out of this user's Excel."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

import click

from xlperf.cli.commands import Command


@click.command(cls=Command)
@click.option("--venv", is_flag=True, help="加载项用的 Python 也删除；缺省留着，下次安装快。")
@click.option("--settings", is_flag=True, help="加载项的设置也删除；缺省留着。")
def remove(venv: bool, settings: bool) -> None:
    """从当前用户的 Excel 移除加载项。

    只撤销安装时做过的：加载项列表里的登记、加载项文件、受信任位置；别的加载项不动。
    改动过的加载项文件先另存一份。只用于 Windows；运行前请关闭 Excel。
    """
    from xlperf.excel.installation.install import remove
    from xlperf.excel.machine.computer import this_machine

    for line in remove(this_machine(), venv=venv, settings=settings):
        click.echo(line)
