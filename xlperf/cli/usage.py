"""One Chinese sentence for each way of calling a command wrongly."""

import re
from functools import singledispatch

import click

_NUMBER_OF_VALUES = re.compile(r"requires an argument|requires \d+ arguments")


@singledispatch
def sentence(error: click.ClickException) -> str:
    """What is wrong with the command line, for the person who typed it."""
    return error.format_message()


@sentence.register
def _(error: click.UsageError) -> str:
    extra = re.match(r"Got unexpected extra arguments? \((.*)\)", error.message)
    if extra:
        return f"多出了参数“{extra[1]}”。名称里有空格时请加引号。"
    return "没有写命令。" if error.message == "Missing command." else error.message


@sentence.register
def _(error: click.NoSuchOption) -> str:
    near = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
    return f"没有选项“{error.option_name}”。{near}"


@sentence.register
def _(error: click.BadOptionUsage) -> str:
    if _NUMBER_OF_VALUES.search(error.message):
        return f"选项“{error.option_name}”后面缺少内容。"
    return f"选项“{error.option_name}”后面不能带内容。"


@sentence.register
def _(error: click.BadArgumentUsage) -> str:
    return f"参数个数不对：{error.message}"


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
