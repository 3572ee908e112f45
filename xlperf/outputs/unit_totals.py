"""Findings → how many there are, in how many units and files: in all, by severity, by kind, and by unit.

What a call counts of some units is added up; the units lie in a temporary database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.finding_order import natural
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.stored_findings import UnitData, findings_in

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_Counts = tuple[int, int, int]
"""Findings, units, files."""
_Unit = tuple[str, str, int, int, int]
"""Code, name, how many findings of each severity, the gravest first."""


@dataclass(slots=True)
class UnitCounts:
    """What was counted of the findings of some units; kinds are a severity's rank and a code."""

    by_kind: dict[tuple[int, str], _Counts] = field(default_factory=dict)
    by_severity: dict[int, _Counts] = field(default_factory=dict)
    all: _Counts = (0, 0, 0)
    units: list[_Unit] = field(default_factory=list)


def counted_units(units: Sequence[UnitData]) -> UnitCounts:
    """Count the findings of ``units``."""
    counted = UnitCounts()
    for data in units:
        _count(findings_in(data), counted)
    return counted


def _count(findings: Sequence[Finding], counted: UnitCounts) -> None:
    kinds: dict[tuple[int, str], list[Location]] = defaultdict(list)
    severities: dict[int, list[Location]] = defaultdict(list)
    units: dict[str, list[int]] = {}
    named: dict[str, Location] = {}
    for finding in findings:
        place, rank = finding.location, finding.severity.rank
        kinds[rank, finding.code].append(place)
        severities[rank].append(place)
        unit = place.unit_code or place.unit_name
        named.setdefault(unit, place)
        units.setdefault(unit, [0] * len(Severity))[rank] += 1
    for kind, places in kinds.items():
        counted.by_kind[kind] = _sum(counted.by_kind.get(kind), _counts(places))
    for rank, places in severities.items():
        counted.by_severity[rank] = _sum(counted.by_severity.get(rank), _counts(places))
    counted.all = _sum(counted.all, _counts([finding.location for finding in findings]))
    counted.units += [
        (named[unit].unit_code, named[unit].unit_name, counts[0], counts[1], counts[2])
        for unit, counts in units.items()
    ]


def _counts(places: Sequence[Location]) -> _Counts:
    units = {place.unit_code or place.unit_name for place in places} - {""}
    files = {place.file for place in places} - {""}
    return len(places), len(units), len(files)


def _sum(counts: _Counts | None, more: _Counts) -> _Counts:
    if counts is None:
        return more
    return counts[0] + more[0], counts[1] + more[1], counts[2] + more[2]


class Totals:
    """What was counted of all units."""

    def __init__(self) -> None:
        self.by_kind: dict[tuple[int, str], _Counts] = {}
        self.by_severity: dict[int, _Counts] = {severity.rank: (0, 0, 0) for severity in Severity}
        self.all: _Counts = (0, 0, 0)
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.execute("PRAGMA journal_mode = OFF")
        self.database.execute("BEGIN")
        self.database.execute(
            "CREATE TABLE units (unit BLOB PRIMARY KEY, place BLOB, code BLOB, name BLOB, "
            "errors INTEGER, warnings INTEGER, notes INTEGER, files INTEGER)"
        )

    def add(self, counted: UnitCounts) -> None:
        """Add what was counted of some units."""
        for kind, counts in counted.by_kind.items():
            self.by_kind[kind] = _sum(self.by_kind.get(kind), counts)
        for rank, counts in counted.by_severity.items():
            self.by_severity[rank] = _sum(self.by_severity[rank], counts)
        self.all = _sum(self.all, counted.all)
        self.database.executemany(_ADD, (_row(*unit, 0) for unit in counted.units))


class UnitTotals:
    """The lines of all units, those with the gravest problems first, what has no unit last.

    Each is a code, a name, how many findings of each severity, how many files. ``known`` counts the units
    that have a code or a name.
    """

    def __init__(self, files: Iterable[CheckedFile], totals: Totals) -> None:
        self._database = totals.database
        rows = (_row(file.unit_code, file.unit_name, 0, 0, 0, 1) for file in files)
        self._database.executemany(_ADD_FILE, rows)
        ((self._count, nameless),) = self._database.execute(
            "SELECT count(*), total(unit = x'') FROM units"
        ).fetchall()
        self.known: int = self._count - int(nameless)

    def __len__(self) -> int:
        return int(self._count)

    def __iter__(self) -> Iterator[tuple[str, str, int, int, int, int]]:
        rows = self._database.execute(
            "SELECT code, name, errors, warnings, notes, files FROM units "
            "ORDER BY unit = x'', errors DESC, warnings DESC, notes DESC, place"
        )
        for code, name, errors, warnings, notes, files in rows:
            yield _text(code), _text(name), errors, warnings, notes, files


_ADD = (
    "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unit) DO UPDATE SET "
    "errors = errors + excluded.errors, warnings = warnings + excluded.warnings, "
    "notes = notes + excluded.notes"
)
_ADD_FILE = (
    "INSERT INTO units VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (unit) DO UPDATE SET files = files + 1, "
    "code = CASE files WHEN 0 THEN excluded.code ELSE code END, "
    "name = CASE files WHEN 0 THEN excluded.name ELSE name END"
)
"""A unit is called as its first file calls it."""


def _row(code: str, name: str, *counts: int) -> tuple[bytes | int, ...]:
    unit = code or name
    return _blob(unit), _blob(natural(unit)), _blob(code), _blob(name), *counts


def _blob(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _text(data: bytes) -> str:
    return data.decode(errors="surrogatepass")
