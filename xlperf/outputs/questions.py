"""An exported Parquet folder and a declared question → the answer, a table of plain values."""

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import InputError
from xlperf.core.lazy import LazyModule
from xlperf.declarations.source import text_of, texts_of
from xlperf.outputs.data_tables import Row, data_tables
from xlperf.outputs.parquet_tables import parquet_file

if TYPE_CHECKING:
    import duckdb
    from duckdb import DuckDBPyConnection
else:
    duckdb = LazyModule("duckdb")


@dataclass(frozen=True, slots=True)
class Question:
    """A declared question: its name, what it asks, what its answer holds, and the SQL that gives it."""

    name: str
    title: str
    about: str
    sql: str


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """The headings and the rows of an answer."""

    question: Question
    headings: Sequence[str]
    rows: Sequence[Row]


@cache
def questions() -> Mapping[str, Question]:
    """The questions of schemas/questions.json by name."""
    declared = texts_of("questions")["questions"]
    return {name: Question(name, **about) for name, about in declared.items()}


def question(name: str) -> Question:
    """The question with this name; InputError with the nearest one for an unknown name."""
    if name not in questions():
        near = get_close_matches(name, questions(), 1, 0.3)
        guess = text_of("export", "nearest", name=near[0]) if near else ""
        raise InputError(
            text_of("export", "no_question", name=name, guess=guess, known="、".join(questions()))
        )
    return questions()[name]


def ask(folder: Path, asked: Question) -> AnswerTable:
    """What the tables in ``folder`` answer; InputError where they are none or not readable."""
    with tables_of(folder) as connection:
        return answer(connection, asked)


def answer(connection: "DuckDBPyConnection", asked: Question) -> AnswerTable:
    """What the tables of ``tables_of`` answer; InputError where they cannot be read."""
    try:
        found = connection.execute(asked.sql)
        return AnswerTable(asked, [column[0] for column in found.description or ()], found.fetchall())
    except duckdb.Error as error:
        raise InputError(text_of("export", "unreadable", why=str(error).splitlines()[0])) from None


@contextmanager
def tables_of(folder: Path) -> Iterator["DuckDBPyConnection"]:
    """The exported tables, and the declared views of them, under their names.

    Raises InputError where DuckDB is not installed and where a table is missing or is no table of ours.
    """
    if find_spec("duckdb") is None:
        raise InputError(text_of("export", "no_library", package="duckdb"))
    missing = [name for name in data_tables() if not parquet_file(folder, name).is_file()]
    if missing:
        raise InputError(text_of("export", "no_tables", folder=folder, tables="、".join(missing)))
    connection = duckdb.connect()
    try:
        connection.execute("SET enable_progress_bar = false")
        for name in data_tables():
            path = glob.escape(str(parquet_file(folder, name).absolute())).replace("'", "''")
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet('{path}')")
        for name, sql in texts_of("questions")["views"].items():
            connection.execute(f"CREATE VIEW {name} AS {sql}")
    except duckdb.Error as error:
        connection.close()
        raise InputError(text_of("export", "unreadable", why=str(error).splitlines()[0])) from None
    try:
        yield connection
    finally:
        connection.close()
