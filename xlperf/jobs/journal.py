"""What a run has found out and written so far → a database next to its output; an interrupted run goes on.

For every file: its content's hash, what of a filing it is, what its check found; for every copy that is to be
written: of what it was made, and its bytes' hash. A run that keeps no journal has the same in a temporary
database, so that its memory does not grow with the number of files.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from xlperf import __version__
from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import exists
from xlperf.core.lazy import LazyModule
from xlperf.core.paths import schemas_dir
from xlperf.declarations.source import text_of
from xlperf.jobs.stored_results import findings_of_stored, part_of_stored, stored_findings, stored_part
from xlperf.ooxml.limits import LIMITS, Limits

if TYPE_CHECKING:
    import sqlite3

    from xlperf.checks.filing_parts import FilingPart
    from xlperf.jobs.packages import PackageFile
    from xlperf.jobs.reading_files import ReadFile
else:
    sqlite3 = LazyModule("sqlite3")

_SUFFIX = ".journal"
_FORMAT = 3
_SECONDS = 0.5
"""What a run does in this time is lost when it is killed."""
_TABLES = {
    "about": "job TEXT NOT NULL, stamp TEXT NOT NULL, date TEXT NOT NULL, is_finished INTEGER NOT NULL",
    "files": "path TEXT PRIMARY KEY, digest TEXT NOT NULL, part BLOB, unread BLOB NOT NULL",
    "results": "path TEXT PRIMARY KEY, package TEXT NOT NULL, result BLOB NOT NULL, rows BLOB NOT NULL",
    "copies": "target TEXT PRIMARY KEY, inputs TEXT NOT NULL, digest TEXT NOT NULL, findings BLOB NOT NULL",
}


@dataclass(frozen=True, slots=True)
class Keeping:
    """That a run which writes the file or folder ``output`` keeps a journal, and how it uses an earlier one.

    ``job`` is what the run does: check, import … ``goes_on``: what the earlier run did is not done again.
    Otherwise ``replaces`` says that the copies which an interrupted run left may be written again.
    """

    output: Path
    goes_on: bool = False
    job: str = "check"
    replaces: bool = True

    @property
    def path(self) -> Path:
        """Where the journal is: next to the output; in it where only the folder itself can be written.

        Raises OutputError for an output that the system does not take.
        """
        output = Path(os.path.abspath(self.output))
        if exists(output) and output.is_dir() and not os.access(output.parent, os.W_OK):
            return output / _SUFFIX
        return output.with_name(f"{output.name}{_SUFFIX}") if output.name else output / _SUFFIX

    def has_begun(self) -> bool:
        """Whether the run goes on from an earlier one of the same job, whose output may be there."""
        if not self.goes_on or not self.path.is_file():
            return False
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path)) as database:
            return bool(database.execute("SELECT job = ? FROM about", (self.job,)).fetchone()[0])
        return False

    def finish(self) -> None:
        """Keep that the run has come to its end: another one does not go on from it but begins."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(self.path)) as database, database:
            database.execute("UPDATE about SET is_finished = 1")


def stamp(profile_id: str = "", limits: Limits = LIMITS, *options: object) -> str:
    """What results depend on besides the files: program, declarations, profile, limits, other ``options``."""
    folder = schemas_dir()
    digest = hashlib.sha256()
    bounds = [getattr(limits, name) for name in limits.__slots__ if name != "passwords"]
    chosen = [_FORMAT, __version__, profile_id, bounds, len(limits.passwords), *options]
    digest.update(json.dumps(chosen).encode())
    for path in sorted(folder.rglob("*.json")):
        data = path.read_bytes()
        digest.update(f"{path.relative_to(folder)} {len(data)} ".encode(errors="surrogateescape") + data)
    return digest.hexdigest()


