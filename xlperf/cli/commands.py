"""Click in Chinese: commands and groups, their help pages, and a sentence for each wrong call.

Click takes its own messages from the catalogue in locale/, whatever the language of the computer.
A command's module is imported when it is called. Help pages are laid out by the width on the screen, where
a Chinese letter takes two columns.
"""

import gettext
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, singledispatch
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any

import click

from xlperf.core.paths import shipped_schemas_dir
from xlperf.declarations.source import Texts, read_texts

_CATALOGUE = "xlperf"
os.environ["LANGUAGE"] = "zh_CN"
gettext.bindtextdomain(_CATALOGUE, str(Path(__file__).with_name("locale")))
gettext.textdomain(_CATALOGUE)

_CLOSING = "，。、；：！？）”》…"


@cache
def command_texts() -> Texts:
    """The content of commands.json as it comes with the program: a bureau's older copy may lack texts."""
    return read_texts(shipped_schemas_dir() / "commands.json")


def message(name: str, /, **values: object) -> str:
    """A message of commands.json, its gaps filled with ``values``; DeclarationError for an unknown one."""
    return str(command_texts()["messages"][name].format_map(values))


class Formatter(click.HelpFormatter):
    """Click's formatter with Chinese headings and a wrapping that knows wide letters."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        self.write(message("usage", program=prog, arguments=args) + "\n")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':{self.current_indent}}{message('heading', text=heading)}\n")

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
    near = message("guess", names="、".join(error.possibilities)) if error.possibilities else ""
    return f"{error.message}{near}"


@sentence.register
def _(error: click.MissingParameter) -> str:
    kind = message("option" if isinstance(error.param, click.Option) else "argument")
    return message("missing", kind=kind, name=_name(error))


@sentence.register
def _(error: click.BadParameter) -> str:
    return message("parameter", name=_name(error), message=error.message)


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
    """How much the running command prints; the usual where none runs."""
    context = click.get_current_context(silent=True)
    return context.find_root().ensure_object(Volume) if context else Volume()


def echo(text: str, at: int = 0) -> None:
    """Print a line on stderr when the volume is ``at`` or more."""
    if volume().level >= at:
        click.echo(text, err=True)


def echo_next(step: str, **values: object) -> None:
    """Print the last line of a command, what to do next: the text ``step`` of commands.json."""
    if not volume().quiet:
        echo(command_texts()["next"][step].format_map(values))


def elapsed() -> float:
    """Seconds since the process or the command began, start-up included."""
    return perf_counter() - volume().started


class _Context(click.Context):
    formatter_class = Formatter


def _louder(ctx: click.Context, param: click.Parameter, value: int) -> None:
    ctx.find_root().ensure_object(Volume).level += value if param.name == "verbose" else -value


class Command(click.Command):
    """A command whose help page is made of the texts of commands.json; it takes -q and -v, too."""

    context_class = _Context

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings = {"help_option_names": ["-h", "--help"]}
        shown = message("options")
        super().__init__(*args, **{"options_metavar": shown, "context_settings": settings, **kwargs})
        for names in (["-q", "--quiet"], ["-v", "--verbose"]):
            self.params.append(click.Option(names, count=True, expose_value=False, callback=_louder))

    def describe(self, key: str) -> None:
        """Take the help page and the texts of the options from commands.json, where they are under ``key``.

        Raises DeclarationError where a text is missing.
        """
        texts = command_texts()
        words = texts["commands"][key]
        self.help = "\n".join([*words["help"], *_example_lines(words.get("examples", ()))])
        self.epilog = "\n".join(_next_lines(words["next"]))
        self.short_help = words.get("summary")
        own = words.get("options", {})
        for parameter in self.params:
            found = own[parameter.name] if parameter.name in own else texts["options"][parameter.name]
            parameter.metavar = found.get("metavar", parameter.metavar)
            parameter.default = found.get("default", parameter.default)
            if isinstance(parameter, click.Option):
                parameter.help = found["help"]


def _example_lines(examples: Iterable[str]) -> Iterator[str]:
    lines = [f"  {example}" for example in examples]
    if lines:
        yield from ("", "\b", message("heading", text=message("examples")), *lines)


def _next_lines(following: str | Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What to do after a command: a sentence, or those it prints with the names of its examples."""
    if isinstance(following, str):
        yield following
        return
    for step, values in following.items():
        yield command_texts()["next"][step].format_map(values)


class Group(Command, click.Group):
    """Commands by name, each in a module that is imported when the command is asked for.

    ``modules`` maps a name to ``module:attribute``.
    """

    command_class = Command

    def __init__(self, *args: Any, modules: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **{"subcommand_metavar": message("subcommand"), **kwargs})
        self.modules = modules or {}
        self.steps: Mapping[str, Sequence[str]] = {}

    def describe(self, key: str) -> None:
        """Take the texts under ``key``, and the steps that list the commands, if any."""
        super().describe(key)
        self.steps = command_texts()["commands"][key].get("steps", {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the table, then those added by decorators."""
        return [*self.modules, *self.commands]

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        """Enter a command, described by the texts under the names of the group and the command."""
        super().add_command(cmd, name)
        if isinstance(cmd, Command):
            cmd.describe(f"{self.name} {name or cmd.name}")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now if it lies in a module; None for an unknown name."""
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        module, attribute = self.modules[cmd_name].split(":")
        command: Command = getattr(import_module(module), attribute)
        command.describe(cmd_name)
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
            known = message("known", names="、".join(self.list_commands(ctx)))
            guess = message("guess", names=near[0]) if near else known
            raise click.UsageError(message("no_command", name=args[0], guess=guess), ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the overview of commands, step by step, and the options."""
        names = self.list_commands(ctx)
        longest = max(map(len, names))
        for title, members in (self.steps or {message("commands"): names}).items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(longest), self._line(name)) for name in members])
        click.Command.format_options(self, ctx, formatter)

    def _line(self, name: str) -> str:
        if name not in self.modules:
            return self.commands[name].get_short_help_str(200)
        words = command_texts()["commands"][name]
        return str(words.get("summary", words["help"][0]))
