"""Good workbooks spoilt in named ways → by kind: injected, found, false alarms.

    python benchmarks/detection.py [--rounds 20] [--formats xlsx,xls,docx] [--kinds 名称,…] [--show]

A spoiling counts as found when the right code stands at the right cell, or, where nothing is wrong with
the figures, when every value is read as from the good workbook. A false alarm is a finding that the good
workbook does not have and that the spoiling does not explain. Same rounds, same files; the exit status is
1 where anything was missed or made up.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.spoilings.judging import Verdict
from tests.spoilings.rounds import KINDS, run


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="改坏的表：放进去多少，查出多少，误报多少")
    parser.add_argument("--rounds", type=int, default=20, help="每一种改坏多少份")
    parser.add_argument("--formats", default="xlsx,xls,docx", help="文件格式，用逗号隔开")
    parser.add_argument("--kinds", default="", help="只做这些种类，用逗号隔开")
    parser.add_argument("--show", action="store_true", help="逐条列出漏查和误报")
    return parser.parse_args()


def line(name: str, cells: list[Verdict | None]) -> str:
    shown = [f"{one.found}/{one.injected} +{len(one.alarms)}" if one else "" for one in cells]
    return " | ".join([f"| {name}", *shown]) + " |"


def main() -> int:
    asked = arguments()
    wanted = [kind for kind in KINDS.values() if not asked.kinds or kind.name in asked.kinds.split(",")]
    formats = asked.formats.split(",")
    verdicts = {suffix: run(wanted, range(asked.rounds), suffix) for suffix in formats}
    print(f"| 种类 | {' | '.join(formats)} |\n|---|{'---|' * len(formats)}")
    totals = {suffix: Verdict() for suffix in formats}
    for kind in wanted:
        cells = [verdicts[suffix].get(kind.name) for suffix in formats]
        print(line(kind.name, cells))
        for suffix, one in zip(formats, cells, strict=True):
            if one is not None:
                totals[suffix] += one
    print(line("合计", list(totals.values())))
    if asked.show:
        for suffix in formats:
            for name, one in verdicts[suffix].items():
                for what, told in (("漏查", one.missed), ("误报", one.alarms)):
                    for text in told:
                        print(f"{suffix} {name} {what} {text}")
    return int(any(one.missed or one.alarms for one in totals.values()))


if __name__ == "__main__":
    sys.exit(main())
