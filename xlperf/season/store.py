"""The file of a season (SQLite): everything received is in it, and a change is in it whole or not at all.

Contents are kept once by their SHA-256, whatever they were called and how often they came.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

from xlperf.core.errors import InputError, OutputError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of
from xlperf.jobs.stored_results import findings_of_stored, stored_findings
from xlperf.season.season_records import (
    Event,
    FindingState,
    KeptFile,
    KeptFinding,
    KeptTrait,
    Round,
    Unit,
    UnitAnswer,
    UnitState,
)
from xlperf.season.writers import begin

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_FORMAT = 1
_UNREAD = -1
"""In place of whether a package is checked: its files have not been read yet."""
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


class Store:
    """A season that is open; used in a ``with`` block."""

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
                    for statement in filter(str.strip, _TABLES.split(";")):
                        self._database.execute(statement)
                    self.about("format", str(_FORMAT))
            self._database.execute(_TRAITS)
        except sqlite3.Error as error:
            raise self._failure(error) from error

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
        self._database.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """All changes of the block, or none of them."""
        try:
            begin(self._database, self._patience)
        except sqlite3.Error as error:
            raise self._failure(error) from error
        try:
            yield
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._database.execute("ROLLBACK")
            raise self._failure(error) from error
        except BaseException:
            self._database.execute("ROLLBACK")
            raise

    def _failure(self, error: "sqlite3.Error") -> InputError | OutputError:
        if "locked" in str(error) or "busy" in str(error):
            return InputError(_message("busy", path=self._path))
        return OutputError(_message("failed", path=self._path, reason=error))

    @property
    def database(self) -> "sqlite3.Connection":
        """The connection, for what other modules keep in tables of their own."""
        return self._database

    def about(self, key: str, value: str | None = None) -> str:
        """What is noted under ``key``, "" for nothing; with ``value`` it is noted first."""
        if value is not None:
            self._database.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (key, value))
        found = self._database.execute("SELECT value FROM about WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else ""

    # Units

    def units(self) -> list[Unit]:
        """All units, listed ones first, by code and name."""
        rows = self._database.execute("SELECT * FROM units ORDER BY listed DESC, code, name, id")
        return [
            Unit(number, code, name, department, bool(listed), UnitState(state), _day(due))
            for number, code, name, department, listed, state, due in rows
        ]

    def add_unit(self, unit: Unit) -> Unit:
        """A new unit, with its number."""
        values = (unit.code, unit.name, unit.department, unit.is_listed, unit.state.value, _text(unit.due))
        cursor = self._database.execute(
            "INSERT INTO units (code, name, department, listed, state, due) VALUES (?, ?, ?, ?, ?, ?)", values
        )
        return replace(unit, id=cursor.lastrowid or 0)

    def put_unit(self, unit: Unit) -> None:
        """Keep the state, the name and the date of a unit."""
        values = (unit.state.value, _text(unit.due), unit.name, unit.id)
        self._database.execute("UPDATE units SET state = ?, due = ?, name = ? WHERE id = ?", values)

    # Rounds and files

    def rounds(self) -> list[Round]:
        """The rounds in their order."""
        rows = self._database.execute("SELECT number, day, by, source FROM rounds ORDER BY number")
        return [Round(number, date.fromisoformat(day), by, source) for number, day, by, source in rows]

    def add_round(self, made: Round, digest: str) -> None:
        """Keep a round; ``digest`` is that of all of it, "" where it may be the same as another."""
        values = (made.number, made.day.isoformat(), made.by, made.source, digest)
        self._database.execute("INSERT INTO rounds VALUES (?, ?, ?, ?, ?)", values)

    def last_round(self) -> int:
        """The number of the last round, 0 before the first."""
        return int(self._database.execute("SELECT max(number) FROM rounds").fetchone()[0] or 0)

    def last_digest(self) -> tuple[int, str]:
        """Number and digest of the last round that has one; 0 and "" where none has."""
        select = "SELECT number, digest FROM rounds WHERE digest <> '' ORDER BY number DESC"
        found = self._database.execute(select).fetchone()
        return (int(found[0]), str(found[1])) if found else (0, "")

    def keep_content(self, digest: str, data: bytes) -> None:
        """Keep the bytes with this digest."""
        self._database.execute("INSERT OR IGNORE INTO contents VALUES (?, ?)", (digest, data))

    def content(self, digest: str) -> bytes:
        """The bytes with this digest."""
        return bytes(
            self._database.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()[0]
        )

    def add_file(self, file: KeptFile) -> None:
        """Keep what is known of a received file."""
        values = (file.round, file.path, file.unit, file.digest, file.size, file.unread, file.is_letter)
        self._database.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def files(self, unit: int | None = None, number: int | None = None) -> list[KeptFile]:
        """The files received, of a unit or of a round where these are given."""
        asked = {name: value for name, value in (("unit", unit), ("round", number)) if value is not None}
        only = f" WHERE {' AND '.join(f'{name} = ?' for name in asked)}" if asked else ""
        select = f"SELECT * FROM files{only} ORDER BY round, path"
        rows = self._database.execute(select, tuple(asked.values()))
        return [replace(KeptFile(*row), is_letter=bool(row[6])) for row in rows]

    def add_package(self, unit: int, number: int, *, checked: bool, read: bool = True) -> None:
        """A unit has filed in a round; ``checked``: nothing in it is to be looked at; else whether it is
        ``read``, so that it can be.
        """
        self._database.execute(
            "INSERT INTO packages VALUES (?, ?, ?)", (unit, number, int(checked) if read else _UNREAD)
        )

    def packages(self, *, unchecked: bool = False) -> dict[int, list[int]]:
        """The rounds in which each unit has filed, or that are still to be checked."""
        return self._rounds("checked <= 0" if unchecked else "1")

    def waiting(self) -> dict[int, list[int]]:
        """The rounds of each unit that were read and are still to be checked."""
        return self._rounds("checked = 0")

    def _rounds(self, condition: str) -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        select = f"SELECT unit, round FROM packages WHERE {condition} ORDER BY unit, round"
        for unit, number in self._database.execute(select):
            found.setdefault(unit, []).append(number)
        return found

    def remove_package(self, unit: int, number: int) -> None:
        """A unit has not filed in a round after all."""
        self._database.execute("DELETE FROM packages WHERE unit = ? AND round = ?", (unit, number))

    def set_checked(self, unit: int, number: int) -> None:
        """All that a unit has filed up to a round has been checked."""
        update = "UPDATE packages SET checked = 1 WHERE unit = ? AND round <= ? AND checked = 0"
        self._database.execute(update, (unit, number))

    # Findings and answers

    def findings(self, unit: int | None = None) -> dict[int, list[KeptFinding]]:
        """The findings of all units, or of one, as the last check of each left them."""
        found: dict[int, list[KeptFinding]] = {}
        only = "" if unit is None else "WHERE unit = ?"
        rows = self._database.execute(
            f"SELECT * FROM findings {only} ORDER BY unit, rowid", () if unit is None else (unit,)
        )
        for of, state, first, answer, data in rows:
            (finding,) = findings_of_stored(data)
            found.setdefault(of, []).append(KeptFinding(of, finding, FindingState(state), first, answer))
        return found

    def put_findings(self, unit: int, findings: Iterable[KeptFinding]) -> None:
        """Keep the findings of a unit in place of those it had."""
        self._database.execute("DELETE FROM findings WHERE unit = ?", (unit,))
        for kept in findings:
            data = _stored(kept.finding)
            values = (unit, kept.state.value, kept.first, kept.answer, data)
            self._database.execute("INSERT INTO findings VALUES (?, ?, ?, ?, ?)", values)

    def add_answers(self, unit: int, number: int, answers: Iterable[UnitAnswer]) -> None:
        """Keep what a unit wrote in a round."""
        rows = [(unit, number, answer.mark, answer.message, answer.text, answer.file) for answer in answers]
        self._database.executemany("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", rows)

    def answers(self, unit: int) -> list[tuple[int, UnitAnswer]]:
        """What a unit has written, the latest first, each with its round."""
        rows = self._database.execute(
            "SELECT round, mark, message, text, file FROM answers WHERE unit = ? ORDER BY round DESC", (unit,)
        )
        return [(number, UnitAnswer(*texts)) for number, *texts in rows]

    def add_traits(self, traits: Iterable[KeptTrait]) -> None:
        """Keep what distinguishes what was sent."""
        rows = [(kept.trait, kept.unit, kept.round, kept.path) for kept in traits if kept.trait]
        self._database.executemany("INSERT OR IGNORE INTO traits VALUES (?, ?, ?, ?)", rows)

    def traits(self, trait: str, *, before: int) -> list[KeptTrait]:
        """Who sent something in a round ``before`` this one, the earliest first."""
        rows = self._database.execute(
            "SELECT * FROM traits WHERE trait = ? AND round < ? ORDER BY round, unit, path", (trait, before)
        )
        return [KeptTrait(*row) for row in rows]

    # Returns and events

    def add_sent(self, digests: Iterable[str]) -> None:
        """Keep which copies were sent back, to know them again."""
        rows = [(digest,) for digest in digests]
        self._database.executemany("INSERT OR IGNORE INTO sent VALUES (?)", rows)

    def is_sent(self, digest: str) -> bool:
        """Whether this is a copy that was sent back."""
        found = self._database.execute("SELECT 1 FROM sent WHERE digest = ?", (digest,)).fetchone()
        return found is not None

    def start_return(self, folder: Path) -> bool:
        """Note that a return is being written into ``folder``; whether one had been and did not end."""
        key = (json.dumps(str(folder.resolve())),)
        found = self._database.execute("SELECT 1 FROM pending WHERE folder = ?", key).fetchone()
        self._database.execute("INSERT OR IGNORE INTO pending VALUES (?)", key)
        return found is not None

    def end_return(self, folder: Path) -> None:
        """The return into ``folder`` is complete."""
        key = (json.dumps(str(folder.resolve())),)
        self._database.execute("DELETE FROM pending WHERE folder = ?", key)

    def note(self, event: Event) -> None:
        """Keep something that happened."""
        state = event.state and event.state.value
        values = (event.day.isoformat(), event.round, event.unit, event.text, event.by, state)
        self._database.execute(
            "INSERT INTO events (day, round, unit, text, by, state) VALUES (?, ?, ?, ?, ?, ?)", values
        )

    def events(self) -> list[Event]:
        """All that happened, in its order."""
        rows = self._database.execute("SELECT day, round, unit, text, by, state FROM events ORDER BY id")
        return [
            Event(date.fromisoformat(day), number, unit, text, by, UnitState(state) if state else None)
            for day, number, unit, text, by, state in rows
        ]


def _stored(finding: Finding) -> bytes:
    plain = replace(
        finding, status=None, folded=tuple(replace(other, status=None) for other in finding.folded)
    )
    return stored_findings([plain])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _message(key: str, **values: object) -> str:
    return text_of("season", "messages", key, **values)
