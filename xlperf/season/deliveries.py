"""Packages that units hand in themselves: each has a receipt and is in the season before it is acknowledged.

A delivery is a round of its own. Its files are kept as they came; what is in them is read later.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path

from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.source import text_of
from xlperf.declarations.unit_findings import packed, unpacked
from xlperf.jobs.stored_results import file_of, findings_of_stored, packed_file, stored_findings
from xlperf.season.season_records import Event, FindingState, KeptFinding, Round, Unit, UnitState
from xlperf.season.store import Store

_TABLES = """
CREATE TABLE IF NOT EXISTS deliveries (receipt TEXT PRIMARY KEY, unit INTEGER, round INTEGER UNIQUE,
    received TEXT, digest TEXT, state TEXT, before TEXT, files BLOB) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS deliveries_of ON deliveries (unit, received);
CREATE INDEX IF NOT EXISTS deliveries_in ON deliveries (state, round);
CREATE TABLE IF NOT EXISTS delivered_files (receipt TEXT, number INTEGER, name TEXT, digest TEXT,
    size INTEGER, PRIMARY KEY (receipt, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS delivery_findings (receipt TEXT, state TEXT, first INTEGER, answer TEXT,
    data BLOB);
CREATE INDEX IF NOT EXISTS delivery_findings_of ON delivery_findings (receipt)
"""
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No two of them look alike."""
_SUFFIX = 6
_PIECE = 2**20


class DeliveryState(Enum):
    """How far a delivery is: kept, its files read, checked; or given up because its check fails."""

    WAITING = "waiting"
    READ = "read"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveredFile:
    """A file as it was handed in; ``path`` is where its bytes are until they are in the season."""

    name: str
    size: int
    digest: str
    path: Path = Path()


@dataclass(frozen=True, slots=True)
class Delivery:
    """A package that was handed in at ``received`` (ISO time); ``before`` is the unit's state before that.

    ``digest`` is that of the list of its files.
    """

    receipt: str
    unit: int
    round: int
    received: str
    digest: str
    state: DeliveryState
    before: UnitState

    @property
    def is_open(self) -> bool:
        """Whether it is still to be read or checked."""
        return self.state in (DeliveryState.WAITING, DeliveryState.READ)


def package_digest(files: Iterable[DeliveredFile]) -> str:
    """The SHA-256 of a package: that of the lines ``sha256sum`` writes for its files, in their order."""
    lines = "".join(f"{file.digest}  {file.name}\n" for file in files)
    return hashlib.sha256(lines.encode()).hexdigest()


class Deliveries:
    """The deliveries of an open season."""

    def __init__(self, store: Store) -> None:
        self._store, self._database = store, store.with_tables(_TABLES, "delivery_findings_of")

    def add(self, unit: Unit, files: Sequence[DeliveredFile], moment: datetime) -> Delivery:
        """Keep what ``unit`` handed in as a new round; when this returns, it is on the disk.

        Raises InputError and OutputError where the season cannot be written now.
        """
        store = self._store
        with store.change():
            number = store.last_round() + 1
            receipt = self._new_receipt(moment, number)
            by = text_of("season", "deliveries", "by")
            store.add_round(Round(number, moment.date(), by, receipt), "")
            named = receipt, unit.id, number, moment.isoformat(timespec="seconds"), package_digest(files)
            made = Delivery(*named, DeliveryState.WAITING, unit.state)
            store.insert("deliveries", [(*named, made.state.value, made.before.value, None)])
            rows = [(receipt, at, file.name, file.digest, file.size) for at, file in enumerate(files)]
            store.insert("delivered_files", rows)
            for file in files:
                self._keep(file)
            has_filed = unit.id in store.packages()
            store.add_package(unit.id, number, checked=False, read=False)
            unit.state = UnitState.AGAIN if has_filed else UnitState.RECEIVED
            store.put_unit(unit)
            said = text_of("season", "deliveries", "handed_in", count=len(files), receipt=receipt)
            store.note(Event(moment.date(), number, unit.id, said, by))
        return made

    def _new_receipt(self, moment: datetime, number: int) -> str:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(_SUFFIX))
        return f"{moment:%Y%m%d}-{number:05d}-{letters}"

    def _keep(self, file: DeliveredFile) -> None:
        """Copy the bytes of a file into the season, piece by piece."""
        made = self._database.execute(
            "INSERT OR IGNORE INTO contents VALUES (?, zeroblob(?))", (file.digest, file.size)
        )
        if not made.rowcount:
            return
        (row,) = self._database.execute(
            "SELECT rowid FROM contents WHERE digest = ?", (file.digest,)
        ).fetchone()
        with (
            file.path.open("rb") as source,
            self._database.blobopen("contents", "data", row) as target,
        ):
            while piece := source.read(_PIECE):
                target.write(piece)

    def get(self, receipt: str) -> Delivery | None:
        """The delivery with this receipt, None where there is none."""
        return next(self._where("receipt = ?", receipt), None)

    def of_unit(self, unit: int) -> list[Delivery]:
        """What a unit has handed in, newest first."""
        return list(self._where("unit = ? ORDER BY round DESC", unit))

    def waiting(self) -> list[Delivery]:
        """The deliveries that are still to be read or checked, in the order in which they came."""
        states = DeliveryState.WAITING.value, DeliveryState.READ.value
        return [*self._where("state IN (?, ?) ORDER BY round", *states)]

    def failed(self) -> list[Delivery]:
        """The deliveries whose check was given up."""
        return [*self._where("state = ? ORDER BY round", DeliveryState.FAILED.value)]

    def try_again(self) -> None:
        """Let the deliveries whose check was given up wait for another."""
        unread = "SELECT 1 FROM packages AS p WHERE p.unit = d.unit AND p.round = d.round AND checked < 0"
        state = f"CASE WHEN EXISTS ({unread}) THEN ? ELSE ? END"
        update = f"UPDATE deliveries AS d SET state = {state} WHERE state = ?"
        states = (DeliveryState.WAITING, DeliveryState.READ, DeliveryState.FAILED)
        with self._store.change():
            self._database.execute(update, [state.value for state in states])

    def rounds(self) -> set[int]:
        """The rounds that are deliveries."""
        return {number for (number,) in self._database.execute("SELECT round FROM deliveries")}

    def since(self, unit: int, moment: datetime) -> int:
        """How many packages a unit has handed in since ``moment``."""
        select = "SELECT count(*) FROM deliveries WHERE unit = ? AND received >= ?"
        found = self._database.execute(select, (unit, moment.isoformat(timespec="seconds"))).fetchone()
        return int(found[0])

    def _where(self, condition: str, *values: object) -> Iterator[Delivery]:
        columns = "receipt, unit, round, received, digest, state, before"
        rows = self._database.execute(f"SELECT {columns} FROM deliveries WHERE {condition}", values)
        for receipt, unit, number, received, digest, state, before in rows:
            yield Delivery(receipt, unit, number, received, digest, DeliveryState(state), UnitState(before))

    def files(self, receipt: str) -> list[DeliveredFile]:
        """The files as they were handed in."""
        rows = self._database.execute(
            "SELECT name, size, digest FROM delivered_files WHERE receipt = ? ORDER BY number", (receipt,)
        )
        return [DeliveredFile(*row) for row in rows]

    def set_state(self, receipt: str, state: DeliveryState) -> None:
        """Keep how far a delivery is."""
        self._database.execute("UPDATE deliveries SET state = ? WHERE receipt = ?", (state.value, receipt))

    def add_findings(self, receipt: str, findings: Iterable[KeptFinding]) -> None:
        """Keep what was found about a delivery, for the unit to see as long as the season is kept."""
        rows = (
            (receipt, kept.state.value, kept.first, kept.answer, stored_findings([kept.finding]))
            for kept in findings
        )
        self._store.insert("delivery_findings", rows)

    def finish(self, receipt: str, checked: Iterable[CheckedFile], findings: Iterable[KeptFinding]) -> None:
        """Keep the files of a delivery as its check has seen them, and what it has found."""
        files = packed([packed_file(file).hex() for file in checked])
        update = "UPDATE deliveries SET state = ?, files = ? WHERE receipt = ?"
        self._database.execute(update, (DeliveryState.DONE.value, files, receipt))
        self.add_findings(receipt, findings)

    def checked_files(self, receipt: str) -> list[CheckedFile]:
        """The files of a delivery as its check has seen them."""
        found = self._database.execute(
            "SELECT files FROM deliveries WHERE receipt = ?", (receipt,)
        ).fetchone()
        return [file_of(bytes.fromhex(data)) for data in unpacked(found[0])] if found and found[0] else []

    def findings(self, receipt: str) -> list[KeptFinding]:
        """What was found about a delivery."""
        rows = self._database.execute(
            "SELECT state, first, answer, data FROM delivery_findings WHERE receipt = ? ORDER BY rowid",
            (receipt,),
        )
        return [
            KeptFinding(0, found, FindingState(state), first, answer)
            for state, first, answer, data in rows
            for found in findings_of_stored(data)
        ]
