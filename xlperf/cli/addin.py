"""``xlperf addin``: the Excel add-in, built and put into Excel."""

import click

from xlperf.cli.commands import Group

COMMANDS = {
    "build": ("xlperf.cli.addin_build:build", "从 macros 文件夹里的文本生成加载项文件。"),
}


@click.group(cls=Group, modules=COMMANDS)
def addin() -> None:
    """Excel 加载项：功能区“整体绩效”和工作表函数。

    加载项只用于 Windows 上的 Microsoft Excel。
    """
