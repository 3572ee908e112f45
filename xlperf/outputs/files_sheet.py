"""The sheet 文件: a row for each checked file, with the forms recognised in it and how sure that is."""

from pathlib import Path

from openpyxl import Workbook

from xlperf.declarations.check_report import Report
from xlperf.declarations.source import texts_of
from xlperf.outputs.finding_texts import profile_of, recognised
from xlperf.outputs.links import file_target, shown_path
from xlperf.outputs.print_setup import fit_height, lay_out
from xlperf.outputs.problem_cells import (
    CENTRE,
    HEADING,
    TEXT,
    Pen,
)


def write_files(book: Workbook, report: Report, target: Path | None) -> None:
    """Add the sheet to ``book``, which will lie at ``target``."""
    texts = texts_of("reports")["files"]
    widths = texts["columns"]
    sheet = book.create_sheet(texts["sheet"])
    pen = Pen(sheet)
    pen.write_row(1, list(widths), HEADING)
    for row, file in enumerate(report.files, start=2):
        path = shown_path(file.path, target)
        shown = [
            path,
            file.unit_code,
            file.unit_name,
            profile_of(file),
            recognised(file) or texts["unrecognised"],
        ]
        pen.write_row(row, [*shown, file.errors, file.warnings, file.notes], TEXT)
        pen.write(row, 2, file.unit_code, CENTRE)
        if link := file_target(file.path, target):
            sheet.cell(row, 1).hyperlink = link
        fit_height(sheet, row, zip(shown, widths.values(), strict=False))
    lay_out(sheet, list(widths.values()), texts["title"])
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
