"""``xlperf explain``: what a code of the problem list means."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from collections.abc import Sequence

import click

from xlperf.cli.commands import Command, echo_next


@click.command(cls=Command)
@click.argument("codes", metavar="代码…", nargs=-1, required=True)
def explain(codes: Sequence[str]) -> None:
    """说明一个问题代码：查什么、依据、怎么改，附正确和错误的例子。

    代码在问题清单的“代码”一列，例如 B501。
    """
    from xlperf.declarations.explain import explain as page

    click.echo("\n\n".join(page(code) for code in codes))
    echo_next("explain")
