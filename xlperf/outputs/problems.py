"""Findings → the sheets of the problem list: a row each, filters, frozen headings, links to the cells."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from xlperf.declarations.findings import Column, Finding, columns_of
from xlperf.declarations.source import texts_of
from xlperf.outputs.finding_texts import texts_of_finding
from xlperf.outputs.links import cell_target, file_target, shown_path
from xlperf.outputs.print_setup import fit_height, lay_out
from xlperf.outputs.problem_cells import (
    CENTRE,
    HEADING,
    LINK,
    SEVERITY,
    TEXT,
    Pen,
)

_SEVERITY, _FILE, _CELL = "severity", "file", "cell"
_PRINTED = ("printed_value", "printed_expected")
SHEET_ROWS = 1_048_576
_LINKS = 65_530  # hyperlinks that Excel takes on one sheet


def write_problems(
    book: Workbook, title: str, findings: Sequence[Finding], target: Path | None, rows: int = SHEET_ROWS
) -> None:
    """Add the sheet ``title`` with ``findings``, and 2, 3 … of it when a sheet's ``rows`` run out.

    Findings compared with an earlier check get a column for their status, exempted ones a column for the
    reason. Beyond 65,530 findings on a sheet, Excel's limit, cells are named without a link.
    """
    size = rows - 1
    for index in count():
        part = findings[index * size : (index + 1) * size]
        if index and not part:
            return
        name = f"{title}{index + 1}" if index else title
        _write_sheet(book, name, part, index * size + 1, target)


def _columns(findings: Sequence[Finding]) -> list[Column]:
    texts = texts_of("problems")
    compared = [texts["compared"]] if any(finding.status for finding in findings) else []
    exempt = [texts["exempt"]] if any(finding.exempt for finding in findings) else []
    return columns_of([*texts["columns"], *compared, *exempt])


def _write_sheet(
    book: Workbook, name: str, findings: Sequence[Finding], first: int, target: Path | None
) -> None:
    columns = _columns(findings)
    sheet = book.create_sheet(name)
    pen = Pen(sheet)
    pen.write_row(1, [column.heading for column in columns], HEADING)
    fit_height(sheet, 1, [(column.heading, column.width) for column in columns])
    targets: dict[str, str] = {}
    for row, finding in enumerate(findings, start=2):
        file = shown_path(finding.location.file, target)
        _write_finding(pen, row, first + row - 2, finding, file, columns)
        if row - 2 < _LINKS:
            if file not in targets:
                targets[file] = file_target(finding.location.file, target)
            _link(pen, row, finding, file, targets[file], columns)
    lay_out(sheet, [column.width for column in columns], name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(findings) + 1}"


def _write_finding(
    pen: Pen, row: int, number: int, finding: Finding, file: str, columns: Sequence[Column]
) -> None:
    texts = {**texts_of_finding(finding), _FILE: file}
    pen.write(row, 1, number, CENTRE)
    for position, column in enumerate(columns[1:], start=2):
        text = texts[column.shows]
        if column.shows == _SEVERITY:
            pen.write(row, position, text, SEVERITY[finding.severity])
        elif column.shows in _PRINTED:
            pen.write_printed(row, position, text)
        else:
            pen.write(row, position, text, CENTRE if column.centred else TEXT)
    fit_height(pen.sheet, row, [(texts[column.shows], column.width) for column in columns[1:]])


def _link(pen: Pen, row: int, finding: Finding, file: str, target: str, columns: Sequence[Column]) -> None:
    if not target:
        return
    place = finding.location
    shows, text = (_CELL, place.cell) if place.cell else (_FILE, file)
    position = next(number for number, column in enumerate(columns, 1) if column.shows == shows)
    cell = pen.write(row, position, text, LINK)
    location = cell_target(place) or None
    cell.hyperlink = Hyperlink(ref="", target=target, location=location, tooltip=texts_of("problems")["open"])
