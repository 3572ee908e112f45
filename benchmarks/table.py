"""The table of benchmarks/README.md: every command next to other libraries and to what the bytes cost.

    python -m benchmarks.table [--full] [--only fill,check,…] [--documents FOLDER]

All methods of a row take turns in each round; medians of the rounds; processor time, except where "clock" is
written, because other programs may share the machine. Some five minutes; --full takes more files and rounds.
WolfXL and XlsxWriter are there where they are installed (``pip install --group benchmarks``), LibreOffice and
a folder of Word documents for the row of .doc.
"""

import argparse
import datetime
import gc
import importlib
import os
import platform
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import openpyxl

from benchmarks import commands, others, samples
from benchmarks.crowd import crowd, doc, ledger, start
from benchmarks.others import Method
from benchmarks.samples import FULL, QUICK, Given, Size, given_files
from xlperf.checks.file_check import check_file
from xlperf.core.files import atomic_write
from xlperf.declarations.profile import load_profile
from xlperf.workbooks.workbook_writer import WorkbookWriter

FAST, REPEATS = " (fast)", 10
"""Marks the methods that take a millisecond, and how often they are done to each file in a round."""
FEW = 5
"""Files of the comparison with whole commands, of which openpyxl takes a second each."""
HEAD = "| {} | ms | a second | × openpyxl | × floor |\n|---|--:|--:|--:|--:|"


