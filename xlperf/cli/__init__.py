"""The command line: a table of commands, and the one place where errors become exit statuses.

0 nothing found, 1 findings at or above --fail-on, 2 could not run, 130 interrupted.
"""

import gc
import os
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from xlperf import __version__
from xlperf.cli.commands import Group, Volume, sentence
from xlperf.core.errors import XlperfError
from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    import traceback

    from xlperf.core import logs
else:
    logs, traceback = LazyModule("xlperf.core.logs"), LazyModule("traceback")

_COLLECT_AFTER = 50_000
"""Objects made until the collector looks for garbage: at Python's 700 it takes a seventh of a check."""
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Threads of NumPy and pyarrow do nothing here; without them workers are forks, which start at once."""
_STARTED = time.perf_counter()
COULD_NOT_RUN, INTERRUPTED, PIPE_CLOSED = 2, 130, 141

COMMANDS = {
    "new": ("xlperf.cli.filling_commands:new", "生成某个口径的空白附件表，或空白台账。"),
    "fill": ("xlperf.cli.filling_commands:fill", "按台账为每个单位填好一份附件表。"),
    "check": ("xlperf.cli.check_command:check", "检查收到的附件表，列出问题清单。"),
    "import": ("xlperf.cli.received_commands:import_", "导入收到的表（Excel、WPS、Word），写成工作稿。"),
    "annotate": ("xlperf.cli.received_commands:annotate", "生成批注稿和退回通知：标出问题，退回单位修改。"),
    "rounds": ("xlperf.cli.rounds_commands:rounds", "报送登记：几轮收、审、退、签收，谁没报，一个文件记全。"),
    "strip": ("xlperf.cli.received_commands:strip", "生成上报稿：只留官方表样和数值。"),
    "export": ("xlperf.cli.data_commands:export", "把收到的表、查出的问题写成 Parquet 或数据库，供分析。"),
    "ask": ("xlperf.cli.data_commands:ask", "用导出的数据回答现成的问题，如谁的三公经费超预算。"),
    "explain": ("xlperf.cli.declared_commands:explain", "说明一个问题代码：查什么、依据、怎么改。"),
    "forms": ("xlperf.cli.declared_commands:forms", "列出、查看、检验、起草口径和表样。"),
    "addin": ("xlperf.cli.computer_commands:addin", "Excel 加载项：生成、安装、查看、移除。"),
    "server": (
        "xlperf.cli.computer_commands:server",
        "Office.js 服务：Microsoft 365 的 Excel 里用的中文名函数。",
    ),
    "doctor": ("xlperf.cli.computer_commands:doctor", "诊断这台电脑：不对的说明怎么处理。"),
    "demo": ("xlperf.cli.filling_commands:demo", "用示例台账把填报和检查完整做一遍。"),
}


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"xlperf {__version__}")
        ctx.exit()


@click.group(cls=Group, modules=COMMANDS, name="xlperf")
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="显示版本号。",
)
def xlperf() -> None:
    """预算绩效自评：批量填报、逐格校验官方附件表。

    每个命令加 --help 看用法，例如 xlperf check --help。
    """


def main() -> NoReturn:
    """Run the command line of this process and leave with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    gc.set_threshold(_COLLECT_AFTER)
    for name, value in _ONE_THREAD.items():
        os.environ.setdefault(name, value)
    sys.exit(run(sys.argv[1:], _STARTED))


def run(arguments: Sequence[str], started: float | None = None) -> int:
    """Run one command line; its outcome as an exit status, its errors on stderr in one sentence.

    ``started`` is when the process began, by ``perf_counter``; now where it is None.
    """
    volume = Volume() if started is None else Volume(started=started)
    try:
        status = _invoke(arguments, volume)
    except click.ClickException as error:
        status = _misused(error)
    except XlperfError as error:
        status = _failed(str(error))
    except (KeyboardInterrupt, click.Abort) as interrupt:
        for line in ("已中断。", *getattr(interrupt, "__notes__", ())):
            click.echo(line, err=True)
        status = INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = PIPE_CLOSED
    except Exception as error:
        status = _broken(error, arguments)
    return status


def _invoke(arguments: Sequence[str], volume: Volume) -> int:
    try:
        with xlperf.make_context("xlperf", list(arguments), obj=volume) as context:
            status = xlperf.invoke(context)
            sys.stdout.flush()
    except click.exceptions.Exit as end:
        status = end.exit_code
    return int(status or 0)


def _failed(text: str) -> int:
    click.echo(f"错误：{text}", err=True)
    return COULD_NOT_RUN


def _misused(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "xlperf"
    return _failed(f"{sentence(error)}（用法见 {path} --help）")


def _broken(error: Exception, arguments: Sequence[str]) -> int:
    """Write the traceback to a file of its own and print where it is."""
    failure, path = f"程序内部出错（{type(error).__name__}）", logs.log_path()
    try:
        logs.write_log(path, list(arguments), error)
    except OSError:
        last = traceback.format_exception_only(error)[-1].strip()
        return _failed(f"{failure}，日志也写不进“{path.parent}”：{last}")
    return _failed(f"{failure}，详情已写入“{path}”，请发给维护人员。")
