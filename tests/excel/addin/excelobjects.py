"""Excel's objects as pywin32 shows them to xlwings, held in memory: application, workbook, sheet, range.

They carry what xlwings touches on the way of a worksheet function and no more; names are Excel's.
Cell values are what pywin32 hands over: float, str, bool, None, Decimal (currency), aware datetime, and an
int only for an error, its SCODE.
"""
# ruff: noqa: N802 (the names are those of Excel's object model)

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from openpyxl.utils import column_index_from_string, get_column_letter

RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
"""By this interface xlwings knows a range among the arguments."""
MISSING = -2147352572
"""What an argument left out arrives as (DISP_E_PARAMNOTFOUND)."""
ERROR_CODES = {
    "#NULL!": -2146826288,
    "#DIV/0!": -2146826281,
    "#VALUE!": -2146826273,
    "#REF!": -2146826265,
    "#NAME?": -2146826259,
    "#NUM!": -2146826252,
    "#N/A": -2146826246,
}
"""The SCODE by which pywin32 hands over an error cell, by its text."""
ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?", re.ASCII)


class ComError(Exception):
    """What pywin32 raises when Excel refuses: ``pywintypes.com_error``."""

    def __init__(self, hresult: int = 0, text: str = "", excepinfo: Any = None, argument: Any = None) -> None:
        super().__init__(hresult, text, excepinfo, argument)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, text, excepinfo, argument


