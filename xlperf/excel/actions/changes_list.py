"""What was filled in → a sheet of the open workbook that lists every change with old and new content."""

import xlwings as xw

from xlperf.declarations.annotation_texts import Column, columns_of
from xlperf.declarations.findings import Location
from xlperf.excel.actions import list_sheet
from xlperf.excel.actions.action_texts import changes, text
from xlperf.excel.actions.excel_ui import ExcelUI
from xlperf.excel.actions.fill_plan import Change, FillPlan
from xlperf.outputs.links import cell_target

CHANGES_MARK = "_xlperf.changes"
"""A name local to the sheet that lists changes, so that the next fill replaces it."""


def write_changes(book: xw.Book, ui: ExcelUI, plan: FillPlan) -> xw.Sheet:
    """List the changes and, below them, what had no place, on a sheet of their own."""
    words = changes()
    columns = columns_of(words["columns"])
    listed = [*plan.changes, *plan.unplaced]
    title = words["title"].format(count=len(plan.changes), left=len(plan.unplaced))
    header = list_sheet.ListHeader(words["name"], title, words["note"], CHANGES_MARK)
    rows = [_texts(change, number, columns) for number, change in enumerate(listed, 1)]
    sheet = list_sheet.write(book, ui, header, columns, rows)
    titles = {existing.name for existing in book.sheets}
    link_column = next(number for number, column in enumerate(columns, 1) if column.shows == "cell")
    for row, change in enumerate(listed, list_sheet.HEADING_ROWS + 1):
        if change.cell and change.sheet in titles:
            target = cell_target(Location(sheet=change.sheet, cell=change.cell))
            sheet.range((row, link_column)).add_hyperlink(f"#{target}", change.cell, text("list_tip"))
    return sheet


def _texts(change: Change, number: int, columns: list[Column]) -> list[str]:
    by_name = {
        "number": str(number),
        "sheet": change.sheet,
        "cell": change.cell,
        "label": change.label,
        "old": change.old,
        "new": change.new,
        "note": change.note or text("was_written"),
    }
    return [by_name[column.shows] for column in columns]
