"""Two checkouts → CPU seconds of ``xlperf check one.xlsx`` in fresh processes, in turn.

    python benchmarks/startup.py WORKBOOK --before CHECKOUT [--rounds 7]

``before`` and ``after`` (this checkout) start from compiled modules; the first run of ``after`` finds no
cache of declarations, the others do. ``check`` is the same check once more in the same process.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "from xlperf.cli import main; main()"
AGAIN = (
    "import sys, time; from xlperf import check; check(sys.argv[1:]); start = time.process_time();"
    "check(sys.argv[1:]); print(time.process_time() - start)"
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("workbook", type=Path)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    found: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.rounds):
            found["before"].append(spent(options.before, options.workbook, Path(folder, "before")))
            empty = Path(folder, str(number))
            found["after, no cache yet"].append(spent(ROOT, options.workbook, empty))
            found["after"].append(spent(ROOT, options.workbook, empty))
            found["check, in the same process"].append(again(options.workbook, empty))
    for name, seconds in found.items():
        low, middle = min(seconds), statistics.median(seconds)
        print(f"{name:<28}{low:8.3f} s{middle:8.3f} s   {min(found['before']) / low:6.1f} ×")


def environment(checkout: Path, cache: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    folders = {"XDG_CACHE_HOME": str(cache), "LOCALAPPDATA": str(cache)}
    compiled = {"PYTHONPATH": str(checkout.resolve()), "PYTHONPYCACHEPREFIX": str(cache.parent / "compiled")}
    return {**kept, **folders, **compiled}


def spent(checkout: Path, workbook: Path, cache: Path) -> float:
    """CPU seconds of one process that checks ``workbook`` with the xlperf of ``checkout``."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-c", COMMAND, "check", str(workbook.resolve()), "--workers", "1", "-q"]
    done = subprocess.run(
        command,
        env=environment(checkout, cache),
        capture_output=True,
        text=True,
        check=False,
        cwd=cache.parent,
    )
    if done.returncode == 2:
        raise SystemExit(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def again(workbook: Path, cache: Path) -> float:
    command = [sys.executable, "-c", AGAIN, str(workbook.resolve())]
    done = subprocess.run(command, env=environment(ROOT, cache), capture_output=True, text=True, check=True)
    return float(done.stdout)


if __name__ == "__main__":
    main()
