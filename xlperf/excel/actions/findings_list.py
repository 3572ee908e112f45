"""Findings ↔ the sheet of the open workbook that lists them, the same as in annotated copies."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import xlwings as xw

from xlperf.declarations.annotation_texts import (
    CODE,
    LINK,
    SEVERITY,
    Column,
    colour_of,
    columns,
)
from xlperf.declarations.findings import Finding
from xlperf.declarations.texts import texts_of
from xlperf.excel.actions import list_sheet
from xlperf.excel.actions.action_texts import figures, text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.outputs.annotated_workbook import LISTING_MARK
from xlperf.outputs.finding_texts import line_of
from xlperf.outputs.links import cell_target


@dataclass(frozen=True, slots=True)
class Line:
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


def all_columns() -> list[Column]:
    """The columns of annotated copies, then the value given and the expected one."""
    return [*columns(), *figures()]


def find_listing(book: xw.Book) -> xw.Sheet | None:
    """The sheet on which findings are listed, whatever it is called; None when there is none."""
    return list_sheet.marked(book, LISTING_MARK)


def write_listing(book: xw.Book, ui: ExcelUI, findings: Sequence[Finding]) -> xw.Sheet:
    """List ``findings`` on a sheet of their own, after all others or in place of the last list."""
    words = texts_of("annotate")["sheet"]
    header = list_sheet.ListHeader(
        words["name"],
        words["title"].format(count=len(findings)),
        text("list_note"),
        LISTING_MARK,
    )
    rows = [line_of(finding, number, all_columns()) for number, finding in enumerate(findings, 1)]
    sheet = list_sheet.write(book, ui, header, all_columns(), rows)
    numbers = {column.shows: number for number, column in enumerate(all_columns(), 1)}
    for row, finding in enumerate(findings, list_sheet.HEADING_ROWS + 1):
        if target := cell_target(finding.location) if finding.location.cell else "":
            link = sheet.range((row, numbers[LINK]))
            link.add_hyperlink(f"#{target}", finding.location.cell, text("list_tip"))
    list_sheet.colour_column(sheet, numbers[SEVERITY], [colour_of(finding) for finding in findings])
    return sheet


def read_lines(sheet: xw.Sheet) -> list[Line]:
    """The findings in their present order on the sheet; nothing when its headings are gone."""
    content = sheet.used_range.options(ndim=2, err_to_str=True).value
    top = sheet.used_range.row
    shows = {column.heading: column.shows for column in all_columns()}
    known = {part.name for part in fields(Line)} - {"row"}
    for index, row in enumerate(content):
        found = {shows[cell]: column for column, cell in enumerate(row) if cell in shows}
        if LINK in found and CODE in found:
            positions = {name: column for name, column in found.items() if name in known}
            return list(_lines(content[index + 1 :], top + index + 1, positions))
    return []


def _lines(rows: Sequence[Sequence[object]], top: int, positions: dict[str, int]) -> Iterator[Line]:
    for row, cells in enumerate(rows, top):
        line = Line(row, **{name: _plain(cells[column]) for name, column in positions.items()})
        if line.code:
            yield line


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
