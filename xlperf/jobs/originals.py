"""The bytes of received files, kept on disk until the run ends, for a job that goes on with them."""

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from xlperf.core.lazy import LazyModule
from xlperf.intake.kinds import Kind, Opened

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")


class Spool:
    """Bytes by name in a temporary database, made when it is first needed; it is gone when the run ends."""

    def __init__(self) -> None:
        self._database: sqlite3.Connection | None = None

    def close(self) -> None:
        """Remove the bytes."""
        if self._database:
            self._database.close()

    def put(self, name: str, data: bytes) -> None:
        """Keep ``data`` under ``name``."""
        self._opened().execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (_key(name), data))

    def get(self, name: str) -> bytes | None:
        """The bytes under ``name``, None where there are none."""
        if self._database is None:
            return None
        found = self._database.execute("SELECT data FROM kept WHERE name = ?", (_key(name),)).fetchone()
        return found[0] if found else None

    def take(self, name: str) -> bytes | None:
        """The bytes under ``name``, which are not kept any longer; None where there are none."""
        data = self.get(name)
        if data is not None:
            self._opened().execute("DELETE FROM kept WHERE name = ?", (_key(name),))
        return data

    def _opened(self) -> "sqlite3.Connection":
        if self._database is None:
            self._database = sqlite3.connect("", isolation_level=None)
            self._database.execute("PRAGMA journal_mode = OFF")
            self._database.execute("BEGIN")
            self._database.execute("CREATE TABLE kept (name BLOB PRIMARY KEY, data BLOB)")
        return self._database


def _key(name: str) -> bytes:
    return name.encode(errors="surrogatepass")


@dataclass(frozen=True, slots=True)
class Original:
    """A file that was opened: what kind it is, and its bytes without their password."""

    path: str
    kind: Kind
    data: bytes
    was_encrypted: bool


def original_of(opened: Opened) -> Original:
    """What is kept of an open file."""
    return Original(opened.path, opened.kind, opened.data, opened.was_encrypted)


class Originals:
    """The files of a run by path; they are on disk until the block ends."""

    def __init__(self) -> None:
        self._spool = Spool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._spool.close()

    def put(self, original: Original) -> None:
        """Keep a file."""
        self._spool.put(original.path, pickle.dumps(original, pickle.HIGHEST_PROTOCOL))

    def get(self, path: str) -> Original | None:
        """The file that was read as ``path``; None for one that could not be opened."""
        data = self._spool.get(path)
        original: Original | None = pickle.loads(data) if data else None
        return original
