"""The same value and verdict by xlperf, LibreOffice and formualizer, on as many values as asked for.

Run: ``python benchmarks/parity.py --values 1000000 [--seed N] [--engines libreoffice,formualizer]``.
In chunks: random filings of all profiles in turn; every visible formula and every native rule of each,
in one workbook of formulas; and the filled workbook of one filing a profile, cached values against
recalculated ones. A value counts once for each answer that is compared with ours. Differences are
printed with their inputs; the exit status is 1 when a known fault does not explain one.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.parity.comparison import Comparison
from tests.parity.faults import FAULTS
from tests.parity.random_filings import random_filing
from tests.parity.rounds import ENGINES, compare_formulas, compare_workbook, random_filings
from tests.profiles import WITH_TABLES
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.workbook_writer import WorkbookWriter

FILINGS, PROJECTS, PRINTED = 180, 20, 50
VALUES_A_FILING = 1000


def engine_names(text: str) -> list[str]:
    known = {name.lower(): name for name in ENGINES}
    unknown = [name for name in text.split(",") if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"没有引擎 {'、'.join(unknown)}；可用：{'、'.join(known)}")
    return [known[name] for name in text.split(",")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="三方一致：xlperf、LibreOffice、formualizer 逐值比较")
    parser.add_argument("--values", type=int, default=100_000, help="至少比较多少个值")
    parser.add_argument("--seed", type=int, default=1, help="随机数种子")
    parser.add_argument("--engines", type=engine_names, default=list(ENGINES), help="libreoffice,formualizer")
    return parser.parse_args()


def chunk(seed: str, filings: int, engines: list[str], folder: Path) -> Comparison:
    chance = Random(seed)
    comparison = compare_formulas(random_filings(WITH_TABLES, chance, filings), folder, engines).comparison
    for name in WITH_TABLES:
        filing = random_filing(load_profile(name), chance, min(PROJECTS, filings), typed=False)
        comparison.include(compare_workbook(filing, WorkbookWriter(load_profile(name)), folder, engines))
    return comparison


def report(total: Comparison, seconds: float) -> None:
    print(f"共比较 {total.values:,} 个值，{seconds:.0f} 秒")
    for (engine, kind), count in sorted(total.counts.items()):
        print(f"  {engine:12s} {kind:9s}{count:12,}")
    faults = Counter((found.engine, found.fault) for found in total.differences if found.fault)
    for fault in FAULTS:
        seen = faults[fault.engine, fault.construct]
        print(f"  已知缺陷：{fault.engine} {fault.construct}（{fault.reason}）：{seen} 处")
    print(f"不能解释的差异：{len(total.unexplained)} 处")
    for difference in total.unexplained[:PRINTED]:
        print(f"  {difference}")


def main() -> int:
    asked = arguments()
    total, started, number = Comparison(), time.monotonic(), 0
    while total.values < asked.values:
        with tempfile.TemporaryDirectory() as folder:
            filings = min(FILINGS, (asked.values - total.values) // VALUES_A_FILING + 1)
            total.include(chunk(f"{asked.seed} {number}", filings, asked.engines, Path(folder)))
        number += 1
        took = time.monotonic() - started
        print(f"{total.values:,} 个值，{took:.0f} 秒，差异 {len(total.unexplained)} 处", file=sys.stderr)
    report(total, time.monotonic() - started)
    return 1 if total.unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
