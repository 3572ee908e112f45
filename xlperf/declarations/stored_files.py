"""The checked files of a run → a sequence in a temporary database: memory does not grow with their number."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from xlperf.core.lazy import LazyModule
from xlperf.declarations.checked_files import CheckedFile

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_T = TypeVar("_T")


IN_MEMORY = 500
"""Files that are kept in a list."""


class StoredRows(Sequence[_T], Generic[_T]):
    """Things in a temporary database, each made of its bytes when it is asked for."""

    def __init__(self, rows: Iterable[tuple[str, bytes]], made: Callable[[bytes], _T]) -> None:
        """Take all ``rows``: by what a thing is found, "" for nothing, and its bytes."""
        self._made = made
        self._count = 0
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("BEGIN")
        self._database.execute("CREATE TABLE stored (number INTEGER PRIMARY KEY, name BLOB, data BLOB)")
        values = ((number, _blob(name), data) for number, (name, data) in enumerate(rows))
        self._database.executemany("INSERT INTO stored VALUES (?, ?, ?)", values)
        self._database.execute("CREATE INDEX by_name ON stored (name)")
        self._database.execute("COMMIT")
        ((self._count,),) = self._database.execute("SELECT count(*) FROM stored").fetchall()

    def named(self, name: str) -> _T | None:
        """The first thing that is found by ``name``."""
        select = "SELECT data FROM stored WHERE name = ? ORDER BY number LIMIT 1"
        row = self._database.execute(select, (_blob(name),)).fetchone()
        return self._made(row[0]) if row else None

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[_T]:
        rows = self._database.execute("SELECT data FROM stored ORDER BY number")
        return (self._made(data) for (data,) in rows)

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_T]: ...
    def __getitem__(self, index: int | slice) -> _T | Sequence[_T]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        number = index + len(self) if index < 0 else index
        row = self._database.execute("SELECT data FROM stored WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise IndexError(index)
        return self._made(row[0])


def _blob(text: str) -> bytes:
    return text.encode(errors="surrogatepass")


def in_memory_if_few(stored: StoredRows[_T]) -> Sequence[_T]:
    """The things themselves, or the list of them."""
    return stored if len(stored) > IN_MEMORY else [*stored]


Counts = Callable[[str], Sequence[int]]
"""A path → how many findings of each severity are in the file, the gravest first."""


class StoredFiles(Sequence[CheckedFile]):
    """Checked files in a temporary database, with the counts of their findings."""

    def __init__(self, rows: StoredRows[CheckedFile], counts: Counts = lambda path: (0, 0, 0)) -> None:
        """``rows`` are found by their paths; their own counts are not looked at."""
        self.rows, self._counts = rows, counts

    def named(self, path: str) -> CheckedFile | None:
        """The file at ``path``."""
        file = self.rows.named(path)
        return self._counted(file) if file else None

    def _counted(self, file: CheckedFile) -> CheckedFile:
        errors, warnings, notes = self._counts(file.path)
        return replace(file, errors=errors, warnings=warnings, notes=notes)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[CheckedFile]:
        return map(self._counted, self.rows)

    @overload
    def __getitem__(self, index: int) -> CheckedFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[CheckedFile]: ...
    def __getitem__(self, index: int | slice) -> CheckedFile | Sequence[CheckedFile]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        return self._counted(self.rows[index])
