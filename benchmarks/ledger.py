"""Reading a ledger: CPU time and memory a unit, this version and another checkout taking turns.

    python benchmarks/ledger.py [--units N] [--rounds R] [--profile ID] [--distinct] [--other FOLDER]

The demo ledger's units, repeated under other codes up to N, in one workbook as openpyxl writes it. Each
reading is a process of its own: its CPU time (user and system) from the first import of pandas to the last
filing, and the most memory that it held. FOLDER is a checkout of an earlier version.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from xlperf.declarations.profile import load_profile
from xlperf.expressions import Value
from xlperf.jobs.demo.units import demo_rows
from xlperf.ledgers.template import write_ledger

_DEMO = 300
_CODE = "单位编码"
_LONG = 5
_READ = """
import json, resource, sys, time
try:
    from xlperf.declarations.profile import load_profile
except ImportError:
    from xlperf.forms.profile import load_profile
profile = load_profile(sys.argv[2])
started = time.process_time()
try:
    from xlperf.ledgers.ledger import read_ledger
except ImportError:
    from xlperf.ledgers import read_ledger
imported = time.process_time()
ledger = read_ledger(sys.argv[1], profile)
spent = time.process_time() - imported
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([len(ledger.filings), imported - started, spent, memory, len(ledger.findings)]))
"""


def write_units(path: Path, profile_id: str, units: int, *, distinct: bool = False) -> None:
    """Write a ledger of ``units`` units: those of the demo, as often as it takes.

    Where it is to be ``distinct``, long texts and amounts differ from one repetition to the next.
    """
    profile = load_profile(profile_id)
    demo = demo_rows(profile, min(units, _DEMO))
    repeats = -(-units // _DEMO)
    rows = {
        sheet: [_changed(row, number, distinct) for number in range(repeats) for row in table]
        for sheet, table in demo.items()
    }
    write_ledger(profile, path, rows)


def _changed(row: Mapping[str, Value], number: int, distinct: bool) -> dict[str, Value]:
    changed = {heading: _other(value, number) for heading, value in row.items()} if distinct else dict(row)
    return changed | {_CODE: f"{number}{row[_CODE]}"}


def _other(value: Value, number: int) -> Value:
    if isinstance(value, str) and len(value) >= _LONG:
        return f"{value}{number}"
    is_amount = isinstance(value, float) and not value.is_integer()
    return round(value + number / 100, 2) if is_amount and isinstance(value, float) else value


def read(folder: Path, ledger: Path, profile: str) -> list[float]:
    """Units, seconds of imports, seconds of reading, MB and findings of one reading by ``folder``."""
    command = [sys.executable, "-c", _READ, str(ledger), profile]
    done = subprocess.run(
        command, cwd=folder, env={"PYTHONPATH": str(folder)}, capture_output=True, check=True
    )
    found: list[float] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--units", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--profile", default="hunan-yueyang-2024")
    parser.add_argument("--distinct", action="store_true", help="no unit repeats the texts of another")
    parser.add_argument("--other", type=Path)
    options = parser.parse_args()
    versions = {"this version": Path(__file__).parents[1]}
    if options.other:
        versions["the other"] = options.other.resolve()
    found: dict[str, list[list[float]]] = {name: [] for name in versions}
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.xlsx"
        write_units(ledger, options.profile, options.units, distinct=options.distinct)
        for _ in range(options.rounds):
            for name, checkout in versions.items():
                found[name].append(read(checkout, ledger, options.profile))
    print(f"{'':14} {'units':>6} {'imports s':>10} {'ms a unit':>10} {'MB':>6} {'findings':>9}")
    for name, rounds in found.items():
        columns = zip(*rounds, strict=True)
        units, imports, spent, memory, findings = map(statistics.median, columns)
        row = f"{units:6.0f} {imports:10.2f} {spent / units * 1000:10.3f} {memory:6.0f} {findings:9.0f}"
        print(f"{name:14} {row}")
    if options.other:
        pairs = zip(*found.values(), strict=True)
        print(f"ratio of times: {statistics.median(other[2] / own[2] for own, other in pairs):.1f}")


if __name__ == "__main__":
    main()
