"""A check that is killed again and again and goes on with ``--resume`` → the same bytes as undisturbed.

    python benchmarks/kills.py FOLDER [--kills 50] [--workers 2] [--seed 1]

Every run is killed at a random moment: the command itself, or one of its workers, both by SIGKILL. A run that
was not killed in time has to have written what an undisturbed one writes; then the next begins from nothing.
Needs Linux: children are looked up in /proc.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "from xlperf.cli import main; main()"
COMMAND_ITSELF, WORKER = "command", "worker"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts = killed_runs(
            options.folder, Path(folder), options.kills, options.workers, options.seed, say=print
        )
    print(", ".join(f"{what}: {count}" for what, count in counts.items()))


def killed_runs(
    inbox: Path,
    folder: Path,
    kills: int,
    workers: int,
    seed: int,
    say: Callable[[str], None] = lambda line: None,
) -> Counter[str]:
    """What was killed how often, and how many runs came to an end; AssertionError where one differs."""
    chance = random.Random(seed)
    started = time.monotonic()
    expected = finished(run(inbox, folder / "undisturbed.json", workers), folder / "undisturbed.json")
    usual = time.monotonic() - started
    counts: Counter[str] = Counter()
    output = folder / "list.json"
    options: list[str] = []
    while counts[COMMAND_ITSELF] + counts[WORKER] < kills:
        process = run(inbox, output, workers, *options)
        while process.poll() is None and counts[COMMAND_ITSELF] + counts[WORKER] < kills:
            with suppress(subprocess.TimeoutExpired):
                process.wait(chance.uniform(0.1, 1.1) * usual / 3)
            victim = chance.choice([COMMAND_ITSELF, WORKER])
            if kill(process, victim, chance):
                counts[victim] += 1
        if process.wait() == -signal.SIGKILL:
            assert not output.exists(), "a run that was killed has written its list"
            options = ["--resume"]
            continue
        assert finished(process, output) == expected, "the list differs from that of an undisturbed run"
        counts["lists the same"] += 1
        say(f"{counts[COMMAND_ITSELF] + counts[WORKER]} kills, {counts['lists the same']} lists the same")
        output.unlink()
        options = []
    assert finished(run(inbox, output, workers, "--resume"), output) == expected
    counts["lists the same"] += 1
    return counts


def run(inbox: Path, output: Path, workers: int, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", COMMAND, "check", str(inbox.resolve()), "-o", str(output), "-q"]
    return subprocess.Popen(
        [*command, "--fail-on", "never", "--workers", str(workers), *options],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def finished(process: subprocess.Popen[bytes], output: Path) -> bytes:
    assert process.wait() == 0, f"exit status {process.returncode}"
    return output.read_bytes()


def kill(process: subprocess.Popen[bytes], victim: str, chance: random.Random) -> bool:
    """Kill the command or one of its workers; False where it is not there."""
    if process.poll() is not None:
        return False
    with suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if victim == COMMAND_ITSELF:
            process.kill()
            return True
        if children:
            os.kill(int(chance.choice(children)), signal.SIGKILL)
            return True
    return False


if __name__ == "__main__":
    main()