class Journal:
    """The files of a run, the results of their packages, and the copies made of them.

    A package is known by the paths and digests of its files: when one of them changes, so does it.
    ``unchanged`` is how many files were the same as in an earlier run; ``date`` the day on which the run
    began, or the interrupted one from which it goes on: YYYY-MM-DD.
    """

    def __init__(self, keeping: Keeping | None = None, stamped: str | None = "") -> None:
        """Open the journal of a run whose results depend on what is ``stamped``; a temporary one for None.

        Without a stamp it is the journal that the first half of this run has made. What it holds is kept if
        it goes on and is of the same job and stamp; of another stamp only what copies were written is kept.
        Raises InputError where another run writes it, OutputError where it cannot be written, and where it
        neither goes on nor replaces the copies of a run that was interrupted.
        """
        self._path = keeping.path if keeping else None
        kept = keeping or Keeping(Path(), job="")
        self._committed = monotonic()
        self.unchanged = 0
        self.date = date.today().isoformat()
        try:
            self._database = self._opened(kept, stamped)
        except sqlite3.DatabaseError as error:
            self._database = self._made_new(error, kept, stamped)

    @property
    def is_kept(self) -> bool:
        """Whether another run can go on from this one."""
        return self._path is not None

    def _opened(self, keeping: Keeping, stamped: str | None) -> "sqlite3.Connection":
        job, goes_on = keeping.job, keeping.goes_on or stamped is None
        database = self._connected()
        (found_format,) = database.execute("PRAGMA user_version").fetchone()
        found = database.execute("SELECT * FROM about").fetchone() if found_format == _FORMAT else None
        if found and not (goes_on or keeping.replaces or found[3]) and found[0] == job:
            (count,) = database.execute("SELECT count(*) FROM copies WHERE digest != ''").fetchone()
            if count:
                database.close()
                raise OutputError(text_of("messages", "resume", "interrupted", count=count))
        if not found or not goes_on or found[0] != job:
            _make_tables(database)
        elif stamped is None:
            stamped = found[1]
        elif found[1] != stamped:
            database.execute("DELETE FROM files")
            database.execute("DELETE FROM results")
            database.execute("UPDATE copies SET inputs = ''")
        database.execute("DELETE FROM about")
        if found and goes_on and found[:2] == (job, stamped) and not found[3]:
            self.date = found[2]
        database.execute("INSERT INTO about VALUES (?, ?, ?, 0)", (job, stamped or "", self.date))
        database.execute("COMMIT")
        database.execute("BEGIN")
        return database

    def _connected(self) -> "sqlite3.Connection":
        if self._path:
            with suppress(OSError):
                self._path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(str(self._path or ""), isolation_level=None, timeout=1)
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        if self._path:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
        else:
            database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN IMMEDIATE")
        return database

    def _made_new(
        self, error: "sqlite3.DatabaseError", keeping: Keeping, stamped: str | None
    ) -> "sqlite3.Connection":
        """A new journal in place of one that is damaged."""
        if "locked" in str(error):
            raise InputError(text_of("messages", "resume", "in_use", path=self._path)) from error
        if self._path is None or isinstance(error, sqlite3.OperationalError):
            raise self._not_written(error) from error
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                Path(f"{self._path}{end}").unlink()
        return self._opened(keeping, stamped)

    def _not_written(self, error: "sqlite3.Error") -> OutputError:
        return OutputError(text_of("messages", "resume", "not_written", path=self._path or "", reason=error))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(sqlite3.Error):
            self._database.execute("COMMIT")
        self._database.close()

    def digest(self, path: str) -> str:
        """The digest of a file's content, as an earlier run or this one has found it; "" where none has."""
        found = self.execute("SELECT digest FROM files WHERE path = ?", (as_text(path),))
        return str(found[0][0]) if found else ""

    def part(self, path: str) -> "FilingPart | None":
        """What of a filing a file of this run is."""
        found = self.execute("SELECT part FROM files WHERE path = ?", (as_text(path),))
        return part_of_stored(found[0][0]) if found and found[0][0] else None

    def inputs(self, paths: Iterable[str], *others: str) -> str:
        """A digest of the files of this run at ``paths`` and of ``others``; "" where a file has none."""
        digests = [(path, self.digest(path)) for path in paths]
        if not self.is_kept or not all(digest for _, digest in digests):
            return ""
        return hashlib.sha256(json.dumps([digests, others]).encode()).hexdigest()

    def keep(self, read: "ReadFile") -> "ReadFile":
        """Keep what has been read of a file; where its content is the same, what an earlier run kept."""
        if not read.is_same:
            part = stored_part(read.part) if read.part else None
            values = (as_text(read.path), read.digest, part, stored_findings(read.unread))
            self.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", values)
            self.settle()
            return read
        select = "SELECT part, unread FROM files WHERE path = ?"
        ((part, unread),) = self.execute(select, (as_text(read.path),))
        self.unchanged += 1
        kept = part_of_stored(part) if part else None
        return replace(read, part=kept, unread=findings_of_stored(unread))

    def _package(self, paths: Iterable[str]) -> str:
        """By what a package is known: the paths and digests of its files."""
        files = sorted((path, self.digest(path)) for path in paths)
        return hashlib.sha256(json.dumps(files).encode()).hexdigest()

    def has(self, paths: Sequence[str]) -> bool:
        """Whether the results of a package are there, for the content that its files have now."""
        select = "SELECT 1 FROM results WHERE path = ? AND package = ?"
        return bool(self.execute(select, (as_text(paths[0]), self._package(paths))))

    def put_results(self, results: Sequence["PackageFile"]) -> None:
        """Keep what was found about each file of a package, in place of what was kept before."""
        package = self._package(file.path for file in results)
        for file in results:
            values = (as_text(file.path), package, file.result, file.rows)
            self.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?)", values)
        self.settle()

    def result(self, path: str) -> bytes:
        """What was found about a file."""
        ((found,),) = self.execute("SELECT result FROM results WHERE path = ?", (as_text(path),))
        return bytes(found)

    def rows(self, path: str) -> bytes:
        """The packed rows of a file."""
        ((found,),) = self.execute("SELECT rows FROM results WHERE path = ?", (as_text(path),))
        return bytes(found)

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement; raises OutputError where the database cannot be written."""
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._not_written(error) from error

    def settle(self, *, now: bool = False) -> None:
        """Where it is time or ``now``, let what was kept outlive this process; nothing may be half kept."""
        if self._path and (now or monotonic() - self._committed > _SECONDS):
            self.execute("COMMIT")
            self.execute("BEGIN")
            self._committed = monotonic()


def _make_tables(database: "sqlite3.Connection") -> None:
    for name, kind in database.execute("SELECT name, type FROM sqlite_master").fetchall():
        if kind == "table":
            database.execute(f"DROP TABLE {name}")
    for name, columns in _TABLES.items():
        database.execute(f"CREATE TABLE {name} ({columns}) {'' if name == 'about' else 'WITHOUT ROWID'}")
    database.execute(f"PRAGMA user_version = {_FORMAT}")


def as_text(path: str) -> str:
    """A path as text that every database takes."""
    return json.dumps(path)
