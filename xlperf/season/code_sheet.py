"""Codes that were just made → 报送码.xlsx: a row for each unit, with the link that signs it in."""

from collections.abc import Sequence

from openpyxl import Workbook

from xlperf.declarations.source import texts_of
from xlperf.ooxml.openpyxl_writing import workbook_bytes
from xlperf.outputs.problem_cells import CENTRE, HEADING, PLAIN, TEXT, TITLE, CellWriter, fit_height, lay_out
from xlperf.season.codes import UnitCode

_TOP = 3


def code_sheet(codes: Sequence[UnitCode], url: str) -> bytes:
    """The workbook; ``url`` is where units reach the service, "" where links are not to be written."""
    texts = texts_of("intake")["codes"]
    widths = dict(texts["columns"])
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = book.properties.title = str(texts["sheet"])
    book.properties.creator = "xlperf"
    cells = CellWriter(sheet)
    cells.write(1, 1, str(texts["title"]), TITLE)
    cells.write(2, 1, str(texts["note"]), PLAIN)
    cells.write_row(_TOP, list(widths), HEADING)
    for row, made in enumerate(codes, _TOP + 1):
        link = f"{url.rstrip('/')}/intake#{made.code}" if url else str(texts["no_link"])
        values = (made.unit.code, made.unit.name, made.code, link)
        cells.write_row(row, values, TEXT, CENTRE)
        fit_height(sheet, row, zip(values, widths.values(), strict=True))
    lay_out(sheet, list(widths.values()), str(texts["sheet"]), repeats_heading=False)
    sheet.print_title_rows = f"1:{_TOP}"
    sheet.freeze_panes = f"A{_TOP + 1}"
    return workbook_bytes(book)
