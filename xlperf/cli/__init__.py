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
from xlperf.cli.commands import Group, Volume, message, sentence
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
    "new": "xlperf.cli.filling_commands:new",
    "fill": "xlperf.cli.filling_commands:fill",
    "import": "xlperf.cli.received_commands:import_",
    "report": "xlperf.cli.finishing_commands:report",
    "strip": "xlperf.cli.received_commands:strip",
    "check": "xlperf.cli.check_command:check",
    "explain": "xlperf.cli.declared_commands:explain",
    "why": "xlperf.cli.check_command:why",
    "page": "xlperf.cli.page_commands:page",
    "rounds": "xlperf.cli.rounds_commands:rounds",
    "annotate": "xlperf.cli.received_commands:annotate",
    "grade": "xlperf.cli.finishing_commands:grade",
    "rollup": "xlperf.cli.finishing_commands:rollup",
    "export": "xlperf.cli.data_commands:export",
    "ask": "xlperf.cli.data_commands:ask",
    "forms": "xlperf.cli.declared_commands:forms",
    "demo": "xlperf.cli.filling_commands:demo",
    "doctor": "xlperf.cli.computer_commands:doctor",
    "addin": "xlperf.cli.computer_commands:addin",
    "server": "xlperf.cli.computer_commands:server",
}


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        click.echo(f"xlperf {__version__}")
        ctx.exit()


@click.group(cls=Group, modules=COMMANDS, name="xlperf")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version)
def xlperf() -> None:
    """Fill official workbooks and check those that come back."""


xlperf.describe("xlperf")


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
        for line in (message("interrupted"), *getattr(interrupt, "__notes__", ())):
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
    click.echo(message("error", text=text), err=True)
    return COULD_NOT_RUN


def _misused(error: click.ClickException) -> int:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "xlperf"
    return _failed(message("misused", sentence=sentence(error), path=path))


def _broken(error: Exception, arguments: Sequence[str]) -> int:
    """Write the traceback to a file of its own and print where it is."""
    kind, path = type(error).__name__, logs.log_path()
    try:
        logs.write_log(path, list(arguments), error)
    except OSError:
        last = traceback.format_exception_only(error)[-1].strip()
        return _failed(message("broken_unlogged", kind=kind, folder=path.parent, last=last))
    return _failed(message("broken", kind=kind, path=path))
