"""``xlperf server manifest``: the file from which Excel installs the web add-in."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command, told
from xlperf.cli.server_options import address_options
from xlperf.cli.values import Output
from xlperf.core.errors import OutputError


@click.command(cls=Command)
@address_options
@click.option(
    "-o",
    "--output",
    metavar="文件",
    type=Output(".xml"),
    default="manifest.xml",
    help="写到哪个文件；缺省为当前文件夹下的 manifest.xml。",
)
@click.option("--force", is_flag=True, help="文件已经存在时覆盖它。")
def manifest(url: str, port: int | None, output: Path, force: bool) -> None:
    """写出清单，不需要许可，也不启动服务。

    网址要与启动服务时用的一样。
    """
    from xlperf.core.files import atomic_write, exists
    from xlperf.server.server_texts import base_url, message, server_texts
    from xlperf.server.static_files import manifest as manifest_of

    base = base_url(url, port or server_texts()["listen"]["port"])
    if exists(output) and not force:
        raise OutputError(f"文件“{output}”已经存在；要覆盖它请加 --force。")
    atomic_write(output, manifest_of(base))
    told(message("written", path=output, base=base))
