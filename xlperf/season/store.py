"""What is kept of a season: units, rounds with everything that was received, findings, answers, events.

Contents are kept once by their SHA-256, whatever they were called and how often they came.
"""

import json
from collections.abc import Iterable
from dataclasses import astuple, replace
from datetime import date
from pathlib import Path

from xlperf.declarations.findings import Finding
from xlperf.jobs.stored_results import findings_of_stored, stored_findings
from xlperf.season.season_file import SeasonFile
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

_UNREAD = -1
"""In place of whether a package is checked: its files have not been read yet."""


class Store(SeasonFile):
    """A season that is open; used in a ``with`` block."""

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
        self.insert("rounds", [values])

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
        self.insert("contents", [(digest, data)], once=True)

    def content(self, digest: str) -> bytes:
        """The bytes with this digest."""
        return bytes(
            self._database.execute("SELECT data FROM contents WHERE digest = ?", (digest,)).fetchone()[0]
        )

    def add_file(self, file: KeptFile) -> None:
        """Keep what is known of a received file."""
        self.insert("files", [astuple(file)])

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
        self.insert("packages", [(unit, number, int(checked) if read else _UNREAD)])

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
        rows = ((unit, kept.state.value, kept.first, kept.answer, _stored(kept.finding)) for kept in findings)
        self.insert("findings", rows)

    def add_answers(self, unit: int, number: int, answers: Iterable[UnitAnswer]) -> None:
        """Keep what a unit wrote in a round."""
        self.insert("answers", ((unit, number, *astuple(answer)) for answer in answers))

    def answers(self, unit: int) -> list[tuple[int, UnitAnswer]]:
        """What a unit has written, the latest first, each with its round."""
        rows = self._database.execute(
            "SELECT round, mark, message, text, file FROM answers WHERE unit = ? ORDER BY round DESC", (unit,)
        )
        return [(number, UnitAnswer(*texts)) for number, *texts in rows]

    def add_traits(self, traits: Iterable[KeptTrait]) -> None:
        """Keep what distinguishes what was sent."""
        self.insert("traits", (astuple(kept) for kept in traits if kept.trait), once=True)

    def traits(self, trait: str, *, before: int) -> list[KeptTrait]:
        """Who sent something in a round ``before`` this one, the earliest first."""
        rows = self._database.execute(
            "SELECT * FROM traits WHERE trait = ? AND round < ? ORDER BY round, unit, path", (trait, before)
        )
        return [KeptTrait(*row) for row in rows]

    # Returns and events

    def add_sent(self, digests: Iterable[str]) -> None:
        """Keep which copies were sent back, to know them again."""
        self.insert("sent", ((digest,) for digest in digests), once=True)

    def is_sent(self, digest: str) -> bool:
        """Whether this is a copy that was sent back."""
        found = self._database.execute("SELECT 1 FROM sent WHERE digest = ?", (digest,)).fetchone()
        return found is not None

    def start_return(self, folder: Path) -> bool:
        """Note that a return is being written into ``folder``; whether one had been and did not end."""
        key = (json.dumps(str(folder.resolve())),)
        found = self._database.execute("SELECT 1 FROM pending WHERE folder = ?", key).fetchone()
        self.insert("pending", [key], once=True)
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
