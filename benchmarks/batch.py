"""Checks of more and more files → seconds, files a second and peak memory, by one worker and by two.

    python benchmarks/batch.py [--files 1000,5000] [--workers 1,2] [--keep FOLDER]

The files are the demo ledger's units under other codes, with other amounts and texts, as ``xlperf fill``
writes them; FOLDER keeps them for the next time. Memory is that of the command itself and of its largest
worker;
Linux only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ledger import write_units

ROOT = Path(__file__).resolve().parents[1]
PROFILE = "hunan-yueyang-2024"
CHECK = """
import json, os, resource, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from xlperf.cli import run
status = run(sys.argv[1:])
own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
seconds = [used.ru_utime + used.ru_stime for used in (own, workers)]
(most,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([status, int(most) / 1024, workers.ru_maxrss / 1024, *seconds]))
"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", default="1000,5000")
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    counts = [int(count) for count in options.files.split(",")]
    with tempfile.TemporaryDirectory() as folder:
        filled = files(options.keep or Path(folder), max(counts))
        print(
            "| files | workers | seconds | files a second | CPU s | command, MB | worker, MB | journal, MB |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for count in counts:
            inbox = Path(folder, f"received-{count}")
            inbox.mkdir()
            for path in filled[:count]:
                os.link(path, inbox / path.name)
            for workers in options.workers.split(","):
                print(measured(inbox, count, workers, Path(folder)), flush=True)


def files(folder: Path, count: int) -> list[Path]:
    """At least ``count`` filled workbooks in ``folder``, made where they are not there yet."""
    filled = folder / "filled"
    if not filled.is_dir() or len(os.listdir(filled)) < count:
        write_units(folder / "ledger.xlsx", PROFILE, count, distinct=True)
        command = [sys.executable, "-m", "xlperf", "fill", str(folder / "ledger.xlsx"), "-o", str(filled)]
        subprocess.run(
            [*command, "-p", PROFILE, "--force", "-q", "--fail-on", "never"],
            env=environment(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return sorted(filled.iterdir())


def measured(inbox: Path, count: int, workers: str, folder: Path) -> str:
    """A row of the table."""
    output = folder / "list.json"
    arguments = ["check", str(inbox), "-o", str(output), "-q", "--fail-on", "never", "--workers", workers]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", CHECK, *arguments],
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - started
    status, own, largest, *cpu = json.loads(done.stdout.splitlines()[-1])
    if status:
        raise SystemExit(done.stderr)
    journal = output.with_name(f"{output.name}.journal").stat().st_size / 2**20
    cells = (count, workers, f"{seconds:.1f}", f"{count / seconds:.0f}", f"{sum(cpu):.1f}")
    memory = (f"{own:.0f}", f"{largest:.0f}", f"{journal:.1f}")
    return f"| {' | '.join(map(str, (*cells, *memory)))} |"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
