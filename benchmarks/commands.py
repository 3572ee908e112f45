"""Whole commands in processes of their own → processor time, seconds of the clock, memory.

Processor time is that of the command and of all its workers, and of what they have started and seen end.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
_RUN = """
import json, os, resource, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"
from xlperf.cli import run
status = run(sys.argv[1:])
own, workers = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
used = [each.ru_utime + each.ru_stime for each in (own, workers)]
(most,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([status, *used, int(most) / 1024, workers.ru_maxrss / 1024]))
"""
_PLAIN = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""
_OFFICE = ("soffice", "--headless", "--convert-to", "doc:MS Word 97")


@dataclass(frozen=True, slots=True)
class Run:
    """One command: seconds of processors (its own, its workers') and of the clock, MB of memory at most."""

    own: float
    workers: float
    seconds: float
    own_memory: float
    worker_memory: float

    @property
    def cpu(self) -> float:
        """Seconds of processor time of all processes."""
        return self.own + self.workers


def environment(cache: Path | None = None) -> dict[str, str]:
    """That of the commands: this checkout, one thread each; ``cache`` in place of the user's own."""
    usual = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    usual |= {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    return usual | ({"XDG_CACHE_HOME": str(cache)} if cache else {})


def run(*words: object, workers: int = 1, check: bool = True) -> Run:
    """Run ``xlperf`` with these words; SystemExit with what it printed where it fails."""
    command = [sys.executable, "-c", _RUN, *map(str, words), "--workers", str(workers), "-q"]
    started = time.monotonic()
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    if done.returncode or not done.stdout:
        raise SystemExit(done.stderr)
    status, *figures = json.loads(done.stdout.splitlines()[-1])
    if check and status:
        raise SystemExit(f"exit status {status}: {done.stderr}")
    return Run(figures[0], figures[1], seconds, figures[2], figures[3])


def process_seconds(command: Sequence[str], cache: Path | None = None) -> float:
    """Processor seconds of any command."""
    done = subprocess.run(
        [sys.executable, "-c", _PLAIN, *command],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def check(received: Path, output: Path, workers: int = 1, *more: str) -> Run:
    """``xlperf check`` with a list as JSON."""
    return run("check", received, "-o", output, "--fail-on", "never", *more, workers=workers)


def killed_halfway(received: Path, output: Path, usual: float, workers: int = 1) -> None:
    """Begin a check and kill it about half of its ``usual`` seconds later."""
    words = ["check", str(received), "-o", str(output), "-q", "--fail-on", "never", "--workers", str(workers)]
    process = subprocess.Popen(
        [sys.executable, "-m", "xlperf", *words],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(usual * random.Random(1).uniform(0.45, 0.55))
    process.send_signal(signal.SIGKILL)
    process.wait()


def as_doc(documents: Sequence[Path], folder: Path) -> list[Path]:
    """Word documents as .doc, each under its own name, by LibreOffice."""
    folder.mkdir()
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [*_OFFICE, f"-env:UserInstallation=file://{profile}", "--outdir", folder, *documents],
            check=True,
            capture_output=True,
        )
    return sorted(folder.iterdir())


class WaitingOffices(threading.Thread):
    """Processor seconds of the LibreOffices below this process that wait for files; they end by being killed,
    so that no process that has started them counts their time."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._spent: dict[int, float] = {}
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.2):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    if process.name() == "soffice.bin" and "open.txt" in "".join(process.cmdline()):
                        used = process.cpu_times()
                        self._spent[process.pid] = used.user + used.system

    def seconds(self) -> float:
        """End the watch; what they have used in all."""
        self._ended.set()
        self.join()
        return sum(self._spent.values())
