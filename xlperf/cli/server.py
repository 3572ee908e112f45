"""``xlperf server``: the worksheet functions for Excel's web add-ins (Office.js)."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from xlperf.cli.commands import Command, Group, echo, echo_next
from xlperf.cli.values import Count, Output
from xlperf.core.errors import OutputError


@click.group(cls=Group)
def server() -> None:
    """Office.js 服务：在 Microsoft 365 的 Excel 里用中文名的工作表函数。

    另行安装：pip install "xlperf[server]"；用到 xlwings PRO，要由使用者给出许可（XLWINGS_LICENSE_KEY）。
    只在本机监听。怎样用见 docs/Office.js服务.md。
    """


def _address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``command`` with --port and --url."""
    port = click.option("--port", metavar="端口", type=Count(), help="端口；缺省为 8765。")
    url = click.option(
        "--url",
        metavar="网址",
        default="",
        help="Excel 用的网址，写进清单；缺省为 https://localhost:端口。",
    )
    return port(url(command))


@server.command(cls=Command, short_help="启动服务，Excel 里的函数由它计算。")
@_address_options
@click.option(
    "--host",
    metavar="地址",
    help="在哪个地址监听；缺省只在本机（127.0.0.1）。别的电脑也要用时才写别的，会有警告。",
)
@click.option(
    "--cert", metavar="文件", type=click.Path(path_type=Path), help="证书（PEM）。Excel 只接受 https。"
)
@click.option("--key", metavar="文件", type=click.Path(path_type=Path), help="证书的私钥（PEM）。")
@click.option("--http", "insecure", is_flag=True, help="不用证书，只供在浏览器里试一试；Excel 不接受。")
@click.option(
    "--office-js",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="本机的 Office.js（内有 office.js）；缺省从微软的网站取。不能上网的电脑用。",
)
def start(
    url: str,
    port: int | None,
    host: str | None,
    cert: Path | None,
    key: Path | None,
    insecure: bool,
    office_js: Path | None,
) -> None:
    """启动服务，按 Ctrl+C 停止。

    \b
    例：
      xlperf server start --cert localhost.pem --key localhost-key.pem
    """
    from xlperf.server.listening import Listening
    from xlperf.server.listening import start as serve
    from xlperf.server.static_files import server_texts

    usual = server_texts()["listen"]
    listening = Listening(
        host or usual["host"], port or usual["port"], url, cert, key, insecure=insecure, office_js=office_js
    )
    serve(listening, echo)


@server.command(cls=Command, short_help="写出清单 manifest.xml，Excel 按它装外接程序。")
@_address_options
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
    from xlperf.server.static_files import base_url, message, server_texts
    from xlperf.server.static_files import manifest as manifest_of

    base = base_url(url, port or server_texts()["listen"]["port"])
    if exists(output) and not force:
        raise OutputError(f"文件“{output}”已经存在；要覆盖它请加 --force。")
    atomic_write(output, manifest_of(base))
    echo(message("written", path=output, base=base))
    echo_next("manifest")
