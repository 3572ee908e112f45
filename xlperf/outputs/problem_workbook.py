"""A report as the workbook 问题清单.xlsx: 汇总, the list with links, files, rates of units, exemptions.

A check compared with an earlier one adds the lists of what is fixed and of what was not looked at again.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import IO

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.declarations.check_report import Report, UnitRatios
from xlperf.declarations.checked_files import CheckedFile
from xlperf.declarations.findings import Status
from xlperf.declarations.source import texts_of
from xlperf.declarations.stored_findings import Spread
from xlperf.outputs.finding_texts import file_target, profile_of, recognised, shown_path
from xlperf.outputs.long_sheets import LongSheets
from xlperf.outputs.overview import write_overview
from xlperf.outputs.problem_cells import CENTRE, FIGURE, HEADING, TEXT, CellWriter, fit_height, lay_out
from xlperf.outputs.problem_list import write_problems

_NO_DATE = "1980-01-01"


def write_files(book: Workbook, long: LongSheets, report: Report, target: Path | None) -> None:
    """Add the sheet to ``book``, which will lie at ``target``."""
    texts = texts_of("reports")["files"]
    widths = texts["columns"]
    sheet = book.create_sheet(texts["sheet"])
    cells = CellWriter(sheet)
    cells.write_row(1, list(widths), HEADING)

    def write_row(row: int, file: CheckedFile) -> None:
        """Write a file, its unit, forms and numbers of findings into ``row``, counted from 1."""
        path, forms = shown_path(file.path, target), recognised(file) or texts["unrecognised"]
        shown = [path, file.unit_code, file.unit_name, profile_of(file), forms]
        cells.write_row(row, [*shown, file.errors, file.warnings, file.notes], TEXT)
        cells.write(row, 2, file.unit_code, CENTRE)
        if link := file_target(file.path, target):
            sheet.cell(row, 1).hyperlink = link
        fit_height(sheet, row, zip(shown, widths.values(), strict=False))

    rows = (partial(write_row, row, file) for row, file in enumerate(report.files, start=2))
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

    def write_row(row: int, unit: UnitRatios) -> None:
        """Write a unit and its rates, blank where it has none, into ``row``, counted from 1."""
        cells.write(row, 1, unit.unit_code, CENTRE)
        cells.write(row, 2, unit.unit_name, TEXT)
        fit_height(sheet, row, [(unit.unit_name, widths["unit_name"])])
        for column, label in enumerate(labels, start=3):
            value = unit.values.get(label)
            if value is None or isinstance(value, str):
                cells.write(row, column, value or "", CENTRE)
            else:
                cells.write(row, column, value, FIGURE, "0.00%")

    rows = (partial(write_row, row, unit) for row, unit in enumerate(ratios, start=2))
    _finish(long, sheet, rows, len(ratios) + 1, list(headings.values()), texts["sheet"], "C2")


def _finish(
    long: LongSheets,
    sheet: Worksheet,
    rows: Iterable[Callable[[], None]],
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


def render(report: Report, target: Path | None = None) -> bytes:
    """The workbook as bytes; ``target`` is where it will lie, for links to the checked files."""
    stream = io.BytesIO()
    write(report, stream, target)
    return stream.getvalue()


def write(
    report: Report, stream: IO[bytes], target: Path | None = None, spread: Spread | None = None
) -> None:
    """Write what ``render`` returns; ``spread`` makes the calls that print findings."""
    texts = texts_of("reports")
    book = Workbook()
    book.remove(book.worksheets[0])
    long = LongSheets()
    book.properties.creator, book.properties.title = "xlperf", texts["title"]
    book.properties.created = book.properties.modified = datetime.fromisoformat(report.date or _NO_DATE)
    lists = write_problems(book, long, texts["title"], report.findings, target)
    write_overview(book, report, lists)
    if any(file.forms for file in report.files):
        write_files(book, long, report, target)
    if report.ratios:
        write_rates(book, long, report.ratios)
    if report.exempted:
        write_problems(book, long, texts["exempted_sheet"], report.exempted, target)
    for status in (Status.FIXED, Status.UNCHECKED) if report.baseline else ():
        write_problems(book, long, status.value, report.by_status[status], target)
    long.save(book, stream)
