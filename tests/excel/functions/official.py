"""The three forms of the good unit of the received files, as rows of values."""

import io
from functools import cache

import openpyxl

from tests.received.good import PROFILE, filing
from xlperf.workbooks.workbook_writer import writer_of


@cache
def _stamped():
    content = writer_of(PROFILE, working=False).workbook(filing())
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets
    }


def sheets():
    """Sheet title → its rows from A1, new lists each time: 基础数据表, 整体表 and the first project."""
    return {title: [list(row) for row in rows] for title, rows in list(_stamped().items())[:3]}
