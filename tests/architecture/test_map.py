"""docs/架构.md names every package, and every word of its glossary is a name in the code."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.architecture.picture import ROOT, imports, modules

PAGE = (ROOT / "docs" / "架构.md").read_text("utf-8")
GLOSSARY = PAGE.partition("## 用语")[2]


def _names(file: Path) -> set[str]:
    """What a module defines: classes, functions, assigned names, fields; and its own name."""
    found = {file.stem, file.parent.name}
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
    return found


def test_every_package_has_its_line():
    listed = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(listed) == sorted(imports())


def test_every_term_of_the_glossary_is_a_name_in_the_code():
    rows = re.findall(r"^\| [^|`]+ \| ([^|]+) \| [^|]+ \|$", GLOSSARY, re.MULTILINE)
    terms = [term for row in rows for term in re.findall(r"`(\w+)`", row)]
    assert len(rows) >= 55
    assert len(set(terms)) == len(terms)
    defined = set().union(*map(_names, modules().values()))
    assert [term for term in terms if term not in defined] == []


def test_a_class_name_has_one_meaning():
    names = [
        node.name
        for file in modules().values()
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_file_that_the_page_sends_to_is_there():
    files = re.findall(r"`((?:xlperf/|schemas/|docs/|tests/)?[\w/]+\.(?:py|json|toml))`", PAGE)
    assert files
    homes = (ROOT, ROOT / "xlperf")
    assert [file for file in files if not any((home / file).exists() for home in homes)] == []
