"""Checks of more and more workbooks → time a file and peak memory, as a table and a picture.

    python -m benchmarks.scale [--files 100,1000,10000,20000] [--workers 2] [--picture docs/images/growth.svg]
    python -m benchmarks.scale --made 100200 [--portion 9900] [--keep FOLDER]

The first way checks hard links to 600 different workbooks under other names, so that the disk is no limit.
With --made so many workbooks are filled from ledgers and checked, a portion at a time (one portion: by one
command). A unit in five has
amounts and texts that do not agree: about 60 findings. Processor time is that of all processes; memory that
of the command and of its largest worker. Linux only.
"""

import argparse
import os
import shutil
import statistics
import tempfile
from pathlib import Path

from benchmarks import commands
from benchmarks.commands import Run
from benchmarks.picture import charts
from benchmarks.samples import DEMO, PROFILE, write_csv_ledger

SPOILT = 5
DIFFERENT = 2 * DEMO
HEAD = (
    "| files | clock s | a second | CPU s | of them the command's | ms a file | command, MB | worker, MB"
    " | journal, MB | list, MB |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
)


def fill(folder: Path, units: int, seed: int, workers: int, out: Path) -> Run:
    """``xlperf fill`` for so many units, 300 of each seed."""
    ledger = folder / "ledger"
    write_csv_ledger(ledger, units, seed, SPOILT)
    words = ("fill", ledger, "-o", out, "-p", PROFILE, "--force", "--fail-on", "never")
    done = commands.run(*words, workers=workers)
    shutil.rmtree(ledger)
    return done


def check(inbox: Path, count: int, workers: int, folder: Path) -> Run:
    """Check ``inbox``, which holds ``count`` files, and print the row."""
    output = folder / "list.json"
    done = commands.check(inbox, output, workers)
    journal = output.with_name(f"{output.name}.journal")
    sizes = [path.stat().st_size / 2**20 for path in (journal, output)]
    journal.unlink()
    cells = [f"{count:,}", f"{done.seconds:.0f}", f"{count / done.seconds:.0f}", f"{done.cpu:.1f}"]
    cells += [f"{done.own:.1f}", f"{1000 * done.cpu / count:.1f}"]
    cells += [f"{size:.0f}" for size in (done.own_memory, done.worker_memory, *sizes)]
    print(f"| {' | '.join(cells)} |", flush=True)
    return done


def grow(counts: list[int], workers: int, folder: Path, picture: Path | None) -> None:
    """A row for each number of files, and the picture."""
    fill(folder, DIFFERENT, SPOILT - 1, workers, folder / "filled")
    different = sorted((folder / "filled").iterdir())
    print(HEAD)
    rows = []
    for count in counts:
        inbox = folder / f"received-{count}"
        inbox.mkdir()
        for number in range(count):
            source = different[number % len(different)]
            os.link(source, inbox / f"{number:06}_{source.name}")
        rows.append(check(inbox, count, workers, folder))
    if picture:
        panels = {
            "处理器时间，毫秒一份": {
                "全部": [1000 * row.cpu / count for row, count in zip(rows, counts, strict=True)],
                "其中主程序": [1000 * row.own / count for row, count in zip(rows, counts, strict=True)],
            },
            "内存最多，MB": {
                "主程序": [row.own_memory for row in rows],
                "一个工作进程": [row.worker_memory for row in rows],
            },
        }
        picture.write_text(charts(counts, panels), encoding="utf-8")


def make_and_check(total: int, portion: int, workers: int, folder: Path) -> None:
    """Fill and check ``total`` workbooks, a portion at a time, which is removed after its check."""
    filling, checking = [], []
    print(HEAD)
    for first in range(0, total, portion):
        count, inbox = min(portion, total - first), folder / "received"
        filling.append(fill(folder, count, first // DEMO, workers, inbox).cpu / count)
        checking.append(check(inbox, count, workers, folder))
        size = sum(path.stat().st_size for path in inbox.iterdir()) / count / 1024
        shutil.rmtree(inbox)
    print(f"\nto fill: {1000 * statistics.median(filling):.2f} ms of processor time each, {size:.0f} KB")
    cpu = 1000 * sum(run.cpu for run in checking) / total
    print(f"to check: {cpu:.2f} ms each; {sum(run.seconds for run in checking):.0f} s by the clock")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", default="100,1000,10000,20000")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--made", type=int)
    parser.add_argument("--portion", type=int, default=9_900, help=f"a multiple of {DEMO}")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the workbooks")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(exist_ok=True)
        if given.made:
            make_and_check(given.made, given.portion, given.workers, folder)
        else:
            grow([int(count) for count in given.files.split(",")], given.workers, folder, given.picture)


if __name__ == "__main__":
    main()
