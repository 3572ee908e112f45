"""Good workbooks spoilt in named ways → by kind: injected, found, false alarms.

    python benchmarks/detection.py [--rounds 20] [--formats xlsx,xls,docx] [--kinds 名称,…] [--show]

A spoiling counts as found when the right code is reported at the right cell, or, where nothing is wrong with
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
    shown = [
        f"{verdict.found}/{verdict.injected} +{len(verdict.alarms)}" if verdict else "" for verdict in cells
    ]
    return " | ".join([f"| {name}", *shown]) + " |"


def main() -> int:
    asked = arguments()
    chosen = [kind for kind in KINDS.values() if not asked.kinds or kind.name in asked.kinds.split(",")]
    formats = asked.formats.split(",")
    verdicts = {suffix: run(chosen, range(asked.rounds), suffix) for suffix in formats}
    print(f"| 种类 | {' | '.join(formats)} |\n|---|{'---|' * len(formats)}")
    totals = {suffix: Verdict() for suffix in formats}
    for kind in chosen:
        cells = [verdicts[suffix].get(kind.name) for suffix in formats]
        print(line(kind.name, cells))
        for suffix, verdict in zip(formats, cells, strict=True):
            if verdict is not None:
                totals[suffix] += verdict
    print(line("合计", list(totals.values())))
    if asked.show:
        for suffix in formats:
            for name, verdict in verdicts[suffix].items():
                for what, texts in (("漏查", verdict.missed), ("误报", verdict.alarms)):
                    for text in texts:
                        print(f"{suffix} {name} {what} {text}")
    return int(any(verdict.missed or verdict.alarms for verdict in totals.values()))


if __name__ == "__main__":
    sys.exit(main())
