"""Rows of texts → a sheet of our own in the open workbook: marked, with headings, never taken for a form."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby

import xlwings as xw

from xlperf.declarations.annotation_texts import Column
from xlperf.declarations.own_marks import HELPER_MARK
from xlperf.declarations.texts import texts_of
from xlperf.excel.actions.excel_ui import ExcelUI

HEADING_ROWS = 3
"""Rows above the first listed one: title, note, headings."""
_LONGEST_NAME = 31
_LONGEST = 8_000
"""Longer texts do not come through in a block."""


@dataclass(frozen=True, slots=True)
class ListHeader:
    """The name of a list, its title and note above the headings, and the mark by which it is found again."""

    name: str
    title: str
    note: str
    mark: str


def marked(book: xw.Book, mark: str) -> xw.Sheet | None:
    """The sheet that has ``mark`` among its defined names; None when there is none."""
    return next((sheet for sheet in book.sheets if mark in sheet.names), None)


def write(
    book: xw.Book, ui: ExcelUI, header: ListHeader, columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> xw.Sheet:
    """A new sheet with ``rows``, in place of the one with the same mark; it is active afterwards.

    Raises what Excel raises where sheets cannot be added: see ``ExcelUI.is_fixed``.
    """
    earlier = marked(book, header.mark)
    titles = {sheet.name.casefold() for sheet in book.sheets}
    sheet = book.sheets.add(_free(header.name, titles), after=book.sheets[len(book.sheets) - 1])
    if earlier:
        title = earlier.name
        earlier.delete()
        sheet.name = title
    quoted = sheet.name.replace("'", "''")
    for mark in (HELPER_MARK, header.mark):
        ui.hide_name(sheet.names.add(mark, f"='{quoted}'!$A$1"))
    _fill(sheet, header, columns, rows)
    ui.freeze(sheet, HEADING_ROWS)
    return sheet


def colour_column(sheet: xw.Sheet, column: int, colours: Sequence[str]) -> None:
    """Colour the listed cells of a column, neighbours of one colour at once."""
    row = HEADING_ROWS + 1
    for colour, alike in groupby(colours):
        count = len(list(alike))
        sheet.range((row, column), (row + count - 1, column)).color = f"#{colour}"
        row += count


def as_text(text: str) -> str | None:
    """The value to write so that Excel keeps ``text`` as a text; None for ""."""
    return f"'{text[:_LONGEST]}" if text else None


def _fill(
    sheet: xw.Sheet, header: ListHeader, columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> None:
    width = len(columns)
    block: list[list[object]] = [
        [as_text(header.title), *[None] * (width - 1)],
        [as_text(header.note), *[None] * (width - 1)],
        [as_text(column.heading) for column in columns],
        *([_cell(text, column.shows) for text, column in zip(row, columns, strict=True)] for row in rows),
    ]
    for number, column in enumerate(columns, 1):
        sheet.range((1, number)).column_width = column.width
    sheet.range((1, 1)).value = block
    looks = texts_of("annotate")["sheet"]["looks"]
    for row, name in ((1, "title"), (2, "note"), (HEADING_ROWS, "head")):
        _dress(sheet.range((row, 1), (row, width)), looks[name])
    if rows:
        body = sheet.range((HEADING_ROWS + 1, 1), (HEADING_ROWS + len(rows), width))
        body.wrap_text = True
        body.font.size = 10
        body.vertical_alignment = "center"
        body.rows.autofit()


def _cell(text: str, shows: str) -> object:
    return int(text) if shows == "number" and text.isdecimal() else as_text(text)


def _dress(area: xw.Range, look: dict[str, object]) -> None:
    area.font.bold = bool(look.get("bold"))
    area.font.size = float(str(look.get("size", 10)))
    if colour := look.get("color"):
        area.font.color = f"#{colour}"
    if fill := look.get("fill"):
        area.color = f"#{fill}"
    if look.get("horizontal") == "center":
        area.horizontal_alignment = "center"


def _free(name: str, taken: set[str]) -> str:
    numbered: Iterator[str] = (f"{name[: _LONGEST_NAME - 3]}{number}" for number in range(2, 10**3))
    return next(title for title in chain([name], numbered) if title.casefold() not in taken)
