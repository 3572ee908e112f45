"""Helper sheets planned once → their XML and defined names for the official sheets of each unit.

The XML is made once; for each unit only the rows that differ are written again. The elements around the
rows (view, columns, filter, merges, colours, printing) are in the order that the file format demands.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, count
from operator import attrgetter
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.utils.cell import absolute_coordinate, coordinate_to_tuple
from openpyxl.worksheet.cell_range import CellRange

from xlperf.declarations.records import Record
from xlperf.declarations.source import texts_of
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.expressions import Value
from xlperf.ooxml.openpyxl_writing import A4
from xlperf.ooxml.xml_tree import MAIN
from xlperf.workbooks.cell_styles import HelperStyles
from xlperf.workbooks.sheet_setup import Room, room
from xlperf.workbooks.sheet_xml import formula_cell, plain_cell
from xlperf.workbooks.working.helper_plan import (
    NO_SLOT,
    RESERVED,
    HelperPlan,
    PlannedCell,
    PlannedRow,
    PlannedSheet,
    SheetInstance,
)

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
        f'<sheetPr><tabColor rgb="FF{color}"/><outlinePr summaryBelow="0" summaryRight="0"/>'
        '<pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{corner}"/>'
        f'<sheetViews><sheetView showGridLines="0" workbookViewId="0">{_pane(sheet.frozen)}</sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="{_DEFAULT_HEIGHT}"{_levels(sheet)}/>'
        f"<cols>{''.join(_columns(sheet))}</cols><sheetData>"
    )


def tail(sheet: PlannedSheet, helper_styles: HelperStyles) -> str:
    """The XML after the last row."""
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merges)
    return "".join(
        (
            f"</sheetData>{'' if sheet.guard else _PROTECTION}",
            f'<autoFilter ref="{sheet.filtered}"/>' if sheet.filtered else "",
            f'<mergeCells count="{len(sheet.merges)}">{merged}</mergeCells>' if merged else "",
            *_conditions(sheet, helper_styles),
            _guard(sheet),
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
        hidden = ' hidden="1"' if number in sheet.hidden | sheet.grouped else ""
        level = ' outlineLevel="1"' if number in sheet.grouped else ""
        opens = number + 1 in sheet.grouped and not level
        yield (
            f'<col min="{number}" max="{number}" width="{width:g}" customWidth="1"{hidden}{level}'
            f"{_COLLAPSED if opens else ''}/>"
        )


def _levels(sheet: PlannedSheet) -> str:
    rows = ' outlineLevelRow="2"' if any(row.folded for row in sheet.rows) else ""
    return rows + (' outlineLevelCol="1"' if sheet.grouped else "")


def _guard(sheet: PlannedSheet) -> str:
    """What is said to who types into a cell of the sheet; nothing that is typed is let in."""
    if sheet.guard is None:
        return ""
    title, text = map(quoteattr, sheet.guard)
    area = f"A1:{get_column_letter(len(sheet.widths))}{len(sheet.rows)}"
    return (
        '<dataValidations count="1"><dataValidation type="custom" showErrorMessage="1"'
        f' errorTitle={title} error={text} sqref="{area}"><formula1>FALSE</formula1>'
        "</dataValidation></dataValidations>"
    )


def _conditions(sheet: PlannedSheet, helper_styles: HelperStyles) -> Iterator[str]:
    for priority, (area, formula, style) in enumerate(sheet.conditions, 1):
        yield (
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression"'
            f' dxfId="{helper_styles.highlight(style)}" priority="{priority}">'
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


_HEIGHT = 1
_COLLAPSED = ' collapsed="1"'
_SHOWN, _HIDDEN = "<row ", '<row hidden="1" '
_FOLDED, _FOLDED_TWICE = (f'<row hidden="1" outlineLevel="{level}" ' for level in (1, 2))


class _VariableCell(NamedTuple):
    """Where a formula cell ends: its row and the piece of it (both from 0), its ``<f>`` element, and its
    space for text, None where no text can need a higher row.
    """

    row: int
    piece: int
    formula: str
    room: Room | None


class HelperSheet:
    """The XML of ``planned``, with variable cells for the values of formulas.

    Rows in which texts may grow have no fixed height: programs that can fit them do.
    """

    def __init__(self, planned: PlannedSheet, helper_styles: HelperStyles) -> None:
        self._helper_styles = helper_styles
        self._widths = [
            0.0 if number in planned.hidden else width for number, width in enumerate(planned.widths, 1)
        ]
        self._merged = dict(map(self._merge, planned.merges))
        self._room = cache(self._room_of)
        self._shared = _shared_formulas(planned.rows)
        self._variable_cells: dict[int, _VariableCell] = {}
        self._pieces = [self._row(number, row) for number, row in enumerate(planned.rows, 1)]
        folded = [row.folded for row in planned.rows]
        if True in folded:
            opener = folded.index(True) - 1
            self._pieces[opener][0] = self._pieces[opener][0].replace(_SHOWN, f"<row{_COLLAPSED} ", 1)
        self._rows = ["".join(pieces).encode() for pieces in self._pieces]
        self._head, self._tail = head(planned).encode(), tail(planned, helper_styles).encode()

    def fill(self, values: Iterable[tuple[int, Value]], hidden: Iterable[range] = ()) -> bytes:
        """The XML with other values in some slots than the plan has; slots of other sheets are left out.

        The sheet rows of ``hidden``, counted from 1, are not shown.
        """
        changes: dict[int, list[tuple[_VariableCell, Value]]] = defaultdict(list)
        for slot, value in values:
            if cell := self._variable_cells.get(slot):
                changes[cell.row].append((cell, value))
        rows = self._rows.copy()
        for number, changed in changes.items():
            rows[number] = self._changed(self._pieces[number].copy(), changed)
        for number in chain.from_iterable(hidden):
            rows[number - 1] = _out_of_sight(rows[number - 1])
        return b"".join((self._head, *rows, self._tail))

    def _changed(self, pieces: list[str], changed: list[tuple[_VariableCell, Value]]) -> bytes:
        """A row with these values, higher where a text needs it."""
        points = float(pieces[_HEIGHT])
        for cell, value in changed:
            pieces[cell.piece] = formula_cell(cell.formula, value)
            if cell.room and type(value) is str and cell.room.may_overflow(value):
                points = max(points, cell.room.height(value))
        pieces[_HEIGHT] = f"{points:g}"
        return "".join(pieces).encode()

    def _row(self, number: int, row: PlannedRow) -> list[str]:
        """The pieces of a row: its height is one, and the end of each formula cell."""
        styles, merged, widths = self._helper_styles.cells, self._merged, self._widths
        points, grows = row.height, False
        pieces = [f'{_FOLDED if row.folded else _SHOWN}r="{number}" ht="', "", ""]
        for column, style, value, formula, slot, area in map(_parts, row.cells):
            width = merged.get((number, column), widths[column - 1])
            space = self._room(width, style, row.height)
            if space and type(value) is str and space.may_overflow(value):
                points = max(points, space.height(value))
            pieces.append(f'<c r="{_letter(column)}{number}" s="{styles[style]}"')
            if not formula:
                pieces.append(formula_cell("", value) if area else _constant(value))
                continue
            element = self._shared.get((number, column)) or _formula(formula, area)
            if slot != NO_SLOT:
                grows = grows or space is not None
                self._variable_cells[slot] = _VariableCell(number - 1, len(pieces), element, space)
            pieces.append(f' t="str">{element}<v></v></c>' if value == "" else formula_cell(element, value))
        pieces[_HEIGHT : _HEIGHT + 2] = f"{points:g}", '">' if grows else '" customHeight="1">'
        pieces.append("</row>")
        return pieces

    def _room_of(self, width: float, style: str, height: float) -> Room | None:
        look = self._helper_styles.look(style)
        return room(width, look, height) if look.wrap and width else None

    def _merge(self, area: str) -> tuple[tuple[int, int], float]:
        """Row and column of a merged cell, and its width; 0 where it is several rows high or hidden."""
        cells = CellRange(area)
        width = sum(self._widths[cells.min_col - 1 : cells.max_col])
        return (cells.min_row, cells.min_col), width if cells.min_row == cells.max_row else 0.0


def _out_of_sight(row: bytes) -> bytes:
    """A row that nobody needs, as XML: hidden, a folded one folded once more."""
    folded, shown = _FOLDED.encode(), _SHOWN.encode()
    if row.startswith(folded):
        return _FOLDED_TWICE.encode() + row.removeprefix(folded)
    return _HIDDEN.encode() + row.removeprefix(shown)


def _formula(formula: str, area: str) -> str:
    array = f' t="array" ref="{area}"' if area else ""
    return f"<f{array}>{escape(formula)}</f>"


def _shared_formulas(rows: Sequence[PlannedRow]) -> dict[tuple[int, int], str]:
    """Row and column of the cells that share a formula with those above or below, and their ``<f>``."""
    runs: dict[int, list[tuple[int, PlannedCell]]] = defaultdict(list)
    found: dict[tuple[int, int], str] = {}
    numbers = count()

    def close(column: int) -> None:
        """End the run of alike formulas in ``column``; those of two cells or more are put into ``found``."""
        run = runs.pop(column, [])
        if len(run) > 1:
            number, letter = next(numbers), _letter(column)
            (first, cell), last = run[0], run[-1][0]
            found[first, column] = (
                f'<f t="shared" ref="{letter}{first}:{letter}{last}" si="{number}">{escape(cell.formula)}</f>'
            )
            found.update({(row, column): f'<f t="shared" si="{number}"/>' for row, _ in run[1:]})

    for row, planned in enumerate(rows, 1):
        shared = {cell.column: cell for cell in planned.cells if cell.shared}
        for column in list(runs):
            cell = shared.get(column)
            if cell is None or cell.shared != runs[column][-1][1].shared:
                close(column)
        for column, cell in shared.items():
            runs[column].append((row, cell))
    for column in list(runs):
        close(column)
    return found


_parts = attrgetter("column", "style", "value", "formula", "slot", "area")
_constant = lru_cache(4096, typed=True)(plain_cell)
_letter = cache(get_column_letter)


class HelperSheetSet:
    """The helper sheets of ``plan`` after ``count`` official sheets.

    ``titles`` are their titles in tab order.
    """

    def __init__(self, plan: HelperPlan, count: int, helper_styles: HelperStyles) -> None:
        self._plan = plan
        self._sheets = [HelperSheet(planned, helper_styles) for planned in plan.sheets]
        self.titles = [planned.title for planned in plan.sheets]
        self._names = ["".join(_names(planned, count + at)) for at, planned in enumerate(plan.sheets)]

    def names(self, sites: Sequence[SheetInstance]) -> list[str]:
        """The ``definedName`` elements of helper sheets that go with the official sheets ``sites``."""
        references = self._plan.defined_names(sites).items()
        return [*self._names, *(_name(f'name="{name}"', area) for name, area in references)]

    def fill(self, records: Sequence[Record], sites: Sequence[SheetInstance]) -> list[bytes]:
        """The XML of each helper sheet for completed records, one for each of ``sites``."""
        values, unused = list(self._plan.values(records)), self._plan.unused_rows(sites)
        sheets = zip(self.titles, self._sheets, strict=True)
        return [sheet.fill(values, unused[title]) for title, sheet in sheets]


def _names(sheet: PlannedSheet, index: int) -> Iterator[str]:
    """The names of the ``index``-th sheet of the workbook, counted from 0. An empty cell is its print area:
    programs print nothing of it.
    """
    own = quote_sheetname(sheet.title)
    for name, reference in sheet.names.items():
        hidden = ' hidden="1"' if name.startswith(RESERVED) else ""
        yield _name(f'name="{name}"{hidden}', reference)
    local = f'localSheetId="{index}"'
    yield _name(f'name="{HELPER_MARK}" {local} hidden="1"', f"{own}!$A$1")
    if sheet.filtered:
        area = absolute_coordinate(sheet.filtered)
        yield _name(f'name="_xlnm._FilterDatabase" {local} hidden="1"', f"{own}!{area}")
    nothing = f"${get_column_letter(len(sheet.widths) + 1)}$1"
    yield _name(f'name="_xlnm.Print_Area" {local}', f"{own}!{nothing}")


def _name(attributes: str, reference: str) -> str:
    return f"<definedName {attributes}>{escape(reference)}</definedName>"
