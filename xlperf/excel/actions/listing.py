"""Findings ↔ the sheet of the open workbook that lists them, the one that annotated copies have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import xlwings as xw

from xlperf.declarations.annotation_texts import (
    LINK,
    SEVERITY,
    Column,
    colour_of,
    columns,
)
from xlperf.declarations.findings import Finding
from xlperf.declarations.texts import texts_of
from xlperf.excel.actions import sheetlist
from xlperf.excel.actions.action_texts import figures, text
from xlperf.excel.actions.host import Host
from xlperf.outputs.annotated_workbook import LISTING_MARK
from xlperf.outputs.annotation_lines import line_of
from xlperf.outputs.finding_texts import measured
from xlperf.outputs.links import cell_target

HEADS = sheetlist.HEADS


@dataclass(frozen=True, slots=True)
class Line:
    """A finding as the sheet lists it, all in texts, and the row it stands on now."""

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
    """The columns of annotated copies and, right of them, the figures given and expected."""
    return [*columns(), *figures()]


def find_listing(book: xw.Book) -> xw.Sheet | None:
    """The sheet on which findings are listed, whatever it is called; None when there is none."""
    return sheetlist.marked(book, LISTING_MARK)


def write_listing(book: xw.Book, host: Host, findings: Sequence[Finding]) -> xw.Sheet:
    """List ``findings`` on a sheet of their own, after all others or in place of the last list."""
    words = texts_of("annotate")["sheet"]
    notes = sheetlist.Notes(
        words["name"],
        words["title"].format(count=len(findings)),
        text("list_note"),
        LISTING_MARK,
    )
    rows = [_texts(one, number) for number, one in enumerate(findings, 1)]
    sheet = sheetlist.write(book, host, notes, all_columns(), rows)
    at = {one.shows: number for number, one in enumerate(all_columns(), 1)}
    for row, one in enumerate(findings, HEADS + 1):
        if target := cell_target(one.location) if one.location.cell else "":
            sheet.range((row, at[LINK])).add_hyperlink(f"#{target}", one.location.cell, text("list_tip"))
    sheetlist.colour_column(sheet, at[SEVERITY], [colour_of(one) for one in findings])
    return sheet


def read_lines(sheet: xw.Sheet) -> list[Line]:
    """The findings in the order in which they stand on the sheet now; nothing when its heads are gone."""
    content = sheet.used_range.options(ndim=2, err_to_str=True).value
    top = sheet.used_range.row
    shows = {one.head: one.shows for one in all_columns()}
    known = {one.name for one in fields(Line)} - {"row"}
    for index, heads in enumerate(content):
        at = {shows[head]: column for column, head in enumerate(heads) if head in shows}
        if LINK in at and "code" in at:
            wanted = {name: column for name, column in at.items() if name in known}
            return list(_lines(content[index + 1 :], top + index + 1, wanted))
    return []


def _lines(rows: Sequence[Sequence[object]], top: int, at: dict[str, int]) -> Iterator[Line]:
    for row, cells in enumerate(rows, top):
        line = Line(row, **{name: _plain(cells[column]) for name, column in at.items()})
        if line.code:
            yield line


def _plain(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _texts(finding: Finding, number: int) -> list[str]:
    given = measured(finding.value, finding.amount_unit), measured(finding.expected, finding.amount_unit)
    by_name = dict(zip(("value", "expected"), given, strict=True))
    return [*line_of(finding, number), *(by_name[one.shows] for one in figures())]
