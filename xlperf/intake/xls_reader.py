"""A workbook in the old binary format (.xls, .et) → a Book without formulas.

What xlrd cannot open is read by calamine, without formats: error values as empty, numbers as General; a
finding says so.
"""

import io
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.expressions import ErrorValue, Value
from xlperf.intake.book import Book, SheetMaker, Span, padded, serial
from xlperf.intake.kinds import Compound, Opened
from xlperf.ooxml.limits import Limits
from xlperf.ooxml.received_bytes import refused
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import read_format

if TYPE_CHECKING:
    import python_calamine
    import xlrd
    from xlrd.book import Book as OldBook
    from xlrd.sheet import Sheet as OldSheet
else:
    xlrd = LazyModule("xlrd")
    python_calamine = LazyModule("python_calamine")


_STATES = ("visible", "hidden", "veryHidden")
_MACROS = "_VBA_PROJECT_CUR"
_EMBEDDED = "MBD"
_ENCRYPTED = "encrypted"
_STATES_BY_NAME = {"Visible": "visible", "Hidden": "hidden", "VeryHidden": "veryHidden"}


def read_binary(opened: Opened, limits: Limits) -> Book:
    """Read all worksheets but our helper sheets.

    Raises Refused for encrypted and broken files and for more cells than the limit.
    """
    try:
        old = xlrd.open_workbook(
            file_contents=opened.data,
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
            ignore_workbook_corruption=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # the reader meets damage with whatever its arithmetic raises
        if isinstance(error, xlrd.XLRDError) and _ENCRYPTED in str(error):
            raise refused("F103", opened.path) from error
        return read_values(opened, limits)
    helpers = {name.scope for name in old.name_obj_list if name.name == HELPER_MARK}
    ours = (sheet for number, sheet in enumerate(old.sheets()) if number not in helpers)
    try:
        sheets = [_sheet(opened.path, old, sheet, limits) for sheet in ours]
    except (IndexError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise refused("F106", opened.path) from error
    found = [*_noticed(opened), *opened.noticed(), *padded(opened.path, sheets, limits)]
    return Book(opened.path, sheets, {}, {}, found, opened.kind.id)


def _noticed(opened: Opened) -> Iterator[Finding]:
    names = Compound(opened.path, opened.data).names()
    place = Location(file=opened.path)
    if _MACROS in names:
        yield finding("F120", place)
    if any(name.startswith(_EMBEDDED) for name in names):
        yield finding("F122", place)


def _sheet(path: str, old: "OldBook", sheet: "OldSheet", limits: Limits) -> Sheet:
    maker = SheetMaker(sheet.name, _STATES[min(sheet.visibility, 2)])
    formats = [read_format(old.format_map[style.format_key].format_str) for style in old.xf_list]
    for row in range(sheet.nrows):
        for column, cell in enumerate(sheet.row(row), 1):
            maker.put(row + 1, column, _value(cell.ctype, cell.value), formats[cell.xf_index])
        if len(maker) > limits.cells:
            raise refused("F111", path, sheet=sheet.name, limit=f"{limits.cells:,}")
    merges = [(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells]
    rows = [number + 1 for number, info in sheet.rowinfo_map.items() if info.hidden]
    columns = [number + 1 for number, info in sheet.colinfo_map.items() if info.hidden]
    made = maker.sheet(merges, rows, columns, sheet.nrows)
    made.from_1904 = old.datemode == 1
    made.hides_zeros = not sheet.show_zero_values
    return made


def _value(kind: int, value: object) -> Value:
    if kind == xlrd.XL_CELL_TEXT:
        return str(value).replace("\r\n", "\n").replace("\r", "\n")
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) and isinstance(value, int | float):
        return float(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR and isinstance(value, int):
        return ErrorValue.parse(xlrd.error_text_from_code.get(value, str(ErrorValue.VALUE)))
    return None


def read_values(opened: Opened, limits: Limits) -> Book:
    """Read all worksheets; raises Refused for a file that calamine cannot open either (F106)."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(opened.data))
        sheets = list(_plain_sheets(opened.path, workbook, limits))
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


def _plain_sheets(path: str, workbook: "python_calamine.CalamineWorkbook", limits: Limits) -> Iterator[Sheet]:
    for about in workbook.sheets_metadata:
        if about.typ is not python_calamine.SheetTypeEnum.WorkSheet:
            continue
        state = str(about.visible).rpartition(".")[2]
        maker = SheetMaker(about.name, _STATES_BY_NAME.get(state, "visible"))
        found = workbook.get_sheet_by_name(about.name)
        for row, values in enumerate(found.to_python(skip_empty_area=False), 1):
            for column, value in enumerate(values, 1):
                maker.put(row, column, _plain_value(value))
            if len(maker) > limits.cells:
                raise refused("F111", path, sheet=about.name, limit=f"{limits.cells:,}")
        merges: list[Span] = [
            (first[0] + 1, first[1] + 1, last[0] + 1, last[1] + 1)
            for first, last in found.merged_cell_ranges or ()
        ]
        yield maker.sheet(merges, last_row=found.total_height)


def _plain_value(value: object) -> Value:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        return float(value)
    return serial(value) if isinstance(value, date | time | timedelta) else None
