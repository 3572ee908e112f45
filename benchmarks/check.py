"""How fast ``check`` is: workbooks a second on one core, next to openpyxl's load of the same files.

Run: ``python benchmarks/check.py [UNITS]``. The units of the demo ledgers, the published ones among
them, are filled into a temporary folder. Then, ten files at a time, each method handles them in turn,
so that a slow moment hits all alike, no method sees a file twice, and none pays for the caches and the
garbage of another: the whole check (open, read, every rule, findings), openpyxl.load_workbook, and
python-calamine reading values only. The first ten files only warm up. Processor time; the ratio is
that of the medians, in brackets the median of the ratios file by file.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from xlperf.checks.file_check import check_file
from xlperf.declarations.model import Profile
from xlperf.declarations.profile import load_profile
from xlperf.jobs.demo.units import DEMO_LEDGERS, write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter

UNITS, BLOCK = 60, 10


def calamine(path: Path) -> None:
    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


METHODS: dict[str, Callable[[Path], object]] = {
    "xlperf check": check_file,
    "openpyxl load": openpyxl.load_workbook,
    "calamine values only": calamine,
}


def fill(profile: Profile, units: int, folder: Path) -> list[Path]:
    write_demo_ledger(folder / "ledger.xlsx", profile, units)
    writer = WorkbookWriter(profile, working=False)
    files = []
    for filing in read_ledger(folder / "ledger.xlsx", profile).filings:
        files.append(folder / f"{filing.unit_code}_{filing.unit_name}.xlsx")
        files[-1].write_bytes(writer.workbook(filing))
    return files


def measure(files: list[Path]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in METHODS}
    for start in range(0, len(files), BLOCK):
        for name, method in METHODS.items():
            gc.collect()
            for file in files[start : start + BLOCK]:
                started = time.process_time()
                method(file)
                if start:
                    times[name].append(1000 * (time.process_time() - started))
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    base = times["xlperf check"]
    print(f"{title}: {len(base)} workbooks")
    for name, taken in times.items():
        middle = statistics.median(taken)
        ratio = statistics.median(other / own for other, own in zip(taken, base, strict=True))
        print(
            f"  {name:22s}{middle:9.2f} ms  {1000 / middle:7.0f} a second"
            f"  {middle / statistics.median(base):6.2f} × check ({ratio:.2f})"
        )


def main() -> None:
    units = int(sys.argv[1]) if len(sys.argv) > 1 else UNITS
    for name in DEMO_LEDGERS:
        with tempfile.TemporaryDirectory() as folder:
            made_up = fill(load_profile(name), units, Path(folder))
            report(name, measure(made_up[1:] + made_up[:1]))


if __name__ == "__main__":
    main()
