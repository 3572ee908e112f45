"""A workbook file (.xlsx, .xls, .et, .ods) → Grids; whatever cannot be read becomes one sentence."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import python_calamine

from xlperf.core.errors import InputError
from xlperf.intake.open_xlsx import open_package
from xlperf.ledgers.faults import (
    MOST_COLUMNS,
    MOST_ROWS,
    Faults,
    faulty_cells,
    stray_cell,
)
from xlperf.ledgers.grids import Grid, Plain, plain
from xlperf.ooxml.received_bytes import Refused

_OLD_FORMAT = "F102"
_OPEN_DOCUMENT = ".ods"
_AGAIN = "请用 Excel 或 WPS 打开核对，另存为“Excel 工作簿（.xlsx）”后重试。"


def read_workbook(path: Path) -> Iterator[Grid]:
    """All sheets of ``path`` in their order; InputError when it cannot be read as a workbook."""
    faults = _faults(path)
    try:
        sheets = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, engine="calamine", na_filter=False
        )
    except (python_calamine.CalamineError, ValueError, OSError):
        raise InputError(f"台账“{path}”不是完好的工作簿：{_AGAIN}") from None
    for name, frame in sheets.items():
        rows = [[plain(cell) for cell in row] for row in frame.to_numpy().tolist()]
        for (row, column), fault in (faults or {}).get(str(name), {}).items():
            _put(rows, row, column, fault)
        yield Grid(str(name), rows, shows_errors=faults is not None)


def _faults(path: Path) -> dict[str, Faults] | None:
    """The faulty cells of an .xlsx, None for other formats; InputError when it cannot be read."""
    if path.suffix.lower() == _OPEN_DOCUMENT:
        return None
    try:
        package = open_package(path)
        stray = stray_cell(package)
        if stray is None:
            return faulty_cells(package)
    except Refused as refused:
        if refused.finding.code == _OLD_FORMAT:
            return None
        raise InputError(f"台账“{path}”不是完好的工作簿：{refused.finding.message}{_AGAIN}") from None
    sheet, cell = stray
    raise InputError(
        f"台账“{path}”的工作表“{sheet}”在 {cell} 还有内容，台账最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列；"
        "请删去表外的内容（连同所在的行、列）后重试。"
    )


def _put(rows: list[list[Plain]], row: int, column: int, value: Plain) -> None:
    """Set a cell, which may lie outside ``rows``: calamine ends a sheet at its last value."""
    rows += [[] for _ in range(row + 1 - len(rows))]
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value
