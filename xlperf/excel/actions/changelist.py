"""What was filled in → a sheet of the open workbook that lists every change, old content beside new."""

import xlwings as xw

from xlperf.declarations.annotation_texts import Column
from xlperf.declarations.findings import Location
from xlperf.excel.actions import sheetlist
from xlperf.excel.actions.action_texts import changes, text
from xlperf.excel.actions.fillplan import Change, FillPlan
from xlperf.excel.actions.host import Host
from xlperf.outputs.links import cell_target

CHANGES_MARK = "_xlperf.changes"
"""A name local to the sheet that lists changes, so that the next fill replaces it."""


def write_changes(book: xw.Book, host: Host, plan: FillPlan) -> xw.Sheet:
    """List the changes and, below them, what had no place, on a sheet of their own."""
    words = changes()
    columns = [Column(one["head"], one["width"], one["shows"]) for one in words["columns"]]
    listed = [*plan.changes, *plan.unplaced]
    head = words["title"].format(count=len(plan.changes), left=len(plan.unplaced))
    notes = sheetlist.Notes(words["name"], head, words["note"], CHANGES_MARK)
    rows = [_texts(one, number, columns) for number, one in enumerate(listed, 1)]
    sheet = sheetlist.write(book, host, notes, columns, rows)
    titles = {one.name for one in book.sheets}
    at = next(number for number, one in enumerate(columns, 1) if one.shows == "cell")
    for row, one in enumerate(listed, sheetlist.HEADS + 1):
        if one.cell and one.sheet in titles:
            target = cell_target(Location(sheet=one.sheet, cell=one.cell))
            sheet.range((row, at)).add_hyperlink(f"#{target}", one.cell, text("list_tip"))
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
    return [by_name[one.shows] for one in columns]
