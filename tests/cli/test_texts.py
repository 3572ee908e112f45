"""The words of the command line are in commands.json: none in the code, none missing, none left over."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click
import pytest

from xlperf import cli
from xlperf.cli.commands import Command, command_texts

SOURCES = sorted(Path(cli.__file__).parent.glob("*.py"))
TREES = {path.stem: ast.parse(path.read_text("utf-8")) for path in SOURCES}
MESSAGES = command_texts()["messages"]
HAN = re.compile("[\u4e00-\u9fff]")


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text in a module."""
    return (
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def said() -> Iterator[tuple[str, str, set[str], bool]]:
    """Module, message, the values it is given, and whether these are all, for every call of ``message``."""
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                choice = node.args[0]
                options = [choice.body, choice.orelse] if isinstance(choice, ast.IfExp) else [choice]
                names = {word.arg for word in node.keywords if word.arg}
                for option in options:
                    if isinstance(option, ast.Constant):
                        yield module, option.value, names, len(names) == len(node.keywords)


@pytest.mark.parametrize("module", TREES)
def test_no_words_in_the_code(module):
    assert [text for text in texts(TREES[module]) if HAN.search(text)] == []


def test_every_message_is_declared_and_gets_its_values():
    for module, name, given, is_complete in said():
        holes = {hole for _, hole, _, _ in Formatter().parse(MESSAGES[name]) if hole}
        assert not is_complete or holes <= given, f"{module}: {name}"


def test_no_message_that_nothing_uses():
    used = {text for tree in TREES.values() for text in texts(tree)}
    assert not MESSAGES.keys() - used


def commands(group: click.Group, prefix: str = "") -> Iterator[tuple[str, Command]]:
    """Every command and group by its key in commands.json."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert isinstance(command, Command)
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} ")


def test_every_text_of_a_command_is_that_of_a_command():
    found = {"xlperf": cli.xlperf, **dict(commands(cli.xlperf))}
    declared = command_texts()["commands"]
    assert declared.keys() == found.keys()
    shared = set()
    for key, command in found.items():
        names = {parameter.name for parameter in command.params}
        own = declared[key].get("options", {}).keys()
        assert own <= names, key
        shared |= names - own
    assert shared == command_texts()["options"].keys()
