"""The demo's units → the files that the benchmarks measure: sealed, foreign and spoilt workbooks, ledgers."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl

from xlperf.declarations.profile import load_profile
from xlperf.declarations.records import Filing
from xlperf.expressions import Value
from xlperf.jobs.demo.units import demo_rows
from xlperf.ledgers.ledger import read_ledger
from xlperf.ledgers.template import write_ledger
from xlperf.workbooks.workbook_writer import WorkbookWriter

PROFILE = "hunan-yueyang-2024"
DEMO = 300
"""The most units of one seed: their codes have three digits."""
_CODE = "单位编码"
_LONG = 5


def write_csv_ledger(folder: Path, units: int, first_seed: int = 0, spoilt: int = 0) -> None:
    """A ledger of ``units`` made-up units as a folder of .csv files, 300 of each seed from the first on.

    The units of every so many seeds as ``spoilt`` says have amounts and texts that do not agree.
    """
    profile = load_profile(PROFILE)
    rows: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for seed in range(first_seed, first_seed - -units // DEMO):
        count = min(DEMO, units - (seed - first_seed) * DEMO)
        for sheet, table in demo_rows(profile, count, seed).items():
            rows[sheet] += [_coded(row, seed, bool(spoilt) and seed % spoilt == 0) for row in table]
    folder.mkdir(parents=True)
    for sheet, lines in rows.items():
        with (folder / f"{sheet}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.DictWriter(stream, list(dict.fromkeys(heading for row in lines for heading in row)))
            writer.writeheader()
            writer.writerows(lines)


def _coded(row: Mapping[str, Value], seed: int, spoilt: bool) -> dict[str, Value]:
    changed = {heading: _other(value, seed + 1) for heading, value in row.items()} if spoilt else dict(row)
    return changed | {_CODE: f"{seed}{row[_CODE]}"}


def _other(value: Value, number: int) -> Value:
    if isinstance(value, str) and len(value) >= _LONG:
        return f"{value}{number}"
    is_amount = isinstance(value, float) and not value.is_integer()
    return round(value + number / 100, 2) if is_amount and isinstance(value, float) else value


def filings(folder: Path, units: int, spoilt: int = 0) -> list[Filing]:
    """The filings of such a ledger, written into ``folder`` and read."""
    write_csv_ledger(folder, units, spoilt=spoilt)
    return read_ledger(folder, load_profile(PROFILE)).filings


def sealed(units: list[Filing]) -> list[bytes]:
    """What ``xlperf fill`` writes for them."""
    writer = WorkbookWriter(load_profile(PROFILE), working=False)
    return [writer.workbook(unit) for unit in units]


def foreign(workbook: bytes) -> bytes:
    """The workbook as another program saves it: without the seal, read by labels and headings."""
    book = openpyxl.load_workbook(io.BytesIO(workbook), data_only=True)
    for name in list(book.custom_doc_props.names):
        del book.custom_doc_props[name]
    for name in list(book.defined_names):
        del book.defined_names[name]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(folder: Path, units: list[Filing], workbooks: list[bytes]) -> list[Path]:
    """The workbooks as files named after code and name of their units."""
    folder.mkdir(parents=True)
    files = [folder / f"{unit.unit_code}_{unit.unit_name}.xlsx" for unit in units]
    for file, data in zip(files, workbooks, strict=True):
        file.write_bytes(data)
    return files


def write_book_ledger(path: Path, units: int) -> None:
    """The same ledger as a workbook, texts inline, as openpyxl writes it."""
    profile = load_profile(PROFILE)
    rows: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for seed in range(-(-units // DEMO)):
        for sheet, table in demo_rows(profile, min(DEMO, units - seed * DEMO), seed).items():
            rows[sheet] += [_coded(row, seed, False) for row in table]
    write_ledger(profile, path, rows)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    units: int
    few: int
    many: int
    crowd: int
    documents: int


QUICK = Size(rounds=3, units=10, few=5, many=35, crowd=600, documents=60)
FULL = Size(rounds=7, units=30, few=10, many=110, crowd=3000, documents=120)


@dataclass(frozen=True, slots=True)
class Given:
    """The files that are measured, in a folder with room for more."""

    folder: Path
    size: Size
    units: list[Filing]
    sealed: list[Path]
    foreign: list[Path]
    spoilt: list[Path]
    documents: Path | None


def given_files(folder: Path, size: Size, documents: Path | None) -> Given:
    """Sealed and foreign workbooks of the same units, and some with findings."""
    units = filings(folder / "ledger", size.many)
    workbooks = sealed(units)
    spoilt = filings(folder / "spoilt-ledger", size.many, spoilt=1)
    return Given(
        folder,
        size,
        units,
        written(folder / "sealed", units, workbooks),
        written(folder / "foreign", units, [foreign(book) for book in workbooks]),
        written(folder / "spoilt", spoilt, sealed(spoilt)),
        documents,
    )
