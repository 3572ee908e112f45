"""ExcelUI over the documented object model of Excel on Windows, through pywin32."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import xlwings as xw

from xlperf.excel.actions.action_texts import title
from xlperf.excel.actions.excel_ui import ExcelUI

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
