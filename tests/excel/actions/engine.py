"""An engine of xlwings over workbooks of openpyxl, so that the ribbon's actions run through xlwings itself.

It follows xlwings' own classes for Windows, as far as the actions use them, and offers nothing that
those do not (a test compares the two). The remote engine of xlwings PRO would do some of this too; it is
not used, because its licence does not cover everyone who runs these tests.
"""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import xlwings as xw
from openpyxl.utils import range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet
from xlwings import base_classes

from tests.excel.actions.livebook import ERRORS, ExcelError, LiveBook, cells_of
from tests.excel.actions.ranges import Note, Range

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

        return [[clean(value) for value in row] for row in data]


class Apps(base_classes.Apps):
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, **_: Any) -> "App":
        self.engine.running.insert(0, App(self.engine))
        return self.engine.running[0]

    def keys(self) -> list[int]:
        return [app.pid for app in self.engine.running]

    def __iter__(self) -> Iterator["App"]:
        return iter(self.engine.running)

    def __len__(self) -> int:
        return len(self.engine.running)

    def __getitem__(self, pid: int) -> "App":
        return next(app for app in self.engine.running if app.pid == pid)


class App(base_classes.App):
    """One Excel: its open workbooks, the active one, and what is switched on."""

    screen_updating = display_alerts = enable_events = True
    calculation = "automatic"
    engine: Any = None
    pid = calculated = 0
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

    def calculate(self) -> None:
        self.calculated += 1

    def activate(self, steal_focus: bool = False) -> None:
        self.engine.running.remove(self)
        self.engine.running.insert(0, self)

    @property
    def selection(self) -> Range | None:
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
        for number, book in enumerate(self.app.open, 1):
            if key in (number, book.name):
                return Book(self.app, book)
        raise KeyError(key)

    def __len__(self) -> int:
        return len(self.app.open)

    def __iter__(self) -> Iterator["Book"]:
        return (Book(self.app, book) for book in self.app.open)

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
        found = [sheet for sheet in self.live.book.worksheets if sheet.title.casefold() == key.casefold()]
        if not found:
            raise ExcelError(f"no sheet {key}")
        return Sheet(self.app, self.live, found[0])

    def __len__(self) -> int:
        return len(self.live.book.worksheets)

    def __iter__(self) -> Iterator["Sheet"]:
        return (Sheet(self.app, self.live, sheet) for sheet in list(self.live.book.worksheets))

    def add(self, before: Any = None, after: Any = None, name: str | None = None) -> "Sheet":
        self.live.refuse_fixed()
        titles = [sheet.title for sheet in self.live.book.worksheets]
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

    @name.setter
    def name(self, given: str) -> None:
        self.xl.title = given

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
    def notes(self) -> list[Note]:
        return [Note(cell) for cell in cells_of(self.xl) if cell.comment]

    @property
    def visible(self) -> int:
        """xlSheetVisible, xlSheetHidden, xlSheetVeryHidden."""
        return {"visible": -1, "hidden": 0, "veryHidden": 2}[self.xl.sheet_state]

    @property
    def used_range(self) -> Range:
        left, top, right, bottom = range_boundaries(self.xl.calculate_dimension())
        return Range(self, (top, left, bottom - top + 1, right - left + 1))

    def range(self, first: Any, last: Any = None) -> Range:
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


def start() -> xw.App:
    """A new Excel without workbooks, the one that xlwings takes for active."""
    engine = xw.Engine(impl=Engine())
    engine.activate()
    return xw.App(impl=engine.apps.add().impl)
