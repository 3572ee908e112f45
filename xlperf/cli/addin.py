"""``xlperf addin``: the Excel add-in, built and put into Excel."""

import click

from xlperf.cli.commands import Group

COMMANDS = {
    "build": ("xlperf.cli.addin_build:build", "从 macros 文件夹里的文本生成加载项文件。"),
    "install": ("xlperf.cli.addin_install:install", "把加载项装进当前用户的 Excel，或更新到这一版。"),
    "status": ("xlperf.cli.addin_status:status", "查看加载项装在哪里、能不能用。"),
    "remove": ("xlperf.cli.addin_remove:remove", "从当前用户的 Excel 移除加载项。"),
}


@click.group(cls=Group, modules=COMMANDS)
def addin() -> None:
    """Excel 加载项：功能区“整体绩效”和工作表函数。

    加载项只用于 Windows 上的 Microsoft Excel。
    """
