"""Rows → the tables of any SQL database that SQLAlchemy has a driver for, in one transaction."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import ensure_writable_dir
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import text_of
from xlperf.outputs.data_tables import NUMBER, TEXT, DataTable, Row, batches, data_tables, storable

if TYPE_CHECKING:
    import sqlalchemy
    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.engine import URL
else:
    sqlalchemy = LazyModule("sqlalchemy")

_SQLITE = "sqlite"


class Database:
    """A database in which ``tables``, or those of an export, are made."""

    folder: Path | None = None

    def __init__(
        self, address: str, *, force: bool = False, tables: Iterable[DataTable] | None = None
    ) -> None:
        url = _url(address)
        self.shown = url.render_as_string(hide_password=True)
        if url.get_backend_name() == _SQLITE and url.database:
            ensure_writable_dir(Path(url.database).absolute().parent)
        self._engine = _engine(url, self.shown)
        self._metadata = sqlalchemy.MetaData()
        self._tables = {
            table.name: _table(table, self._metadata) for table in tables or data_tables().values()
        }
        present = self._present()
        self._engine.dispose()
        if present and not force:
            named = "、".join(sorted(present))
            raise OutputError(text_of("export", "has_tables", database=self.shown, tables=named))

    def _present(self) -> set[str]:
        try:
            return set(sqlalchemy.inspect(self._engine).get_table_names()) & self._tables.keys()
        except sqlalchemy.exc.SQLAlchemyError as error:
            raise InputError(text_of("export", "no_database", database=self.shown, why=_why(error))) from None

    @contextmanager
    def opened(self) -> Iterator["DatabaseTables"]:
        """A transaction that makes the tables again, kept when the block ends without an error."""
        try:
            with self._engine.begin() as connection:
                self._metadata.drop_all(connection)
                self._metadata.create_all(connection)
                yield DatabaseTables(connection, self._tables)
        except sqlalchemy.exc.SQLAlchemyError as error:
            reason = text_of("export", "not_written", database=self.shown, why=_why(error))
            raise OutputError(reason) from None
        finally:
            self._engine.dispose()


class DatabaseTables:
    """The tables of an export within a transaction."""

    def __init__(self, connection: "Connection", tables: "dict[str, Table]") -> None:
        self._connection, self._tables = connection, tables

    def write(self, table: DataTable, rows: Iterable[Row]) -> int:
        """Append ``rows``, values in the order of the columns; how many they were."""
        names, count = [*table.kinds], 0
        for batch in batches(rows):
            values = [dict(zip(names, storable(row), strict=True)) for row in batch]
            self._connection.execute(self._tables[table.name].insert(), values)
            count += len(batch)
        return count


def _url(address: str) -> "URL":
    try:
        return sqlalchemy.engine.make_url(address)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise InputError(text_of("export", "wrong_address", address=address)) from None


def _engine(url: "URL", shown: str) -> "Engine":
    try:
        engine = sqlalchemy.create_engine(url)
    except sqlalchemy.exc.NoSuchModuleError:
        raise InputError(text_of("export", "unknown_database", database=shown, kind=url.drivername)) from None
    except ModuleNotFoundError as error:
        raise InputError(text_of("export", "no_driver", database=shown, package=error.name)) from None
    if url.get_backend_name() == _SQLITE:
        sqlalchemy.event.listen(engine, "connect", _leave_transactions_to_us)
        sqlalchemy.event.listen(engine, "begin", _begin)
    return engine


def _leave_transactions_to_us(connection: Any, record: object) -> None:
    """SQLite's driver would commit before a table is made."""
    connection.isolation_level = None


def _begin(connection: "Connection") -> None:
    connection.exec_driver_sql("BEGIN")


def _table(table: DataTable, metadata: "sqlalchemy.MetaData") -> "Table":
    columns = [sqlalchemy.Column(name, _type(kind), nullable=True) for name, kind in table.kinds.items()]
    return sqlalchemy.Table(table.name, metadata, *columns)


def _type(kind: str) -> Any:
    if kind == TEXT:
        return sqlalchemy.Text()
    return sqlalchemy.Double() if kind == NUMBER else sqlalchemy.BigInteger()


def _why(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
