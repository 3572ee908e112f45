"""What a worksheet function costs in Python, next to an empty xlwings function: one cell and 1,000 rows.

Run: ``python benchmarks/udf.py``. Every call goes through xlwings' own ``CallUDF``, with its conversion
of arguments and results, over the stand-ins for pywin32: Excel, the DLL and the wire between the processes
are not in it, and cost more than all of this. Processor time, median of all rounds; the functions
take turns, so that a slow moment hits all alike.
"""

import io
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.excel.addin import standins
from tests.excel.addin.excelobjects import MISSING, Workbook, range_of
from xlperf.declarations.profile import load_profile
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter

OURS, EMPTY = "xlperf.udfs", "empty_udf"
ROUNDS, ROWS = 25, 1000
PROFILE = "hunan-yueyang-2024"
Call = Callable[[], object]


def calls() -> dict[str, tuple[Call, int]]:
    """What is measured by its title, and how many calls make up one round."""
    cell, hundred = range_of([[95]]), range_of([[100]])
    target, result, points = range_of([["≥100次"]]), range_of([["90次"]]), range_of([[10]])
    column = range_of([[float(number)] for number in range(ROWS)])
    table = range_of([[f"≥{number + 1}次", f"{number}次", 10.0] for number in range(ROWS)])
    basic, *others = forms()
    caller = range_of([[None]], "K1")

    def ours(name: str, *arguments: object) -> Call:
        return lambda: standins.call(OURS, name, arguments, caller)

    def empty(name: str, *arguments: object) -> Call:
        return lambda: standins.call(EMPTY, name, arguments, caller)

    staff = ours("XP_STAFF_CONTROL_RATE", cell, hundred, MISSING)
    nothing = empty("EMPTY_CELL", cell, hundred, MISSING)
    return {
        "空函数，一格": (nothing, 50),
        "XP_STAFF_CONTROL_RATE，一格": (staff, 50),
        "XP_INDICATOR_SCORE，一格": (ours("XP_INDICATOR_SCORE", target, result, points, MISSING), 50),
        "空函数，一千行一次": (empty("EMPTY_COLUMN", table, MISSING), 1),
        "XP_STAFF_CONTROL_RATE，一千行一次": (ours("XP_STAFF_CONTROL_RATE", column, hundred, MISSING), 1),
        "XP_INDICATOR_SCORES，一千行一次": (ours("XP_INDICATOR_SCORES", table, MISSING), 1),
        "空函数，一千行逐格": (lambda: [nothing() for _ in range(ROWS)], 1),
        "XP_STAFF_CONTROL_RATE，一千行逐格": (lambda: [staff() for _ in range(ROWS)], 1),
        "XP_CHECK，一张表": (ours("XP_CHECK", PROFILE, None, basic), 1),
        "XP_CHECK，三张表": (ours("XP_CHECK", PROFILE, None, basic, *others), 1),
    }


def forms() -> list[object]:
    """The three forms of a demo unit as ranges of an open workbook."""
    profile = load_profile(PROFILE)
    with TemporaryDirectory() as folder:
        write_demo_ledger(f"{folder}/ledger.xlsx", profile, 2)
        filing = read_ledger(f"{folder}/ledger.xlsx", profile).filings[1]
    stamped = openpyxl.load_workbook(io.BytesIO(WorkbookWriter(profile).workbook(filing)), data_only=True)
    book = Workbook("单位.xlsx")
    sheets = [
        book.add(sheet.title, [[cell.value for cell in row] for row in sheet.iter_rows()])
        for sheet in stamped.worksheets[:3]
    ]
    return [sheet.UsedRange for sheet in sheets]


def main() -> None:
    with standins.installed(OURS, EMPTY):
        timed = calls()
        taken: dict[str, list[float]] = {title: [] for title in timed}
        for number in range(ROUNDS + 1):
            for title, (call, count) in timed.items():
                started = time.process_time()
                for _ in range(count):
                    call()
                if number:
                    taken[title].append((time.process_time() - started) / count)
    for title, seconds in taken.items():
        print(f"{title:36s}{1e6 * statistics.median(seconds):12,.0f} µs")


if __name__ == "__main__":
    main()
