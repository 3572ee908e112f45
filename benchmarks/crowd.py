"""Fresh processes and many files: cold start, two workers, one .zip, resumed runs, .doc, whole ledgers."""

import os
import shutil
import statistics
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import commands, samples
from benchmarks.samples import Given


def ledger(given: Given) -> None:
    """``xlperf fill`` as a whole, for one more unit of the ledger."""
    sizes = (given.size.crowd // 10, given.size.crowd)
    folder = given.folder / "ledgers"
    for units in sizes:
        samples.write_csv_ledger(folder / "csv" / str(units), units)
        samples.write_book_ledger(folder / f"{units}.xlsx", units)
    print("\n| fill, the whole command, for one more unit | CPU ms | largest process, MB |\n|---|--:|--:|")
    for name, place in (("workbook", "{}.xlsx"), ("folder of .csv", "csv/{}")):
        each, memory = [], 0.0
        for number in range(max(given.size.rounds // 2, 1)):
            runs = [
                commands.run(
                    *("fill", folder / place.format(units), "-o", folder / f"{name}{number}-{units}"),
                    *("-p", samples.PROFILE),
                    check=False,
                )
                for units in sizes
            ]
            each.append(1000 * (runs[1].cpu - runs[0].cpu) / (sizes[1] - sizes[0]))
            memory = max(memory, *(run.own_memory for run in runs))
        print(f"| ledger: a {name} | {statistics.median(each):.2f} | {memory:.0f} |", flush=True)


def start(given: Given) -> None:
    """Fresh processes, the workbook in the disk's cache."""
    file = str(given.sealed[0])
    xlperf = [sys.executable, "-m", "xlperf", "check", file, "--workers", "1", "-q"]
    load = f"import openpyxl; openpyxl.load_workbook({file!r})"
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    kept = folder / "kept"
    rows: dict[str, Callable[[int], float]] = {
        "floor: Python alone": lambda _: commands.process_seconds([sys.executable, "-c", ""]),
        "openpyxl: import, load": lambda _: commands.process_seconds([sys.executable, "-c", load]),
        "**xlperf** check one.xlsx": lambda _: commands.process_seconds(xlperf, kept),
        "**xlperf** the very first time": lambda number: commands.process_seconds(
            xlperf, folder / str(number)
        ),
    }
    commands.process_seconds(xlperf, kept)
    taken = {name: [work(number) for number in range(given.size.rounds * 2)] for name, work in rows.items()}
    print("\n| cold start | CPU s, least | median |\n|---|--:|--:|")
    for name, seconds in taken.items():
        print(f"| {name} | {min(seconds):.3f} | {statistics.median(seconds):.3f} |", flush=True)


def crowd(given: Given) -> None:
    """Many files: two workers, one .zip, resumed, unchanged."""
    size = given.size
    folder = given.folder / "crowd"
    inbox = folder / "received"
    inbox.mkdir(parents=True)
    for number in range(size.crowd):
        source = given.sealed[number % len(given.sealed)]
        os.link(source, inbox / f"{number:05}_{source.name}")
    with zipfile.ZipFile(folder / "received.zip", "w", zipfile.ZIP_DEFLATED) as package:
        for file in sorted(inbox.iterdir()):
            package.write(file, file.name)
    rounds = max(size.rounds // 2, 1)
    runs: dict[str, list[commands.Run]] = {}
    for number in range(rounds):
        runs.setdefault("one worker", []).append(checked(inbox, folder, f"one{number}"))
        runs.setdefault("two workers", []).append(checked(inbox, folder, f"two{number}", 2))
        runs.setdefault("as one .zip", []).append(checked(folder / "received.zip", folder, f"zip{number}"))
        killed = folder / f"killed{number}.json"
        commands.killed_halfway(inbox, killed, runs["one worker"][-1].seconds)
        again = commands.check(inbox, killed, 1, "--resume")
        runs.setdefault("resumed after a kill half-way", []).append(again)
        unchanged = commands.check(inbox, folder / f"one{number}.json", 1, "--changed-only")
        runs.setdefault("again, nothing changed", []).append(unchanged)
    print_crowd(size.crowd, runs)


def checked(received: Path, folder: Path, name: str, workers: int = 1) -> commands.Run:
    return commands.check(received, folder / f"{name}.json", workers)


def print_crowd(files: int, runs: dict[str, list[commands.Run]]) -> None:
    head = "clock s | CPU s | × one worker's clock | × its CPU | MB, command | worker"
    print(f"\n| {files} sealed workbooks | {head} |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    alone = runs["one worker"]
    for name, found in runs.items():
        clock, cpu = (
            statistics.median(values) for values in ([r.seconds for r in found], [r.cpu for r in found])
        )
        ratios = (
            statistics.median(first.seconds / many.seconds for first, many in zip(alone, found, strict=True)),
            statistics.median(other.cpu / first.cpu for first, other in zip(alone, found, strict=True)),
        )
        memory = [max(r.own_memory for r in found), max(r.worker_memory for r in found)]
        cells = [
            f"{clock:.1f}",
            f"{cpu:.1f}",
            f"{ratios[0]:.2f}",
            f"{ratios[1]:.2f}",
            *(f"{m:.0f}" for m in memory),
        ]
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def doc(given: Given) -> None:
    """Documents of Word 97 by one and by two workers, each with a LibreOffice of its own that stays."""
    if given.documents is None or not shutil.which("soffice"):
        print("\n.doc: not measured (no LibreOffice or no --documents)")
        return
    sources = [path for path in sorted(given.documents.rglob("*.docx")) if "hostile" not in path.parts]
    folder = given.folder / "doc"
    converted = commands.as_doc(unique(sources), folder)
    inbox = given.folder / "doc-received"
    inbox.mkdir()
    for number in range(given.size.documents):
        source = converted[number % len(converted)]
        os.link(source, inbox / f"{number:03}_{source.name}")
    count = given.size.documents
    print(
        f"\n| {count} .doc made of {len(converted)} | clock s | a second | CPU s | a second, two idle cores |"
    )
    print("|---|--:|--:|--:|--:|")
    for workers in (1, 2):
        offices = commands.WaitingOffices()
        offices.start()
        done = commands.check(inbox, given.folder / f"doc{workers}.json", workers)
        cpu = done.cpu + offices.seconds()
        speeds = f"{done.seconds:.1f} | {count / done.seconds:.1f} | {cpu:.1f} | {2 * count / cpu:.1f}"
        print(f"| {workers} worker{'s' * (workers > 1)} | {speeds} |", flush=True)


def unique(paths: Iterable[Path]) -> list[Path]:
    """One path for each file name, .docx that LibreOffice can open."""
    return list({path.name: path for path in paths if zipfile.is_zipfile(path)}.values())
