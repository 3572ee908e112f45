"""Documents with what a perfect reader extracts → how they are read, as they are and with every change.

    python benchmarks/reading.py [FOLDER …] [--files '3*.xlsx'] [--kinds blank,label] [--sample 20] [--xls 5]

Without folders: the drawn pages of tests/layouts, then ../shared/layouts and ../shared/cases where they are.
First every file: values right, wrong, missing, invented. Then the changes, each made on its own:

    blank    a value cell emptied: its field becomes null, every other value stays
    label    a label, a heading or a line of text emptied: values may go missing
    apart    every merge of a sheet or table taken apart: the same
    row, column    an empty row or column inserted
    widened, split    a merge over one empty column more, a merge without its last column
    swapped  two neighbouring columns changed places with their headings

A change has failed where a value turned wrong or was invented that was not so before; "lost" are values that
went missing besides the emptied one. --xls N: N changes of each kind of every workbook as .xls too, converted
by LibreOffice. Exit status 1 where any value is wrong or invented.
"""

import argparse
import sys
import tempfile
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.cases import SHARED
from tests.layouts.adaptor import read
from tests.layouts.compare import OUTCOMES
from tests.layouts.make import TRUTH, draw
from tests.layouts.measure import Case, Plan, Tally, as_it_is, cases, run, run_old
from tests.layouts.variants import KINDS

FOREIGN = (SHARED / "layouts", SHARED / "cases")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--files", default="*", help="文件名，如 '3*.xlsx'")
    parser.add_argument("--kinds", default=",".join(KINDS), help="改动的种类，用逗号隔开；- 为不改")
    parser.add_argument("--sample", type=int, help="每个文件每种改动最多几处")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--xls", type=int, default=0, help="每个工作簿每种改动转成 .xls 的处数")
    parser.add_argument("--show", action="store_true", help="列出每个不对的值")
    return parser.parse_args()


def found(folders: list[Path], drawn: Path, pattern: str) -> list[Case]:
    """The documents asked for; the drawn ones are made first."""
    if not folders:
        for truth in TRUTH.iterdir():
            (drawn / truth.name).write_bytes(truth.read_bytes())
        draw(drawn)
        folders = [drawn, *(folder for folder in FOREIGN if folder.is_dir())]
    return [case for folder in folders for case in cases(folder) if fnmatch(case.path.name, pattern)]


def print_files(listed: list[Case], *, show: bool) -> Counter[str]:
    total: Counter[str] = Counter()
    print(f"| 文件 | {' | '.join(OUTCOMES)} |\n|---|{'---|' * len(OUTCOMES)}")
    for case in listed:
        result = as_it_is(case, read)
        counts = {outcome: result.count(outcome) for outcome in OUTCOMES}
        total.update(counts)
        print(f"| {case.path.name} | {' | '.join(map(str, counts.values()))} |", flush=True)
        for difference in result.differences if show else ():
            print(f"    {difference}")
    print(f"| 合计 | {' | '.join(str(total[outcome]) for outcome in OUTCOMES)} |\n")
    return total


def print_changes(title: str, tallies: dict[str, Tally], *, show: bool) -> bool:
    """Whether any change failed."""
    print(f"| {title} | changes | failed | wrong | invented | lost |\n|---|---|---|---|---|---|")
    for kind, tally in tallies.items():
        figures = (
            tally.variants,
            tally.failed,
            *(tally.values[name] for name in ("wrong", "invented", "lost")),
        )
        print(f"| {kind} | {' | '.join(map(str, figures))} |")
        for example in tally.examples if show else ():
            print(f"    {example}")
    print()
    return any(tally.failed for tally in tallies.values())


def merged(parts: list[dict[str, Tally]], kinds: tuple[str, ...]) -> dict[str, Tally]:
    made: dict[str, Tally] = {}
    for kind in kinds:
        of_kind = [part[kind] for part in parts if kind in part]
        for tally in of_kind:
            made[kind] = made.get(kind, Tally()).plus(tally)
    return made


def main() -> int:
    asked = arguments()
    kinds = tuple(kind for kind in asked.kinds.split(",") if kind in KINDS)
    with tempfile.TemporaryDirectory() as folder:
        listed = found(asked.folders, Path(folder), asked.files)
        total = print_files(listed, show=asked.show)
        failed = bool(total["wrong"] or total["invented"])
        plan = Plan(kinds, asked.sample, asked.seed)
        for suffix in (".xlsx", ".docx") if kinds else ():
            parts = [run(case, read, plan) for case in listed if case.path.suffix == suffix]
            failed |= print_changes(suffix, merged(parts, kinds), show=asked.show)
        if asked.xls:
            books = [case for case in listed if case.path.suffix == ".xlsx"]
            tallies = run_old(books, read, Plan(kinds, asked.xls, asked.seed))
            failed |= print_changes(".xls", tallies, show=asked.show)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
