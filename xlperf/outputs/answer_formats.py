"""An answer → text for the screen, .csv, .xlsx; texts of others stay texts in each of them."""

import csv
import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook

from xlperf.core.errors import InputError
from xlperf.core.files import atomic_write
from xlperf.declarations.source import text_of
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.data_tables import Cell, Row
from xlperf.outputs.problem_cells import FORMULA_STARTS, HEADING, TEXT, CellWriter, fit_height, lay_out
from xlperf.outputs.questions import AnswerTable

SUFFIXES = (".xlsx", ".csv", ".txt")
_MOST_ROWS = 1_048_575
"""Rows below the heading that a sheet can have."""
_WIDEST_TEXT, _WIDEST_COLUMN, _NARROWEST_COLUMN = 36, 60.0, 8.0
_DIGITS = 12
_LOOKED_AT = 200
"""Rows by which the width of a column is found."""


def write_answer(given: AnswerTable, path: Path) -> None:
    """Write the answer whole or not at all, in the format of the suffix; InputError for another one."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(text_of("export", "answer_suffix", name=path.name, known="、".join(SUFFIXES)))
    if suffix == ".xlsx":
        content = _workbook(given)
    elif suffix == ".csv":
        content = csv_text(given).encode("utf-8-sig")
    else:
        content = ("\n".join(text_lines(given)) + "\n").encode()
    atomic_write(path, content)


def csv_text(given: AnswerTable) -> str:
    """The answer as comma-separated text; a text that a spreadsheet would take for a formula gets a '."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(given.headings)
    writer.writerows([_harmless(value) for value in row] for row in given.rows)
    return stream.getvalue()


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def text_lines(given: AnswerTable, most: int | None = None) -> list[str]:
    """The answer as aligned columns, at most ``most`` rows of it; long texts are cut."""
    shown = given.rows if most is None else given.rows[:most]
    rows = [[*given.headings], *([_cut(value) for value in row] for row in shown)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _cut(value: Cell) -> str:
    """A value on one line: control characters of others do nothing on a terminal."""
    plain = "" if value is None else f"{value:.{_DIGITS}g}" if isinstance(value, float) else str(value)
    text = " ".join("".join(char if char.isprintable() else " " for char in plain).split())
    if _width(text) <= _WIDEST_TEXT:
        return text
    kept = ""
    for char in text:
        if _width(kept + char) > _WIDEST_TEXT - 2:
            break
        kept += char
    return f"{kept}……"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def _workbook(given: AnswerTable) -> bytes:
    if len(given.rows) > _MOST_ROWS:
        raise InputError(text_of("export", "too_many_rows", count=len(given.rows)))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = given.question.name
    writer = CellWriter(sheet)
    widths = _column_widths(given)
    for number, row in enumerate((given.headings, *given.rows), start=1):
        writer.write_row(
            number, ["" if value is None else value for value in row], TEXT if number > 1 else HEADING
        )
        fit_height(sheet, number, ((str(value), width) for value, width in zip(row, widths, strict=True)))
    lay_out(sheet, widths, given.question.title)
    sheet.freeze_panes = "A2"
    if given.rows:
        sheet.auto_filter.ref = sheet.dimensions
    return workbook_bytes(book)


def _column_widths(given: AnswerTable) -> Sequence[float]:
    rows: list[Row] = [given.headings, *given.rows[:_LOOKED_AT]]
    widest = [max(_width(str(value)) for value in column) + 2.0 for column in zip(*rows, strict=True)]
    return [min(max(width, _NARROWEST_COLUMN), _WIDEST_COLUMN) for width in widest]
