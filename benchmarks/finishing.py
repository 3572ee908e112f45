"""What closes a season, for more and more units: ``rollup`` in every form, the reports, the bureau's report.

``python -m benchmarks.finishing 300 3000``: units are the demo's, every third seed of them spoilt.
"""

import argparse
import shutil
import tempfile
from pathlib import Path

from benchmarks.commands import Run, run
from benchmarks.samples import PROFILE, write_csv_ledger

_LINE = "| {what} | {units} | {seconds:.1f} | {cpu:.1f} | {own:.0f} | {worker:.0f} |"


def printed(what: str, units: int, used: Run) -> str:
    """A line of the table."""
    memory = {"own": used.own_memory, "worker": used.worker_memory}
    return _LINE.format(what=what, units=units, seconds=used.seconds, cpu=used.cpu, **memory)


def measure(units: int, workers: int, folder: Path) -> None:
    """Print the lines for one number of units."""
    ledger, received, made = folder / "ledger", folder / "received", folder / "made"
    write_csv_ledger(ledger, units, spoilt=3)
    run("fill", ledger, "-p", PROFILE, "-o", received, "--fail-on", "never", workers=workers)
    outputs = ("-o", made / "rollup.xlsx", "-o", made / "rollup.html", "--tables", made / "tables")
    commands = {
        "rollup": ("rollup", received, *outputs),
        "report": ("report", ledger, "-p", PROFILE, "-o", made / "reports", "--fail-on", "never"),
        "report --summary": ("report", received, "-o", made / "summary", "--summary"),
    }
    for what, words in commands.items():
        print(printed(what, units, run(*words, workers=workers)), flush=True)
    for path in ("rollup.xlsx", "rollup.html"):
        print(f"{path}: {(made / path).stat().st_size / 2**20:.1f} MiB", flush=True)


def main() -> None:
    """Measure each number of units in a folder of its own, or in one that is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("units", type=int, nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="a folder in which everything stays")
    options = parser.parse_args()
    print("| command | units | clock s | processor s | MB | MB of a worker |\n|---|--:|--:|--:|--:|--:|")
    for units in options.units:
        folder = options.keep / str(units) if options.keep else Path(tempfile.mkdtemp())
        folder.mkdir(parents=True, exist_ok=True)
        measure(units, options.workers, folder)
        if not options.keep:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
