"""Workbooks a second on one core: the writer next to openpyxl load+set+save and to the floor.

    python benchmarks/fill.py [--units N] [--rounds R] [--profile ID] [--plain]
    python benchmarks/fill.py --command 3000 [--units N] [--rounds R] [--profile ID] [--distinct]

One run, interleaved rounds, the real forms with the demo ledger's values. Times are CPU time of this
process (user and system), medians of the rounds; ratios are medians of the ratios of each round.
Working copies, or with --plain the official sheets only. Units whose sheets have the same sizes share
a plan of the helper sheets; "each plan made again" is what a unit costs when none does.
With --command all of `xlperf fill` for so many units, by one process and by two: CPU time of all its
processes from start to end next to openpyxl's for the same number of units, and the largest process.
openpyxl starts from a workbook that already has the right sheets and rows, and writes no cached
values; the floor only deflates the same changing parts and creates the file.
"""

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import MergedCell

from benchmarks.ledger import write_units
from xlperf.core.files import atomic_write
from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.ooxml.package_writing import FAST_LEVEL, deflate
from xlperf.workbooks.workbook_writer import WorkbookWriter

REPEATS = 10
"""How often the fast methods write each unit in one round, so that a round lasts long enough."""

Method = Callable[[int], object]
Values = list[tuple[str, str, object]]


def typed_values(data: bytes) -> Values:
    """What openpyxl has to set: every cell of a finished workbook that holds a value, no formula."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None and cell.data_type != "f" and not isinstance(cell, MergedCell)
        if not cell.protection.locked
    ]


def openpyxl_method(folder: Path, finished: list[bytes]) -> Method:
    blanks = []
    for index, data in enumerate(finished):
        values = typed_values(data)
        book = openpyxl.load_workbook(io.BytesIO(data))
        for sheet, cell, _ in values:
            book[sheet][cell].value = None
        blanks.append((folder / f"blank{index}.xlsx", values))
        book.save(blanks[-1][0])

    def method(index: int) -> None:
        path, values = blanks[index]
        book = openpyxl.load_workbook(path)
        for sheet, cell, value in values:
            book[sheet][cell].value = value
        book.save(folder / f"openpyxl{index}.xlsx")

    return method


def floor_method(folder: Path, finished: list[bytes]) -> Method:
    parts = []
    for data in finished:
        package = zipfile.ZipFile(io.BytesIO(data))
        changing = [name for name in package.namelist() if "sheet" in name or name.endswith("workbook.xml")]
        fixed = sum(package.getinfo(name).compress_size for name in set(package.namelist()) - set(changing))
        parts.append(([package.read(name) for name in changing], bytes(fixed)))

    def method(index: int) -> None:
        changing, fixed = parts[index]
        with (folder / f"floor{index}.xlsx").open("wb") as stream:
            stream.write(b"".join([fixed, *[deflate(xml, FAST_LEVEL) for xml in changing]]))

    return method


def writer_method(folder: Path, writer: WorkbookWriter, filings: list[Filing]) -> Method:
    return lambda index: atomic_write(folder / f"stamped{index}.xlsx", writer.workbook(filings[index]))


def milliseconds(method: Method, units: int, repeats: int) -> float:
    """CPU time of one workbook; what is repeated has been done once before."""
    spent = 0.0
    for index in range(units):
        if repeats > 1:
            method(index)
        started = time.process_time()
        for _ in range(repeats):
            method(index)
        spent += time.process_time() - started
    return spent / units / repeats * 1000


_RUN = """
import resource, subprocess, sys, time
started = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds, used = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, seconds, used.ru_maxrss / 1024)
"""


def command(ledger: Path, out: Path, workers: int) -> list[float]:
    """Seconds of CPU and of the clock, and MB of the largest process, of one `xlperf fill`.

    It is started by a small process: one counts as large as that which has started it.
    """
    fill = [sys.executable, "-m", "xlperf", "fill", str(ledger), "-o", str(out), "--force", "-q"]
    run = [sys.executable, "-c", _RUN, *fill, "--workers", str(workers)]
    found = subprocess.run(run, capture_output=True, check=True, text=True).stdout
    return [float(number) for number in found.splitlines()[-1].split()]


def measure_command(options: argparse.Namespace) -> None:
    """Print what the whole command takes, round by round, next to openpyxl for the same units."""
    profile = load_profile(options.profile)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_units(folder / "all.xlsx", options.profile, options.command, distinct=options.distinct)
        write_units(folder / "few.xlsx", options.profile, options.units)
        filings = read_ledger(folder / "few.xlsx", profile).filings
        writer = WorkbookWriter(profile, working=False)
        by_openpyxl = openpyxl_method(folder, [writer.workbook(filing) for filing in filings])
        print(f"{'':12} {'CPU s':>7} {'ms a unit':>10} {'x openpyxl':>11} {'clock s':>8} {'MB':>5}")
        for _ in range(options.rounds):
            slow = milliseconds(by_openpyxl, len(filings), 1)
            for workers in (1, 2):
                cpu, seconds, memory = command(folder / "all.xlsx", folder / "out", workers)
                each = cpu / options.command * 1000
                row = f"{cpu:7.2f} {each:10.3f} {slow / each:11.0f} {seconds:8.2f} {memory:5.0f}"
                print(f"{workers} process{'es' * (workers > 1):3} {row}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", default="hunan-yueyang-2024")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--command", type=int, help="units of the ledger for the whole command")
    parser.add_argument("--distinct", action="store_true", help="no unit repeats the texts of another")
    options = parser.parse_args()
    if options.command:
        measure_command(options)
        return
    profile = load_profile(options.profile)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_demo_ledger(folder / "ledger.xlsx", profile, options.units)
        filings = read_ledger(folder / "ledger.xlsx", profile).filings
        writer = WorkbookWriter(profile, working=not options.plain)
        finished = [writer.workbook(filing) for filing in filings]
        stamped = writer_method(folder, writer, filings)

        def plan_again(index: int) -> None:
            writer.forget_plans()
            stamped(index)

        methods: dict[str, tuple[Method, int]] = {
            "openpyxl load+set+save": (openpyxl_method(folder, finished), 1),
            "writer, values cached": (stamped, REPEATS),
            "floor: deflate + create file": (floor_method(folder, finished), REPEATS),
        }
        if not options.plain:
            methods["writer, each plan made again"] = (plan_again, 1)
        times: dict[str, list[float]] = {label: [] for label in methods}
        for _ in range(options.rounds):
            for label, (method, repeats) in methods.items():
                times[label].append(milliseconds(method, len(filings), repeats))
    print(report(times, len(filings), sum(len(filing.records) for filing in filings), finished))


def report(times: dict[str, list[float]], units: int, sheets: int, finished: list[bytes]) -> str:
    slowest, ours, floor, *_ = times.values()
    size = statistics.mean(map(len, finished)) / 1024
    lines = [
        f"{units} units, {sheets / units:.1f} sheets and {size:.0f} KiB a workbook, {len(ours)} rounds",
        f"{'method':30} {'ms':>8} {'workbooks/s':>12} {'x openpyxl':>11}",
    ]
    for label, values in times.items():
        ms = statistics.median(values)
        lines.append(f"{label:30} {ms:8.3f} {1000 / ms:12.0f} {ratio(slowest, values):11.1f}")
    lines.append(f"writer: {ratio(slowest, ours):.0f} x openpyxl, {ratio(floor, ours):.0%} of the floor")
    return "\n".join(lines)


def ratio(slow: list[float], fast: list[float]) -> float:
    return statistics.median(before / after for before, after in zip(slow, fast, strict=True))


if __name__ == "__main__":
    main()
