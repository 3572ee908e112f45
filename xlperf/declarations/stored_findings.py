"""Findings in any order → in the order of a key: a list, or where they are many, rows of a database.

The database is a temporary file that is gone with its last user, so that memory does not grow with findings.
"""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from sys import intern
from typing import TYPE_CHECKING, Any, overload

from xlperf.core.lazy import LazyModule
from xlperf.declarations.findings import Finding, Link, Location, Status
from xlperf.declarations.model import Severity

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

IN_MEMORY = 5_000
"""Findings that are sorted as a list: those of some hundred files."""
_QUICK = 1
_OFFSET = 2**63
_SEVERITIES = {severity.value: severity for severity in Severity}

Key = tuple[int | str, ...]
FindingOrder = Callable[[Finding], Key]
UnitOrder = Callable[[str, Mapping[Severity, int]], Key]
"""A unit and how many findings of each severity it has → where it comes among the units."""


def sorted_findings(
    findings: Iterable[Finding], order: FindingOrder, units: UnitOrder | None = None
) -> Sequence[Finding]:
    """The findings by ``order``, those of a unit together and the units by ``units`` where that is given."""
    coming = iter(findings)
    few = [*islice(coming, IN_MEMORY + 1)]
    if len(few) > IN_MEMORY:
        return StoredFindings(chain(few, coming), order, units)
    if units is None:
        return sorted(few, key=order)
    counts: dict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in few:
        counts[finding.location.unit][finding.severity] += 1
    keys = {unit: units(unit, found) for unit, found in counts.items()}
    return sorted(few, key=lambda finding: (keys[finding.location.unit], order(finding)))


def severities(findings: Sequence[Finding]) -> Mapping[Severity, int]:
    """How many findings of each severity there are."""
    if isinstance(findings, StoredFindings):
        return findings.severities
    return Counter(finding.severity for finding in findings)


def folded(findings: Sequence[Finding]) -> int:
    """How many findings are listed under others."""
    if isinstance(findings, StoredFindings):
        return findings.folded
    return sum(len(finding.folded) for finding in findings)


class StoredFindings(Sequence[Finding]):
    """Sorted findings in a temporary database, each made when it is asked for.

    ``severities`` counts them, ``folded`` those that are listed under them.
    """

    def __init__(
        self, findings: Iterable[Finding], order: FindingOrder, units: UnitOrder | None = None
    ) -> None:
        """Take all ``findings`` out of the iterable, and sort them as ``sorted_findings`` does."""
        self.severities: Counter[Severity] = Counter()
        self.folded = 0
        self._counts: dict[str, Counter[Severity]] = defaultdict(Counter)
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE received (unit BLOB, place BLOB, data BLOB)")
        self._database.execute("CREATE TABLE units (unit BLOB PRIMARY KEY, place BLOB)")
        rows = (self._row(finding, order) for finding in findings)
        self._database.executemany("INSERT INTO received VALUES (?, ?, ?)", rows)
        places = (
            (_sortable((unit,)), _sortable(units(unit, found)) if units else b"")
            for unit, found in self._counts.items()
        )
        self._database.executemany("INSERT INTO units VALUES (?, ?)", places)
        self._counts.clear()
        self._database.execute(
            "CREATE TABLE sorted AS SELECT data FROM received JOIN units USING (unit) "
            "ORDER BY units.place, received.place, received.rowid"
        )
        self._database.execute("DROP TABLE received")
        self._database.execute("COMMIT")

    def _row(self, finding: Finding, order: FindingOrder) -> tuple[bytes, bytes, bytes]:
        unit = finding.location.unit
        self.severities[finding.severity] += 1
        self.folded += len(finding.folded)
        self._counts[unit][finding.severity] += 1
        return _sortable((unit,)), _sortable(order(finding)), packed(finding_values(finding))

    def __len__(self) -> int:
        return self.severities.total()

    def __iter__(self) -> Iterator[Finding]:
        for (data,) in self._database.execute("SELECT data FROM sorted ORDER BY rowid"):
            yield finding_of_values(unpacked(data))

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        row = self._database.execute("SELECT data FROM sorted WHERE rowid = ?", (number + 1,)).fetchone()
        if row is None:
            raise IndexError(index)
        return finding_of_values(unpacked(row[0]))


def _sortable(key: Key) -> bytes:
    """A key as bytes that sort as it does."""
    return b"".join(
        (value + _OFFSET).to_bytes(8, "big")
        if isinstance(value, int)
        else value.encode(errors="surrogatepass").replace(b"\0", b"\0\xff") + b"\0\0"
        for value in key
    )


def packed(content: object) -> bytes:
    """What JSON can hold, as bytes that take little room."""
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode(), _QUICK)


def unpacked(data: bytes) -> Any:
    """What was ``packed``; raises ValueError for other bytes."""
    try:
        return json.loads(zlib.decompress(data))
    except zlib.error as error:
        raise ValueError(str(error)) from error


def values_of(declared: Any) -> list[Any]:
    """The values of a dataclass with slots, in the order in which it takes them."""
    return [getattr(declared, name) for name in declared.__slots__]


_SEVERITY, _LOCATION, _STATUS, _FOLDED, _LINK, _OWN = map(
    Finding.__slots__.index, ("severity", "location", "status", "folded", "link", "own")
)


def finding_values(found: Finding) -> list[Any]:
    """A finding as values that JSON can hold."""
    values = values_of(found)
    values[_SEVERITY], values[_LOCATION] = found.severity.value, values_of(found.location)
    values[_FOLDED] = [finding_values(other) for other in found.folded]
    values[_STATUS] = found.status and found.status.value
    values[_LINK], values[_OWN] = found.link and found.link.value, found.own and found.own.value
    return values


def finding_of_values(values: list[Any]) -> Finding:
    """The finding that ``finding_values`` has taken apart."""
    severity, place = _SEVERITIES[values[_SEVERITY]], Location(*shared(values[_LOCATION]))
    under, link, own, status = (values[index] for index in (_FOLDED, _LINK, _OWN, _STATUS))
    values = shared(values)
    values[_SEVERITY], values[_LOCATION] = severity, place
    values[_FOLDED] = tuple(finding_of_values(other) for other in under)
    values[_LINK], values[_OWN] = link and Link(link), own and _SEVERITIES[own]
    values[_STATUS] = status and Status(status)
    return Finding(*values)


def shared(values: list[Any]) -> list[Any]:
    """The same values; texts that others have too are in memory once."""
    return [intern(value) if isinstance(value, str) else value for value in values]
