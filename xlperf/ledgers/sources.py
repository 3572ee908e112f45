"""A workbook, a folder of .csv files or a database URL → SourceTables: plain rows of cells.

Encoding and separator of a .csv file are found from its content; whatever cannot be read becomes one
sentence.
"""

# ruff: noqa: PLC0415 — pandas and SQLAlchemy are imported when a ledger needs them

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from xlperf.core.cell_addresses import coordinate_to_tuple
from xlperf.core.errors import InputError
from xlperf.expressions import ErrorValue
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.ods_reader import read_ods
from xlperf.intake.open_xlsx import workbook_package
from xlperf.intake.xls_reader import read_binary
from xlperf.intake.xlsx_reader import Book, custom_properties
from xlperf.ledgers.grids import Grid, Plain, SourceTables, grid_of_rows, is_marked, number_cell, plain
from xlperf.ledgers.named_profile import LEDGER_PROPERTY
from xlperf.ledgers.xlsx_frames import MOST_COLUMNS, MOST_ROWS, StrayCellError, frame_of, read_frames, spans
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",;\t|"
_KEPT_AS_TEXT = re.compile('="([^"]*)"|\'([0-9]+)')
_LONGEST_FIELD = 1_000_000


def read_folder(path: Path) -> Iterator[Grid]:
    """One Grid for each .csv file, by name; InputError when there is none or one cannot be read."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        books = sorted(path.glob("*.xlsx"))
        hint = f"要用其中的工作簿，请写出它的路径，如“{books[0]}”。" if books else ""
        raise InputError(f"文件夹“{path}”里没有 .csv 文件，不是台账。{hint}")
    csv.field_size_limit(_LONGEST_FIELD)
    for file in files:
        text = _decoded(file)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
        try:
            yield grid_of_rows(file.stem, ([_unmarked(cell) for cell in row] for row in reader))
        except csv.Error:
            raise InputError(
                f"“{file}”到第 {reader.line_num} 行读不下去：双引号没有成对，或一格文字过长；"
                "请用 Excel 或 WPS 打开核对，另存为“CSV UTF-8（逗号分隔）”。"
            ) from None


def _unmarked(cell: str) -> str:
    """A cell without what keeps Excel from taking a text for a number: ="001", '001."""
    kept = _KEPT_AS_TEXT.fullmatch(cell.strip()) if cell.lstrip().startswith(("=", "'")) else None
    return (kept[1] or kept[2] or "") if kept else cell


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError:
        raise InputError(f"“{file}”无法读取，请核对权限。") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(f"“{file}”既不是 UTF-8 也不是 GBK 编码，请另存为“CSV UTF-8（逗号分隔）”。")


def _separator(text: str) -> str:
    """The separator that the first line with any has most of, the comma otherwise."""
    for line in text.splitlines():
        counts = {mark: line.count(mark) for mark in _SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


_AGAIN = "请用 Excel 或 WPS 打开核对，另存为“Excel 工作簿（.xlsx）”后重试。"


def read_workbook(path: Path) -> SourceTables:
    """All sheets of ``path``; InputError when it cannot be read as a workbook."""
    try:
        opened = open_file(path, LIMITS)
        package = workbook_package(opened)
        if package is None:
            book = _book(opened)
            return SourceTables(list(map(_grid, book.sheets)), book.properties.get(LEDGER_PROPERTY, ""))
        properties = custom_properties(package.part("docProps/custom.xml"))
        return SourceTables(list(read_frames(package)), properties.get(LEDGER_PROPERTY, ""))
    except Refused as refused:
        raise InputError(f"台账“{path}”不是完好的工作簿：{refused.finding.message}{_AGAIN}") from None
    except StrayCellError as stray:
        sheet, cell = stray.args
        raise InputError(
            f"台账“{path}”的工作表“{sheet}”在 {cell} 还有内容，台账最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列；"
            "请删去表外的内容（连同所在的行、列）后重试。"
        ) from None
    except (ParseError, ValueError, IndexError):
        raise InputError(f"台账“{path}”不是完好的工作簿：{_AGAIN}") from None


def _book(opened: Opened) -> Book:
    if opened.kind.id == "xls":
        return read_binary(opened, LIMITS)
    if opened.kind.id == "ods" and opened.package is not None:
        return read_ods(opened, opened.package, LIMITS)
    raise InputError(f"台账“{opened.path}”不是完好的工作簿：它是{opened.kind.name}。{_AGAIN}")


def _grid(sheet: Sheet) -> Grid:
    cells: dict[tuple[int, int], Plain] = {}
    shown: dict[tuple[int, int], str] = {}
    for address in sheet.cells:
        value, style, _ = sheet.stored(address)
        place = coordinate_to_tuple(address)
        if isinstance(value, float) and (style.date or is_marked(style)):
            value, text = number_cell(value, style, sheet.from_1904)
            shown |= {place: text} if text else {}
        cells[place] = str(value) if isinstance(value, ErrorValue) else plain(value)
    is_hidden = sheet.state not in ("", "visible")
    return Grid(sheet.name, frame_of(sheet.name, cells), shown, spans(sheet.merges), is_hidden=is_hidden)


WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et", ".ods"})
_DATABASE_SUFFIXES = frozenset({".db", ".sqlite", ".sqlite3", ".db3"})


def read_source(source: str | Path) -> SourceTables:
    """All tables of a ledger, and the profile that a workbook names; pandas is imported by the first.

    Raises InputError when there is nothing to read, or it is neither a workbook, nor a folder of
    .csv files, nor a database.
    """
    if isinstance(source, str) and "://" in source:
        return SourceTables(list(_database(source)))
    path = Path(source)
    if not path.exists():
        raise InputError(f"找不到台账“{path}”，请核对路径。")
    if path.is_dir():
        return SourceTables(list(read_folder(path)))
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return read_workbook(path)
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
