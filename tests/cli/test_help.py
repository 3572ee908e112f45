"""The help pages alone lead through a season: steps in order, an example that parses, what to do next."""

import shlex
from collections.abc import Iterator

import click
import pytest

from xlperf import cli
from xlperf.cli.commands import command_texts

TEXTS = command_texts()["commands"]
STEPS = TEXTS["xlperf"]["steps"]
WIDTH = 80


def contexts(parent: click.Context) -> Iterator[click.Context]:
    """The context of each command and group below ``parent``."""
    group = parent.command
    assert isinstance(group, click.Group)
    for name in group.list_commands(parent):
        command = group.get_command(parent, name)
        assert command
        settings = {**command.context_settings, "terminal_width": WIDTH}
        context = command.context_class(command, info_name=name, parent=parent, **settings)
        yield context
        if isinstance(command, click.Group):
            yield from contexts(context)


ROOT = click.Context(cli.xlperf, info_name="xlperf")
PAGES = {context.command_path: context for context in contexts(ROOT)}


def test_the_overview_names_every_command_once_in_its_step_and_order():
    assert [name for names in STEPS.values() for name in names] == list(cli.COMMANDS)


def test_the_overview_says_in_one_line_when_a_command_is_used(xlperf):
    lines = xlperf("--help").out.splitlines()
    titles = [lines.index(f"{title}：") for title in STEPS]
    assert titles == sorted(titles)
    for name in cli.COMMANDS:
        (line,) = [line for line in lines if line.startswith(f"  {name} ")]
        assert line.endswith(TEXTS[name]["summary"])
        assert "时" in line or "以后" in line or "以前" in line or "第一次" in line


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_whole_examples_and_ends_with_the_next_step(path):
    page = PAGES[path].command.get_help(PAGES[path])
    examples = TEXTS[path.removeprefix("xlperf ")]["examples"]
    assert examples
    for example in examples:
        assert f"\n    {example}\n" in page
    *_, ending = page.rpartition("\n\n")
    assert all(line.startswith("  ") for line in ending.splitlines())
    assert ending.startswith("  下一步：")


@pytest.mark.parametrize("example", [line for words in TEXTS.values() for line in words.get("examples", ())])
def test_an_example_is_a_right_call(example):
    program, *words = shlex.split(example)
    assert program == "xlperf"
    context, command = ROOT, cli.xlperf
    while isinstance(command, click.Group):
        name, command, words = command.resolve_command(context, words)
        assert command
        assert name
        if not isinstance(command, click.Group):
            command.make_context(name, words, parent=context)
        else:
            context = click.Context(command, info_name=name, parent=context)
