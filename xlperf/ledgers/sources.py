"""A workbook, a folder of .csv files or a database URL → Grids: plain rows of text, numbers and None."""

# ruff: noqa: PLC0415 — pandas and SQLAlchemy are imported when a ledger needs them

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from xlperf.core.errors import InputError
from xlperf.ledgers.csvs import read_folder
from xlperf.ledgers.grids import Grid, grid_of_rows
from xlperf.ledgers.workbooks import read_workbook

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
_DATABASE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3", ".db3"})


def read_grids(source: str | Path) -> list[Grid]:
    """All tables of a ledger, in their order; pandas is imported by the first.

    Raises InputError when there is nothing to read, or it is neither a workbook, nor a folder of
    .csv files, nor a database.
    """
    if isinstance(source, str) and "://" in source:
        return list(_database(source))
    path = Path(source)
    if not path.exists():
        raise InputError(f"找不到台账“{path}”，请核对路径。")
    if path.is_dir():
        return list(read_folder(path))
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return list(read_workbook(path))
    if path.suffix.lower() == ".csv":
        raise InputError(f"“{path}”只是台账的一张表，请给出各 .csv 文件所在的文件夹。")
    if path.suffix.lower() in _DATABASE_SUFFIXES:
        raise InputError(f"“{path}”是数据库文件，请写成数据库地址：sqlite:///{path}。")
    raise InputError(f"“{path}”不是台账：台账可以是 .xlsx 工作簿、.csv 文件夹或数据库地址。")


def source_name(source: str | Path) -> str:
    """What findings call the source: the path as given; a URL without its password."""
    if isinstance(source, str) and "://" in source:
        return _url(source).render_as_string(hide_password=True)
    return str(source)


def _database(source: str) -> Iterator[Grid]:
    import pandas as pd
    import sqlalchemy
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    url = _url(source)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise InputError(f"找不到数据库文件“{url.database or ''}”，请核对路径，例如 sqlite:///台账.db。")
    try:
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            for name in sorted(sqlalchemy.inspect(connection).get_table_names()):
                frame = pd.read_sql_table(name, connection, coerce_float=False)
                heading = [str(column) for column in frame.columns]
                yield grid_of_rows(name, [heading, *frame.astype(object).to_numpy().tolist()])
        engine.dispose()
    except NoSuchModuleError:
        raise InputError(f"“{shown}”不是数据库地址：没有“{url.drivername}”这种数据库。") from None
    except ModuleNotFoundError as error:
        raise InputError(f"读取“{shown}”需要先安装数据库驱动：Python 包 {error.name}。") from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(f"数据库“{shown}”无法读取：{reason}。") from None


def _url(source: str) -> "URL":
    import sqlalchemy
    from sqlalchemy.exc import ArgumentError

    try:
        return sqlalchemy.engine.make_url(source)
    except (ArgumentError, ValueError):
        raise InputError(f"数据库地址“{source}”写法不对，例如 sqlite:///台账.db。") from None
