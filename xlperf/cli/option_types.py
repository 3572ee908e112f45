"""The kinds of values that arguments and options take, with Chinese sentences for wrong ones."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import click

from xlperf.cli.commands import message


class Word(click.ParamType):  # type: ignore[type-arg]
    """One of some words; ``words`` maps every spelling to its meaning."""

    name = "word"

    def __init__(self, words: Mapping[str, str], metavar: str = "") -> None:
        self.words = words
        self.metavar = metavar or "|".join(dict.fromkeys(words))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The meaning of ``value``, case ignored."""
        word = str(value).lower()
        if word not in self.words:
            self.fail(message("no_word", value=value, names="、".join(self.words)), param, ctx)
        return self.words[word]

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The words, as the help page shows them."""
        return self.metavar


class Count(click.ParamType):  # type: ignore[type-arg]
    """A whole number from ``least`` upwards."""

    name = "count"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """``value`` as a number."""
        if not str(value).isdecimal() or int(value) < self.least:
            self.fail(message("no_count", least=self.least, value=value), param, ctx)
        return int(value)


class Source(click.ParamType):  # type: ignore[type-arg]
    """A file, folder, pattern or address; never empty, which Path would take for the current folder.

    ``empty`` names the message for an empty one.
    """

    name = "path"

    def __init__(self, empty: str = "empty_source") -> None:
        self.empty = empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """``value`` as typed."""
        if not str(value).strip():
            self.fail(message(self.empty), param, ctx)
        return str(value)


def expanded(paths: Sequence[str]) -> list[Path]:
    """The paths in order; patterns with * are written out, because the shell of Windows leaves them.

    A pattern that matches nothing stays: it is reported as missing.
    """
    found: list[Path] = []
    for typed in paths:
        matches = sorted(glob(typed)) if has_magic(typed) and not Path(typed).exists() else []
        found += map(Path, matches or [typed])
    return found


class Output(click.ParamType):  # type: ignore[type-arg]
    """A file or folder to write, which has a name and, where ``suffix`` is given, that suffix."""

    name = "path"

    def __init__(self, suffix: str = "") -> None:
        self.suffix = suffix

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """``value`` as a Path."""
        if not str(value).strip():
            self.fail(message("empty"), param, ctx)
        if self.suffix and Path(value).suffix.lower() != self.suffix:
            self.fail(message("no_suffix", suffix=self.suffix, value=value), param, ctx)
        return Path(value)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date, written 2026-04-15."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """``value`` as a date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(message("no_day", value=value), param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The word for it on the help page."""
        return message("day")


tables_type = Source("empty")
"""Where tables go: a folder, or the address of a database."""

sources_argument = click.argument("paths", nargs=-1, required=True, type=Source())

due_option = click.option("--due", type=Day())
sender_option = click.option("--sender", default="")
notice_option = click.option("--notice", "template", type=Output(".docx"))

functions_option = click.option("--with-functions", "functions", is_flag=True)
plain_option = click.option("--plain", is_flag=True)

password_option = click.option("--password", "passwords", multiple=True)

last_year_option = click.option("--last-year", multiple=True, type=Source())

engine_option = click.option("--engine", default="")

resume_option = click.option("--resume", is_flag=True)

workers_option = click.option("--workers", type=Count(), default=os.cpu_count() or 1)
