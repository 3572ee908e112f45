"""Findings in any order → in the order of a list: a list of them, or where they are many, rows of a database.

The database is a temporary file that is gone with its last user, so that memory does not grow with findings.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar, overload

from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import blob
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
    for _, found in groupby(findings, key=_unit):
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


def _unit(finding: Finding) -> str:
    return finding.location.unit


UnitData = bytes | list[Finding]
"""The findings of a unit, packed where they are in a database."""


def unit_data(findings: Sequence[Finding]) -> Iterator[UnitData]:
    """The findings of each unit, in order; ``findings_in`` makes findings of each."""
    if isinstance(findings, StoredFindings):
        yield from findings.unit_data()
    else:
        yield from ([*found] for _, found in groupby(findings, key=_unit))


def unit_counts(findings: Sequence[Finding]) -> Iterator[tuple[str, int, int, int]]:
    """Each unit in order: how many 错误 it has, how many findings, and how many are listed under them."""
    if isinstance(findings, StoredFindings):
        yield from findings.unit_counts()
    else:
        for unit, found in groupby(findings, key=_unit):
            listed = [*found]
            yield unit, severities(listed).get(Severity.ERROR, 0), len(listed), folded(listed)


def chunks(findings: Sequence[Finding]) -> Iterator[list[UnitData]]:
    """The findings of some units at a time, as a call takes them."""
    return in_chunks(unit_data(findings), size_of)


def in_chunks(things: Iterable[_A], size_of: Callable[[_A], int]) -> Iterator[list[_A]]:
    """Some of ``things`` at a time, together as large as the findings of some units."""
    chunk: list[_A] = []
    size = 0
    for thing in things:
        chunk.append(thing)
        size += size_of(thing)
        if size > _AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def size_of(data: UnitData) -> int:
    """About how many bytes the findings of a unit have, packed."""
    return len(data) if isinstance(data, bytes) else len(data) * _PACKED


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
        rows = ((blob(piece.unit), piece.data) for piece in found)
        self._database.executemany("INSERT INTO pieces VALUES (?, ?)", rows)
        execute("CREATE INDEX by_unit ON pieces (unit)")
        chunks = in_chunks(self._found(), lambda unit: sum(map(len, unit[1])))
        for units in (spread or map)(partial(settled_units, is_numbered=is_numbered), chunks):
            self._put(units)
        execute("DROP TABLE pieces")
        execute("CREATE TABLE sorted (first INTEGER PRIMARY KEY, unit INTEGER)")
        self._database.executemany("INSERT INTO sorted VALUES (?, ?)", self._places())
        execute("COMMIT")

    def _found(self) -> Iterator[tuple[str, list[bytes]]]:
        """Each unit with its pieces."""
        rows = self._database.execute("SELECT unit, data FROM pieces ORDER BY unit, rowid")
        for unit, found in groupby(rows, key=itemgetter(0)):
            yield unit.decode(errors="surrogatepass"), [data for _, data in found]

    def _put(self, units: Iterable[SettledUnit]) -> None:
        for unit in units:
            self.severities.update(dict(zip(Severity, unit.counts, strict=True)))
            self.folded += unit.folded
            known = _sortable(unit.place), blob(unit.unit), unit.counts[0]
            values = *known, sum(unit.counts), unit.folded, unit.data
            self._database.execute("INSERT INTO settled VALUES (?, ?, ?, ?, ?, ?)", values)
            counts = ((blob(file), *counts) for file, counts in unit.files)
            self._database.executemany(_COUNT, counts)

    def _places(self) -> Iterator[tuple[int, int]]:
        first = 0
        for unit, count in self._database.execute("SELECT rowid, count FROM settled ORDER BY place, rowid"):
            yield first, unit
            first += count

    def unit_data(self) -> Iterator[bytes]:
        """The findings of each unit, packed."""
        return (data for (data,) in self._database.execute(_IN_ORDER.format("data")))

    def unit_counts(self) -> Iterator[tuple[str, int, int, int]]:
        """Each unit with its 错误, its findings and what is listed under them, counted."""
        for unit, *counts in self._database.execute(_IN_ORDER.format("settled.unit, errors, count, folded")):
            yield unit.decode(errors="surrogatepass"), *counts

    def counts_of(self, file: str) -> tuple[int, ...]:
        """How many findings of each severity a file has, the gravest first."""
        row = self._database.execute("SELECT * FROM files WHERE path = ?", (blob(file),)).fetchone()
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


_IN_ORDER = "SELECT {} FROM sorted JOIN settled ON settled.rowid = sorted.unit ORDER BY first"
_SETTLED = "place BLOB, unit BLOB, errors INTEGER, count INTEGER, folded INTEGER, data BLOB"
_COLUMNS = [severity.name.lower() for severity in Severity]
_COUNTS = ", ".join(f"{column} INTEGER" for column in _COLUMNS)
_COUNT = (
    f"INSERT INTO files VALUES (?, {', '.join('?' * len(_COLUMNS))}) ON CONFLICT (path) DO UPDATE SET "
    + ", ".join(f"{column} = {column} + excluded.{column}" for column in _COLUMNS)
)


def _sortable(key: Iterable[int | str]) -> bytes:
    """A key as bytes that sort as it does."""
    return b"".join(
        (value + _OFFSET).to_bytes(8, "big")
        if isinstance(value, int)
        else value.encode(errors="surrogatepass").replace(b"\0", b"\0\xff") + b"\0\0"
        for value in key
    )
