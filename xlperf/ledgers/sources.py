"""A workbook, a folder of .csv files or a database URL → Grids: plain rows of text, numbers and None."""

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import pandas as pd
import python_calamine
import sqlalchemy
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from xlperf.errors import InputError
from xlperf.ledgers.faults import error_cells

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

Plain = str | float | None

WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ENCODINGS = ("utf-8-sig", "gb18030")


@dataclass(frozen=True, slots=True)
class Grid:
    """One table as it stands: ``rows[0]`` is sheet row 1. A cell is text, a float, or None."""

    name: str
    rows: Sequence[Sequence[Plain]]


def read_grids(source: str | Path) -> list[Grid]:
    """All tables of a ledger, in their order.

    Raises InputError when there is nothing to read, or it is neither a workbook, nor a folder of
    .csv files, nor a database.
    """
    if isinstance(source, str) and "://" in source:
        return list(_database(source))
    path = Path(source)
    if not path.exists():
        raise InputError(f"找不到台账“{path}”，请核对路径。")
    if path.is_dir():
        return list(_folder(path))
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return list(_workbook(path))
    if path.suffix.lower() == ".csv":
        raise InputError(f"“{path}”只是台账的一张表，请给出各 .csv 文件所在的文件夹。")
    raise InputError(f"“{path}”不是台账：台账可以是 .xlsx 工作簿、.csv 文件夹或数据库地址。")


def source_name(source: str | Path) -> str:
    """What findings call the source: the path as given; a URL without its password."""
    if isinstance(source, str) and "://" in source:
        return _url(source).render_as_string(hide_password=True)
    return str(source)


def _workbook(path: Path) -> Iterator[Grid]:
    try:
        sheets = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, engine="calamine", na_filter=False
        )
    except PermissionError:
        raise InputError(f"台账“{path}”没有读取权限，或正被其他程序独占，请关闭后重试。") from None
    except (python_calamine.CalamineError, BadZipFile, ValueError, OSError):
        why = "可能已损坏、设有打开密码，或扩展名与内容不符"
        raise InputError(f"台账“{path}”不是完好的工作簿：{why}。") from None
    errors = error_cells(path)
    for name, frame in sheets.items():
        rows = [[plain(cell) for cell in row] for row in frame.to_numpy().tolist()]
        for (row, column), error in errors.get(str(name), {}).items():
            rows[row][column] = error
        yield Grid(str(name), rows)


def _folder(path: Path) -> Iterator[Grid]:
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        raise InputError(f"文件夹“{path}”里没有 .csv 文件，不是台账。")
    for file in files:
        reader = csv.reader(io.StringIO(_decoded(file), newline=""))
        try:
            yield Grid(file.stem, [[plain(cell) for cell in row] for row in reader])
        except csv.Error as error:
            raise InputError(f"“{file}”第 {reader.line_num} 行不是合法的 CSV（{error}）。") from None


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError:
        raise InputError(f"“{file}”无法读取，请核对权限。") from None
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"“{file}”既不是 UTF-8 也不是 GBK 编码，请另存为“CSV UTF-8（逗号分隔）”。")


def _database(source: str) -> Iterator[Grid]:
    url = _url(source)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and url.database and not Path(url.database).is_file():
        raise InputError(f"找不到数据库文件“{url.database}”，请核对路径。")
    try:
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            for name in sorted(sqlalchemy.inspect(connection).get_table_names()):
                frame = pd.read_sql_table(name, connection, coerce_float=False)
                yield Grid(name, [list(map(str, frame.columns)), *_frame_rows(frame)])
        engine.dispose()
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(f"读取“{shown}”需要的数据库驱动没有安装（{error}）。") from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(f"数据库“{shown}”无法读取：{reason}。") from None


def _frame_rows(frame: pd.DataFrame) -> Iterator[list[Plain]]:
    for row in frame.astype(object).to_numpy().tolist():
        yield [plain(cell) for cell in row]


def _url(source: str) -> "URL":
    try:
        return sqlalchemy.engine.make_url(source)
    except (ArgumentError, ValueError):
        raise InputError(f"数据库地址“{source}”写法不对，例如 sqlite:///台账.db。") from None


def plain(cell: object) -> Plain:
    """One cell: trimmed text, a float, or None for nothing; dates become text (2024年4月3日)."""
    if isinstance(cell, str):
        return _UNPRINTABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n")).strip() or None
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return None
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, int | float | Decimal):
        number = float(cell)
        return number if math.isfinite(number) else None
    if isinstance(cell, date):
        return f"{cell.year}年{cell.month}月{cell.day}日"
    return str(cell)
