"""A workbook, a folder of .csv files or a database URL → SourceTables: rows of cells, and the profile named.

Encoding and separator of a .csv file are found from its content; whatever cannot be read becomes one
sentence.
"""

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
from xlperf.core.lazy import LazyModule
from xlperf.core.paths import schemas_dir
from xlperf.declarations.forms_and_rules import Profile
from xlperf.declarations.profile import load_profile, profile_ids
from xlperf.declarations.source import read
from xlperf.expressions import ErrorValue
from xlperf.intake.book import Book, custom_properties
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.ods_reader import read_ods
from xlperf.intake.open_any import workbook_package
from xlperf.intake.xls_reader import read_binary
from xlperf.ledgers import ledger_text
from xlperf.ledgers.grids import (
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    Plain,
    SourceTables,
    StrayCellError,
    frame_of,
    grid_of_rows,
    is_marked,
    number_cell,
    plain,
    spans,
)
from xlperf.ledgers.xlsx_frames import read_frames
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.parts import listing_of
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    import pandas as pd
    import sqlalchemy
else:
    pd, sqlalchemy = LazyModule("pandas"), LazyModule("sqlalchemy")


_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = ",;\t|"
_KEPT_AS_TEXT = re.compile('="([^"]*)"|\'([0-9]+)')
_LONGEST_FIELD = 1_000_000


def read_folder(path: Path) -> Iterator[Grid]:
    """One Grid for each .csv file, by name; InputError when there is none or one cannot be read."""
    files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".csv")
    if not files:
        books = sorted(path.glob("*.xlsx"))
        hint = ledger_text("workbook_inside", path=books[0]) if books else ""
        raise InputError(ledger_text("no_csv", path=path, hint=hint))
    for file in files:
        yield read_csv(file)


def read_csv(file: Path) -> Grid:
    """The table in a .csv file; InputError where it cannot be read."""
    csv.field_size_limit(_LONGEST_FIELD)
    text = _decoded(file)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        return grid_of_rows(file.stem, ([_unmarked(cell) for cell in row] for row in reader))
    except csv.Error:
        raise InputError(ledger_text("csv_damaged", file=file, line=reader.line_num)) from None


def _unmarked(cell: str) -> str:
    """A cell without what keeps Excel from taking a text for a number: ="001", '001."""
    kept = _KEPT_AS_TEXT.fullmatch(cell.strip()) if cell.lstrip().startswith(("=", "'")) else None
    return (kept[1] or kept[2] or "") if kept else cell


def _decoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError:
        raise InputError(ledger_text("not_readable", file=file)) from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InputError(ledger_text("encoding", file=file))


