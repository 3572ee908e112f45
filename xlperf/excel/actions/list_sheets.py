"""Rows of texts → sheets of our own in the open workbook: the list of findings, the list of changes."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import groupby

import xlwings as xw

from xlperf.declarations.findings import (
    CODE,
    LINK,
    SEVERITY,
    Finding,
    ListColumn,
    Location,
    colour_of,
    columns,
    columns_of,
)
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.excel.actions.excel_ui import ExcelUI, text
from xlperf.excel.actions.fill_places import Change
from xlperf.excel.actions.fill_plan import FillPlan
from xlperf.outputs.annotated_workbook import LISTING_MARK, free_title
from xlperf.outputs.finding_texts import cell_target, line_of

HEADING_ROWS = 3
"""Rows above the first listed one: title, note, headings."""
_LONGEST = 8_000
"""Longer texts do not come through in a block."""


@dataclass(frozen=True, slots=True)
class ListHeader:
    """The name of a list, its title and note above the headings, and the mark by which it is found again."""

    name: str
    title: str
    note: str
    mark: str


def marked_sheet(book: xw.Book, mark: str) -> xw.Sheet | None:
    """The sheet that has ``mark`` among its defined names; None when there is none."""
    return next((sheet for sheet in book.sheets if mark in sheet.names), None)


def write_list(
    book: xw.Book,
    ui: ExcelUI,
    header: ListHeader,
    columns: Sequence[ListColumn],
    rows: Sequence[tuple[Location, Sequence[str]]],
) -> xw.Sheet:
    """A new sheet with ``rows``, in place of the one with the same mark; it is active afterwards.

    The cell of a row is a link to its place in the workbook. Raises what Excel raises where sheets cannot be
    added: see ``ExcelUI.is_fixed``.
    """
    earlier = marked_sheet(book, header.mark)
    titles = {sheet.name.casefold() for sheet in book.sheets}
    sheet = book.sheets.add(free_title(header.name, titles), after=book.sheets[len(book.sheets) - 1])
    if earlier:
        title = earlier.name
        earlier.delete()
        sheet.name = title
    quoted = sheet.name.replace("'", "''")
    for mark in (HELPER_MARK, header.mark):
        ui.hide_name(sheet.names.add(mark, f"='{quoted}'!$A$1"))
    _fill(sheet, header, columns, [texts for _, texts in rows])
    link_column = _number_of(columns, LINK)
    for row, (place, _) in enumerate(rows, HEADING_ROWS + 1):
        target = cell_target(place) if place.cell and place.sheet.casefold() in titles else ""
        if target:
            sheet.range((row, link_column)).add_hyperlink(f"#{target}", place.cell, text("list_tip"))
    ui.freeze(sheet, HEADING_ROWS)
    return sheet


def _number_of(columns: Sequence[ListColumn], shows: str) -> int:
    return next(number for number, column in enumerate(columns, 1) if column.shows == shows)


def as_text(text: str) -> str | None:
    """The value to write so that Excel keeps ``text`` as a text; None for ""."""
    return f"'{text[:_LONGEST]}" if text else None


def _fill(
    sheet: xw.Sheet, header: ListHeader, columns: Sequence[ListColumn], rows: Sequence[Sequence[str]]
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


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding as the sheet lists it, all in texts, and the row where it is now."""

    row: int
    number: str = ""
    severity: str = ""
    sheet: str = ""
    cell: str = ""
    subject: str = ""
    message: str = ""
    fix: str = ""
    basis: str = ""
    code: str = ""
    value: str = ""
    expected: str = ""


def all_columns() -> list[ListColumn]:
    """The columns of annotated copies, then the value given and the expected one."""
    return [*columns(), *columns_of(texts_of("live")["figures"])]


def find_listing(book: xw.Book) -> xw.Sheet | None:
    """The sheet on which findings are listed, whatever it is called; None when there is none."""
    return marked_sheet(book, LISTING_MARK)


def write_listing(book: xw.Book, ui: ExcelUI, findings: Sequence[Finding]) -> xw.Sheet:
    """List ``findings`` on a sheet of their own, after all others or in place of the last list."""
    words = texts_of("annotate")["sheet"]
    header = ListHeader(
        words["name"],
        words["title"].format(count=len(findings)),
        text("list_note"),
        LISTING_MARK,
    )
    rows = [
        (finding.location, line_of(finding, number, all_columns()))
        for number, finding in enumerate(findings, 1)
    ]
    sheet = write_list(book, ui, header, all_columns(), rows)
    row, column = HEADING_ROWS + 1, _number_of(all_columns(), SEVERITY)
    for colour, alike in groupby(map(colour_of, findings)):
        after = row + len(list(alike))
        sheet.range((row, column), (after - 1, column)).color = f"#{colour}"
        row = after
    return sheet


def read_lines(sheet: xw.Sheet) -> list[ListedFinding]:
    """The findings in their present order on the sheet; nothing when its headings are gone."""
    content = sheet.used_range.options(ndim=2, err_to_str=True).value
    top = sheet.used_range.row
    shows = {column.heading: column.shows for column in all_columns()}
    known = {part.name for part in fields(ListedFinding)} - {"row"}
    for index, row in enumerate(content):
        found = {shows[cell]: column for column, cell in enumerate(row) if cell in shows}
        if LINK in found and CODE in found:
            positions = {name: column for name, column in found.items() if name in known}
            return list(_lines(content[index + 1 :], top + index + 1, positions))
    return []


def _lines(rows: Sequence[Sequence[object]], top: int, positions: dict[str, int]) -> Iterator[ListedFinding]:
    for row, cells in enumerate(rows, top):
        line = ListedFinding(row, **{name: _plain(cells[column]) for name, column in positions.items()})
        if line.code:
            yield line


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


CHANGES_MARK = "_xlperf.changes"
"""A name local to the sheet that lists changes, so that the next fill replaces it."""


def write_changes(book: xw.Book, ui: ExcelUI, plan: FillPlan) -> xw.Sheet:
    """List the changes and, below them, what had no place, on a sheet of their own."""
    words = texts_of("live")["changes"]
    columns = columns_of(words["columns"])
    listed = [*plan.changes, *plan.unplaced]
    title = words["title"].format(count=len(plan.changes), left=len(plan.unplaced))
    header = ListHeader(words["name"], title, words["note"], CHANGES_MARK)
    rows = [
        (Location(sheet=change.sheet, cell=change.cell), _texts(change, number, columns))
        for number, change in enumerate(listed, 1)
    ]
    return write_list(book, ui, header, columns, rows)


def _texts(change: Change, number: int, columns: Sequence[ListColumn]) -> list[str]:
    by_name = asdict(change) | {"number": str(number), "note": change.note or text("was_written")}
    return [by_name[column.shows] for column in columns]
