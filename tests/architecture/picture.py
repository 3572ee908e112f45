"""The imports of xlperf → docs/images/packages.svg: packages in layers, arrows to what each builds on.

``python -m tests.architecture.picture`` writes the picture; a test holds it equal to the imports.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "images" / "packages.svg"
_PACKAGE = "xlperf"
_WIDTH, _BOX_WIDTH, _BOX_HEIGHT, _GAP = 1180, 280, 70, 40
_COLOURS = {"box": "#eef4fa", "edge": "#1f4e78", "text": "#222222", "line": "#8aa4bd"}
_LINES, _LINE_LETTERS = 3, 42


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name; a package bears the name of its folder."""
    found = {}
    for file in sorted((ROOT / _PACKAGE).rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def _package(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_PACKAGE}."):
            yield str(node.module)


@cache
def imports() -> dict[str, set[str]]:
    """Each package → the packages that its modules import, itself aside."""
    found = modules()
    packages = {_package(name) for name, file in found.items() if file.name == "__init__.py"} - {""}
    builds_on: dict[str, set[str]] = {package: set() for package in packages}
    for name, file in found.items():
        if (package := _package(name)) in packages:
            builds_on[package] |= {_package(module) for module in _imported(file)} & packages - {package}
    return builds_on


def reduced(builds_on: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Without the arrows that follow from others: what is reached through another package."""

    def reach(package: str) -> set[str]:
        return builds_on[package].union(*(reach(below) for below in builds_on[package]))

    return {
        package: {low for low in below if not any(low in reach(other) for other in below - {low})}
        for package, below in builds_on.items()
    }


def layers(builds_on: Mapping[str, set[str]]) -> list[list[str]]:
    """Packages by the longest way down from them, the highest first."""

    def height(package: str) -> int:
        return 1 + max(map(height, builds_on[package]), default=-1)

    by_height: dict[int, list[str]] = {}
    for package in sorted(builds_on):
        by_height.setdefault(height(package), []).append(package)
    return [by_height[level] for level in sorted(by_height, reverse=True)]


def summary(package: str) -> str:
    """The first line of a package's docstring."""
    text = ast.get_docstring(ast.parse((ROOT / _PACKAGE / package / "__init__.py").read_text("utf-8"))) or ""
    return text.split("\n")[0].replace("``", "")


def drawn() -> str:
    """The picture as SVG."""
    builds_on = imports()
    places: dict[str, tuple[float, float]] = {}
    for level, row in enumerate(layers(builds_on)):
        for number, package in enumerate(row):
            centre = _WIDTH * (number + 0.5) / len(row)
            places[package] = (centre, 20 + level * (_BOX_HEIGHT + _GAP))
    height = max(y for _, y in places.values()) + _BOX_HEIGHT + 20
    arrows = [
        _arrow(places[package], places[low])
        for package, below in sorted(reduced(builds_on).items())
        for low in sorted(below)
    ]
    boxes = [_box(package, *place) for package, place in sorted(places.items())]
    marker = (
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8"'
        f' orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{_COLOURS["line"]}"/></marker></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:g}" font-family="sans-serif">'
        f'<rect width="100%" height="100%" fill="white"/>{marker}\n'
        + "\n".join([*arrows, *boxes])
        + "\n</svg>\n"
    )


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    (x1, y1), (x2, y2) = start, end
    top, bottom = y1 + _BOX_HEIGHT, y2
    bend = (bottom - top) / 2
    return (
        f'<path d="M{x1:.0f},{top:.0f} C{x1:.0f},{top + bend:.0f}'
        f' {x2:.0f},{bottom - bend:.0f} {x2:.0f},{bottom:.0f}"'
        f' fill="none" stroke="{_COLOURS["line"]}" stroke-width="1.5" marker-end="url(#head)"/>'
    )


def _box(package: str, centre: float, top: float) -> str:
    left = centre - _BOX_WIDTH / 2
    lines = _wrapped(summary(package))
    texts = "".join(
        f'<text x="{centre:.0f}" y="{top + 34 + 13 * number:.0f}" text-anchor="middle" font-size="10.5"'
        f' fill="{_COLOURS["text"]}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6"'
        f' fill="{_COLOURS["box"]}" stroke="{_COLOURS["edge"]}"/>'
        f'<text x="{centre:.0f}" y="{top + 18:.0f}" text-anchor="middle" font-size="14" font-weight="bold"'
        f' fill="{_COLOURS["edge"]}">{package}</text>{texts}'
    )


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.rstrip(".").split():
        if lines[-1] and len(f"{lines[-1]} {word}") > _LINE_LETTERS:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= _LINES else [*lines[: _LINES - 1], lines[_LINES - 1] + " …"]


if __name__ == "__main__":
    PICTURE.write_text(drawn(), "utf-8")
