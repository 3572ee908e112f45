"""A report as the workbook 问题清单.xlsx: 汇总, the list with links, files, rates of units, exemptions.

A check compared with an earlier one adds the lists of what is fixed and of what was not looked at again.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial
from itertools import count
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from xlperf.declarations.check_report import Report, UnitRatios
from xlperf.declarations.findings import Column, Finding, Status, columns_of
from xlperf.declarations.source import texts_of
from xlperf.outputs.finding_texts import (
    cell_target,
    file_target,
    profile_of,
    recognised,
    shown_path,
    texts_of_finding,
)
from xlperf.outputs.long_sheets import LongSheets
from xlperf.outputs.overview import write_overview
from xlperf.outputs.problem_cells import (
    CENTRE,
    FIGURE,
    HEADING,
    LINK,
    SEVERITY,
    TEXT,
    CellWriter,
    fit_height,
    lay_out,
)

_SEVERITY, _FILE, _CELL = "severity", "file", "cell"
_PRINTED = ("printed_value", "printed_expected")
SHEET_ROWS = 1_048_576
_NO_DATE = "1980-01-01"
_LINKS = 65_530  # hyperlinks that Excel takes on one sheet


def write_problems(
    book: Workbook,
    long: LongSheets,
    title: str,
    findings: Sequence[Finding],
    target: Path | None,
    rows: int = SHEET_ROWS,
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
        _write_sheet(book, long, name, part, index * size + 1, target)


def _columns(findings: Sequence[Finding]) -> list[Column]:
    texts = texts_of("problems")
    compared = [texts["compared"]] if any(finding.status for finding in findings) else []
    exempt = [texts["exempt"]] if any(finding.exempt for finding in findings) else []
    return columns_of([*texts["columns"], *compared, *exempt])


def _write_sheet(
    book: Workbook,
    long: LongSheets,
    name: str,
    findings: Sequence[Finding],
    first: int,
    target: Path | None,
) -> None:
    columns = _columns(findings)
    sheet = book.create_sheet(name)
    cells = CellWriter(sheet)
    cells.write_row(1, [column.heading for column in columns], HEADING)
    fit_height(sheet, 1, [(column.heading, column.width) for column in columns])
    shown = cache(partial(shown_path, report=target))
    linked = cache(partial(file_target, report=target))

    def write(row: int, finding: Finding) -> None:
        file = shown(finding.location.file)
        _write_finding(cells, row, first + row - 2, finding, file, columns)
        if row - 2 < _LINKS:
            _link(cells, row, finding, file, linked(finding.location.file), columns)

    rows = (partial(write, row, finding) for row, finding in enumerate(findings, start=2))
    long.add(sheet, rows, len(findings) + 1, len(columns))
    lay_out(sheet, [column.width for column in columns], name)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(findings) + 1}"


def _write_finding(
    cells: CellWriter, row: int, number: int, finding: Finding, file: str, columns: Sequence[Column]
) -> None:
    texts = {**texts_of_finding(finding), _FILE: file}
    cells.write(row, 1, number, CENTRE)
    for position, column in enumerate(columns[1:], start=2):
        text = texts[column.shows]
        if column.shows == _SEVERITY:
            cells.write(row, position, text, SEVERITY[finding.severity])
        elif column.shows in _PRINTED:
            cells.write_printed(row, position, text)
        else:
            cells.write(row, position, text, CENTRE if column.centred else TEXT)
    fit_height(cells.sheet, row, [(texts[column.shows], column.width) for column in columns[1:]])


def _link(
    cells: CellWriter, row: int, finding: Finding, file: str, target: str, columns: Sequence[Column]
) -> None:
    if not target:
        return
    place = finding.location
    shows, text = (_CELL, place.cell) if place.cell else (_FILE, file)
    position = next(number for number, column in enumerate(columns, 1) if column.shows == shows)
    cell = cells.write(row, position, text, LINK)
    location = cell_target(place) or None
    cell.hyperlink = Hyperlink(ref="", target=target, location=location, tooltip=texts_of("problems")["open"])


def write_files(book: Workbook, report: Report, target: Path | None) -> None:
    """Add the sheet to ``book``, which will lie at ``target``."""
    texts = texts_of("reports")["files"]
    widths = texts["columns"]
    sheet = book.create_sheet(texts["sheet"])
    cells = CellWriter(sheet)
    cells.write_row(1, list(widths), HEADING)
    for row, file in enumerate(report.files, start=2):
        path = shown_path(file.path, target)
        shown = [
            path,
            file.unit_code,
            file.unit_name,
            profile_of(file),
            recognised(file) or texts["unrecognised"],
        ]
        cells.write_row(row, [*shown, file.errors, file.warnings, file.notes], TEXT)
        cells.write(row, 2, file.unit_code, CENTRE)
        if link := file_target(file.path, target):
            sheet.cell(row, 1).hyperlink = link
        fit_height(sheet, row, zip(shown, widths.values(), strict=False))
    lay_out(sheet, list(widths.values()), texts["title"])
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions


def write_rates(book: Workbook, ratios: Sequence[UnitRatios]) -> None:
    """Add the sheet; columns are in the order in which the units first have them."""
    labels = list(dict.fromkeys(label for unit in ratios for label in unit.values))
    texts = texts_of("reports")["rates"]
    sheet, widths = book.create_sheet(texts["sheet"]), texts["widths"]
    cells = CellWriter(sheet)
    headings = {
        texts["unit_code"]: widths["unit_code"],
        texts["unit_name"]: widths["unit_name"],
        **dict.fromkeys(labels, widths["rate"]),
    }
    cells.write_row(1, list(headings), HEADING)
    fit_height(sheet, 1, headings.items())
    for row, unit in enumerate(ratios, start=2):
        cells.write(row, 1, unit.unit_code, CENTRE)
        cells.write(row, 2, unit.unit_name, TEXT)
        fit_height(sheet, row, [(unit.unit_name, widths["unit_name"])])
        for column, label in enumerate(labels, start=3):
            value = unit.values.get(label)
            if value is None or isinstance(value, str):
                cells.write(row, column, value or "", CENTRE)
            else:
                cells.write(row, column, value, FIGURE, "0.00%")
    lay_out(sheet, list(headings.values()), texts["sheet"])
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions


def render(report: Report, target: Path | None = None) -> bytes:
    """The workbook as bytes; ``target`` is where it will lie, for links to the checked files."""
    texts = texts_of("reports")
    book = Workbook()
    book.remove(book.worksheets[0])
    long = LongSheets()
    book.properties.creator, book.properties.title = "xlperf", texts["title"]
    book.properties.created = book.properties.modified = datetime.fromisoformat(report.date or _NO_DATE)
    write_overview(book, report)
    write_problems(book, long, texts["title"], report.findings, target)
    if any(file.forms for file in report.files):
        write_files(book, report, target)
    if report.ratios:
        write_rates(book, report.ratios)
    if report.exempted:
        write_problems(book, long, texts["exempted_sheet"], report.exempted, target)
    for status in (Status.FIXED, Status.UNCHECKED) if report.baseline else ():
        write_problems(book, long, status.value, report.by_status[status], target)
    stream = io.BytesIO()
    long.save(book, stream)
    return stream.getvalue()
