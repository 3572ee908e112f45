"""Several processes that write one season → one after the other, each for as short as it can.

SQLite itself asks again after longer and longer pauses, so that who waits long goes on waiting.
"""

import time
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule

if TYPE_CHECKING:
    import sqlite3
else:
    sqlite3 = LazyModule("sqlite3")

_PAUSE = 0.01


def begin(database: "sqlite3.Connection", patience: float) -> None:
    """Begin a transaction as the only writer; raises sqlite3.OperationalError after ``patience`` seconds."""
    end = time.monotonic() + patience
    database.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                database.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > end:
                    raise
            time.sleep(_PAUSE)
    finally:
        database.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
