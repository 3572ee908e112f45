"""The open workbook → a copy on disk, which the batch reads; and where a new workbook may be written."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings as xw

from xlperf.core.errors import InputError
from xlperf.core.files import safe_name
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.excel_ui import ExcelUI

_SUFFIX = ".xlsx"


def open_book(ui: ExcelUI) -> xw.Book:
    """The active workbook; raises InputError, for the message box, when there is none."""
    book = ui.book()
    if book is None:
        raise InputError(text("no_book"))
    return book


@contextmanager
def saved_copy(ui: ExcelUI, book: xw.Book) -> Iterator[Path]:
    """A copy of the book as it is now, under its own name in a folder that is deleted afterwards.

    The name is kept because units are known by it; a book that was never saved gets the suffix .xlsx.
    Where Excel calculates by hand only, formulas are calculated first.
    """
    name = book.name if ui.has_file(book) else f"{safe_name(book.name)}{_SUFFIX}"
    with tempfile.TemporaryDirectory(prefix="xlperf-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, name)
        if ui.app.calculation == "manual":
            ui.app.calculate()
        ui.save_copy(book, path)
        yield path


def free_to_write(ui: ExcelUI, target: Path | None, *, to_open: bool = False) -> Path | None:
    """``target`` when it may be written: it does not exist, or the person agrees to replace it; else None.

    A workbook that is open in Excel is never replaced. One that is ``to_open`` afterwards is refused while
    another of the same name is open: Excel opens a name once.
    """
    if target is None:
        return None
    where = str(target).casefold()
    for book in ui.app.books:
        same_name = book.name.casefold() == target.name.casefold()
        if same_name and (to_open or full_name(book).casefold() in (book.name.casefold(), where)):
            ui.say(text("target_open", name=target.name), bad=True)
            return None
    if target.exists() and not ui.ask(text("overwrite", path=target)):
        return None
    return target


def is_shown(sheet: xw.Sheet) -> bool:
    """Whether the sheet has a tab; a very hidden one has none either (Excel has -1, 0 or 2)."""
    return int(sheet.visible) in (-1, 1)


def sheet_of(book: xw.Book, title: str) -> xw.Sheet | None:
    """The worksheet ``title``, None when there is none."""
    return next((sheet for sheet in book.sheets if sheet.name == title), None)


def full_name(book: xw.Book) -> str:
    """The path of the book on this computer; its name alone when it was never saved or is in a cloud.

    xlwings raises where it cannot find the folder of an address in the web.
    """
    try:
        return str(Path(book.fullname))
    except Exception:
        return str(book.name)
