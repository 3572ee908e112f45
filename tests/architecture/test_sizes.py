"""No module over 350 lines, no function over 60, a docstring for every public name: as CONTRIBUTING says."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.picture import modules

LONGEST_MODULE, LONGEST_FUNCTION = 350, 60
MODULES = modules()


@cache
def defined(path: Path) -> list[ast.FunctionDef | ast.ClassDef]:
    """The functions and classes of a module, inner ones too."""
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]


def too_long(path: Path) -> list[str]:
    """Of a module: its name where it is too long, and its functions that are."""
    found = [path.name] if path.read_text("utf-8").count("\n") > LONGEST_MODULE else []
    functions = [node for node in defined(path) if isinstance(node, ast.FunctionDef)]
    return found + [
        f"{path.name}:{node.lineno} {node.name}"
        for node in functions
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]


def undocumented(path: Path) -> list[str]:
    """The public classes and functions of a module, inner ones too, that have no docstring."""
    public = [node for node in defined(path) if not node.name.startswith("_")]
    return [f"{path.name}:{node.lineno} {node.name}" for node in public if ast.get_docstring(node) is None]


@pytest.mark.parametrize("find", [too_long, undocumented])
def test_every_module_keeps_to_it(find):
    assert [place for path in MODULES.values() for place in find(path)] == []


def test_what_does_not_keep_to_it_is_found(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("def outer():\n" + "    x = 1\n" * 400, "utf-8")
    assert too_long(path) == ["module.py", "module.py:1 outer"]
    assert undocumented(path) == ["module.py:1 outer"]
