"""Click in Chinese: commands and groups, their help pages, and a sentence for each wrong call.

Click takes its own messages from the catalogue in locale/, whatever the language of the computer.
A command's module is imported when it is called. Help pages are laid out by the width on the screen, where
a Chinese letter takes two columns.
"""

import gettext
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import singledispatch
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import click

_CATALOGUE = "xlperf"
os.environ["LANGUAGE"] = "zh_CN"
gettext.bindtextdomain(_CATALOGUE, str(Path(__file__).with_name("locale")))
gettext.textdomain(_CATALOGUE)

_CLOSING = "，。、；：！？）”》…"


class Formatter(click.HelpFormatter):
    """Click's formatter with Chinese headings and a wrapping that knows wide letters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write ``用法：prog args``."""
        self.write(f"用法：{prog} {args}\n")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':{self.current_indent}}{heading}：\n")

    def write_text(self, text: str) -> None:
        """Write a paragraph, indented and wrapped; its own line breaks stay."""
        for line in text.replace("\b\n", "").strip().splitlines():
            for part in _wrap(line, self.width - self.current_indent):
                self.write(f"{'':{self.current_indent}}{part}".rstrip() + "\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write a list of terms and what they mean in two columns."""
        pairs = list(rows)
        column = self.current_indent + min(max(_width(term) for term, _ in pairs), col_max) + col_spacing
        for term, meaning in pairs:
            start = f"{'':{self.current_indent}}{term}"
            gap = column - _width(start)
            lines = f"\n{'':{column}}".join(_wrap(meaning, self.width - column))
            self.write((f"{start}{'':{gap}}" if gap > 0 else f"{start}\n{'':{column}}") + lines + "\n")


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _wrap(text: str, width: int) -> Iterator[str]:
    """Cut ``text`` into lines; Latin words stay whole, closing punctuation never begins a line."""
    line = ""
    for piece in _pieces(text):
        if line and _width(line + piece.rstrip()) > width and piece not in _CLOSING:
            yield line.rstrip()
            line = piece.lstrip()
        else:
            line += piece
    yield line.rstrip()


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if char != " " and _width(char) == 1:
            word += char
            continue
        if word:
            yield word
        yield char
        word = ""
    if word:
        yield word


@singledispatch
def sentence(error: click.ClickException) -> str:
    """What is wrong with the command line, for the person who typed it."""
    return error.format_message()


@sentence.register
def _(error: click.NoSuchOption) -> str:
    near = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
    return f"{error.message}{near}"


@sentence.register
def _(error: click.MissingParameter) -> str:
    kind = "选项" if isinstance(error.param, click.Option) else "参数"
    return f"缺少{kind} {_name(error)}。"


@sentence.register
def _(error: click.BadParameter) -> str:
    return f"{_name(error)}：{error.message}"


def _name(error: click.BadParameter) -> str:
    if isinstance(error.param, click.Option):
        return " / ".join(error.param.opts)
    return error.param.make_metavar(error.ctx) if error.param and error.ctx else ""


@dataclass(slots=True)
class Volume:
    """How much is printed besides the result: -q makes ``level`` negative, each -v adds one.

    ``started`` is when the process or the command began, by ``perf_counter``.
    """

    level: int = 0
    started: float = field(default_factory=perf_counter)

    @property
    def quiet(self) -> bool:
        """Whether only results and errors are printed."""
        return self.level < 0


def volume() -> Volume:
    """How much the running command prints."""
    return click.get_current_context().find_root().ensure_object(Volume)


def echo(text: str, at: int = 0) -> None:
    """Print a line on stderr when the volume is ``at`` or more."""
    if volume().level >= at:
        click.echo(text, err=True)


def echo_next(step: str, **values: object) -> None:
    """Print the last line of a command, what to do next: the text ``step`` of commands.json."""
    from xlperf.declarations.source import text_of  # noqa: PLC0415 — --help needs no texts

    if not volume().quiet:
        echo(text_of("commands", "next", step, **values))


def elapsed() -> float:
    """Seconds since the process or the command began, start-up included."""
    return perf_counter() - volume().started


class _Context(click.Context):
    formatter_class = Formatter


def _louder(ctx: click.Context, param: click.Parameter, value: int) -> None:
    ctx.find_root().ensure_object(Volume).level += value if param.name == "verbose" else -value


def _volume_options() -> Iterator[click.Option]:
    yield click.Option(
        ["-q", "--quiet"],
        count=True,
        expose_value=False,
        callback=_louder,
        help="只输出结果，不显示进度和小结。",
    )
    yield click.Option(
        ["-v", "--verbose"],
        count=True,
        expose_value=False,
        callback=_louder,
        help="多说一些，如每个文件的结果。",
    )


class Command(click.Command):
    """A command whose help page is Chinese throughout; it takes -q and -v besides its own options."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {"help_option_names": ["-h", "--help"]}
        super().__init__(*args, **{"options_metavar": "[选项]", "context_settings": settings, **kwargs})
        self.params.extend(_volume_options())


class Group(Command, click.Group):
    """Commands by name, each in a module that is imported when the command is asked for.

    ``modules`` maps a name to ``module:attribute`` and the line of the overview.
    """

    command_class = Command

    def __init__(
        self, *args: Any, modules: Mapping[str, tuple[str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **{"subcommand_metavar": "命令 …", **kwargs})
        self.modules = modules or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table, then those added by decorators."""
        return [*self.modules, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if it lies in a module; None for an unknown name."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.modules[cmd_name][0].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; nothing at all asks for the help page."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that ``args`` begin with; a UsageError names near ones."""
        if self.get_command(ctx, args[0]) is None:
            near = get_close_matches(args[0], self.list_commands(ctx), 1)
            known = "、".join(self.list_commands(ctx))
            guess = f"是不是 {near[0]}？" if near else f"可用的命令：{known}。"
            raise click.UsageError(f"没有命令“{args[0]}”。{guess}", ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview of commands and the options."""
        rows = [(name, self._line(name)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)
        click.Command.format_options(self, ctx, formatter)

    def _line(self, name: str) -> str:
        return self.modules[name][1] if name in self.modules else self.commands[name].get_short_help_str(200)
