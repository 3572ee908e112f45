"""``xlperf addin install``: the add-in into this user's Excel."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command
from xlperf.cli.values import Output


@click.command(cls=Command)
@click.option(
    "--from",
    "origin",
    metavar="文件夹",
    type=Output(),
    help="装着全部安装包（.whl）的文件夹，或其中 xlperf 的安装包；只从这里装，不上网。",
)
@click.option("--xlstart", is_flag=True, help="放进 XLSTART，随 Excel 打开，不登记加载项列表。")
@click.option(
    "--trust-location",
    is_flag=True,
    help="把加载项所在的文件夹登记为受信任位置，宏安全级别设得高时才需要。",
)
@click.option("--anew", is_flag=True, help="版本相同的包也重装一遍。")
def install(origin: Path | None, xlstart: bool, trust_location: bool, anew: bool) -> None:
    """把加载项装进当前用户的 Excel。

    建立加载项用的 Python（%LOCALAPPDATA%\\xlperf\\venv），放好加载项文件，登记到 Excel 的加载项列表。
    不需要管理员权限。可以反复运行：已有的更新到这一版，原来的加载项文件另存一份。
    只用于 Windows；运行前请关闭 Excel。
    """
    from xlperf.excel.installation.install import InstallOptions, install
    from xlperf.excel.machine.computer import this_machine

    options = InstallOptions(origin, startup=xlstart, trusting=trust_location, reinstall=anew)
    for line in install(this_machine(), options):
        click.echo(line)
