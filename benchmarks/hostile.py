"""Hostile files → the verdict, seconds and peak memory of each; and the same among 99 good files.

    python benchmarks/hostile.py FOLDER_OF_HOSTILE_FILES [--good 99]

A run of good files and one hostile one has to name the hostile file as the only one that was not read, or
read it; every good file has its verdict, the same as without the hostile one. Memory is that of the largest
process.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "from xlperf.cli import main; main()"
LEDGER = ROOT / "workbooks" / "演示台账.xlsx"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A run: its list, seconds, most memory in MB."""

    content: dict[str, list[dict[str, str]]]
    seconds: float
    memory: float

    def codes(self, name: str) -> list[str]:
        """The codes about a file, or about a member of an archive, that concern it as a file."""
        found = (entry for entry in self.content["findings"] if name in entry["file"])
        return sorted({entry["code"] for entry in found if entry["code"][0] == "F"})

    def about_others(self, name: str) -> list[tuple[str, str, str]]:
        """What was found in the other files."""
        entries = (entry for entry in self.content["findings"] if name not in entry["file"])
        return sorted((Path(entry["file"]).name, entry["code"], entry["cell"]) for entry in entries)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("hostile", type=Path)
    parser.add_argument("--good", type=int, default=99)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        good = good_files(Path(folder, "good"), options.good)
        print("| file | verdict | seconds | MB |\n|---|---|---|---|")
        files = sorted(path for path in options.hostile.iterdir() if path.is_file())
        for file in files:
            alone = checked(file, 1, Path(folder))
            verdict = " ".join(alone.codes(file.name)) or "read"
            print(f"| {file.name} | {verdict} | {alone.seconds:.1f} | {alone.memory:.0f} |", flush=True)
        print(
            f"\n| with {options.good} good files | workers | files | codes | others the same | seconds | MB |"
        )
        print("|---|---|---|---|---|---|---|")
        for workers in (1, 2):
            usual = checked(good, workers, Path(folder))
            print(f"| (none) | {workers} | {count(usual)} | | | {usual.seconds:.1f} | {usual.memory:.0f} |")
            for file in files:
                among(file, good, workers, usual, Path(folder))


def among(file: Path, good: Path, workers: int, usual: Outcome, folder: Path) -> None:
    """Print what a run of the good files and a hostile one came to."""
    placed = good / "别处" / file.name
    placed.parent.mkdir(exist_ok=True)
    shutil.copyfile(file, placed)
    try:
        run = checked(good, workers, folder)
    finally:
        placed.unlink()
    others = "yes" if run.about_others(file.name) == usual.about_others(file.name) else "NO"
    codes = " ".join(run.codes(file.name)) or "read"
    row = (file.name, workers, count(run), codes, others, f"{run.seconds:.1f}", f"{run.memory:.0f}")
    print(f"| {' | '.join(map(str, row))} |", flush=True)


def count(run: Outcome) -> int:
    return int(run.content["summary"]["files"])  # type: ignore[call-overload]


def good_files(folder: Path, number: int) -> Path:
    """A folder with filled workbooks of as many units."""
    made = folder.with_name("filled")
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "fill",
        str(LEDGER),
        "-o",
        str(made),
        "-q",
        "--fail-on",
        "never",
    ]
    subprocess.run(command, env=environment(), check=True, capture_output=True)
    folder.mkdir()
    for path in sorted(made.iterdir())[:number]:
        path.rename(folder / path.name)
    return folder


def checked(path: Path, workers: int, folder: Path) -> Outcome:
    """The check of ``path`` in a process of its own."""
    output = folder / "list.json"
    arguments = ["check", str(path), "-o", str(output), "-q", "--fail-on", "never", "--workers", str(workers)]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *arguments],
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(errors.decode())
    return Outcome(json.loads(output.read_text()), time.monotonic() - started, used.ru_maxrss / 1024)


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    main()
