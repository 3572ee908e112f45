"""Click's messages in Chinese: each that a user can meet is translated, and the compiled file is right."""

import ast
import gettext
import io
import os
import subprocess
import sys
from pathlib import Path
from string import Formatter

import click
import pytest

from tests.cli.catalogue import FOLDER, compiled, messages

CATALOGUE = messages((FOLDER / "xlperf.po").read_text("utf-8"))
FOR_PROGRAMMERS = {"TypeError", "ValueError", "OSError"}


def visible_messages():
    """Every msgid of the installed click but those of errors that only a programmer meets."""
    for path in sorted(Path(click.__file__).parent.glob("*.py")):
        if path.name != "_winconsole.py":
            yield from _messages_in(ast.parse(path.read_text("utf-8")))


def _messages_in(node):
    if isinstance(node, ast.FunctionDef) and node.name == "__repr__":
        return
    error = node.exc.func if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) else None
    if getattr(error, "id", "") in FOR_PROGRAMMERS:
        return
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "ngettext"}:
        number = 2 if node.func.id == "ngettext" else 1
        texts = node.args[:number]
        if all(isinstance(text, ast.Constant) for text in texts):
            yield "\0".join(text.value for text in texts)
    for child in ast.iter_child_nodes(node):
        yield from _messages_in(child)


def test_every_message_that_a_user_can_meet_is_translated():
    visible = set(visible_messages())
    assert len(visible) > 40
    assert not visible - set(CATALOGUE)


def test_the_compiled_catalogue_is_that_of_the_text():
    assert (FOLDER / "xlperf.mo").read_bytes() == compiled(CATALOGUE)


def test_gettext_reads_the_compiled_catalogue():
    read = gettext.GNUTranslations(io.BytesIO(compiled(CATALOGUE)))
    for key, translation in CATALOGUE.items():
        single, _, plural = key.partition("\0")
        if key:
            assert (read.ngettext(single, plural, 2) if plural else read.gettext(single)) == translation


@pytest.mark.parametrize("key", [key for key in CATALOGUE if key])
def test_a_translation_names_no_value_that_the_message_does_not_have(key):
    names = {name for _, name, _, _ in Formatter().parse(key) if name}
    assert {name for _, name, _, _ in Formatter().parse(CATALOGUE[key]) if name} <= names


def test_messages_are_chinese_in_every_locale():
    environment = {**os.environ, "LANGUAGE": "de", "LC_ALL": "C", "LANG": "en_US.UTF-8"}
    command = [sys.executable, "-m", "xlperf", "new", "甲", "--ledger=x"]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    assert ended.stderr.decode("utf-8").startswith("错误：选项“--ledger”后面不能带内容。")
