"""``xlperf addin status``: the add-in on this computer."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

import click

from xlperf.cli.commands import Command


@click.command(cls=Command)
def status() -> int:
    """查看加载项装在哪里、版本是否一致、Excel 会不会加载它。

    退出码：0 可以用，1 没有装或有问题。只用于 Windows。
    """
    from xlperf.excel.installation.status import status
    from xlperf.excel.machine.computer import this_machine

    found = status(this_machine())
    for line in found.lines:
        click.echo(line)
    return int(not found.ok)
