"""生成上报件: the open workbook → its upload copy, in a file of its own; the workbook stays as it is."""

import tempfile
from pathlib import Path

import xlwings as xw

from xlperf.core.files import atomic_write
from xlperf.declarations.model import Severity
from xlperf.excel.actions.action_texts import brief, first_few, text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.actions.workbook_copy import (
    free_to_write,
    full_name,
    open_book,
    saved_copy,
)
from xlperf.jobs.strip import strip


def upload(ui: ExcelUI) -> None:
    """Check the workbook as it is now and write its upload copy where the person chooses.

    Errors are shown and the person decides; no file is replaced unasked.
    """
    book = open_book(ui)
    ui.status(text("checking"))
    with saved_copy(ui, book) as path, tempfile.TemporaryDirectory(prefix="xlperf-") as folder:
        result = strip([path], folder)
        data = result.files[0].read_bytes() if result.files else b""
    ui.status()
    errors = [finding for finding in result.findings if finding.severity is Severity.ERROR]
    listed = first_few([*map(brief, errors)])
    if not data:
        ui.say("\n".join([text("no_upload"), *listed]), bad=True)
        return
    if errors and not ui.ask("\n".join([text("upload_errors", count=len(errors)), *listed])):
        return
    target = free_to_write(ui, ui.save_as(text("save_upload"), _suggested(book, ui)))
    if target is not None:
        atomic_write(target, data)
        ui.say(text("uploaded", path=target))


def _suggested(book: xw.Book, ui: ExcelUI) -> Path:
    stem = Path(book.name).stem if ui.has_file(book) else book.name
    name = text("upload_name", stem=stem)
    return Path(full_name(book)).with_name(name)
