"""What one more file costs, by kind, in CPU seconds and bytes. ``python -m benchmarks.costs --files 10,50``

Each command is run on the smaller and the larger number of files; the difference is divided by that of the
numbers, so that starting does not count. CPU time is that of the command and its workers. For docs/规模.md.
"""

import argparse
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from tests.received import good as g
from tests.received.packages import word
from xlperf.workbooks.workbook_writer import WorkbookWriter

ROOT = Path(__file__).resolve().parents[1]
RUN = """
import os, resource, sys
from xlperf.cli import run
run(sys.argv[1:])
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(sum(one.ru_utime + one.ru_stime for one in used), max(one.ru_maxrss for one in used))
"""


def plain() -> bytes:
    """What ``xlperf fill`` writes."""
    return WorkbookWriter(g.PROFILE, working=False).workbook(g.filing())


def foreign() -> bytes:
    """The good workbook as another program saves it: without the seal, read by labels and headings."""
    book = openpyxl.load_workbook(io.BytesIO(plain()), data_only=True)
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    for name in list(book.defined_names):
        del book.defined_names[name]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


KINDS = {
    "完好的附件表 .xlsx": (".xlsx", plain),
    "外来的 .xlsx": (".xlsx", foreign),
    "Word 里的一张表 .docx": (".docx", lambda: word(1)),
}


def size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def spent(*words: object) -> tuple[float, int]:
    """CPU seconds and the largest process in KB of one command on one worker."""
    command = [sys.executable, "-c", RUN, *map(str, words), "--workers", "1", "-q"]
    threads = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, cwd=ROOT, env=os.environ | threads
    )
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), int(memory)


def measured(received: Path, out: Path) -> list[float]:
    """CPU of check and export; bytes of journal, .json, Parquet and SQLite; most memory in KB."""
    out.mkdir()
    report = out / "清单.json"
    check, first = spent("check", received, "-o", report, "--fail-on", "never")
    export, second = spent("export", received, "-o", out / "表")
    sql, third = spent("export", received, "-o", f"sqlite:///{out / '表.db'}")
    journal = size(report.with_name(f"{report.name}.journal"))
    sizes = journal, size(report), size(out / "表"), size(out / "表.db")
    return [check, export, sql, *sizes, max(first, second, third)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", default="10,50")
    few, many = map(int, parser.parse_args().files.split(","))
    print("| 一份 | 检查 | 导出 Parquet | 导出 SQLite | 文件 | 进度 | .json | Parquet | SQLite | 内存 |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind, (suffix, make) in KINDS.items():
        with tempfile.TemporaryDirectory() as name:
            folder, rows = Path(name), []
            content = make()
            for count in (few, many):
                received = folder / f"收到{count}"
                for number in range(count):
                    place = received / f"{number:05}_第{number}局{suffix}"
                    place.parent.mkdir(exist_ok=True)
                    place.write_bytes(content)
                rows.append(measured(received, folder / f"出{count}"))
            *costs, _ = [(more - less) / (many - few) for less, more in zip(*rows, strict=True)]
            seconds = " | ".join(f"{cost * 1000:.1f} ms" for cost in costs[:3])
            sizes = " | ".join(f"{cost / 1024:.1f} KB" for cost in (len(content), *costs[3:]))
            print(f"| {kind} | {seconds} | {sizes} | {rows[1][-1] / 1024:.0f} MB |", flush=True)


if __name__ == "__main__":
    main()
