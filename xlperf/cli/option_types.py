"""The kinds of values that arguments and options take, with Chinese sentences for wrong ones."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from glob import glob, has_magic
from pathlib import Path
from typing import Any

import click


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
            self.fail(f"不能是“{value}”，可用：{'、'.join(self.words)}。", param, ctx)
        return self.words[word]

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The words, as the help page shows them."""
        return self.metavar


class Count(click.ParamType):  # type: ignore[type-arg]
    """A whole number from ``least`` upwards."""

    name = "数"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """``value`` as a number."""
        if not str(value).isdecimal() or int(value) < self.least:
            self.fail(f"应当是不小于 {self.least} 的整数，不能是“{value}”。", param, ctx)
        return int(value)


class Source(click.ParamType):  # type: ignore[type-arg]
    """A file, folder or pattern to read; never empty, which Path would take for the current folder."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """``value`` as typed."""
        if not str(value).strip():
            self.fail("不能是空的；要检查当前文件夹请写“.”。", param, ctx)
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
            self.fail("不能是空的。", param, ctx)
        if self.suffix and Path(value).suffix.lower() != self.suffix:
            self.fail(f"应当以 {self.suffix} 结尾，不能是“{value}”。", param, ctx)
        return Path(value)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date, written 2026-04-15."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """``value`` as a date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"“{value}”不是日期，请写成 2026-04-15 的样子。", param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """The word for it on the help page."""
        return "日期"


sources_argument = click.argument("paths", metavar="文件或文件夹…", nargs=-1, required=True, type=Source())

due_option = click.option(
    "--due", type=Day(), help="请单位哪一天以前报回，如 2026-04-15；缺省为收到后 5 个工作日内。"
)
sender_option = click.option("--sender", metavar="落款", default="", help="退回通知的落款，如 某某县财政局。")
notice_option = click.option(
    "--notice",
    "template",
    metavar="样本.docx",
    type=Output(".docx"),
    help="自己的退回通知样本：照 workbooks/退回通知.docx 在 Word 里改。",
)

functions_option = click.option(
    "--with-functions",
    "functions",
    is_flag=True,
    help="“校验”表上加一块由加载项的函数检查的结果；没有装加载项的电脑上只是一句说明。",
)
plain_option = click.option("--plain", is_flag=True, help="只要正式表样，不带辅助的工作表和颜色。")

password_option = click.option(
    "--password",
    "passwords",
    metavar="密码",
    multiple=True,
    help="加密文件的打开密码；可以写几个，逐个去试。",
)

engine_option = click.option(
    "--engine",
    metavar="dask://主机:8786",
    default="",
    help="由几台电脑一起做：dask 调度程序的地址（docs/规模.md）；缺省由这台电脑做。",
)

resume_option = click.option(
    "--resume", is_flag=True, help="上次没有做完就中断了：接着做，结果与一次做完的相同。"
)

workers_option = click.option(
    "--workers",
    type=Count(),
    default=os.cpu_count() or 1,
    metavar="数",
    help="同时用几个进程；缺省为处理器的个数。",
)
