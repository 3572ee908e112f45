"""Click commands and groups that speak Chinese and load their modules only when they are called."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from time import perf_counter
from typing import Any

import click

from xlperf.cli.layout import Formatter


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
    from xlperf.declarations.texts import text_of  # noqa: PLC0415 — --help needs no texts

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

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option:
            option.help = "显示这份帮助。"
        return option

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write arguments and options under Chinese headings."""
        records = [(param, param.get_help_record(ctx) or ("", "")) for param in self.get_params(ctx)]
        rows = [
            (term, meaning.replace("  [required]", "必须写。"))
            for param, (term, meaning) in records
            if isinstance(param, click.Option)
        ]
        with formatter.section("选项"):
            formatter.write_dl(rows)


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
        super().format_options(ctx, formatter)

    def _line(self, name: str) -> str:
        return self.modules[name][1] if name in self.modules else self.commands[name].get_short_help_str(200)