def _separator(text: str) -> str:
    """The separator that the first line with any has most of, the comma otherwise."""
    for line in text.splitlines():
        counts = {mark: line.count(mark) for mark in _SEPARATORS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


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
        raise InputError(ledger_text("refused", path=path, reason=refused.finding.message)) from None
    except StrayCellError as stray:
        sheet, cell = stray.args
        raise InputError(
            ledger_text("stray", path=path, sheet=sheet, cell=cell, rows=MOST_ROWS, columns=MOST_COLUMNS)
        ) from None
    except (ParseError, ValueError, IndexError, RecursionError):
        raise InputError(ledger_text("refused", path=path, reason="")) from None


def _book(opened: Opened) -> Book:
    if opened.kind.id == "xls":
        return read_binary(opened, LIMITS)
    if opened.kind.id == "ods" and opened.package is not None:
        return read_ods(opened, opened.package, LIMITS)
    raise InputError(ledger_text("other_kind", path=opened.path, kind=opened.kind.name))


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
    return Grid(
        sheet.name,
        frame_of(sheet.name, cells),
        shown,
        spans(sheet.merges),
        is_hidden=is_hidden,
        hidden_rows=sheet.hidden_rows,
        hidden_columns=sheet.hidden_columns,
    )


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
        raise InputError(ledger_text("not_there", path=path))
    if path.is_dir():
        return SourceTables(list(read_folder(path)))
    if path.suffix.lower() in WORKBOOK_SUFFIXES:
        return read_workbook(path)
    if path.suffix.lower() == ".csv":
        raise InputError(ledger_text("one_csv", path=path))
    if path.suffix.lower() in _DATABASE_SUFFIXES:
        raise InputError(ledger_text("database_file", path=path))
    raise InputError(ledger_text("no_ledger", path=path))


def source_name(source: str | Path) -> str:
    """What findings call the source: the path as given; a URL without its password."""
    if isinstance(source, str) and "://" in source:
        return _url(source).render_as_string(hide_password=True)
    return str(source)


def _database(source: str) -> Iterator[Grid]:
    url = _url(source)
    shown = url.render_as_string(hide_password=True)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise InputError(ledger_text("database_not_there", path=url.database or ""))
    try:
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            for name in sorted(sqlalchemy.inspect(connection).get_table_names()):
                frame = pd.read_sql_table(name, connection, coerce_float=False)
                heading = [str(column) for column in frame.columns]
                yield grid_of_rows(name, [heading, *frame.astype(object).to_numpy().tolist()])
        engine.dispose()
    except sqlalchemy.exc.NoSuchModuleError:
        raise InputError(ledger_text("no_such_database", url=shown, driver=url.drivername)) from None
    except ModuleNotFoundError as error:
        raise InputError(ledger_text("no_driver", url=shown, package=error.name)) from None
    except sqlalchemy.exc.SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise InputError(ledger_text("database_refused", url=shown, reason=reason)) from None


def _url(source: str) -> "sqlalchemy.URL":
    try:
        return sqlalchemy.engine.make_url(source)
    except (sqlalchemy.exc.ArgumentError, ValueError):
        raise InputError(ledger_text("database_url", url=source)) from None


def is_ledger(source: str | Path) -> bool:
    """Whether ``source`` is a ledger and not something that units filed: a database URL, a folder with .csv
    files that are called as its sheets, a workbook that says so or has such sheets.
    """
    path, titles = Path(source), set(read(schemas_dir() / "ledger.json", "ledger")["sheets"])
    if "://" in str(source) or path.suffix.lower() in _DATABASE_SUFFIXES:
        return True
    if path.is_dir():
        return any(file.stem in titles for file in path.glob("*.csv"))
    try:
        package = workbook_package(open_file(path, LIMITS)) if path.is_file() else None
        if package is None:
            return False
        names = {tab.title for tab in listing_of(package).tabs}
        return LEDGER_PROPERTY in custom_properties(package.part("docProps/custom.xml")) or (
            len(names & titles) >= FEWEST_SHEETS
        )
    except (Refused, ParseError, ValueError):
        return False


LEDGER_PROPERTY = "xlperf.ledger"
"""The custom property of a ledger workbook: the id of its profile."""
FEWEST_SHEETS = 3
"""Sheets named as in a ledger that make a workbook one."""
_LONGEST = 100


def titled(name: str) -> str:
    """The title of the instructions of a ledger for the profile called ``name``."""
    return f"{read(schemas_dir() / 'ledger.json', 'ledger')['title']}（{name}）"


def named_profile(tables: SourceTables, usual: Profile | None) -> Profile:
    """The profile that the ledger names, else ``usual``.

    Raises InputError where there is neither, and for a name that is no profile's.
    """
    names = (tables.profile, *map(_titled_name, _titles(tables)))
    name = " ".join(next(filter(None, names), "").split())[:_LONGEST]
    if name:
        return load_profile(name)
    if usual is None:
        known = "、".join(profile_ids())
        raise InputError(ledger_text("no_profile", known=known))
    return usual


def _titles(tables: SourceTables) -> list[str]:
    tops = (grid.top(1) for grid in tables.grids if grid.frame.size)
    return [str(rows[0][0]) for rows in tops if rows and rows[0]]


def _titled_name(title: str) -> str:
    """The name in a title of instructions; "" for any other text."""
    before, after = titled("\0").split("\0")
    is_title = title.startswith(before) and title.endswith(after) and len(title) > len(before + after)
    return title.removeprefix(before).removesuffix(after) if is_title else ""
