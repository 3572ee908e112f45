"""What surrounds the rows of a helper sheet, as XML: view, columns, filter, merges, colours, printing.

The elements are in the order that the file format demands.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from xlperf.declarations.source import texts_of
from xlperf.ooxml.markup import MAIN
from xlperf.workbooks.page_setup import A4
from xlperf.workbooks.palette import Palette
from xlperf.workbooks.working.helper_plan import PlannedSheet

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DEFAULT_HEIGHT = 15
_PROTECTION = '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" autoFilter="0"/>'
"""Without password: formulas are safe from a slip of the hand, and the filter buttons work.

The attributes say what is *forbidden*.
"""


def head(sheet: PlannedSheet) -> str:
    """The XML before the first row."""
    color = texts_of("working")["tab_color"]
    corner = f"{get_column_letter(len(sheet.widths))}{len(sheet.rows)}"
    return (
        f'{_DECLARATION}<worksheet xmlns="{MAIN}">'
        f'<sheetPr><tabColor rgb="FF{color}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{corner}"/>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{_pane(sheet.frozen)}</sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="{_DEFAULT_HEIGHT}"/>'
        f"<cols>{''.join(_columns(sheet))}</cols><sheetData>"
    )


def tail(sheet: PlannedSheet, palette: Palette) -> str:
    """The XML after the last row."""
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merges)
    return "".join(
        (
            f"</sheetData>{_PROTECTION}",
            f'<autoFilter ref="{sheet.filtered}"/>' if sheet.filtered else "",
            f'<mergeCells count="{len(sheet.merges)}">{merged}</mergeCells>' if merged else "",
            *_conditions(sheet, palette),
            _printing(),
            "</worksheet>",
        )
    )


def _pane(frozen: str) -> str:
    if not frozen:
        return ""
    row, column = coordinate_to_tuple(frozen)
    across = f' xSplit="{column - 1}"' if column > 1 else ""
    down = f' ySplit="{row - 1}"' if row > 1 else ""
    pane = {(True, True): "bottomRight", (True, False): "topRight", (False, True): "bottomLeft"}
    name = pane[column > 1, row > 1]
    return (
        f'<pane{across}{down} topLeftCell="{frozen}" activePane="{name}" state="frozen"/>'
        f'<selection pane="{name}" activeCell="{frozen}" sqref="{frozen}"/>'
    )


def _columns(sheet: PlannedSheet) -> Iterator[str]:
    for number, width in enumerate(sheet.widths, 1):
        hidden = ' hidden="1"' if number in sheet.hidden else ""
        yield f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"{hidden}/>'


def _conditions(sheet: PlannedSheet, palette: Palette) -> Iterator[str]:
    for priority, (area, formula, style) in enumerate(sheet.conditions, 1):
        yield (
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression"'
            f' dxfId="{palette.highlight(style)}" priority="{priority}">'
            f"<formula>{escape(formula)}</formula></cfRule></conditionalFormatting>"
        )


def _printing() -> str:
    page = texts_of("styles")["page"]
    margins = " ".join(f'{side}="{inches:g}"' for side, inches in page["margins"].items())
    return (
        f'<printOptions horizontalCentered="1"/><pageMargins {margins}/>'
        f'<pageSetup paperSize="{A4}" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C{escape(page['footer'])}</oddFooter></headerFooter>"
    )
