"""The received files as reports show them: a list of them, or where they are many, rows of a database.

The database is temporary: memory does not grow with the number of files.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

GUESSED = "guessed"
"""``profile_by`` of a file whose profile nothing names."""


@dataclass(frozen=True, slots=True)
class SeenForm:
    """A form in a file: its alias, the project or "", its tab, and how sure that is, 0 to 1, by what."""

    form: str
    item: str
    sheet: str
    certainty: float = 1.0
    by: str = ""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One received file with the counts of its open findings.

    ``path`` equals ``Location.file`` of its findings; ``sheets`` are its tabs from left to right,
    by which findings are ordered; ``forms`` the forms that were recognised in it. ``profile_by`` says by
    what the profile is named: seal, choice, place; or that it is guessed; "" without one. ``dangers`` are
    the codes that say that the file is dangerous.
    """

    path: str
    unit_code: str = ""
    unit_name: str = ""
    profile: str = ""
    errors: int = 0
    warnings: int = 0
    notes: int = 0
    sheets: tuple[str, ...] = ()
    forms: tuple[SeenForm, ...] = ()
    profile_by: str = ""
    dangers: tuple[str, ...] = ()


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
        values = ((number, blob(name), data) for number, (name, data) in enumerate(rows))
        self._database.executemany("INSERT INTO stored VALUES (?, ?, ?)", values)
        self._database.execute("CREATE INDEX by_name ON stored (name)")
        self._database.execute("COMMIT")
        ((self._count,),) = self._database.execute("SELECT count(*) FROM stored").fetchall()

    def mapped(self, change: Callable[[_T], _T]) -> "StoredRows[_T]":
        """The same things with ``change`` made to each when it is asked for."""
        view, made = copy(self), self._made
        view._made = lambda data: change(made(data))
        return view

    def named(self, name: str) -> _T | None:
        """The first thing that is found by ``name``."""
        select = "SELECT data FROM stored WHERE name = ? ORDER BY number LIMIT 1"
        row = self._database.execute(select, (blob(name),)).fetchone()
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


def blob(text: str) -> bytes:
    """A text as a database stores it, whatever is in it."""
    return text.encode(errors="surrogatepass")


def in_memory_if_few(stored: StoredRows[_T]) -> Sequence[_T]:
    """The things themselves, or the list of them."""
    return stored if len(stored) > IN_MEMORY else [*stored]
