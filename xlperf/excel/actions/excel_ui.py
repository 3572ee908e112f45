"""What an action asks and says (schemas/live.json): the interface to the person and to Excel's own objects.

The one place where Windows and Excel's object model are spoken to.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import xlwings as xw

from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of, texts_of
from xlperf.jobs.run_options import Progress

FEW = 5
"""Lines of a list that a message box shows."""


def text(name: str, /, **values: object) -> str:
    """The message ``name``, its gaps filled with ``values``."""
    return text_of("live", "texts", name, **values)


def brief(finding: Finding) -> str:
    """A finding on one line: sheet, cell, message."""
    place = " ".join(filter(None, (finding.location.sheet, finding.location.cell)))
    return text("brief", place=place, message=finding.message)


def first_few(lines: Sequence[str], most: int = FEW) -> list[str]:
    """The first lines of a message that may be long, and how many more there are."""
    left = len(lines) - most
    return [*lines[:most], text("and_more", count=left)] if left > 0 else list(lines)


def title() -> str:
    """The title of every message box."""
    return str(texts_of("live")["title"])


def files(kind: str) -> tuple[str, Sequence[str]]:
    """What a file dialog calls the files of ``kind``, and their patterns (``*.xlsx``)."""
    entry = texts_of("live")["files"][kind]
    return entry["name"], entry["patterns"]


def files_or_folder(ui: "ExcelUI", question: str, which: str, folder: str, *, several: bool) -> list[Path]:
    """Received files, or a folder of them, as the person answers the ``question``; none when cancelled."""
    if ui.ask(question):
        return ui.open_files(which, files("received"), several=several)
    chosen = ui.folder(folder)
    return [chosen] if chosen else []


LONGEST_PROMPT = 250
"""Excel cuts longer texts that a program hands to an input box or the status bar."""


_TEXT = 2
_ALLOWED = (
    *("AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows"),
    *("AllowInsertingColumns", "AllowInsertingRows", "AllowInsertingHyperlinks"),
    *("AllowDeletingColumns", "AllowDeletingRows"),
    *("AllowSorting", "AllowFiltering", "AllowUsingPivotTables"),
)
"""The properties of Worksheet.Protection, which Worksheet.Protect takes under the same names."""
_FOLDER_PICKER = 4
_CHOSEN = -1


class ExcelUI:
    """Excel on Windows, as xlwings reaches it, and the person who uses it. Tests have one of their own."""

    def __init__(self, app: xw.App) -> None:
        self.app = app

    @classmethod
    def of_caller(cls) -> Self:
        """The Excel whose button was pressed; without a caller the one in front.

        Raises an exception of xlwings where no Excel can be reached.
        """
        try:
            return cls(xw.Book.caller().app)
        except Exception:
            active = xw.apps.active
        if active is None:
            raise xw.XlwingsError("no running Excel")
        return cls(active)

    def say(self, message: str, *, bad: bool = False) -> None:
        """Show a message until it is confirmed; a message box takes texts of any length."""
        self.app.alert(message, title(), "ok", "critical" if bad else "info")

    def ask(self, question: str) -> bool:
        """Ask a question that is answered by yes or no."""
        return bool(self.app.alert(question, title(), "yes_no", "info") == "yes")

    def enter(self, prompt: str, given: str = "") -> str | None:
        """Ask for a line of text, None when cancelled; the prompt has at most LONGEST_PROMPT characters."""
        answer = self.app.api.InputBox(Prompt=prompt, Title=title(), Default=given, Type=_TEXT)
        return None if answer is False else str(answer)

    def open_files(self, caption: str, kind: tuple[str, Sequence[str]], *, several: bool) -> list[Path]:
        """The files chosen in a dialog, none when cancelled; ``kind`` as from ``files``."""
        chosen = self.app.api.GetOpenFilename(FileFilter=_filter(*kind), Title=caption, MultiSelect=several)
        if chosen is False:
            return []
        return [Path(str(path)) for path in (chosen if isinstance(chosen, tuple | list) else [chosen])]

    def folder(self, caption: str, start: Path | None = None) -> Path | None:
        """The folder chosen in a dialog that shows ``start`` first; None when cancelled."""
        dialog = self.app.api.FileDialog(_FOLDER_PICKER)
        dialog.Title = caption
        if start:
            dialog.InitialFileName = f"{start}\\"
        return Path(str(dialog.SelectedItems(1))) if dialog.Show() == _CHOSEN else None

    def save_as(self, caption: str, suggested: Path) -> Path | None:
        """Where a workbook is to be saved, as chosen in a dialog; it may exist. None when cancelled."""
        chosen = self.app.api.GetSaveAsFilename(
            InitialFileName=str(suggested), FileFilter=_filter("Excel", ["*.xlsx"]), Title=caption
        )
        return None if chosen is False else Path(str(chosen)).with_suffix(".xlsx")

    def open_document(self, path: Path) -> None:
        """Open a file with the program that Windows has for it; nothing happens where it has none."""
        if sys.platform == "win32":
            with suppress(OSError):
                os.startfile(path)

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Write the book as it is now to ``path``; the book stays unsaved, under its own name."""
        book.api.SaveCopyAs(str(path))

    def has_file(self, book: xw.Book) -> bool:
        """Whether the book has ever been saved."""
        return bool(book.api.Path)

    def is_read_only(self, book: xw.Book) -> bool:
        """Whether the book was opened for reading only."""
        return bool(book.api.ReadOnly)

    def is_fixed(self, book: xw.Book) -> bool:
        """Whether sheets cannot be added or taken away, because the structure is protected."""
        return bool(book.api.ProtectStructure)

    def may_format(self, sheet: xw.Sheet) -> bool:
        """Whether cells can be coloured: the sheet is not protected, or its protection allows it."""
        return not sheet.api.ProtectContents or bool(sheet.api.Protection.AllowFormattingCells)

    @contextmanager
    def unlocked(self, sheet: xw.Sheet) -> Iterator[bool]:
        """Lift the protection of a sheet inside the block and restore it afterwards.

        The block gets True; where the protection has a password, it stays and the block gets False.
        """
        api = sheet.api
        if not api.ProtectContents:
            yield True
            return
        options = {name: bool(getattr(api.Protection, name)) for name in _ALLOWED}
        options |= {
            "DrawingObjects": bool(api.ProtectDrawingObjects),
            "Scenarios": bool(api.ProtectScenarios),
        }
        with suppress(Exception):
            api.Unprotect("")
        if api.ProtectContents:
            yield False
            return
        try:
            yield True
        finally:
            api.Protect(Contents=True, **options)

    def hide_name(self, name: xw.Name) -> None:
        """Keep a defined name out of the list of names."""
        name.api.Visible = False

    def freeze(self, sheet: xw.Sheet, rows: int) -> None:
        """Keep the first rows of a sheet in view; the sheet is active afterwards."""
        sheet.activate()
        window = self.app.api.ActiveWindow
        window.FreezePanes = False
        window.SplitColumn, window.SplitRow = 0, rows
        window.FreezePanes = True

    def book(self) -> xw.Book | None:
        """The active workbook; None without one, and while one is open in protected view only."""
        if not len(self.app.books):
            return None
        try:
            active = self.app.books.active
            return active if active.name else None
        except AttributeError:
            return None

    def pick(self, question: str, options: Sequence[str], given: str = "") -> int | None:
        """The index of the option whose number the person enters; None when cancelled."""
        listed = "\n".join(f"{number}. {option}" for number, option in enumerate(options, 1))
        prompt = f"{question}\n{listed}"
        if len(prompt) > LONGEST_PROMPT:
            self.say(prompt)
            prompt = text("pick_number", question=question[:100], count=len(options))
        number = self.number(
            prompt,
            given,
            range(1, len(options) + 1),
            lambda answer: text("no_such_number", answer=answer, count=len(options)),
        )
        return None if number is None else number - 1

    def number(self, prompt: str, given: str, allowed: range, wrong: Callable[[str], str]) -> int | None:
        """The number among ``allowed`` that the person enters; None when cancelled.

        ``given`` is proposed; ``wrong`` gives the message for any other answer.
        """
        while (answer := self.enter(prompt, given)) is not None:
            if answer.strip().isdecimal() and int(answer) in allowed:
                return int(answer)
            self.say(wrong(answer.strip()[:50]), bad=True)
        return None

    def status(self, message: str = "") -> None:
        """Show a message in the status bar, or give the bar back to Excel."""
        self.app.status_bar = message.replace("\n", " ")[:LONGEST_PROMPT] or False

    def progress(self, message: str) -> Progress:
        """A function that shows in the status bar how much of a job is done, a hundred times at most.

        An Excel that is busy and refuses the call does not end the job.
        """
        shown = [-1]

        def show(done: int, total: int) -> None:
            """Show that ``done`` of ``total`` pieces are finished."""
            percent = done * 100 // max(total, 1)
            if percent > shown[0]:
                shown[0] = percent
                with suppress(Exception):
                    self.status(text("progress", message=message, done=done, total=total))

        self.status(message)
        return show

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Switch redrawing and event macros off inside the block."""
        before = self.app.screen_updating, self.app.enable_events
        self.app.screen_updating = self.app.enable_events = False
        try:
            yield
        finally:
            self.app.screen_updating, self.app.enable_events = before


def _filter(name: str, patterns: Sequence[str]) -> str:
    shown = ";".join(patterns)
    return f"{name} ({shown}),{shown}"
