"""An engine of xlwings over workbooks of openpyxl, so that the ribbon's actions run through xlwings itself.

It follows xlwings' own classes for Windows, as far as the actions use them, and offers nothing that
those do not (a test compares the two). The remote engine of xlwings PRO would do some of this too; it is
not used, because its licence does not cover everyone who runs these tests.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from itertools import count
from pathlib import Path
from typing import Any

import xlwings as xw
from openpyxl.formula.translate import Translator
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import base_classes

from tests.live.livebook import ERRORS, ExcelError, LiveBook

NAME = "openpyxl"
_ERROR_TEXTS = {number: text for text, number in ERRORS.items()}
_PIDS = count(1000)


class Engine:
    """What xlwings asks of an engine; ``running`` are its Excels."""

    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.running: list[App] = []

    @property
    def apps(self) -> "Apps":
        return Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(
        data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: bool
    ) -> list[list[Any]]:
        def clean(value: Any) -> Any:
            if value is None or value == "":
                return empty_as
            if isinstance(value, int) and not isinstance(value, bool) and value in _ERROR_TEXTS:
                return _ERROR_TEXTS[value] if err_to_str else None
            return number_builder(value) if number_builder and isinstance(value, float) else value

        rows = data if isinstance(data, tuple) else ((data,),)
        return [[clean(value) for value in row] for row in rows]


class Apps(base_classes.Apps):
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, **_: Any) -> "App":
        self.engine.running.insert(0, App(self.engine))
        return self.engine.running[0]

    def keys(self) -> list[int]:
        return [one.pid for one in self.engine.running]

    def __iter__(self) -> Iterator["App"]:
        return iter(self.engine.running)

    def __len__(self) -> int:
        return len(self.engine.running)

    def __getitem__(self, pid: int) -> "App":
        return next(one for one in self.engine.running if one.pid == pid)


class App(base_classes.App):
    """One Excel: its open workbooks, the active one, and what is switched on."""

    screen_updating = display_alerts = enable_events = True
    calculation = "automatic"
    engine: Any = None
    pid = 0
    status_bar: Any = False
    visible = True

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.pid = next(_PIDS)
        self.open: list[LiveBook] = []
        self.current: LiveBook | None = None

    @property
    def api(self) -> "App":
        return self

    @property
    def books(self) -> "Books":
        return Books(self)

    def activate(self, steal_focus: bool = False) -> None:
        self.engine.running.remove(self)
        self.engine.running.insert(0, self)

    @property
    def selection(self) -> "Range | None":
        if self.current is None:
            return None
        sheet = self.current.book.active
        return Range(Sheet(self, self.current, sheet), self.current.selections.get(sheet.title, (1, 1, 1, 1)))


class Books(base_classes.Books):
    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def active(self) -> "Book":
        return Book(self.app, self.app.current)

    def __call__(self, key: Any) -> "Book":
        for number, one in enumerate(self.app.open, 1):
            if key in (number, one.name):
                return Book(self.app, one)
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.app.open)

    def __iter__(self) -> Iterator["Book"]:
        return (Book(self.app, one) for one in self.app.open)

    def add(self) -> "Book":
        return self._shown(LiveBook())

    def open(self, fullname: str, *_: Any, read_only: bool = False, **__: Any) -> "Book":
        return self._shown(LiveBook(Path(fullname), read_only=read_only))

    def _shown(self, opened: LiveBook) -> "Book":
        self.app.open.append(opened)
        self.app.current = opened
        return Book(self.app, opened)


class Book(base_classes.Book):
    app: Any = None

    def __init__(self, app: App, live: LiveBook | None) -> None:
        self.app, self.live = app, live

    @property
    def api(self) -> LiveBook:
        assert self.live
        return self.live

    @property
    def name(self) -> str:
        return self.api.name

    @property
    def fullname(self) -> str:
        return str(self.api.path or self.api.name)

    @property
    def sheets(self) -> "Sheets":
        return Sheets(self.app, self.api)

    @property
    def names(self) -> "Names":
        return Names(self.app, self.api, self.api.book.defined_names, "")

    def activate(self) -> None:
        self.app.current = self.live


class Sheets(base_classes.Sheets):
    def __init__(self, app: App, live: LiveBook) -> None:
        self.app, self.live = app, live

    @property
    def active(self) -> "Sheet":
        return Sheet(self.app, self.live, self.live.book.active)

    def __call__(self, key: Any) -> "Sheet":
        if isinstance(key, int):
            return Sheet(self.app, self.live, self.live.book.worksheets[key - 1])
        found = [one for one in self.live.book.worksheets if one.title.casefold() == key.casefold()]
        if not found:
            raise ExcelError(f"no sheet {key}")
        return Sheet(self.app, self.live, found[0])

    def __len__(self) -> int:
        return len(self.live.book.worksheets)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.app, self.live, one) for one in list(self.live.book.worksheets))

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> "Sheet":
        self.live.refuse_fixed()
        titles = [one.title for one in self.live.book.worksheets]
        at = titles.index(after.name) + 1 if after else titles.index(before.name) if before else 0
        made = self.live.book.create_sheet(name, at)
        self.live.book.active = self.live.book.worksheets.index(made)
        return Sheet(self.app, self.live, made)


class Sheet(base_classes.Sheet):
    def __init__(self, app: App, live: LiveBook, xl: Worksheet) -> None:
        self.app, self.live, self.xl = app, live, xl

    @property
    def api(self) -> Worksheet:
        return self.xl

    @property
    def name(self) -> str:
        return str(self.xl.title)

    @property
    def book(self) -> Book:
        return Book(self.app, self.live)

    @property
    def index(self) -> int:
        return int(self.live.book.worksheets.index(self.xl)) + 1

    @property
    def names(self) -> "Names":
        return Names(self.app, self.live, self.xl.defined_names, self.name)

    @property
    def visible(self) -> int:
        """xlSheetVisible, xlSheetHidden, xlSheetVeryHidden."""
        return {"visible": -1, "hidden": 0, "veryHidden": 2}[self.xl.sheet_state]

    @property
    def used_range(self) -> "Range":
        left, top, right, bottom = range_boundaries(self.xl.calculate_dimension())
        return Range(self, (top, left, bottom - top + 1, right - left + 1))

    def range(self, first: Any, last: Any = None) -> "Range":
        top, left, height, width = self._area(first)
        if last is None:
            return Range(self, (top, left, height, width))
        bottom, right, more, wider = self._area(last)
        return Range(self, (top, left, bottom + more - top, right + wider - left))

    def _area(self, given: Any) -> tuple[int, int, int, int]:
        if isinstance(given, Range):
            return given.area
        if isinstance(given, tuple):
            return given if len(given) == 4 else (*given, 1, 1)
        left, top, right, bottom = range_boundaries(given)
        right = right or self.xl.max_column
        return top, left or 1, bottom - top + 1, right - (left or 1) + 1

    def activate(self) -> None:
        if self.xl.sheet_state != "visible":
            raise ExcelError(f"{self.name} is hidden")
        self.live.book.active = self.live.book.worksheets.index(self.xl)

    def delete(self) -> None:
        self.live.delete(self.xl)


class Range(base_classes.Range):
    """``area``: first row, first column, number of rows, number of columns."""

    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: Sheet, area: tuple[int, int, int, int]) -> None:
        self.sheet, self.area = sheet, area
        self.live, self.xl = sheet.live, sheet.xl

    @property
    def api(self) -> "Range":
        return self

    @property
    def row(self) -> int:
        return self.area[0]

    @property
    def column(self) -> int:
        return self.area[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self.area[2:]

    @property
    def address(self) -> str:
        top, left, height, width = self.area
        first = f"${get_column_letter(left)}${top}"
        return first if (height, width) == (1, 1) else f"{first}:{self._last()}"

    def _last(self) -> str:
        top, left, height, width = self.area
        return f"${get_column_letter(left + width - 1)}${top + height - 1}"

    def __len__(self) -> int:
        return self.area[2] * self.area[3]

    def __call__(self, row: int, column: int | None = None) -> "Range":
        if column is None:
            row, column = (row - 1) // self.area[3] + 1, (row - 1) % self.area[3] + 1
        return Range(self.sheet, (self.area[0] + row - 1, self.area[1] + column - 1, 1, 1))

    def places(self) -> list[list[tuple[int, int]]]:
        top, left, height, width = self.area
        return [[(row, column) for column in range(left, left + width)] for row in range(top, top + height)]

    def cells(self) -> list[Any]:
        """The cells of the area as openpyxl has them."""
        return [self.xl.cell(*place) for row in self.places() for place in row]

    @property
    def raw_value(self) -> Any:
        found = tuple(tuple(self.live.value(self.xl, place) for place in row) for row in self.places())
        return found[0][0] if len(self) == 1 else found

    @raw_value.setter
    def raw_value(self, given: Any) -> None:
        for number, row in enumerate(self.places()):
            for column, place in enumerate(row):
                value = given[number][column] if isinstance(given, Sequence) and given and not isinstance(
                    given, str
                ) else given
                self.live.enter(self.xl, place, value)

    @property
    def formula(self) -> Any:
        found = tuple(tuple(self.xl.cell(*place).value or "" for place in row) for row in self.places())
        return found[0][0] if len(self) == 1 else found

    @property
    def color(self) -> tuple[int, int, int] | None:
        fill = self.xl.cell(*self.area[:2]).fill
        rgb = fill.fgColor.rgb
        if fill.fill_type is None or not isinstance(rgb, str):
            return None
        return int(rgb[2:4], 16), int(rgb[4:6], 16), int(rgb[6:8], 16)

    @color.setter
    def color(self, given: Any) -> None:
        self.live.refuse_protected(self.xl, "formatCells")
        for cell in self.cells():
            cell.fill = PatternFill() if given is None else PatternFill("solid", fgColor=f"FF{given[1:]}")

    @property
    def number_format(self) -> str | None:
        found = {cell.number_format for cell in self.cells()}
        return found.pop() if len(found) == 1 else None

    @property
    def font(self) -> "Font":
        return Font(self)

    wrap_text = property(None, lambda self, given: self._align(wrap_text=given))
    horizontal_alignment = property(None, lambda self, given: self._align(horizontal=given))
    vertical_alignment = property(None, lambda self, given: self._align(vertical=given))

    def _align(self, **given: Any) -> None:
        for cell in self.cells():
            cell.alignment = Alignment(**{**_kept(cell.alignment), **given})

    column_width = property(None, lambda self, given: self._size(given))

    def _size(self, width: float) -> None:
        for column in range(self.area[1], self.area[1] + self.area[3]):
            self.xl.column_dimensions[get_column_letter(column)].width = width

    @property
    def row_height(self) -> float | None:
        found = {self.xl.row_dimensions[row].height or 15.0 for row in self._rows()}
        return found.pop() if len(found) == 1 else None

    @row_height.setter
    def row_height(self, given: float) -> None:
        for row in self._rows():
            self.xl.row_dimensions[row].height = given

    def _rows(self) -> range:
        return range(self.area[0], self.area[0] + self.area[2])

    @property
    def row_hidden(self) -> bool | None:
        found = {bool(self.xl.row_dimensions[row].hidden) for row in self._rows()}
        return found.pop() if len(found) == 1 else None

    def autofit(self, axis: str | None = None) -> None:
        for row in self._rows():
            self.xl.row_dimensions[row].height = None

    @property
    def merge_area(self) -> "Range":
        here = CellRange(min_row=self.row, max_row=self.row, min_col=self.column, max_col=self.column)
        for one in self.xl.merged_cells.ranges:
            if here.issubset(one):
                return Range(self.sheet, (one.min_row, one.min_col, one.size["rows"], one.size["columns"]))
        return self(1, 1)

    def merge(self, across: bool = False) -> None:
        self.live.refuse_protected(self.xl)
        self.xl.merge_cells(self.address.replace("$", ""))

    def unmerge(self) -> None:
        self.live.refuse_protected(self.xl)
        mine = CellRange(self.address.replace("$", ""))
        for one in list(self.xl.merged_cells.ranges):
            if not one.isdisjoint(mine):
                self.xl.unmerge_cells(str(one))

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        self.live.insert(self.xl, self.area[0], self.area[2])

    def copy(self, destination: "Range | None" = None) -> None:
        """Copy one row onto every row of ``destination``: formats, values, formulas, merged cells."""
        assert destination
        target = destination.api
        if self.area[2] != 1 or target.area[3] != self.area[3]:
            raise NotImplementedError("only one row onto rows of the same width")
        for row in target._rows():
            for cell in self.cells():
                there = self.xl.cell(row, cell.column)
                self.live.refuse_locked(self.xl, there)
                there._style = copy(cell._style)
                there.value = cell.value
                if cell.data_type == "f":
                    there.value = Translator(cell.value, cell.coordinate).translate_formula(there.coordinate)
            for one in list(self.xl.merged_cells.ranges):
                if one.min_row == one.max_row == self.row:
                    self.xl.merge_cells(None, row, one.min_col, row, one.max_col)
        self.live.is_dirty = True

    def select(self) -> None:
        if self.xl.title != self.live.book.active.title:
            raise ExcelError("Select method of Range class failed")
        self.live.selections[self.xl.title] = self.area

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        cell = self.xl.cell(*self.area[:2])
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=address.removeprefix("#"), tooltip=screen_tip)


class Font(base_classes.Font):
    def __init__(self, area: Range) -> None:
        self.area = area

    bold = property(None, lambda self, given: self._set(b=given))
    size = property(None, lambda self, given: self._set(sz=given))
    color = property(None, lambda self, given: self._set(color=f"FF{given[1:]}"))

    def _set(self, **given: Any) -> None:
        for cell in self.area.cells():
            font = copy(cell.font)
            cell.font = type(font)(**{**{name: getattr(font, name) for name in ("name", "b", "sz", "color")}, **given})


class Names(base_classes.Names):
    """The names of a workbook, or those local to one sheet (as Worksheet.Names)."""

    def __init__(self, app: App, live: LiveBook, defined: Any, title: str) -> None:
        self.app, self.live, self.defined, self.title = app, live, defined, title

    def __call__(self, key: Any) -> "Name":
        names = list(self.defined)
        return Name(self, names[key - 1] if isinstance(key, int) else key)

    def __len__(self) -> int:
        return len(self.defined)

    def contains(self, key: str) -> bool:
        return key in self.defined

    def add(self, name: str, refers_to: str) -> "Name":
        self.defined[name] = DefinedName(name, attr_text=refers_to.removeprefix("="))
        return Name(self, name)


class Name(base_classes.Name):
    def __init__(self, names: Names, key: str) -> None:
        self.names, self.key = names, key

    @property
    def api(self) -> DefinedName:
        return self.names.defined[self.key]

    @property
    def name(self) -> str:
        title = self.names.title
        return f"'{title}'!{self.key}" if title else self.key

    @property
    def refers_to(self) -> str:
        return f"={self.api.attr_text}"

    @refers_to.setter
    def refers_to(self, given: str) -> None:
        self.api.attr_text = given.removeprefix("=")
        self.names.live.is_dirty = True

    def delete(self) -> None:
        del self.names.defined[self.key]


def _kept(alignment: Alignment) -> dict[str, Any]:
    return {name: getattr(alignment, name) for name in ("horizontal", "vertical", "wrap_text", "indent")}


def start() -> xw.App:
    """A new Excel without workbooks, the one that xlwings takes for active."""
    engine = xw.Engine(impl=Engine())
    engine.activate()
    return xw.App(impl=engine.apps.add().impl)
