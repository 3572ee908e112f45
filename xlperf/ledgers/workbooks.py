"""A workbook file (.xlsx, .xls, .et, .ods) → Grids; whatever cannot be read becomes one sentence."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import ParseError

from xlperf.core.cell_addresses import coordinate_to_tuple
from xlperf.core.errors import InputError
from xlperf.expressions import ErrorValue
from xlperf.intake.kinds import Opened, open_file
from xlperf.intake.ods_reader import read_ods
from xlperf.intake.open_xlsx import workbook_package
from xlperf.intake.xls_reader import read_binary
from xlperf.intake.xlsx_reader import Book
from xlperf.ledgers.grids import Grid, Plain, plain
from xlperf.ledgers.number_cells import is_marked, number_cell
from xlperf.ledgers.xlsx_frames import MOST_COLUMNS, MOST_ROWS, StrayCellError, frame_of, read_frames, spans
from xlperf.ooxml.limits import LIMITS
from xlperf.ooxml.received_bytes import Refused
from xlperf.ooxml.sheet_cells import Sheet

_AGAIN = "请用 Excel 或 WPS 打开核对，另存为“Excel 工作簿（.xlsx）”后重试。"


def read_workbook(path: Path) -> Iterator[Grid]:
    """All sheets of ``path`` in their order; InputError when it cannot be read as a workbook."""
    try:
        opened = open_file(path, LIMITS)
        package = workbook_package(opened)
        if package is not None:
            yield from read_frames(package)
        else:
            yield from map(_grid, _book(opened).sheets)
    except Refused as refused:
        raise InputError(f"台账“{path}”不是完好的工作簿：{refused.finding.message}{_AGAIN}") from None
    except StrayCellError as stray:
        sheet, cell = stray.args
        raise InputError(
            f"台账“{path}”的工作表“{sheet}”在 {cell} 还有内容，台账最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列；"
            "请删去表外的内容（连同所在的行、列）后重试。"
        ) from None
    except (ParseError, ValueError, IndexError):
        raise InputError(f"台账“{path}”不是完好的工作簿：{_AGAIN}") from None


def _book(opened: Opened) -> Book:
    if opened.kind.id == "xls":
        return read_binary(opened, LIMITS)
    if opened.kind.id == "ods" and opened.package is not None:
        return read_ods(opened, opened.package, LIMITS)
    raise InputError(f"台账“{opened.path}”不是完好的工作簿：它是{opened.kind.name}。{_AGAIN}")


def _grid(sheet: Sheet) -> Grid:
    cells: dict[tuple[int, int], Plain] = {}
    shown: dict[tuple[int, int], str] = {}
    for address in sheet.cells:
        value, style, _ = sheet.stored(address)
        place = coordinate_to_tuple(address)
        if isinstance(value, float) and (style.date or is_marked(style)):
            value, text = number_cell(value, style, sheet.from_1904)
            shown |= {place: text} if text else {}
        cells[place] = str(value) if isinstance(value, ErrorValue) else plain(value)
    return Grid(sheet.name, frame_of(sheet.name, cells), shown, spans(sheet.merges))
