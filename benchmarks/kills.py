"""Commands that are killed again and again and go on with ``--resume`` → the same bytes as undisturbed.

    python benchmarks/kills.py FOLDER [--commands check import annotate strip export grade fill] [--kills 50]
        [--workers 2] [--seed 1] [--ledger FILE]

Every run is killed at a random moment: the command itself, or one of its workers, both by SIGKILL. A run that
was not killed in time has to have written what an undisturbed one writes; then the next begins from nothing.
``--ledger`` is what ``fill`` fills from; without one it is left out. Needs Linux: children are in /proc.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "from xlperf.cli import main; main()"
COMMAND_ITSELF, WORKER = "command", "worker"
_FOLDERS = ("fill", "import", "annotate", "strip", "export", "grade")
OUTPUTS = {"check": "list.xlsx", **dict.fromkeys(_FOLDERS, "folder")}
"""Commands, and what each writes: a file or a folder."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--commands", nargs="+", choices=OUTPUTS, default=[*OUTPUTS])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ledger", type=Path)
    options = parser.parse_args()
    for command in options.commands:
        source = options.ledger if command == "fill" else options.folder
        if source is None:
            continue
        with tempfile.TemporaryDirectory() as folder:
            run = Run(command, source, Path(folder), options.workers)
            counts = killed_runs(run, options.kills, options.seed)
        print(f"{command}: " + ", ".join(f"{what}: {count}" for what, count in counts.items()), flush=True)


class Run:
    """A command line over ``source``, written into ``folder`` by so many ``workers``."""

    def __init__(self, command: str, source: Path, folder: Path, workers: int) -> None:
        self.folder, self.output = folder, folder / OUTPUTS[command]
        more = () if command in {"export", "grade"} else ("--fail-on", "never")
        self._words = [command, str(source.resolve()), "-o", str(self.output), "-q", *more]
        self._words += ["--workers", str(workers)]

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        """The running command; what it prints is in the file ``printed``."""
        with (self.folder / "printed").open("wb") as printed:
            return subprocess.Popen(
                [sys.executable, "-c", COMMAND, *self._words, *options],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=printed,
                stderr=subprocess.DEVNULL,
            )

    def finished(self, process: subprocess.Popen[bytes]) -> Mapping[str, bytes]:
        """What a command that has ended well has printed and written: name → bytes."""
        assert process.wait() == 0, f"exit status {process.returncode}"
        files = [self.output] if self.output.is_file() else sorted(self.output.rglob("*"))
        assert files, "nothing was written"
        return {path.name: path.read_bytes() for path in [self.folder / "printed", *files] if path.is_file()}

    def clear(self) -> None:
        """Remove what was written, but not the journal."""
        if self.output.is_dir():
            shutil.rmtree(self.output)
        self.output.unlink(missing_ok=True)


def killed_runs(run: Run, kills: int, seed: int) -> Counter[str]:
    """What was killed how often, and how many runs came to an end; AssertionError where one differs."""
    chance = random.Random(seed)
    started = time.monotonic()
    expected = run.finished(run.start())
    usual = time.monotonic() - started
    run.clear()
    counts: Counter[str] = Counter({COMMAND_ITSELF: 0, WORKER: 0, "same": 0})
    options: list[str] = []
    while (done := counts[COMMAND_ITSELF] + counts[WORKER]) < kills:
        process = run.start(*options)
        while process.poll() is None and counts[COMMAND_ITSELF] + counts[WORKER] < kills:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.1, 1.1) * usual / 3)
            victim = chance.choice([COMMAND_ITSELF, WORKER])
            counts[victim] += kill(process, victim, chance)
        if process.wait() == -signal.SIGKILL:
            options = ["--resume"]
            continue
        _compare(expected, run.finished(process), f"after {done} kills")
        counts["same"] += 1
        run.clear()
        options = []
    _compare(expected, run.finished(run.start("--resume")), "at the end")
    counts["same"] += 1
    return counts


def _compare(expected: Mapping[str, bytes], found: Mapping[str, bytes], when: str) -> None:
    different = [name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name)]
    assert not different, f"{different} differ from those of an undisturbed run {when}"


def kill(process: subprocess.Popen[bytes], victim: str, chance: random.Random) -> bool:
    """Kill the command or one of its workers; False where it is not there."""
    if process.poll() is not None:
        return False
    with suppress(FileNotFoundError, ProcessLookupError):
        children: Callable[[], list[str]] = (
            Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split
        )
        if victim == COMMAND_ITSELF:
            process.kill()
            return True
        if found := children():
            os.kill(int(chance.choice(found)), signal.SIGKILL)
            return True
    return False


if __name__ == "__main__":
    main()
