"""The open workbook → a copy of it on disk, which the functions of the batch read; itself untouched."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlwings as xw

from xlperf.core.errors import InputError
from xlperf.core.files import safe_name
from xlperf.excel.actions.action_texts import text
from xlperf.excel.actions.host import Host

_SUFFIX = ".xlsx"


def open_book(host: Host) -> xw.Book:
    """The active workbook; raises InputError, for the message box, when there is none."""
    book = host.book()
    if book is None:
        raise InputError(text("no_book"))
    return book


@contextmanager
def saved_copy(host: Host, book: xw.Book) -> Iterator[Path]:
    """A copy of the book as it stands, under its own name in a folder that goes afterwards.

    The name is kept because units are told by it; a book that was never saved gets the usual suffix.
    Where formulas are calculated by hand only, they are calculated first.
    """
    name = book.name if host.has_file(book) else f"{safe_name(book.name)}{_SUFFIX}"
    with tempfile.TemporaryDirectory(prefix="xlperf-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, name)
        if host.app.calculation == "manual":
            host.app.calculate()
        host.save_copy(book, path)
        yield path


def free_to_write(host: Host, target: Path | None, *, to_open: bool = False) -> Path | None:
    """``target`` when it may be written: new, or to be replaced by the person's word; else None.

    A workbook that is open in Excel is never replaced, nor is one made of which another of the same
    name is open when it is ``to_open`` afterwards: Excel opens a name once.
    """
    if target is None:
        return None
    where = str(target).casefold()
    for book in host.app.books:
        same_name = book.name.casefold() == target.name.casefold()
        if same_name and (to_open or full_name(book).casefold() in (book.name.casefold(), where)):
            host.say(text("target_open", name=target.name), bad=True)
            return None
    if target.exists() and not host.ask(text("overwrite", path=target)):
        return None
    return target


def is_shown(sheet: xw.Sheet) -> bool:
    """Whether the sheet has a tab; a very hidden one has none either (Excel tells -1, 0 or 2)."""
    return int(sheet.visible) in (-1, 1)


def sheet_of(book: xw.Book, title: str) -> xw.Sheet | None:
    """The worksheet ``title``, None when it is gone."""
    return next((sheet for sheet in book.sheets if sheet.name == title), None)


def full_name(book: xw.Book) -> str:
    """Where the book lies on this computer; its name alone when it was never saved or lies in a cloud.

    xlwings raises where it cannot tell which folder an address in the web is kept in.
    """
    try:
        return str(Path(book.fullname))
    except Exception:
        return str(book.name)
