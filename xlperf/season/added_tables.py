"""Tables that a part of the program keeps in a season besides the store's own, made where first needed."""

from typing import TYPE_CHECKING

from xlperf.season.store import Store

if TYPE_CHECKING:
    import sqlite3


def added_tables(store: Store, statements: str, last: str) -> "sqlite3.Connection":
    """The connection of ``store`` with what ``statements`` make; ``last`` names what the last of them makes.

    Raises InputError and OutputError where the season cannot be written now.
    """
    database = store.database
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (last,)).fetchone():
        with store.change():
            for statement in statements.split(";"):
                database.execute(statement)
    return database
