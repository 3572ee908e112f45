"""Files that only the program reads: well formed, and every key that code asks for is there."""

import ast
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import xlperf
from xlperf.core.errors import DeclarationError
from xlperf.core.paths import schemas_dir
from xlperf.declarations.lint import EDITED, common_files
from xlperf.declarations.source import read_texts, text_of, texts_of

PACKAGE = Path(xlperf.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FILES = [*common_files(), *(f"demo/{path.name}" for path in sorted((schemas_dir() / "demo").glob("*.json")))]
INSIDE = {"core_text": ("core",), "ledger_text": ("messages", "ledger")}
"""Functions that read a part of a text file: the beginning of their chain."""
Chain = tuple[str, ...]
"""The name of a text file and the keys inside it."""


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_well_formed(name):
    assert read_texts(schemas_dir() / name)


def test_each_file_has_a_schema_or_is_asked_for_by_the_program():
    asked = {chain[0] for path in MODULES for _, chain, _ in asked_for(path)}
    assert {name.removesuffix(".json") for name in common_files()} - asked <= EDITED | OTHERS
    assert not EDITED & asked


OTHERS = {"commands"}
"""Read by the command line as they come with the program."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_key_that_code_asks_for_exists(path):
    for line, (name, *keys), values in asked_for(path):
        found = texts_of(name)
        for key in keys:
            assert key in found, f"{path}:{line} asks for {name}.json：{'/'.join(keys)}"
            found = found[key]
        if values is not None and isinstance(found, str):
            holes = {hole for _, hole, _, _ in Formatter().parse(found) if hole is not None}
            assert holes <= values, f"{path}:{line} does not fill {holes - values}"


def test_the_search_finds_what_code_asks_for(tmp_path):
    source = tmp_path / "module.py"
    source.write_text(
        "def sheet():\n    return texts_of('annotate')['sheet']\n"
        "def use(name):\n    words = sheet()['looks']\n    words['gone'], words[name]\n"
        "    text_of('server', 'messages', 'port', port=1)\n"
    )
    found = {(line, chain) for line, chain, _ in asked_for(source)}
    assert found >= {
        (2, ("annotate", "sheet")),
        (5, ("annotate", "sheet", "looks", "gone")),
        (6, ("server", "messages", "port")),
    }


def asked_for(path: Path) -> Iterator[tuple[int, Chain, set[str] | None]]:
    """Each constant way into a text file in a module: line, chain, and the values given to ``text_of``."""
    module = ast.parse(path.read_text("utf-8"))
    shared = functions_of(module)
    scopes = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for scope in scopes:
        names = assigned(scope, shared)
        for node in ast.walk(scope):
            if isinstance(node, ast.Subscript | ast.Call) and (chain := resolved(node, names, shared)):
                yield node.lineno, chain, filled(node) if isinstance(node, ast.Call) else None


def filled(node: ast.Call) -> set[str] | None:
    is_text = isinstance(node.func, ast.Name) and node.func.id in ("text_of", *INSIDE)
    names = {word.arg for word in node.keywords}
    return {name for name in names if name} if is_text and None not in names else None


def functions_of(module: ast.Module) -> dict[str, Chain]:
    """Functions of a module that only return something inside a text file, with its chain."""
    found: dict[str, Chain] = {}
    for node in module.body:
        if (
            isinstance(node, ast.FunctionDef)
            and isinstance(node.body[-1], ast.Return)
            and node.body[-1].value
        ):
            chain = resolved(node.body[-1].value, {}, found)
            if chain:
                found[node.name] = chain
    return found


def assigned(scope: ast.AST, shared: dict[str, Chain]) -> dict[str, Chain]:
    """Names that a scope binds once, to something inside a text file."""
    stored = Counter(
        node.arg if isinstance(node, ast.arg) else node.id
        for node in ast.walk(scope)
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    )
    found: dict[str, Chain] = {}
    for node in ast.walk(scope):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if is_typed(node) else []
        for name, value in itertools.chain(*(zip_targets(target, node.value) for target in targets)):
            if stored[name] == 1 and (chain := resolved(value, {}, shared)):
                found[name] = chain
    return found


def is_typed(node: ast.AST) -> bool:
    return isinstance(node, ast.AnnAssign) and node.value is not None


def zip_targets(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for inner, content in zip(target.elts, value.elts, strict=False):
            yield from zip_targets(inner, content)


def resolved(node: ast.expr, names: dict[str, Chain], shared: dict[str, Chain]) -> Chain:
    """The chain that an expression means, () for any other expression."""
    match node:
        case ast.Call(
            func=ast.Name(id="texts_of" | "text_of" | "core_text" | "ledger_text" as function), args=args
        ) if args:
            args = [*(ast.Constant(name) for name in INSIDE.get(function, ())), *args]
            keys = [arg.value for arg in args if isinstance(arg, ast.Constant)]
            return tuple(keys) if len(keys) == len(args) else tuple(keys[:1])
        case ast.Call(func=ast.Name(id=name), args=[], keywords=[]):
            return shared.get(name, ())
        case ast.Call(func=ast.Name(id="str" | "int" | "dict" | "list" | "tuple"), args=[inner]):
            return resolved(inner, names, shared)
        case ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
            chain = resolved(inner, names, shared)
            return (*chain, key) if chain else ()
        case ast.Name(id=name):
            return names.get(name, ())
    return ()


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("XLPERF_SCHEMAS", str(tmp_path))
    (tmp_path / "words.json").write_text(
        json.dumps({"greeting": "{name}，你好", "sheet": {"columns": [{"head": "甲"}]}}), "utf-8"
    )
    return tmp_path


def test_a_text_is_filled(own):
    assert text_of("words", "greeting", name="甲") == "甲，你好"
    assert texts_of("words")["sheet"]["columns"][0]["head"] == "甲"


def test_what_is_missing_is_named_with_its_place(own):
    for keys, said in [
        (("farewell",), "words.json：缺少“farewell”"),
        (("sheet", "name"), "words.json：sheet：缺少“name”"),
        (("greeting",), "words.json：greeting：没有传入 'name'"),
    ]:
        with pytest.raises(DeclarationError, match=said):
            text_of("words", *keys)
    with pytest.raises(DeclarationError, match=r"words\.json：sheet/columns/0：缺少“width”"):
        texts_of("words")["sheet"]["columns"][0]["width"]
    with pytest.raises(DeclarationError, match=r"nothing\.json：没有这个声明文件"):
        texts_of("nothing")


def test_a_file_that_is_no_object_is_refused(own):
    (own / "list.json").write_text("[]")
    with pytest.raises(DeclarationError, match=r"list\.json：最外层应当是对象"):
        texts_of("list")
