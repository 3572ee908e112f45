"""The codes with which units sign in to the intake, and their sessions; only digests of both are kept."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xlperf.season.season_records import Unit
from xlperf.season.store import Store

_TABLES = """
CREATE TABLE IF NOT EXISTS codes (unit INTEGER PRIMARY KEY, digest TEXT UNIQUE, made TEXT);
CREATE TABLE IF NOT EXISTS sessions (digest TEXT PRIMARY KEY, unit INTEGER, until TEXT) WITHOUT ROWID
"""
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKS_LIKE = str.maketrans("OIL", "011")
_LENGTH, _GROUP = 16, 4
"""Letters of a code: each is worth five bits, so that a code has 80."""
_TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A unit with the code that was just made for it, which nobody can find out again."""

    unit: Unit
    code: str


def plain(code: str) -> str:
    """A code without what people put between its letters, and with the letters that were meant."""
    letters = unicodedata.normalize("NFKC", code[: _LENGTH * 4]).upper().translate(_LOOKS_LIKE)
    return "".join(letter for letter in letters if letter in _LETTERS)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Codes:
    """Codes and sessions in an open season."""

    def __init__(self, store: Store) -> None:
        self._store, self._database = store, store.with_tables(_TABLES, "sessions")

    def issue(self, units: Sequence[Unit], moment: datetime, *, renew: bool = False) -> list[UnitCode]:
        """New codes for ``units``, for one that has a code only with ``renew``: it and its sessions end."""
        made = []
        with self._store.change():
            known = {unit for (unit,) in self._database.execute("SELECT unit FROM codes")}
            for unit in units:
                if unit.id in known and not renew:
                    continue
                code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
                values = (unit.id, _digest(code), moment.isoformat(timespec="seconds"))
                self._database.execute("INSERT OR REPLACE INTO codes VALUES (?, ?, ?)", values)
                self._database.execute("DELETE FROM sessions WHERE unit = ?", (unit.id,))
                groups = [code[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP)]
                made.append(UnitCode(unit, "-".join(groups)))
        return made

    def unit_of(self, code: str) -> int | None:
        """The unit whose code this is, None for nobody's."""
        return self._matching("SELECT digest, unit FROM codes WHERE digest = ?", _digest(plain(code)))

    def open_session(self, unit: int, moment: datetime, hours: float) -> str:
        """The token of a new session of ``unit``, which ends after ``hours``; ended ones are forgotten."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        until = (moment + timedelta(hours=hours)).isoformat(timespec="seconds")
        with self._store.change():
            now = moment.isoformat(timespec="seconds")
            self._database.execute("DELETE FROM sessions WHERE until <= ?", (now,))
            self._database.execute("INSERT INTO sessions VALUES (?, ?, ?)", (_digest(token), unit, until))
        return token

    def unit_in(self, token: str, moment: datetime) -> int | None:
        """The unit of a session, None for one that has ended or never was."""
        select = "SELECT digest, unit FROM sessions WHERE digest = ? AND until > ?"
        return self._matching(select, _digest(token), moment.isoformat(timespec="seconds"))

    def close_session(self, token: str) -> None:
        """End a session."""
        with self._store.change():
            self._database.execute("DELETE FROM sessions WHERE digest = ?", (_digest(token),))

    def _matching(self, select: str, digest: str, *values: object) -> int | None:
        found = self._database.execute(select, (digest, *values)).fetchone()
        return int(found[1]) if found and hmac.compare_digest(found[0], digest) else None
