"""What a run has found out so far → a database next to its output, from which an interrupted run goes on.

For every file: its content's hash, what of a filing it is, what its check found. A run without an output has
the same in a temporary database, so that its memory does not grow with the number of files.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

from xlperf import __version__
from xlperf.checks.filing_parts import FilingPart
from xlperf.core.errors import InputError, OutputError
from xlperf.core.lazy import LazyModule
from xlperf.core.paths import schemas_dir
from xlperf.jobs.stored_results import part_of_stored, stored_part
from xlperf.ooxml.limits import Limits

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_SUFFIX = ".journal"
_FORMAT = "1"
_SECONDS = 0.5
"""What a run does in this time is lost when it is killed."""
_TABLES = """
CREATE TABLE about (stamp TEXT NOT NULL);
CREATE TABLE files (path TEXT PRIMARY KEY, digest TEXT NOT NULL, part BLOB) WITHOUT ROWID;
CREATE TABLE results (path TEXT PRIMARY KEY, package TEXT NOT NULL, result BLOB NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Keeping:
    """That a run which writes the file ``output`` keeps a journal, and whether it ``goes_on`` from that."""

    output: Path
    goes_on: bool = False

    @property
    def path(self) -> Path:
        """Where the journal is."""
        return self.output.with_name(f"{self.output.name}{_SUFFIX}")


def stamp(profile_id: str, limits: Limits) -> str:
    """What results depend on besides the files: program, declarations, the profile asked for, limits."""
    folder = schemas_dir()
    digest = hashlib.sha256()
    bounds = [getattr(limits, name) for name in limits.__slots__ if name != "passwords"]
    digest.update(json.dumps([_FORMAT, __version__, profile_id, bounds, len(limits.passwords)]).encode())
    for path in sorted(folder.rglob("*.json")):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder)} {len(data)} ".encode(errors="surrogateescape") + data)
    return digest.hexdigest()


class Journal:
    """The files of a run, and the results of their packages.

    A package is known by the paths and digests of its files: when one of them changes, so does it.
    ``unchanged`` is how many files were the same as in an earlier run.
    """

    def __init__(self, path: Path | None = None, stamped: str = "", *, goes_on: bool = False) -> None:
        """Open the journal at ``path``, a temporary one for None.

        What it holds is kept if it ``goes_on`` and was made for the same ``stamp``; otherwise it is emptied.
        Raises InputError where another run writes it, OutputError where it cannot be written.
        """
        self._path = path
        self._committed = monotonic()
        self._digests: dict[str, str] = {}
        self.unchanged = 0
        try:
            self._database = self._opened(stamped, goes_on)
        except sqlite3.DatabaseError as error:
            self._database = self._made_new(error, stamped)
        self._known = dict(self._database.execute("SELECT path, digest FROM files"))

    def _opened(self, stamped: str, goes_on: bool) -> "sqlite3.Connection":
        database = self._connected()
        found = database.execute("SELECT name FROM sqlite_master WHERE name = 'about'").fetchone()
        same = found and database.execute("SELECT stamp FROM about").fetchone() == (stamped,)
        if not (same and goes_on):
            for name, kind in database.execute("SELECT name, type FROM sqlite_master").fetchall():
                if kind == "table":
                    database.execute(f"DROP TABLE {name}")
            for statement in filter(str.strip, _TABLES.split(";")):
                database.execute(statement)
            database.execute("INSERT INTO about (stamp) VALUES (?)", (stamped,))
        database.execute("COMMIT")
        database.execute("BEGIN")
        return database

    def _connected(self) -> "sqlite3.Connection":
        database = sqlite3.connect(str(self._path or ""), isolation_level=None, timeout=1)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        if self._path:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
        else:
            database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN IMMEDIATE")
        return database

    def _made_new(self, error: "sqlite3.DatabaseError", stamped: str) -> "sqlite3.Connection":
        """A new journal in place of one that is damaged."""
        if "locked" in str(error):
            raise InputError(f"另一次检查正在写“{self._path}”，请等它结束，或把清单写到别处。") from error
        if self._path is None or isinstance(error, sqlite3.OperationalError):
            raise OutputError(f"写不了检查进度“{self._path or ''}”：{error}。") from error
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{end}").unlink()
        return self._opened(stamped, goes_on=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):
            self._database.execute("COMMIT")
        self._database.close()

    def digest(self, path: str) -> str:
        """The digest of a file's content in an earlier run, "" for one that is to be read in any case."""
        digest: str = self._known.get(_text(path), "")
        return digest

    def put_file(self, path: str, digest: str, part: FilingPart | None) -> None:
        """Keep what of a filing a file is; ``digest`` is "" where it is to be read again by the next run."""
        values = (_text(path), digest, stored_part(part) if part else None)
        self._write("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", values)
        self._digests[path] = digest

    def keep_file(self, path: str) -> FilingPart | None:
        """The part that an earlier run stored for a file whose content is the same."""
        digest, part = self._database.execute(
            "SELECT digest, part FROM files WHERE path = ?", (_text(path),)
        ).fetchone()
        self._digests[path] = digest
        self.unchanged += 1
        return part_of_stored(part) if part else None

    def _package(self, paths: Iterable[str]) -> str:
        """By what a package is known."""
        files = sorted((path, self._digests.get(path, "")) for path in paths)
        return hashlib.sha256(json.dumps(files).encode()).hexdigest()

    def has(self, paths: Sequence[str]) -> bool:
        """Whether the results of a package are there, for the content that its files have now."""
        found = self._database.execute(
            "SELECT 1 FROM results WHERE path = ? AND package = ?", (_text(paths[0]), self._package(paths))
        )
        return found.fetchone() is not None

    def put_results(self, results: Sequence[tuple[str, bytes]]) -> None:
        """Keep what was found about each file of a package, in place of what was kept before."""
        package = self._package(path for path, _ in results)
        for path, result in results:
            self._write("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", (_text(path), package, result))

    def result(self, path: str) -> bytes:
        """What was found about a file."""
        (found,) = self._database.execute(
            "SELECT result FROM results WHERE path = ?", (_text(path),)
        ).fetchone()
        return bytes(found)

    def _write(self, statement: str, values: Sequence[object]) -> None:
        try:
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise OutputError(f"写不了检查进度“{self._path or ''}”：{error}。") from error

    def settle(self) -> None:
        """Where it is time, let what was kept outlive this process; nothing may be half kept."""
        if self._path and monotonic() - self._committed > _SECONDS:
            self._database.execute("COMMIT")
            self._database.execute("BEGIN")
            self._committed = monotonic()


def _text(path: str) -> str:
    """A path as text that every database takes."""
    return json.dumps(path)
