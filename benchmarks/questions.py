"""The ten questions over many filings: seconds each. ``python -m benchmarks.questions --filings 100000``

The tables are those of a real export of made workbooks, repeated with other codes, names, files and amounts.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from xlperf.declarations.profile import load_profile
from xlperf.jobs.demo.units import write_demo_ledger
from xlperf.jobs.export import export
from xlperf.jobs.fill import fill
from xlperf.jobs.run_options import RunOptions
from xlperf.outputs.parquet_tables import parquet_file
from xlperf.outputs.questions import answer, ask, questions, tables_of

PROFILE = "hunan-yueyang-2024"
OTHER_UNIT = (
    "file_number + i * (SELECT max(file_number) FROM files) AS file_number, "
    "unit_code || '-' || i AS unit_code, unit_name || i AS unit_name, i || '/' || file AS file"
)
REPEATED = {
    "files": OTHER_UNIT,
    "findings": OTHER_UNIT,
    "amounts": f"{OTHER_UNIT}, round(spent * (0.7 + hash(i, line) % 600 / 1000.0), 2) AS spent",
    "indicators": f"{OTHER_UNIT}, CASE WHEN i % 7 = 0 THEN score * 0.9 ELSE score END AS score",
    "filled_values": f"{OTHER_UNIT}, round(number * (0.7 + hash(i, field) % 600 / 1000.0), 2) AS number",
}
"""Table → what differs in the repetition i."""


def base(folder: Path, units: int, workers: int) -> Path:
    """A real export of ``units`` filled workbooks."""
    write_demo_ledger(folder / "台账.xlsx", load_profile(PROFILE), units)
    fill(folder / "台账.xlsx", PROFILE, folder / "附件表", options=RunOptions(workers))
    export([folder / "附件表"], str(folder / "一批"), options=RunOptions(workers))
    return folder / "一批"


def repeated(source: Path, target: Path, times: int) -> None:
    """The tables ``times`` over, each time as other units."""
    target.mkdir()
    with tables_of(source) as connection:
        for table, changed in REPEATED.items():
            written = str(parquet_file(target, table)).replace("'", "''")
            connection.execute(
                f"COPY (SELECT * REPLACE ({changed}) FROM range({times}) numbers(i), {table}) "
                f"TO '{written}' (FORMAT parquet, COMPRESSION zstd)"
            )


def rows(folder: Path) -> str:
    with tables_of(folder) as connection:
        counts = {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0] for table in REPEATED
        }
    size = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
    return "、".join(f"{table} {count:,}" for table, count in counts.items()) + f"；{size:.0f} MB"


def measure(folder: Path, rounds: int) -> None:
    print("| 问题 | 行 | 第一次（秒） | 再问（秒，最好） | 处理器（秒） |\n|---|---|---|---|---|")
    for name, asked in questions().items():
        start = time.perf_counter()
        given = ask(folder, asked)
        first = time.perf_counter() - start
        again, spent = [], []
        with tables_of(folder) as connection:
            for _ in range(rounds):
                start, cpu = time.perf_counter(), time.process_time()
                answer(connection, asked)
                again.append(time.perf_counter() - start)
                spent.append(time.process_time() - cpu)
        print(
            f"| {name} | {len(given.rows):,} | {first:.2f} | {min(again):.2f} | {min(spent):.2f} |",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--filings", type=int, default=100_000)
    parser.add_argument("--units", type=int, default=100, help="workbooks that are really made and read")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the tables stay")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = base(folder, given.units, given.workers)
        repeated(source, folder / "多批", -(-given.filings // given.units))
        print(rows(folder / "多批"))
        measure(folder / "多批", given.rounds)
        if given.keep:
            shutil.move(folder / "多批", given.keep)


if __name__ == "__main__":
    main()
