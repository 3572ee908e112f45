"""``xlperf server start``: the service, until it is stopped."""

# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick

from pathlib import Path

import click

from xlperf.cli.commands import Command, told
from xlperf.cli.server_options import address_options


@click.command(cls=Command)
@address_options
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
    from xlperf.server.server_texts import server_texts

    usual = server_texts()["listen"]
    listening = Listening(
        host or usual["host"], port or usual["port"], url, cert, key, insecure=insecure, office_js=office_js
    )
    serve(listening, told)
