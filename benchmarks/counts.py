"""How large the house is: packages, modules, lines, and how much of its text an older version had.

    python -m benchmarks.counts --before ../before

``../before`` is a checkout of the older version (``git worktree add ../before REVISION``). A line counts
as old where the older version has the same line anywhere, white space at its ends left out; lines of up
to twelve characters, which are alike everywhere, do not count. A module with a third of old lines or
more holds what could be done before, however it was moved, split or merged.
"""

import argparse
import statistics
from pathlib import Path

ALIKE = 12
THIRD = 1 / 3


def read(root: Path) -> dict[Path, list[str]]:
    """The lines of every module below ``root``."""
    return {path.relative_to(root): path.read_text("utf-8").splitlines() for path in root.rglob("*.py")}


def telling(lines: list[str]) -> list[str]:
    """The lines that are not alike everywhere."""
    return [line.strip() for line in lines if len(line.strip()) > ALIKE]


def show_size(name: str, checkout: Path) -> dict[Path, list[str]]:
    """Print the size of a checkout and return its modules."""
    modules, tests = read(checkout / "xlperf"), read(checkout / "tests")
    sizes = [len(lines) for lines in modules.values()]
    packages = {path.parts[0] for path in modules if len(path.parts) > 1}
    ratio = sum(map(len, tests.values())) / sum(sizes)
    print(
        f"{name}: {len(packages)} packages, {len(sizes)} modules, {sum(sizes)} lines, largest {max(sizes)}, "
        f"median {statistics.median(sizes):.0f}, test : source {ratio:.2f}"
    )
    return modules


def main() -> None:
    """Print both sizes and what of today's text is old."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--before", type=Path, required=True, help="a checkout of the older version")
    before = show_size("before", parser.parse_args().before)
    modules = show_size("now", Path(__file__).parents[1])
    old = {line for lines in before.values() for line in telling(lines)}
    shares = {path: share_of(telling(lines), old) for path, lines in modules.items()}
    kept = sum(share * len(modules[path]) for path, share in shares.items())
    holding = [path for path, share in shares.items() if share >= THIRD]
    lines = sum(len(modules[path]) for path in holding)
    print(f"old text: {kept:.0f} of today's lines; a third or more in {len(holding)} modules, {lines} lines")


def share_of(lines: list[str], old: set[str]) -> float:
    """The share of ``lines`` that the older version has."""
    return sum(line in old for line in lines) / max(1, len(lines))


if __name__ == "__main__":
    main()
