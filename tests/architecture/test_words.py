"""The words of names, docstrings and comments: none in a sense that no dictionary has, none for any thing."""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WORDS = re.compile(r"(?<![a-z])(told|tells|wanted|heads|anew|beside|stands(?! for\b))(?![a-z])")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SKIPPED = {Path(__file__)}


def sources() -> Iterator[Path]:
    """Every module of the program, its tests and its benchmarks."""
    for folder in ("xlperf", "tests", "benchmarks"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if path not in _SKIPPED)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every name, comment and docstring of a module, names in words."""
    lines = iter(path.read_text("utf-8").splitlines(keepends=True))
    for token in tokenize.generate_tokens(lambda: next(lines, "")):
        if token.type == tokenize.NAME:
            yield token.start[0], _HUMP.sub(" ", token.string).replace("_", " ")
        elif token.type == tokenize.COMMENT or token.string.lstrip("rbfRBF").startswith('"""'):
            yield token.start[0], token.string


def odd_words(path: Path) -> list[str]:
    """Where a module has one of the words, and which."""
    if not re.search("told|tells|wanted|heads|anew|beside|stands", path.read_text("utf-8"), re.IGNORECASE):
        return []
    found = ((line, word) for line, text in texts(path) for word in WORDS.findall(text.lower()))
    return [f"{path.name}:{line} {word}" for line, word in found]


def loops_over_one(path: Path) -> list[str]:
    """Where a module calls a variable or parameter ``one``."""
    text = path.read_text("utf-8")
    if not re.search(r"\bone\b", text):
        return []
    lines = [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.arg) and node.arg == "one")
        or (isinstance(node, ast.Name) and node.id == "one" and isinstance(node.ctx, ast.Store))
    ]
    return [f"{path.name}:{line}" for line in lines]


def test_words_are_used_in_the_sense_of_a_dictionary():
    assert [place for path in sources() for place in odd_words(path)] == []


def test_a_variable_is_named_for_what_it_is():
    assert [place for path in sources() for place in loops_over_one(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "told = 1",
        "toldAgain = 1",
        "def test_what_is_told(): ...",
        "class Wanted: ...",
        "x = 1  # anew",
        '"""Beside it."""',
        '"""It stands alone."""',
        "x.heads = 1",
    ],
)
def test_each_word_is_found(line, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(line + "\n", "utf-8")
    assert len(odd_words(path)) == 1


@pytest.mark.parametrize("line", ["unwanted = 1", "sheads = 1", '"""It stands for another."""', 'x = "told"'])
def test_other_words_are_not_found(line, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(line + "\n", "utf-8")
    assert odd_words(path) == []


@pytest.mark.parametrize(
    "line", ["for one in []: ...", "[one for one in []]", "lambda one: 1", "one, two = 1, 2"]
)
def test_a_variable_called_one_is_found(line, tmp_path):
    path = tmp_path / "module.py"
    path.write_text(line + "\n", "utf-8")
    assert len(loops_over_one(path)) == 1
