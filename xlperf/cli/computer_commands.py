"""``xlperf addin``, ``doctor``, ``server``: the Excel add-in, an examination of this computer, Office.js."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xlperf.cli.commands import Command, Group, echo, echo_next
from xlperf.cli.option_types import Count, Output, Word
from xlperf.core.errors import OutputError
from xlperf.declarations.source import texts_of

if TYPE_CHECKING:
    from xlperf.excel.doctor.examination import Result


# ruff: noqa: PLC0415 — libraries are imported when the command runs, so that --help is quick


@click.group(cls=Group)
def addin() -> None:
    """Excel 加载项：功能区“整体绩效”和工作表函数。

    加载项只用于 Windows 上的 Microsoft Excel。
    """


@addin.command(cls=Command, short_help="从 macros 文件夹里的文本生成加载项文件。")
@click.option(
    "-o",
    "--output",
    metavar="文件夹",
    type=Output(),
    help="放着 VBA 模块的 macros 文件夹，生成的文件也写在里面；缺省为 xlperf 自己的。",
)
@click.option("--check", is_flag=True, help="只看已生成的文件是否最新，不写；不是最新的退出码为 1。")
def build(output: Path | None, check: bool) -> int:
    """从 macros 文件夹里的文本生成加载项文件 xlperf.xlam。

    供修改加载项的人使用：改了函数、功能区或 VBA 以后运行。需要 pyOpenVBA，不需要 Excel；
    同样的内容每次生成的文件逐字节相同。
    """
    from xlperf.core.paths import macros_dir
    from xlperf.excel.addin.addin_builder import stale, write

    folder = output or macros_dir()
    if check:
        old = stale(folder)
        click.echo(f"不是最新：{'、'.join(old)}" if old else "都是最新。")
        return int(bool(old))
    changed = write(folder)
    click.echo(f"已写出：{'、'.join(changed)}" if changed else "都是最新，没有改动。")
    echo_next("addin_build")
    return 0


@addin.command(cls=Command, short_help="把加载项装进当前用户的 Excel，或更新到这一版。")
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
@click.option("--reinstall", is_flag=True, help="版本相同的包也重装一遍。")
def install(origin: Path | None, xlstart: bool, trust_location: bool, reinstall: bool) -> None:
    """把加载项装进当前用户的 Excel。

    建立加载项用的 Python（%LOCALAPPDATA%\\xlperf\\venv），放好加载项文件，登记到 Excel 的加载项列表。
    不需要管理员权限。可以反复运行：已有的更新到这一版，原来的加载项文件另存一份。
    只用于 Windows；运行前请关闭 Excel。
    """
    from xlperf.excel.installation.computer import this_machine
    from xlperf.excel.installation.install import install

    steps = install(this_machine(), origin, startup=xlstart, trusting=trust_location, reinstall=reinstall)
    for line in steps:
        click.echo(line)
    echo_next("addin_install")


@addin.command(cls=Command, short_help="查看加载项装在哪里、能不能用。")
def status() -> int:
    """查看加载项装在哪里、版本是否一致、Excel 会不会加载它。

    退出码：0 可以用，1 没有装或有问题。只用于 Windows。
    """
    from xlperf.excel.doctor.examination import addin_status
    from xlperf.excel.installation.computer import this_machine

    found = addin_status(this_machine())
    for line in found.lines:
        click.echo(line)
    echo_next("addin_status_right" if found.ok else "addin_status_wrong")
    return int(not found.ok)


@addin.command(cls=Command, short_help="从当前用户的 Excel 移除加载项。")
@click.option("--venv", is_flag=True, help="加载项用的 Python 也删除；缺省留着，下次安装快。")
@click.option("--settings", is_flag=True, help="加载项的设置也删除；缺省留着。")
def remove(venv: bool, settings: bool) -> None:
    """从当前用户的 Excel 移除加载项。

    只撤销安装时做过的：加载项列表里的登记、加载项文件、受信任位置；别的加载项不动。
    改动过的加载项文件先另存一份。只用于 Windows；运行前请关闭 Excel。
    """
    from xlperf.excel.installation.computer import this_machine
    from xlperf.excel.installation.install import remove

    for line in remove(this_machine(), venv=venv, settings=settings):
        click.echo(line)
    echo_next("addin_remove")


_FORMATS = {"text": "text", "json": "json"}


@click.command(cls=Command)
@click.option(
    "--format",
    "form",
    type=Word(_FORMATS),
    default="text",
    help="text 为一项一行，json 供别的程序读；缺省为 text。",
)
def doctor(form: str) -> int:
    """诊断这台电脑：Python、Excel、加载项、字体、文件夹，不对的说明怎么处理。

    只看，不改。不在 Windows 上时，与 Excel 有关的各项写明“不适用”。
    退出码：0 没有需要处理的，1 有。
    """
    from xlperf.excel.doctor.examination import examine

    results = examine()
    for line in _json(results) if form == "json" else _text(results):
        click.echo(line)
    is_right = all(result.ok for result in results)
    if form == "text":
        echo_next("doctor_right" if is_right else "doctor_wrong")
    return int(not is_right)


def _text(results: Sequence["Result"]) -> Iterator[str]:
    from xlperf.excel.doctor.examination import state_of, summary

    for result in results:
        yield f"[{state_of(result)}] {result.title}：{result.found}"
        if result.cure:
            yield f"    怎么办：{result.cure}"
    yield summary(results)


def _json(results: Sequence["Result"]) -> Iterator[str]:
    entries = [
        {
            "name": result.name,
            "title": result.title,
            "state": result.standing.value,
            "found": result.found,
            "cure": result.cure,
        }
        for result in results
    ]
    content = {"ok": all(result.ok for result in results), "results": entries}
    yield json.dumps(content, ensure_ascii=False, indent=2)


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

    usual = texts_of("server")["listen"]
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
    from xlperf.server.listening import base_url, message
    from xlperf.server.listening import manifest as manifest_of

    base = base_url(url, port or texts_of("server")["listen"]["port"])
    if exists(output) and not force:
        raise OutputError(f"文件“{output}”已经存在；要覆盖它请加 --force。")
    atomic_write(output, manifest_of(base))
    echo(message("written", path=output, base=base))
    echo_next("manifest")
