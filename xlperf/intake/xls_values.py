"""An old workbook (.xls, .et) that xlrd cannot open → a Book of its values by calamine, without formats.

What is wrong with the file is told with it: error values are read as empty, numbers as General.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.expressions import Value
from xlperf.intake.kinds import Opened
from xlperf.intake.sheet_builder import SheetMaker, Span
from xlperf.intake.xlsx_reader import Book
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.sheet_cells import Sheet

if TYPE_CHECKING:
    import python_calamine
else:
    python_calamine = LazyModule("python_calamine")

_EPOCH = datetime(1899, 12, 30)
_DAY = timedelta(days=1)
_STATES = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


def read_values(opened: Opened, limits: Limits) -> Book:
    """Read all worksheets; raises Refused for a file that calamine cannot open either (F106)."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(opened.data))
        sheets = list(_sheets(opened.path, workbook, limits))
    except Exception as error:  # the reader meets damage with whatever its parser raises
        raise refused("F106", opened.path) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise refused("F106", opened.path) from error
    if not sheets:
        raise refused("F106", opened.path)
    found = [finding("F140", Location(file=opened.path)), *opened.noticed()]
    return Book(opened.path, sheets, {}, {}, found, opened.kind.id)


def _sheets(path: str, workbook: "python_calamine.CalamineWorkbook", limits: Limits) -> Iterator[Sheet]:
    for about in workbook.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        state = str(about.visible).rpartition(".")[2]
        maker = SheetMaker(about.name, _STATES.get(state, "visible"))
        found = workbook.get_sheet_by_name(about.name)
        for row, values in enumerate(found.to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                maker.put(row, column, _value(value))
            if len(maker) > limits.cells:
                raise refused("F111", path, sheet=about.name, limit=f"{limits.cells:,}")
        merges: list[Span] = [
            (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
            for first, last in found.merged_cell_ranges or ()
        ]
        yield maker.sheet(merges, last_row=found.total_height)


def _value(value: object) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, datetime):
        return (value - _EPOCH) / _DAY
    if isinstance(value, date):
        return float((value - _EPOCH.date()).days)
    if isinstance(value, time):
        return (datetime.combine(_EPOCH, value) - _EPOCH) / _DAY
    return value / _DAY if isinstance(value, timedelta) else None
