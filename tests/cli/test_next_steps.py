"""The last line of each command: declared, filled, and no text that no command prints."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from xlperf import cli
from xlperf.cli import COMMANDS
from xlperf.declarations.source import texts_of

FOLDER = Path(cli.__file__).parent


def steps() -> Iterator[tuple[str, str, set[str | None]]]:
    """Module, text and the names given to it, for every call of ``echo_next``."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "echo_next":
                choice = node.args[0]
                tested = set(ast.walk(choice.test)) if isinstance(choice, ast.IfExp) else set()
                for part in ast.walk(choice):
                    if isinstance(part, ast.Constant) and part not in tested:
                        yield path.stem, part.value, {word.arg for word in node.keywords}


def test_every_command_but_the_service_says_what_to_do_next():
    words = {step.partition("_")[0] for _, step, _ in steps()}
    assert words >= COMMANDS.keys() - {"forms", "server"}
    assert {"forms_list", "forms_show", "lint_right"} <= {step for _, step, _ in steps()}


def test_the_texts_are_those_that_commands_print_and_are_filled():
    texts, asked = texts_of("commands")["next"], list(steps())
    assert {step for _, step, _ in asked} == texts.keys()
    for module, step, given in asked:
        holes = {hole for _, hole, _, _ in Formatter().parse(texts[step]) if hole}
        assert holes <= given, f"{module}: {step}"
        assert texts[step].startswith("下一步：")
