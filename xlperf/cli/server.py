"""``xlperf server``: the worksheet functions for Excel's web add-ins (Office.js)."""

import click

from xlperf.cli.commands import Group

COMMANDS = {
    "start": ("xlperf.cli.server_start:start", "启动服务，Excel 里的函数由它计算。"),
    "manifest": ("xlperf.cli.server_manifest:manifest", "写出清单 manifest.xml，Excel 按它装外接程序。"),
}


@click.group(cls=Group, modules=COMMANDS)
def server() -> None:
    """Office.js 服务：在 Microsoft 365 的 Excel 里用中文名的工作表函数。

    另行安装：pip install "xlperf[server]"；用到 xlwings PRO，要由使用者给出许可（XLWINGS_LICENSE_KEY）。
    只在本机监听。怎样用见 docs/Office.js服务.md。
    """
