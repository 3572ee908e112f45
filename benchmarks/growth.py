"""Received files with each construct n times and ten times n → how much longer the larger one takes to check.

    python benchmarks/growth.py [NAME …] [--rounds 3]

NAME is a part of the name of a construct; without any, all are measured. The seconds are of processor time,
above those of a file with the construct once. Exit status 1 where one grows faster than its size.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.growth.constructs import CONSTRUCTS
from tests.growth.measure import LINEAR, MORE, growth


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    chosen = [name for name in CONSTRUCTS if not given.names or any(part in name for part in given.names)]
    print(f"| construct | n | seconds | seconds at {MORE} n | ratio |\n|---|--:|--:|--:|--:|")
    worst = 0.0
    for name in chosen:
        with tempfile.TemporaryDirectory() as folder:
            measured = growth(CONSTRUCTS[name], Path(folder), given.rounds)
        worst = max(worst, measured.ratio)
        figures = f"{measured.small:.3f} | {measured.large:.3f} | {measured.ratio:.1f}"
        print(f"| {name} | {CONSTRUCTS[name].count:,} | {figures} |", flush=True)
    return int(worst >= LINEAR)


if __name__ == "__main__":
    sys.exit(main())
