"""Calls about the season from the service's loop → made by two threads, each with the season open.

One thread writes and one reads, so that nobody who only looks waits for a bureau that is writing.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from xlperf.core.errors import XlperfError
from xlperf.season.store import Store
from xlperf.server.intake.settings import BadRequestError, limits

_T = TypeVar("_T")
_LATER = "later"


class SeasonAccess:
    """The season, for a loop that must not wait for its disk."""

    def __init__(self, season: Path) -> None:
        self._writer, self._reader = _SeasonThread(season), _SeasonThread(season)

    async def write(self, call: Callable[[Store], _T], refusal: str = _LATER) -> _T:
        """What ``call`` returns for the season, which it may change.

        Raises BadRequestError with the message ``refusal`` where that is not possible now.
        """
        return await self._writer.make(call, refusal)

    async def read(self, call: Callable[[Store], _T]) -> _T:
        """What ``call`` returns for the season, which it only reads; raises as ``write``."""
        return await self._reader.make(call, _LATER)

    def later(self, call: Callable[[Store], object]) -> None:
        """Have a change made, without waiting for it."""
        self._writer.submit(call)

    def close(self) -> None:
        """Close the season."""
        self._writer.close()
        self._reader.close()


class _SeasonThread:
    """A thread with the season open."""

    def __init__(self, season: Path) -> None:
        self._season = season
        self._store: Store | None = None
        self._thread = ThreadPoolExecutor(1)

    async def make(self, call: Callable[[Store], _T], refusal: str) -> _T:
        """What ``call`` returns."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._made, call)
        except (XlperfError, sqlite3.Error) as error:
            raise BadRequestError(503, refusal, after=limits()["again_seconds"]) from error

    def submit(self, call: Callable[[Store], object]) -> None:
        """Have ``call`` made some time."""
        self._thread.submit(self._made, call)

    def _made(self, call: Callable[[Store], _T]) -> _T:
        if self._store is None:
            self._store = Store(self._season, patience=limits()["busy_seconds"])
        return call(self._store)

    def close(self) -> None:
        """Let the thread end, and the season with it."""
        self._thread.submit(self._close)
        self._thread.shutdown()

    def _close(self) -> None:
        if self._store:
            self._store.close()
