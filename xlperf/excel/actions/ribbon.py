"""The id of a button of the ribbon → its action, in Excel on Windows; what goes wrong becomes a message."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

import xlwings as xw

from xlperf.core.errors import XlperfError
from xlperf.core.logs import log_path, write_log
from xlperf.excel.actions.excel_ui import ExcelUI, text, title

ACTIONS: Mapping[str, str] = {
    "new": "xlperf.excel.actions.short_actions:new",
    "fill": "xlperf.excel.actions.filling:fill",
    "check": "xlperf.excel.actions.checking:check",
    "next_finding": "xlperf.excel.actions.finding_navigation:next_finding",
    "previous_finding": "xlperf.excel.actions.finding_navigation:previous_finding",
    "explain": "xlperf.excel.actions.finding_navigation:explain",
    "upload": "xlperf.excel.actions.short_actions:upload",
    "import": "xlperf.excel.actions.short_actions:import_",
    "settings": "xlperf.excel.actions.short_actions:change",
    "doctor": "xlperf.excel.actions.short_actions:doctor",
}
"""The ids of the buttons and the functions behind them, imported when first pressed."""


def run(action: str) -> None:
    """Carry out ``action`` for the Excel that calls; called by the add-in, never raises."""
    try:
        from xlperf.excel.actions.ribbon import WindowsExcelUI  # noqa: PLC0415 - a missing Excel is reported below

        perform(action, WindowsExcelUI.of_caller())
    except Exception as error:
        _report_without_excel(action, error)


def perform(action: str, ui: ExcelUI) -> None:
    """Carry out ``action`` in the Excel of ``ui``.

    An XlperfError is shown as it is, any other shortly, with the log file it is written to. Raises only what
    ``ui`` raises when it cannot show a message.
    """
    try:
        ui.status()
        if action not in ACTIONS:
            ui.say(text("no_such_action", action=action), bad=True)
            return
        module, _, name = ACTIONS[action].partition(":")
        getattr(import_module(module), name)(ui)
    except XlperfError as error:
        ui.say(str(error), bad=True)
    except Exception as error:
        ui.say(text("broken", log=_logged(action, error)), bad=True)


def _logged(action: str, error: Exception) -> Path:
    """Write an error to the log; returns its path, even where the folder takes no file."""
    path = log_path()
    with suppress(OSError):
        write_log(path, action, error)
    return path


def _report_without_excel(action: str, error: Exception) -> None:
    """Show that Excel was not reached, in a message box of Windows, elsewhere on standard error."""
    message = text("no_excel", log=_logged(action, error))
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - its windll is on Windows only

        ctypes.windll.user32.MessageBoxW(None, message, text("no_excel_title"), 0x30)
    else:
        print(message, file=sys.stderr)


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


class WindowsExcelUI(ExcelUI):
    """Excel on Windows as xlwings reaches it."""

    @classmethod
    def of_caller(cls) -> "WindowsExcelUI":
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
        """A Windows message box, which takes texts of any length."""
        self.app.alert(message, title(), "ok", "critical" if bad else "info")

    def ask(self, question: str) -> bool:
        """A message box with yes and no."""
        return bool(self.app.alert(question, title(), "yes_no", "info") == "yes")

    def enter(self, prompt: str, given: str = "") -> str | None:
        """Application.InputBox, which gives False when cancelled."""
        answer = self.app.api.InputBox(Prompt=prompt, Title=title(), Default=given, Type=_TEXT)
        return None if answer is False else str(answer)

    def open_files(self, caption: str, kind: tuple[str, Sequence[str]], *, several: bool) -> list[Path]:
        """Application.GetOpenFilename, which gives False, a path, or a tuple of paths."""
        chosen = self.app.api.GetOpenFilename(FileFilter=_filter(*kind), Title=caption, MultiSelect=several)
        if chosen is False:
            return []
        return [Path(str(path)) for path in (chosen if isinstance(chosen, tuple | list) else [chosen])]

    def folder(self, caption: str) -> Path | None:
        """Application.FileDialog, the one for folders."""
        dialog = self.app.api.FileDialog(_FOLDER_PICKER)
        dialog.Title = caption
        return Path(str(dialog.SelectedItems(1))) if dialog.Show() == _CHOSEN else None

    def save_as(self, caption: str, suggested: Path) -> Path | None:
        """Application.GetSaveAsFilename; it does not ask about files that exist."""
        chosen = self.app.api.GetSaveAsFilename(
            InitialFileName=str(suggested), FileFilter=_filter("Excel", ["*.xlsx"]), Title=caption
        )
        return None if chosen is False else Path(str(chosen)).with_suffix(".xlsx")

    def save_copy(self, book: xw.Book, path: Path) -> None:
        """Workbook.SaveCopyAs."""
        book.api.SaveCopyAs(str(path))

    def has_file(self, book: xw.Book) -> bool:
        """Whether Workbook.Path names a folder."""
        return bool(book.api.Path)

    def is_read_only(self, book: xw.Book) -> bool:
        """Workbook.ReadOnly."""
        return bool(book.api.ReadOnly)

    def is_fixed(self, book: xw.Book) -> bool:
        """Workbook.ProtectStructure."""
        return bool(book.api.ProtectStructure)

    def may_format(self, sheet: xw.Sheet) -> bool:
        """Worksheet.ProtectContents and Protection.AllowFormattingCells."""
        return not sheet.api.ProtectContents or bool(sheet.api.Protection.AllowFormattingCells)

    @contextmanager
    def unlocked(self, sheet: xw.Sheet) -> Iterator[bool]:
        """Worksheet.Unprotect with an empty password, which fails where there is one; then Protect."""
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
        """Name.Visible."""
        name.api.Visible = False

    def freeze(self, sheet: xw.Sheet, rows: int) -> None:
        """Window.FreezePanes, which applies to the sheet that the window shows."""
        sheet.activate()
        window = self.app.api.ActiveWindow
        window.FreezePanes = False
        window.SplitColumn, window.SplitRow = 0, rows
        window.FreezePanes = True


def _filter(name: str, patterns: Sequence[str]) -> str:
    shown = ";".join(patterns)
    return f"{name} ({shown}),{shown}"
