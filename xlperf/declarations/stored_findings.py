"""Findings in any order → in the order of a list: a list of them, or where they are many, rows of a database.

The database is a temporary file that is gone with its last user, so that memory does not grow with findings.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from xlperf.core.lazy import LazyModule
from xlperf.declarations.finding_order import finding_key, unit_key
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Severity
from xlperf.declarations.unit_findings import Piece, SettledUnit, Tabs, findings_of, pieces, settled_units

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_A = TypeVar("_A")
_T = TypeVar("_T")

IN_MEMORY = 5_000
"""Findings that are sorted as a list: those of some hundred files."""
_AT_ONCE = 2**17
"""Bytes of pieces that are settled by one call."""
_PACKED = 100
"""About how many bytes a packed finding has among others of its unit."""
_OFFSET = 2**63
_NONE = (0,) * len(Severity)


class Spread(Protocol):
    """As ``map`` with one iterable, but several calls may be made at a time."""

    def __call__(self, call: Callable[[_A], _T], arguments: Iterable[_A], /) -> Iterator[_T]:
        """The results of the calls in the order of their arguments, which can be pickled."""


def in_order(findings: Iterable[Finding], tabs: Tabs = lambda file: ()) -> Sequence[Finding]:
    """Findings as a list shows them: by ``unit_key``, then by ``finding_key``."""
    coming = iter(findings)
    few = [*islice(coming, IN_MEMORY + 1)]
    if len(few) > IN_MEMORY:
        return StoredFindings(_in_pieces(chain(few, coming), tabs))
    counts: dict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in few:
        counts[finding.location.unit][finding.severity] += 1
    keys = {
        unit: unit_key(unit, [found[severity] for severity in Severity], known=bool(unit))
        for unit, found in counts.items()
    }
    sheets = {file: tabs(file) for file in {finding.location.file for finding in few}}
    return sorted(few, key=lambda finding: (keys[finding.location.unit], finding_key(finding, sheets)))


def _in_pieces(findings: Iterable[Finding], tabs: Tabs) -> Iterator[Piece]:
    for _, found in groupby(findings, key=lambda finding: finding.location.unit):
        yield from pieces(found, tabs)


def settled_findings(
    found: Iterable[Piece], count: int, tabs: Tabs, spread: Spread | None = None
) -> Sequence[Finding]:
    """About ``count`` findings in pieces as a list shows them, those that are alike numbered."""
    if count > IN_MEMORY:
        return StoredFindings(found, is_numbered=True, spread=spread)
    by_unit: dict[str, list[bytes]] = defaultdict(list)
    for piece in found:
        by_unit[piece.unit].append(piece.data)
    settled = settled_units([*by_unit.items()], True)
    return in_order((finding for unit in settled for finding in findings_of(unit.data)), tabs)


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


UnitData = bytes | list[Finding]
"""The findings of a unit, packed where they are in a database."""


def unit_data(findings: Sequence[Finding]) -> Iterator[UnitData]:
    """The findings of each unit, in order; ``findings_in`` makes findings of each."""
    if isinstance(findings, StoredFindings):
        yield from findings.unit_data()
    else:
        for _, found in groupby(findings, key=lambda finding: finding.location.unit):
            yield [*found]


def unit_sizes(findings: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """How many findings each unit has, and how many are listed under them."""
    if isinstance(findings, StoredFindings):
        yield from findings.unit_sizes()
    else:
        for _, found in groupby(findings, key=lambda finding: finding.location.unit):
            listed = [*found]
            yield len(listed), sum(len(finding.folded) for finding in listed)


def unit_errors(findings: Sequence[Finding]) -> Iterator[tuple[str, int]]:
    """Each unit and how many 错误 it has."""
    if isinstance(findings, StoredFindings):
        yield from findings.unit_errors()
    else:
        counts: Counter[str] = Counter()
        for finding in findings:
            counts[finding.location.unit] += finding.severity is Severity.ERROR
        yield from counts.items()


def chunks(findings: Sequence[Finding]) -> Iterator[list[UnitData]]:
    """The findings of some units at a time, as a call takes them."""
    return in_chunks(unit_data(findings), lambda data: data)


def in_chunks(things: Iterable[_A], data_of: Callable[[_A], UnitData]) -> Iterator[list[_A]]:
    """Some of ``things``, which are about the findings of a unit, at a time."""
    chunk: list[_A] = []
    size = 0
    for thing in things:
        data = data_of(thing)
        chunk.append(thing)
        size += len(data) if isinstance(data, bytes) else len(data) * _PACKED
        if size > _AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def findings_in(data: UnitData) -> list[Finding]:
    """The findings of a unit."""
    return findings_of(data) if isinstance(data, bytes) else data


class StoredFindings(Sequence[Finding]):
    """Sorted findings in a temporary database, each made when it is asked for.

    ``severities`` counts them, ``folded`` those that are listed under them.
    """

    def __init__(
        self, found: Iterable[Piece], *, is_numbered: bool = False, spread: Spread | None = None
    ) -> None:
        """Take all pieces, put the units in order, and with ``is_numbered`` number findings that are alike.

        ``spread`` makes the calls that settle units.
        """
        self.severities: Counter[Severity] = Counter()
        self.folded = 0
        self._database = sqlite3.connect("", isolation_level=None)
        execute = self._database.execute
        execute("PRAGMA journal_mode = OFF")
        execute("BEGIN")
        execute("CREATE TABLE pieces (unit BLOB, data BLOB)")
        execute(f"CREATE TABLE settled ({_SETTLED})")
        execute(f"CREATE TABLE files (path BLOB PRIMARY KEY, {_COUNTS}) WITHOUT ROWID")
        rows = ((_blob(piece.unit), piece.data) for piece in found)
        self._database.executemany("INSERT INTO pieces VALUES (?, ?)", rows)
        execute("CREATE INDEX by_unit ON pieces (unit)")
        chunks = self._chunks(is_numbered)
        for units in (spread or map)(_settled_chunk, chunks):
            self._put(units)
        execute("DROP TABLE pieces")
        execute("CREATE TABLE sorted (first INTEGER PRIMARY KEY, unit INTEGER)")
        self._database.executemany("INSERT INTO sorted VALUES (?, ?)", self._places())
        execute("COMMIT")

    def _chunks(self, is_numbered: bool) -> Iterator[tuple[list[tuple[str, list[bytes]]], bool]]:
        rows = self._database.execute("SELECT unit, data FROM pieces ORDER BY unit, rowid")
        chunk: list[tuple[str, list[bytes]]] = []
        size = 0
        for unit, found in groupby(rows, key=itemgetter(0)):
            data = [part for _, part in found]
            chunk.append((unit.decode(errors="surrogatepass"), data))
            size += sum(map(len, data))
            if size > _AT_ONCE:
                yield chunk, is_numbered
                chunk, size = [], 0
        if chunk:
            yield chunk, is_numbered

    def _put(self, units: Iterable[SettledUnit]) -> None:
        for unit in units:
            self.severities.update(dict(zip(Severity, unit.counts, strict=True)))
            self.folded += unit.folded
            known = _sortable(unit.place), _blob(unit.unit), unit.counts[0]
            values = *known, sum(unit.counts), unit.folded, unit.data
            self._database.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?, ?)", values)
            counts = ((_blob(file), *counts) for file, counts in unit.files)
            self._database.executemany(_COUNT, counts)

    def _places(self) -> Iterator[tuple[int, int]]:
        first = 0
        for unit, count in self._database.execute("SELECT rowid, count FROM settled ORDER BY place, rowid"):
            yield first, unit
            first += count

    def unit_data(self) -> Iterator[bytes]:
        """The findings of each unit, packed."""
        select = "SELECT data FROM sorted JOIN settled ON settled.rowid = sorted.unit ORDER BY first"
        return (data for (data,) in self._database.execute(select))

    def unit_sizes(self) -> Iterator[tuple[int, int]]:
        """How many findings each unit has, and how many are listed under them."""
        select = "SELECT count, folded FROM sorted JOIN settled ON settled.rowid = sorted.unit ORDER BY first"
        yield from self._database.execute(select)

    def unit_errors(self) -> Iterator[tuple[str, int]]:
        """Each unit and how many 错误 it has."""
        for unit, errors in self._database.execute("SELECT unit, errors FROM settled"):
            yield unit.decode(errors="surrogatepass"), errors

    def counts_of(self, file: str) -> tuple[int, ...]:
        """How many findings of each severity a file has, the gravest first."""
        row = self._database.execute("SELECT * FROM files WHERE path = ?", (_blob(file),)).fetchone()
        return row[1:] if row else _NONE

    def __len__(self) -> int:
        return self.severities.total()

    def __iter__(self) -> Iterator[Finding]:
        return chain.from_iterable(map(findings_of, self.unit_data()))

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        if not 0 <= number < len(self):
            raise IndexError(index)
        select = (
            "SELECT first, data FROM sorted JOIN settled ON settled.rowid = sorted.unit WHERE first <= ? "
        )
        rows = self._database.execute(f"{select} ORDER BY first DESC LIMIT 1", (number,))
        ((first, data),) = rows.fetchall()
        found: Finding = findings_of(data)[number - first]
        return found


_SETTLED = "place BLOB, unit BLOB, errors INTEGER, count INTEGER, folded INTEGER, data BLOB"
_COLUMNS = [severity.name.lower() for severity in Severity]
_COUNTS = ", ".join(f"{column} INTEGER" for column in _COLUMNS)
_COUNT = (
    f"INSERT INTO files VALUES (?, {', '.join('?' * len(_COLUMNS))}) ON CONFLICT (path) DO UPDATE SET "
    + ", ".join(f"{column} = {column} + excluded.{column}" for column in _COLUMNS)
)


def _settled_chunk(chunk: tuple[list[tuple[str, list[bytes]]], bool]) -> list[SettledUnit]:
    return settled_units(*chunk)


def _blob(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def _sortable(key: Iterable[int | str]) -> bytes:
    """A key as bytes that sort as it does."""
    return b"".join(
        (value + _OFFSET).to_bytes(8, "big")
        if isinstance(value, int)
        else value.encode(errors="surrogatepass").replace(b"\0", b"\0\xff") + b"\0\0"
        for value in key
    )
