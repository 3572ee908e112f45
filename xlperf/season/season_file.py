"""The file of a season (SQLite): a change is in it whole or not at all, whoever else writes it."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from xlperf.core.errors import InputError, OutputError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import text_of

_message = partial(text_of, "season", "messages")
if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_FORMAT = 1
_PAUSE = 0.01
"""Seconds between attempts to write while another process does."""
_TRAITS = """
CREATE TABLE IF NOT EXISTS traits (trait TEXT, unit INTEGER, round INTEGER, path TEXT,
    PRIMARY KEY (trait, round, unit, path)) WITHOUT ROWID
"""
"""Made in seasons that were started without it, too."""
_TABLES = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE units (id INTEGER PRIMARY KEY, code TEXT, name TEXT, department TEXT, listed INTEGER,
    state TEXT, due TEXT);
CREATE TABLE rounds (number INTEGER PRIMARY KEY, day TEXT, by TEXT, source TEXT, digest TEXT);
CREATE TABLE contents (digest TEXT PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE files (round INTEGER, path TEXT, unit INTEGER, digest TEXT, size INTEGER, unread TEXT,
    letter INTEGER, PRIMARY KEY (round, path)) WITHOUT ROWID;
CREATE INDEX files_of ON files (unit, round, path);
CREATE TABLE packages (unit INTEGER, round INTEGER, checked INTEGER, PRIMARY KEY (unit, round)) WITHOUT ROWID;
CREATE TABLE findings (unit INTEGER, state TEXT, first INTEGER, answer TEXT, data BLOB);
CREATE INDEX findings_of ON findings (unit);
CREATE TABLE answers (unit INTEGER, round INTEGER, mark TEXT, message TEXT, text TEXT, file TEXT);
CREATE INDEX answers_of ON answers (unit);
CREATE TABLE sent (digest TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE pending (folder TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE events (id INTEGER PRIMARY KEY, day TEXT, round INTEGER, unit INTEGER, text TEXT, by TEXT,
    state TEXT);
"""


class SeasonFile:
    """The file while it is open; used in a ``with`` block."""

    def __init__(self, path: Path, *, create: bool = False, patience: float = 5) -> None:
        """Open the file at ``path``, or ``create`` it; ``patience`` is how many seconds it waits for others.

        Raises InputError where it is missing, foreign, or another run writes it; where it is to be made, for
        one that is there.
        """
        self._path, self._patience = path, patience
        if create == path.exists():
            raise InputError(_message("exists" if create else "missing", path=path))
        try:
            self._database = sqlite3.connect(str(path), isolation_level=None, timeout=patience)
            if not create:
                self._refuse_foreign()
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            if create:
                with self.change():
                    self._make(_TABLES)
                    self.about("format", str(_FORMAT))
            self._make(_TRAITS)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _make(self, statements: str) -> None:
        for statement in statements.split(";"):
            self._database.execute(statement)

    def with_tables(self, statements: str, last: str) -> "sqlite3.Connection":
        """The connection, for what another module keeps in tables of its own, made where first needed.

        ``last`` names what the last of ``statements`` makes. Raises InputError and OutputError where the
        season cannot be written now.
        """
        if not self._database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (last,)).fetchone():
            with self.change():
                self._make(statements)
        return self._database

    def _refuse_foreign(self) -> None:
        try:
            found = self._database.execute("SELECT value FROM about WHERE key = 'format'").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise
            found = None
        except sqlite3.DatabaseError:
            found = None
        if found is None:
            raise InputError(_message("foreign", path=self._path))
        if int(found[0]) > _FORMAT:
            raise InputError(_message("newer", path=self._path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """All changes of the block, or none of them."""
        try:
            self._begin()
            try:
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _begin(self) -> None:
        """Begin a transaction as the only writer; raises sqlite3.OperationalError when patience ends.

        SQLite itself asks again after longer and longer pauses, so that who waits long goes on waiting.
        """
        end = time.monotonic() + self._patience
        self._database.execute("PRAGMA busy_timeout = 0")
        try:
            while True:
                try:
                    self._database.execute("BEGIN IMMEDIATE")
                    return
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or time.monotonic() > end:
                        raise
                time.sleep(_PAUSE)
        finally:
            self._database.execute(f"PRAGMA busy_timeout = {int(self._patience * 1000)}")

    def _failure(self, error: "sqlite3.Error") -> InputError | OutputError:
        if "locked" in str(error) or "busy" in str(error):
            return InputError(_message("busy", path=self._path))
        return OutputError(_message("failed", path=self._path, reason=error))

    def insert(self, table: str, rows: Iterable[Sequence[object]], *, once: bool = False) -> None:
        """Add rows to a table; with ``once`` those that are there already are left as they are."""
        given = [*rows]
        if given:
            marks = ", ".join("?" * len(given[0]))
            insert = f"INSERT {'OR IGNORE ' * once}INTO {table} VALUES ({marks})"
            self._database.executemany(insert, given)

    def about(self, key: str, value: str | None = None) -> str:
        """What is noted under ``key``, "" for nothing; with ``value`` it is noted first."""
        if value is not None:
            self._database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))
        found = self._database.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""