def com_value(value: object) -> object:
    """Return a cell value as pywin32 hands it over; an int that is no error code becomes a float."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value in ERROR_CODES.values() else float(value)
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=dt.timezone.utc)  # noqa: UP017 (pywin32 knows this name)
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day, tzinfo=dt.timezone.utc)  # noqa: UP017
    return value


@dataclass
class Application:
    """``Excel.Application``: it keeps the calls of ``MacroOptions`` in ``macro_options``."""

    Name: str = "Microsoft Excel"
    Version: str = "16.0"
    Hwnd: int = 1
    macro_options: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def MacroOptions(self, macro: str, **options: Any) -> None:
        """Take the description of one function."""
        self.macro_options.append((macro, options))


class Components:
    """``VBProject.VBComponents``: it keeps the text of each imported module in ``imported``."""

    def __init__(self) -> None:
        self.imported: list[str] = []

    def __call__(self, name: str) -> Any:
        """Find no module of that name."""
        raise ComError(text=f"no module {name}")

    def Remove(self, component: Any) -> None:
        """Refuse: no module is ever found to be removed."""
        raise ComError(text=f"no module {component}")

    def Import(self, path: str) -> None:
        """Take the module in the file ``path``."""
        self.imported.append(Path(path).read_text("utf-8"))


class Collection:
    """``Workbook.Worksheets``: sheets by number from 1 or by name."""

    def __init__(self, book: "Workbook") -> None:
        self.Parent = book
        self._sheets: list[Sheet] = []

    @property
    def Count(self) -> int:
        """How many sheets there are."""
        return len(self._sheets)

    def __iter__(self) -> Iterator["Sheet"]:
        return iter(self._sheets)

    def __call__(self, key: int | str) -> "Sheet":
        """Return one sheet; ComError when there is none."""
        for number, sheet in enumerate(self._sheets, 1):
            if key in (number, sheet.Name):
                return sheet
        raise ComError(text=f"no sheet {key}")

    def append(self, sheet: "Sheet") -> None:
        """Put a sheet last."""
        self._sheets.append(sheet)


class Workbook:
    """``Excel.Workbook`` with its sheets and what ``import_udfs`` wants of its VBA project."""

    def __init__(self, name: str = "Book1.xlsx", application: Application | None = None) -> None:
        self.Name = self.FullName = name
        self.Path = ""
        self.Application = application or Application()
        self.Worksheets = self.Sheets = Collection(self)
        self.VBProject = SimpleNamespace(VBComponents=Components())

    def add(self, name: str, rows: Sequence[Sequence[object]] = ()) -> "Sheet":
        """Put a sheet last, with ``rows`` from A1 on."""
        sheet = Sheet(name, self, rows)
        self.Worksheets.append(sheet)
        return sheet


class Sheet:
    """``Excel.Worksheet``: its cells are in ``values`` by (row, column), both from 1."""

    def __init__(self, name: str, book: Workbook, rows: Sequence[Sequence[object]] = ()) -> None:
        self.Name, self.Parent, self.Application = name, book, book.Application
        self.values: dict[tuple[int, int], object] = {}
        Range(self, (1, 1, 1, 1)).fill(rows)

    def Cells(self, row: int, column: int) -> "Range":
        """Return one cell."""
        return Range(self, (row, column, 1, 1))

    @property
    def UsedRange(self) -> "Range":
        """The smallest rectangle around all cells that hold something; A1 when there are none."""
        places = [place for place, value in self.values.items() if value is not None] or [(1, 1)]
        rows, columns = [row for row, _ in places], [column for _, column in places]
        return Range(
            self,
            (min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1),
        )

    def Range(self, first: "str | Range", last: "str | Range | None" = None) -> "Range":
        """Return the range at an address, or the rectangle that spans two ranges."""
        start = Range(self, corners(first)) if isinstance(first, str) else first
        other = start if last is None else Range(self, corners(last)) if isinstance(last, str) else last
        top, left = min(start.Row, other.Row), min(start.Column, other.Column)
        bottom = max(r.Row + r.Rows.Count for r in (start, other))
        right = max(r.Column + r.Columns.Count for r in (start, other))
        return Range(self, (top, left, bottom - top, right - left))


class Range:
    """``Excel.Range``, one rectangle: ``place`` is (row, column, rows, columns)."""

    CLSID = RANGE_IID

    def __init__(self, sheet: Sheet, place: tuple[int, int, int, int]) -> None:
        self.Worksheet = self.Parent = sheet
        self.Application = sheet.Application
        self.Row, self.Column, rows, columns = place
        self.Rows, self.Columns = SimpleNamespace(Count=rows), SimpleNamespace(Count=columns)
        self.Count = self.CountLarge = rows * columns
        attributes = SimpleNamespace(iid=RANGE_IID)
        self._oleobj_ = SimpleNamespace(GetTypeInfo=lambda: SimpleNamespace(GetTypeAttr=lambda: attributes))

    def fill(self, rows: Sequence[Sequence[object]]) -> None:
        """Write rows of values from the first cell on, however large the range is."""
        for row, values in enumerate(rows, self.Row):
            for column, value in enumerate(values, self.Column):
                self.Worksheet.values[row, column] = com_value(value)

    @property
    def Value(self) -> Any:
        """The value of one cell, or the rows of values as tuples."""
        rows = tuple(
            tuple(
                self.Worksheet.values.get((row, column))
                for column in range(self.Column, self.Column + self.Columns.Count)
            )
            for row in range(self.Row, self.Row + self.Rows.Count)
        )
        return rows[0][0] if self.Count == 1 else rows

    @property
    def Address(self) -> str:
        """The address with dollars, for example "$B$2:$C$9"."""
        return self.GetAddress()

    def GetAddress(
        self, row: bool = True, column: bool = True, style: int = 1, external: bool = False
    ) -> str:
        """Return the address; ``row``, ``column``: with a dollar, ``external``: with book and sheet."""

        def cell(at_row: int, at_column: int) -> str:
            return f"{'$' * column}{get_column_letter(at_column)}{'$' * row}{at_row}"

        first = cell(self.Row, self.Column)
        last = cell(self.Row + self.Rows.Count - 1, self.Column + self.Columns.Count - 1)
        book = f"[{self.Worksheet.Parent.Name}]{self.Worksheet.Name}!" if external else ""
        return book + (first if self.Count == 1 else f"{first}:{last}")


def corners(address: str) -> tuple[int, int, int, int]:
    """Return "B2:C9" as (row, column, rows, columns); ComError for what is no address."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise ComError(text=f"no address: {address}")
    column, row, last_column, last_row = found.groups()
    top, left = int(row), column_index_from_string(column)
    bottom, right = int(last_row or row), column_index_from_string(last_column or column)
    return top, left, bottom - top + 1, right - left + 1


def range_of(
    rows: Sequence[Sequence[object]], address: str = "A1", sheet: str = "Sheet1", book: str = "Book1.xlsx"
) -> Range:
    """Return a range that holds ``rows`` of one length from ``address`` on, in a book of its own."""
    row, column, _, _ = corners(address)
    result = Range(Workbook(book).add(sheet), (row, column, len(rows), len(rows[0])))
    result.fill(rows)
    return result
