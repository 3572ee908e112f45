"""A report as the workbook 问题清单.xlsx: 汇总, the list with links, files, rates of units, exemptions.

A check compared with an earlier one adds the lists of what is fixed and of what was not looked at again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.check_report import Report, UnitRatios
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Finding, Status
from xlperf.declarations.source import texts_of
from xlperf.declarations.stored_findings import Spread
from xlperf.outputs.finding_texts import file_target, profile_of, recognised, shown_path
from xlperf.outputs.long_sheets import LongSheets, RowXml, SheetLink, SheetPart, styles_of
from xlperf.outputs.overview import write_overview
from xlperf.outputs.problem_cells import (
    CENTRE,
    FIGURE,
    HEADING,
    TEXT,
    CellWriter,
    fit_height,
    lay_out,
    needed_height,
)
from xlperf.outputs.problem_list import write_problems
from xlperf.outputs.problem_rows import LINKS

_NO_DATE = "1980-01-01"


def write_files(book: Workbook, long: LongSheets, report: Report, target: Path | None) -> None:
    """Add the sheet to ``book``, which will lie at ``target``."""
    texts = texts_of("reports")["files"]
    widths = texts["columns"]
    sheet = book.create_sheet(texts["sheet"])
    cells = CellWriter(sheet)
    cells.write_row(1, list(widths), HEADING)
    styles = styles_of(cells, (TEXT, CENTRE, FIGURE))

    def row_of(row: int, file: CheckedFile) -> SheetPart:
        """The row of a file."""
        path, forms = shown_path(file.path, target), recognised(file) or texts["unrecognised"]
        shown = [path, file.unit_code, file.unit_name, profile_of(file), forms]
        line = RowXml(row, styles)
        for position, text in enumerate(shown):
            line.text(text, CENTRE if position == 1 else TEXT)
        for count in (file.errors, file.warnings, file.notes):
            line.number(count, FIGURE)
        link = file_target(file.path, target)
        height = needed_height(zip(shown, widths.values(), strict=False))
        return SheetPart(line.xml(height), [SheetLink(line.ref(0), link)] if link and row <= LINKS else [])

    rows = (row_of(row, file) for row, file in enumerate(report.files, start=2))
    _finish(long, sheet, rows, len(report.files) + 1, list(widths.values()), texts["title"], "B2")


def write_rates(book: Workbook, long: LongSheets, ratios: Sequence[UnitRatios]) -> None:
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

    styles = styles_of(cells, (TEXT, CENTRE))

    def row_of(row: int, unit: UnitRatios) -> SheetPart:
        """The row of a unit."""
        line = RowXml(row, styles)
        line.text(unit.unit_code, CENTRE)
        line.text(unit.unit_name, TEXT)
        for label in labels:
            value = unit.values.get(label)
            if value is None or isinstance(value, str):
                line.text(value or "", CENTRE)
            else:
                line.figure(value, "0.00%")
        return SheetPart(line.xml(needed_height([(unit.unit_name, widths["unit_name"])])))

    rows = (row_of(row, unit) for row, unit in enumerate(ratios, start=2))
    _finish(long, sheet, rows, len(ratios) + 1, list(headings.values()), texts["sheet"], "C2")


def _finish(
    long: LongSheets,
    sheet: Worksheet,
    rows: Iterable[SheetPart],
    count: int,
    widths: Sequence[float],
    title: str,
    frozen: str,
) -> None:
    """Let ``rows`` be written as the workbook is saved; ``count`` rows with the heading."""
    long.add(sheet, rows, count, len(widths))
    lay_out(sheet, widths, title)
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{count}"


def write(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write the workbook; ``target`` is where it will lie, for links to the checked files.

    ``spread`` makes the calls that print findings.
    """
    texts = texts_of("reports")
    book = Workbook()
    book.remove(book.worksheets[0])
    long = LongSheets()
    book.properties.creator, book.properties.title = "xlperf", texts["title"]
    book.properties.created = book.properties.modified = datetime.fromisoformat(report.date or _NO_DATE)
    compared = bool(report.baseline)

    def add_list(title: str, findings: Sequence[Finding]) -> list[str]:
        """Add a list of findings."""
        return write_problems(book, long, title, findings, target, compared=compared, spread=spread)

    lists = add_list(texts["title"], report.findings)
    write_overview(book, long, report, lists, spread)
    if any(file.forms for file in report.files):
        write_files(book, long, report, target)
    if report.ratios:
        write_rates(book, long, report.ratios)
    if report.exempted:
        add_list(texts["exempted_sheet"], report.exempted)
    for status in (Status.FIXED, Status.UNCHECKED) if report.baseline else ():
        add_list(status.value, report.by_status[status])
    long.save(book, stream)
