"""The sheet 文件: a row for each checked file, with the forms recognised in it and how sure that is."""

from pathlib import Path

from openpyxl import Workbook

from xlperf.declarations.check_report import Report
from xlperf.outputs.finding_texts import recognised
from xlperf.outputs.links import file_target, shown_path
from xlperf.outputs.print_setup import fit_height, lay_out
from xlperf.outputs.problem_cells import (
    CENTRE,
    HEADING,
    TEXT,
    Pen,
)

_HEADINGS = {
    "文件": 40.0,
    "单位编码": 12.0,
    "单位名称": 28.0,
    "口径": 24.0,
    "认出的附件表和把握": 36.0,
    "错误": 8.0,
    "警告": 8.0,
    "提示": 8.0,
}
_NOTHING = "（没有认出）"


def write_files(book: Workbook, report: Report, target: Path | None) -> None:
    """Add the sheet to ``book``, which will lie at ``target``."""
    sheet = book.create_sheet("文件")
    pen = Pen(sheet)
    pen.write_row(1, list(_HEADINGS), HEADING)
    for row, file in enumerate(report.files, start=2):
        path = shown_path(file.path, target)
        texts = [path, file.unit_code, file.unit_name, file.profile, recognised(file) or _NOTHING]
        pen.write_row(row, [*texts, file.errors, file.warnings, file.notes], TEXT)
        pen.write(row, 2, file.unit_code, CENTRE)
        if link := file_target(file.path, target):
            sheet.cell(row, 1).hyperlink = link
        fit_height(sheet, row, zip(texts, _HEADINGS.values(), strict=False))
    lay_out(sheet, list(_HEADINGS.values()), "检查的文件")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
