"""The workbooks that are open in Excel → a copy of one on disk; which files and folders are free to write."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import xlwings as xw

from xlperf.core.errors import InputError, OutputError
from xlperf.core.files import ensure_writable_dir, safe_name
from xlperf.declarations.findings import Finding
from xlperf.excel.actions.excel_ui import ExcelUI, text
from xlperf.ooxml.limits import LIMITS, Limits

_T = TypeVar("_T")


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
    name = book.name if ui.has_file(book) else f"{safe_name(book.name)}.xlsx"
    with tempfile.TemporaryDirectory(prefix="xlperf-", ignore_cleanup_errors=True) as folder:
        path = Path(folder, name)
        if ui.app.calculation == "manual":
            ui.app.calculate()
        ui.save_copy(book, path)
        yield path


_LOCKED = ("F103", "F117")
"""The file has a password, and so has every copy that Excel saves of it; the one given is wrong."""


def with_password(
    ui: ExcelUI, read: Callable[[Limits], _T], findings_of: Callable[[_T], Iterable[Finding]]
) -> _T:
    """What ``read`` gives; as long as its findings say that the file has a password, the person is asked."""
    made = read(LIMITS)
    while any(finding.code in _LOCKED for finding in findings_of(made)):
        password = ui.enter(text("which_password"))
        if not password:
            break
        made = read(replace(LIMITS, passwords=(password,)))
    return made


def home_of(ui: ExcelUI, book: xw.Book | None) -> Path | None:
    """The folder of the book on this computer; None without one, and for a book that is in a cloud."""
    if book is None or not ui.has_file(book):
        return None
    folder = Path(full_name(book)).parent
    return folder if folder.is_absolute() and folder.is_dir() else None


def output_folder(
    ui: ExcelUI, caption: str, start: Path | None = None, received: Path | None = None
) -> Path | None:
    """A folder that takes files, as the person chooses; None when cancelled.

    Asks again for one that takes none, and for one among what was ``received``.
    """
    while (folder := ui.folder(caption, start)) is not None:
        if is_among(ui, folder, received):
            continue
        try:
            return ensure_writable_dir(folder)
        except OutputError as error:
            ui.say(str(error), bad=True)
    return None


def is_among(ui: ExcelUI, target: Path, received: Path | None) -> bool:
    """Whether a file or folder to be written lies in the folder ``received``; the person is informed then."""
    is_inside = received is not None and received.resolve() in (target.resolve(), *target.resolve().parents)
    if is_inside:
        ui.say(text("among_received", folder=received), bad=True)
    return is_inside


_LOCK = "~$"
"""How the file begins that Word and Excel keep next to one that is open; it ends in the name from its third
character on, or in the whole name where that is short.
"""


def is_in_use(ui: ExcelUI, path: Path) -> bool:
    """Whether a file seems to be open: here in Excel, in Word, or on another computer."""
    where = str(path).casefold()
    if any(full_name(book).casefold() == where for book in ui.app.books):
        return True
    locks = (path.with_name(_LOCK + path.name[2:]), path.with_name(_LOCK + path.name))
    return path.exists() and any(lock.exists() for lock in locks)


def numbered(target: Path) -> Path:
    """``target``, or where that exists the first of its name with a number that does not."""
    number = 1
    free = target
    while free.exists():
        number += 1
        free = target.with_name(text("numbered", stem=target.stem, number=number) + target.suffix)
    return free


def namesakes(ui: ExcelUI, target: Path) -> list[xw.Book]:
    """The open workbooks that have the name of ``target``, in any folder: Excel opens a name once."""
    return [book for book in ui.app.books if book.name.casefold() == target.name.casefold()]


def free_to_write(ui: ExcelUI, target: Path | None, *, to_open: bool = False) -> Path | None:
    """``target`` when it may be written: it does not exist, or the person agrees to replace it; else None.

    A workbook that is open in Excel is never replaced. One that is ``to_open`` afterwards is refused while
    another of the same name is open.
    """
    if target is None:
        return None
    where = str(target).casefold()
    for book in namesakes(ui, target):
        if to_open or full_name(book).casefold() in (book.name.casefold(), where):
            ui.say(text("target_open", name=target.name), bad=True)
            return None
    if is_in_use(ui, target):
        ui.say(text("target_in_use", name=target.name), bad=True)
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
