"""Peak memory of a check of ever more files with problems: the command's and its workers'.

    python benchmarks/memory.py [--files 100 1000 10000] [--format xlsx] [--workers 2]

The files are hard links of one spoilt workbook under the names of so many units.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
COMMAND = "from xlperf.cli import main; main()"
_MB = 2**20


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--files", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--format", default="xlsx")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    for count in options.files:
        with tempfile.TemporaryDirectory() as folder:
            print(measured(Path(folder), count, options), flush=True)


def measured(folder: Path, count: int, options: argparse.Namespace) -> str:
    """One line: files, findings, seconds, MB of the command and of the largest worker, MB of the list."""
    inbox, output = folder / "in", folder / f"list.{options.format}"
    linked(inbox, count)
    seconds, own, worker = run(inbox, output, options.workers)
    size = output.stat().st_size / _MB
    return f"{count} files: {seconds:.0f} s, command {own:.0f} MB, worker {worker:.0f} MB, list {size:.1f} MB"


def name(number: int) -> str:
    return f"{number:06}_单位{number}.xlsx"


def linked(inbox: Path, count: int) -> None:
    from tests.received import good as g  # noqa: PLC0415 — not for --help
    from tests.received.spoiling import KINDS  # noqa: PLC0415

    inbox.mkdir()
    first = inbox / name(0)
    kind = os.environ.get("XLPERF_SPOILT", "")
    first.write_bytes(KINDS[kind]() if kind else g.edited({g.BASIC: spoilt(g)}))
    for number in range(1, count):
        os.link(first, inbox / name(number))


def spoilt(good: object) -> object:
    """Every third amount of the first sheet is another one."""

    def edit(xml: str) -> str:
        parts = xml.split("<v>")
        return "<v>".join(
            part if number % 3 or not part[:1].isdigit() else f"9{part}" for number, part in enumerate(parts)
        )

    return edit


def run(source: Path, output: Path, workers: int) -> tuple[float, float, float]:
    """Seconds, and the peak memory of the command and of its largest worker in MB."""
    words = ["check", str(source), "-o", str(output), "-q", "--fail-on", "never", "--workers", str(workers)]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    peaks = {"own": 0.0, "worker": 0.0}
    watcher = threading.Thread(target=watch, args=(process.pid, peaks))
    watcher.start()
    status = process.wait()
    seconds = time.monotonic() - started
    watcher.join()
    assert status == 0, f"exit status {status}"
    return seconds, peaks["own"], peaks["worker"]


def watch(pid: int, peaks: dict[str, float]) -> None:
    """Look at the peak memory of a process and of its children until it ends."""
    while Path(f"/proc/{pid}/status").exists():
        with suppress(OSError):
            peaks["own"] = max(peaks["own"], peak(pid))
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                peaks["worker"] = max(peaks["worker"], peak(int(child)))
        time.sleep(0.05)
        if peak(pid) == 0:
            return


def peak(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    main()
