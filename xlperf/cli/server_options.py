"""The options with which ``xlperf server`` and its manifest agree on an address."""

from collections.abc import Callable
from typing import Any

import click

from xlperf.cli.values import Count


def address_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``command`` with --port and --url."""
    port = click.option("--port", metavar="端口", type=Count(), help="端口；缺省为 8765。")
    url = click.option(
        "--url",
        metavar="网址",
        default="",
        help="Excel 用的网址，写进清单；缺省为 https://localhost:端口。",
    )
    return port(url(command))
