"""The self-check page in a headless Chromium without a network: start → ready → first verdict; further files.

    python benchmarks/selfcheck.py [--further 5] [--together 20]

The page has all profiles; the files are the good workbook of tests/received with one wrong figure. Seconds
until the report is shown with its drawings. Needs the engine and Chromium: ``.ci/setup test``.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.received import good as g
from tests.server.page.browser import chromium
from tests.server.page.self_check import ENGINE, SelfCheck
from xlperf.server.page.build import build


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--further", type=int, default=5)
    parser.add_argument("--together", type=int, default=20)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium(Path(folder) / "browser") as browser:
        address = Path(folder) / "page.html"
        build(address, engine=ENGINE)
        files = [spoilt(Path(folder), number) for number in range(given.together)]
        opened: list[SelfCheck] = []
        ready = seconds(lambda: opened.append(SelfCheck(browser, address)))
        page = opened[0]
        first = seconds(lambda: page.check(files[:1]))
        further = [seconds(lambda: page.check(files[:1])) for _ in range(given.further)]
        together = seconds(lambda: page.check(files)) / given.together
        size = address.stat().st_size / 1e6
    print("| page, MB | ready, s | first verdict, s | both, s | each further, s | each of several, s |")
    print("|--:|--:|--:|--:|--:|--:|")
    figures = (ready, first, ready + first, sum(further) / len(further), together)
    print(f"| {size:.1f} | {' | '.join(f'{figure:.2f}' for figure in figures)} |")


def spoilt(folder: Path, number: int) -> Path:
    """A workbook with a wrong figure."""
    path = folder / f"{number}.xlsx"
    edit = g.number(g.address("基础", "三公经费_上年决算数"), number + 1)
    path.write_bytes(g.edited({g.BASIC: edit}))
    return path


def seconds(call: Callable[[], object]) -> float:
    """How long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