def optional(name: str) -> ModuleType | None:
    """A library of the comparison, None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def milliseconds(method: Method, count: int, repeats: int = 1) -> float:
    """Processor time of one call; what is repeated has been done once before."""
    gc.collect()
    spent = 0.0
    for index in range(count):
        if repeats > 1:
            method(index)
        started = time.process_time()
        for _ in range(repeats):
            method(index)
        spent += time.process_time() - started
    return spent / count / repeats * 1000


def compare(title: str, size: Size, methods: dict[str, Method | None]) -> None:
    """Measure all methods in turn and print a row for each; the last of them is ours, the first the floor.

    A method that cannot do it, or whose library is not installed, is printed as such.
    """
    times: dict[str, list[float]] = {}
    failed = {name: "not installed" for name, method in methods.items() if method is None}
    print(f"\n{HEAD.format(title)}")
    for number in range(size.rounds + 1):
        for name, method in methods.items():
            if method is None or name in failed:
                continue
            try:
                taken = milliseconds(method, size.units, REPEATS if name.endswith(FAST) else 1)
            except Exception as error:  # another library may raise anything
                failed[name] = f"failed: {type(error).__name__}"
                continue
            if number:
                times.setdefault(name, []).append(taken)
    floor, *_ = times
    for name in methods:
        print(f"| {name} | {failed[name]} | | | |" if name in failed else row(name, times, floor), flush=True)


def row(name: str, times: dict[str, list[float]], floor: str) -> str:
    middle = statistics.median(times[name])
    by_openpyxl = next(values for other, values in times.items() if other.startswith("openpyxl"))
    ratios = [
        statistics.median(slow / fast for slow, fast in zip(*pair, strict=True))
        for pair in ((by_openpyxl, times[name]), (times[name], times[floor]))
    ]
    figures = f"{middle:.2f} | {1000 / middle:,.0f} | {ratios[0]:.1f} | {ratios[1]:.1f}"
    return f"| {name.removesuffix(FAST)} | {figures} |"


def fill(given: Given) -> None:
    """Writing official sheets, one process, everything warm."""
    writer = WorkbookWriter(load_profile(samples.PROFILE), working=False)
    folder, files = given.folder / "fill", given.sealed[: given.size.units]
    folder.mkdir()
    wolfxl, xlsxwriter = optional("wolfxl"), optional("xlsxwriter")

    def ours(index: int) -> None:
        atomic_write(folder / "ours.xlsx", writer.workbook(given.units[index]))

    compare(
        "fill: a workbook of official sheets",
        given.size,
        {
            f"floor: deflate the same XML, create the file{FAST}": others.deflate_and_write(files, folder),
            "openpyxl: load, set, save (no results)": others.fill(openpyxl, files, folder),
            "WolfXL: load, set, save (no results)": wolfxl and others.fill(wolfxl, files, folder),
            "XlsxWriter: build again": xlsxwriter and others.rebuild(xlsxwriter, files, folder),
            f"**xlperf**: complete, compute, write (results){FAST}": ours,
        },
    )


def check(given: Given) -> None:
    """The whole check of a file, one process, everything warm."""
    wolfxl = optional("wolfxl")
    for name, files in (("sealed", given.sealed), ("foreign", given.foreign)):
        chosen = files[: given.size.units]
        compare(
            f"check: a {name} workbook",
            given.size,
            {
                "floor: inflate, parse with expat": others.unzip_and_parse(chosen),
                "python-calamine: values only": others.calamine_values(chosen),
                "WolfXL: load, look at every cell": wolfxl and others.load_all(wolfxl, chosen),
                "openpyxl: load": others.openpyxl_load(chosen),
                "**xlperf**: read, every rule, findings": lambda index, chosen=chosen: check_file(
                    chosen[index]
                ),
            },
        )


def next_file(given: Given, files: list[Path], work: Callable[[Path, Path], float]) -> Callable[[], float]:
    """What one more file costs a whole command: it is run on few and on many, the difference divided.

    ``work`` runs it on a folder, with a folder for what it makes, and says the processor seconds.
    """
    folder = Path(tempfile.mkdtemp(dir=given.folder))
    few, many = given.size.few, given.size.many
    for count in (few, many):
        place = folder / str(count)
        place.mkdir()
        for file in files[:count]:
            os.link(file, place / file.name)

    def measured() -> float:
        less, more = (work(folder / str(count), Path(tempfile.mkdtemp(dir=folder))) for count in (few, many))
        return 1000 * (more - less) / (many - few)

    return measured


COMMANDS: dict[str, Callable[[Path, Path], float]] = {
    "check": lambda received, out: commands.check(received, out / "list.json").cpu,
    "import": lambda received, out: commands.run("import", received, "-o", out / "made", check=False).cpu,
    "annotate": lambda received, out: commands.run("annotate", received, "-o", out / "made", check=False).cpu,
    "strip": lambda received, out: commands.run("strip", received, "-o", out / "made", check=False).cpu,
    "export": lambda received, out: commands.run("export", received, "-o", out / "made", check=False).cpu,
}


def whole_commands(given: Given) -> None:
    """What one more file costs each command, next to openpyxl and WolfXL doing the like, and the floor."""
    folder = given.folder / "whole"
    folder.mkdir()
    sealed, spoilt = given.sealed[:FEW], given.spoilt[:FEW]
    working = working_copies(given, folder)
    found = [findings_of(file) for file in spoilt]
    others_do: dict[str, tuple[Method, Callable[[ModuleType], Method]]] = {
        "check": (others.unzip_and_parse(sealed), lambda by: others.load_all(by, sealed)),
        "export": (others.unzip_and_parse(sealed), lambda by: others.load_all(by, sealed)),
        "import": (
            others.copy_through(working, folder),
            lambda by: both(others.load_all(by, sealed), others.fill(by, working, folder)),
        ),
        "annotate": (
            others.copy_through(spoilt, folder),
            lambda by: others.annotate(by, spoilt, found, folder),
        ),
        "strip": (others.copy_through(sealed, folder), lambda by: others.strip(by, sealed, folder)),
    }
    received = {"annotate": {"spoilt": given.spoilt}, "strip": {"sealed": given.sealed}}
    both_kinds = {"sealed": given.sealed, "foreign": given.foreign}
    print(f"\n{HEAD.format('the whole command, for one more file')}")
    for command, (floor, made_by) in others_do.items():
        ours = {
            f"**xlperf {command}**, {kind}": next_file(given, files, COMMANDS[command])
            for kind, files in received.get(command, both_kinds).items()
        }
        compared(command, given.size.rounds, floor, made_by, ours)


def compared(
    command: str,
    rounds: int,
    floor: Method,
    made_by: Callable[[ModuleType], Method],
    ours: dict[str, Callable[[], float]],
) -> None:
    """Rows of one command; each of ``ours`` gives its milliseconds itself."""
    libraries = {"openpyxl": openpyxl, "WolfXL": optional("wolfxl")}
    methods = {f"{command}: floor": floor}
    methods |= {f"{name}, for {command}": made_by(library) for name, library in libraries.items() if library}
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, method in [*methods.items()]:
            try:
                times[name].append(milliseconds(method, FEW))
            except Exception as error:  # another library may raise anything
                print(f"| {name} | failed: {type(error).__name__} | | | |")
                del methods[name]
        for name, measured in ours.items():
            times[name].append(measured())
    for name in times:
        print(row(name, times, f"{command}: floor"), flush=True)


def both(first: Method, second: Method) -> Method:
    return lambda index: (first(index), second(index))


def working_copies(given: Given, folder: Path) -> list[Path]:
    """What import makes of the units, as far as openpyxl has to fill them."""
    writer = WorkbookWriter(load_profile(samples.PROFILE), working=True)
    units = given.units[:FEW]
    return samples.written(folder / "working", units, [writer.workbook(unit) for unit in units])


def findings_of(file: Path) -> others.Values:
    """Sheet, cell and message of each finding that has a cell."""
    found = check_file(file).findings
    return [(at.sheet, at.cell, each.message) for each in found if (at := each.location).cell and at.sheet]


SECTIONS: dict[str, Callable[[Given], None]] = {
    "fill": fill,
    "check": check,
    "commands": whole_commands,
    "ledger": ledger,
    "start": start,
    "crowd": crowd,
    "doc": doc,
}


def machine() -> str:
    """Date, processor, system and versions, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    name = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.processor(),
    )
    load = f"load {os.getloadavg()[0]:.1f}"
    libraries = ", ".join(
        f"{module} {getattr(optional(module), '__version__', 'not installed')}"
        for module in ("openpyxl", "wolfxl", "xlsxwriter")
    )
    python = f"Python {platform.python_version()}, {libraries}"
    return f"{datetime.date.today()}, {os.cpu_count()} × {name}, {load} at the start, {python}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default=",".join(SECTIONS))
    parser.add_argument("--documents", type=Path)
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as name:
        given = given_files(Path(name), FULL if options.full else QUICK, options.documents)
        for section in options.only.split(","):
            SECTIONS[section](given)


if __name__ == "__main__":
    main()
