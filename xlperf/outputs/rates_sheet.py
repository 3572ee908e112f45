"""The sheet 控制率: a row for each unit, a column for each rate that any unit has."""

from collections.abc import Sequence

from openpyxl import Workbook

from xlperf.declarations.check_report import UnitRatios
from xlperf.declarations.source import texts_of
from xlperf.outputs.print_setup import fit_height, lay_out
from xlperf.outputs.problem_cells import (
    CENTRE,
    FIGURE,
    HEADING,
    TEXT,
    Pen,
)


def write_rates(book: Workbook, ratios: Sequence[UnitRatios]) -> None:
    """Add the sheet; columns are in the order in which the units first have them."""
    labels = list(dict.fromkeys(label for unit in ratios for label in unit.values))
    texts = texts_of("reports")["rates"]
    sheet, widths = book.create_sheet(texts["sheet"]), texts["widths"]
    pen = Pen(sheet)
    headings = {
        texts["unit_code"]: widths["unit_code"],
        texts["unit_name"]: widths["unit_name"],
        **dict.fromkeys(labels, widths["rate"]),
    }
    pen.write_row(1, list(headings), HEADING)
    fit_height(sheet, 1, headings.items())
    for row, unit in enumerate(ratios, start=2):
        pen.write(row, 1, unit.unit_code, CENTRE)
        pen.write(row, 2, unit.unit_name, TEXT)
        fit_height(sheet, row, [(unit.unit_name, widths["unit_name"])])
        for column, label in enumerate(labels, start=3):
            value = unit.values.get(label)
            if value is None or isinstance(value, str):
                pen.write(row, column, value or "", CENTRE)
            else:
                pen.write(row, column, value, FIGURE, "0.00%")
    lay_out(sheet, list(headings.values()), texts["sheet"])
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = sheet.dimensions
