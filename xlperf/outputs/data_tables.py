"""Rows of the tables of schemas/tables.json → a Parquet folder or a database, whole or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.declarations.source import texts_of

if TYPE_CHECKING:
    from xlperf.outputs.database_tables import Database
    from xlperf.outputs.parquet_tables import ParquetFolder

TEXT, NUMBER, WHOLE = "text", "number", "whole"
_BATCH = 20_000
"""Rows that are in memory at once."""

Cell = str | float | int | None
Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class DataTable:
    """A declared table: its columns from left to right, each with its kind (text, number or whole)."""

    name: str
    title: str
    kinds: Mapping[str, str]
    titles: Mapping[str, str]


@cache
def data_tables() -> Mapping[str, DataTable]:
    """The declared tables by name."""
    return {
        name: DataTable(
            name,
            declared["title"],
            {column: about["kind"] for column, about in declared["columns"].items()},
            {column: about["title"] for column, about in declared["columns"].items()},
        )
        for name, declared in texts_of("tables")["tables"].items()
    }


def destination(target: str, *, force: bool = False) -> "Database | ParquetFolder":
    """The Parquet folder or, for a text with ``://``, the database ``target``, found to be usable.

    Raises InputError where a library or a driver is missing or the address is wrong, OutputError where
    something is there that would be replaced: without ``force`` an earlier export, with it anything else.
    """
    if "://" in target:
        from xlperf.outputs.database_tables import Database  # noqa: PLC0415 — needs SQLAlchemy

        return Database(target, force=force)
    from xlperf.outputs.parquet_tables import ParquetFolder  # noqa: PLC0415 — needs pyarrow

    return ParquetFolder(Path(target), force=force)


def batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """The rows as lists of at most so many as may be in memory."""
    coming = iter(rows)
    while batch := list(islice(coming, _BATCH)):
        yield batch


def storable(row: Row) -> list[Cell]:
    """The values with texts as every database takes them: without NUL and lone surrogates."""
    return [_storable(value) if isinstance(value, str) else value for value in row]


def _storable(text: str) -> str:
    if text.isascii() and "\0" not in text:
        return text
    return text.encode(errors="replace").decode().replace("\0", "�")
