"""Rows → a folder with one Parquet file a table, written next to its place and then renamed into it."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import ensure_writable_dir, exists, output_error
from xlperf.declarations.source import text_of
from xlperf.outputs.data_tables import NUMBER, TEXT, WHOLE, DataTable, Row, batches, data_tables, storable

# ruff: noqa: PLC0415 — pyarrow takes half a second, and threads, after which no worker can be a fork

_SUFFIX = ".parquet"
_COMPRESSION = "zstd"


def parquet_file(folder: Path, table: str) -> Path:
    """Where a table lies in an exported folder."""
    return folder / f"{table}{_SUFFIX}"


class ParquetFolder:
    """A folder that holds an export and nothing else."""

    def __init__(self, folder: Path, *, force: bool = False) -> None:
        if find_spec("pyarrow") is None:
            raise InputError(text_of("export", "no_library", package="pyarrow"))
        self.folder = Path(os.path.abspath(folder))
        self.shown = str(folder)
        if exists(self.folder) and not (self.folder.is_dir() and self._is_replaceable(force=force)):
            raise OutputError(text_of("export", "is_used", folder=folder))
        ensure_writable_dir(self.folder.parent)

    def _is_replaceable(self, *, force: bool) -> bool:
        try:
            present = {path.name for path in self.folder.iterdir()}
        except OSError as error:
            raise output_error(self.folder, error) from error
        known = {parquet_file(self.folder, name).name for name in data_tables()}
        return not present or (force and present <= known)

    @contextmanager
    def opened(self) -> Iterator["ParquetFiles"]:
        """The files of a temporary folder, which takes its place when the block ends without an error."""
        unfinished = self.folder.with_name(f".xlperf-{secrets.token_hex(8)}.tmp")
        try:
            unfinished.mkdir()
            with ParquetFiles(unfinished) as files:
                yield files
            self._put_in_place(unfinished)
        except OSError as error:
            raise output_error(self.shown, error) from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _put_in_place(self, unfinished: Path) -> None:
        if not self.folder.exists():
            unfinished.rename(self.folder)
            return
        earlier = self.folder.with_name(f".xlperf-{secrets.token_hex(8)}.tmp")
        self.folder.rename(earlier)
        try:
            unfinished.rename(self.folder)
        except OSError:
            earlier.rename(self.folder)
            raise
        shutil.rmtree(earlier, ignore_errors=True)


class ParquetFiles:
    """One open file for each table, closed with the block; a table without rows is a file without rows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> "ParquetFiles":
        for table in data_tables().values():
            self._writers[table.name] = self._writer(table)
        return self

    def __exit__(self, *raised: object) -> None:
        for writer in self._writers.values():
            writer.close()

    def _writer(self, table: DataTable) -> Any:
        from pyarrow import parquet

        return parquet.ParquetWriter(
            parquet_file(self._folder, table.name), _schema(table), compression=_COMPRESSION
        )

    def write(self, table: DataTable, rows: Iterable[Row]) -> int:
        """Append ``rows``, values in the order of the columns; how many they were."""
        import pyarrow

        writer, schema, count = self._writers[table.name], _schema(table), 0
        for batch in batches(rows):
            columns = zip(*map(storable, batch), strict=True)
            arrays = [
                pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            count += len(batch)
        return count


def _schema(table: DataTable) -> Any:
    import pyarrow

    types = {TEXT: pyarrow.string(), NUMBER: pyarrow.float64(), WHOLE: pyarrow.int64()}
    return pyarrow.schema([(name, types[kind]) for name, kind in table.kinds.items()])
