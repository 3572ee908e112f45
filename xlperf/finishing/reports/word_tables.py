"""A completed record → its official table in Word: the rows, merges and texts that its form declares."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from xlperf.core.cell_addresses import coordinate_to_tuple
from xlperf.declarations.form_layout import PlacedRow, Placement, place
from xlperf.declarations.forms_and_rules import Cell, Field, Form, Profile
from xlperf.declarations.records import Record
from xlperf.declarations.records import Row as Values
from xlperf.declarations.value_display import display, exactly, line_text
from xlperf.expressions import Value
from xlperf.finishing.reports.report_template import twips
from xlperf.outputs.finding_texts import xml_text

_OUTSIDE = {"attachment": "Attachment", "title": "TableTitle", "note": "Note", "signature": "Note"}
"""Rows of these styles are paragraphs above or below the table."""
_LEFT, _CENTRE = "left", "center"
_ITEM = "item"
_TWIPS_A_POINT, _INDENT = 20, 90
_SHARE_OF_HEIGHT, _HIGHEST = 0.5, 45
"""Rows of the sheets are higher than their letters here need; at half of it a usual form is on one page."""
_SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
_TOGETHER = 2
"""Rows at the end of a table that stay on the page of what follows it."""
_ASCII = 127
_TALL = 200
"""Letters in a cell from which on its row may be broken over two pages."""
_LINES = re.compile("\r\n|\r|\n")
_LETTER, _LINE, _PADDING = 9, 11.5, 6
"""Points of a letter, of a line, and of what lies around the text of a cell."""
_PAGE = 600
"""Points of a table that certainly is on one page, its title and signature with it."""
_GAP = '<w:p><w:pPr><w:pStyle w:val="Cell"/><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
"""Keeps two tables apart, which Word would join."""


@dataclass(frozen=True, slots=True)
class _Area:
    """A cell of the grid: its first row and column, its last ones, the text and how it is set."""

    top: int
    left: int
    bottom: int
    right: int
    text: str
    align: str
    indent: int


def form_xml(record: Record, form: Form, profile: Profile, width: float) -> str:
    """The attachment of ``record``, ``width`` millimetres wide: its number, title, table and signature line.

    The result are elements of the body of a Word document, with the prefix ``w``.
    """
    filled = {table: rows for table, rows in record.tables.items() if rows}
    placement = place(form, {table: len(rows) for table, rows in filled.items()})
    areas = list(_areas(record, placement, profile))
    by_row: dict[int, list[_Area]] = {placed.number: [] for placed in placement.rows}
    for area in areas:
        for number in range(area.top, area.bottom + 1):
            by_row[number].append(area)
    widths = [round(twips(width) * column / sum(form.columns)) for column in form.columns]
    heading = form.page.repeat_rows[0] if form.page.repeat_rows and _height(by_row, widths) > _PAGE else 0
    if heading:
        by_row |= dict(_apart(by_row, heading))
    pieces: list[str] = []
    rows: list[str] = []
    inside = [placed.number for placed in placement.rows if placed.row.style not in _OUTSIDE]
    for placed in placement.rows:
        if style := _OUTSIDE.get(placed.row.style):
            if rows:
                pieces.append(_table(rows, widths))
                rows = []
            pieces += (_paragraph(area.text, style) for area in by_row[placed.number] if area.text)
        else:
            if rows and placed.number == heading:
                pieces += _table(rows, widths), _GAP
                rows = []
            is_last = placed.number in inside[-_TOGETHER:]
            repeated = "<w:tblHeader/>" * (placed.number == heading)
            rows.append(_row(placed, by_row[placed.number], widths, repeated, keeps_next=is_last))
    return "".join([*pieces, *([_table(rows, widths)] if rows else [])])


def _height(by_row: Mapping[int, Sequence[_Area]], widths: Sequence[int]) -> float:
    """About how many points high the texts of some rows are."""
    return sum(
        max((_lines(area, widths) * _LINE for area in areas if area.top == area.bottom == number), default=0)
        for number, areas in by_row.items()
    )


def _lines(area: _Area, widths: Sequence[int]) -> int:
    """How many lines a cell has."""
    room = sum(widths[area.left - 1 : area.right]) / _TWIPS_A_POINT - _PADDING
    sizes = [sum(1 if ord(char) > _ASCII else 0.5 for char in line) for line in _LINES.split(area.text)]
    return sum(max(math.ceil(size * _LETTER / room), 1) for size in sizes)


def _apart(by_row: Mapping[int, Sequence[_Area]], heading: int) -> Iterator[tuple[int, list[_Area]]]:
    """The rows from a heading that is repeated on, no cell of it merged with those below it."""
    for number, areas in by_row.items():
        if number >= heading:
            yield number, [_part(area, number, heading) if area.top == heading else area for area in areas]


def _part(area: _Area, number: int, heading: int) -> _Area:
    if number == heading:
        return replace(area, bottom=heading, text=area.text if area.bottom == heading else _flat(area.text))
    return replace(area, top=heading + 1, text="")


def _flat(text: str) -> str:
    return "".join(_LINES.split(text))


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list to attach: its title, a note above it, headings and rows, the shares of the width.

    ``texts`` are the columns, from 1, that begin at the left.
    """

    title: str
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    texts: Sequence[int]
    note: str = ""


def list_xml(number: str, listed: ListTable, width: float) -> str:
    """A list as an attachment, ``width`` millimetres wide; its first row is repeated on each page."""
    shares = listed.shares
    widths = [round(twips(width) * share / sum(shares)) for share in shares]
    made = []
    for at, row in enumerate(listed.rows):
        areas = [
            _Area(1, column, 1, column, text, _LEFT if at and column in listed.texts else _CENTRE, 0)
            for column, text in enumerate(row, 1)
        ]
        cells = "".join(_cell(area, 1, widths) for area in areas)
        repeated = "<w:tblHeader/>" if at == 0 else ""
        made.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
    above = _paragraph(listed.note, "Note", "right") if listed.note else ""
    head = _paragraph(number, "Attachment") + _paragraph(listed.title, "TableTitle")
    return f"{head}{above}{_table(made, widths)}"


def _areas(record: Record, placement: Placement, profile: Profile) -> Iterator[_Area]:
    form = placement.form
    merged = _merged_levels(record, placement)
    for placed in placement.rows:
        values = _values(record, form, placed)
        table = form.tables.get(placed.row.table)
        for cell in placed.row.cells:
            if table and cell.field in table.levels:
                bottom = merged.get((placed.number, cell.first))
                if bottom is None:
                    continue
            else:
                bottom = placement.spans[cell.through][1] if cell.through else placed.number + cell.down - 1
            field = (table.columns if table else form.fields).get(cell.field)
            yield _Area(
                placed.number,
                cell.first,
                bottom,
                cell.last,
                _text(cell, field, values, profile, form),
                _alignment(placed, cell, field),
                _indent(placed, cell, field),
            )


def _merged_levels(record: Record, placement: Placement) -> dict[tuple[int, int], int]:
    """The first cell of each run of equal levels → its last row; cells further down are in none."""
    form, found = placement.form, dict[tuple[int, int], int]()
    for table in form.tables.values():
        rows: Sequence[Values] = record.tables.get(table.id) or [dict(row) for row in table.default_rows]
        first, last = placement.spans[table.id]
        inside: set[tuple[int, int]] = set()
        for area in placement.run_merges(table.id, rows):
            (top, column), (bottom, _) = (coordinate_to_tuple(corner) for corner in area.split(":"))
            found[top, column] = bottom
            inside |= {(number, column) for number in range(top + 1, bottom + 1)}
        for level in table.levels:
            column = coordinate_to_tuple(f"{placement.columns[table.id, level]}1")[1]
            for number in range(first, last + 1):
                if (number, column) not in inside:
                    found.setdefault((number, column), number)
    return found


def _values(record: Record, form: Form, placed: PlacedRow) -> Values:
    """The values that the cells of a row show: the fields, or those of a row of its table."""
    if not placed.row.table or placed.index is None:
        return record.fields
    rows = record.tables.get(placed.row.table) or form.tables[placed.row.table].default_rows
    return dict(rows[placed.index]) if placed.index < len(rows) else {}


def _text(cell: Cell, field: Field | None, values: Values, profile: Profile, form: Form) -> str:
    if cell.line:
        return line_text(cell, values)
    if field is None:
        return cell.text
    shown: Value = display(field, values.get(field.id), values, profile, form)
    return "" if shown is None else exactly(shown, field.type) if isinstance(shown, float) else str(shown)


def _indent(placed: PlacedRow, cell: Cell, field: Field | None) -> int:
    of_row = placed.row.indent if cell.first == 1 else 0
    return cell.indent or of_row or (field.indent if field else 0)


def _alignment(placed: PlacedRow, cell: Cell, field: Field | None) -> str:
    if field is not None:
        return field.align or field.type.align
    return _LEFT if cell.style == _LEFT or (placed.row.style == _ITEM and cell.first == 1) else _CENTRE


def _table(rows: Sequence[str], widths: Sequence[int]) -> str:
    borders = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in _SIDES)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(f'<w:{side} w:w="60" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{margins}</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{''.join(rows)}</w:tbl>"
    )


def _row(
    placed: PlacedRow, areas: Sequence[_Area], widths: Sequence[int], repeated: str, *, keeps_next: bool
) -> str:
    number = placed.number
    longest = max((len(area.text) for area in areas if area.top == number), default=0)
    whole = "" if longest > _TALL else "<w:cantSplit/>"
    twips_high = round(min(placed.row.height * _SHARE_OF_HEIGHT, _HIGHEST) * _TWIPS_A_POINT)
    height = f'<w:trHeight w:val="{twips_high}" w:hRule="atLeast"/>'
    ordered = sorted(areas, key=lambda area: area.left)
    cells = "".join(_cell(area, number, widths, keeps_next=keeps_next) for area in ordered)
    return f"<w:tr><w:trPr>{whole}{height}{repeated}</w:trPr>{cells}</w:tr>"


def _cell(area: _Area, number: int, widths: Sequence[int], *, keeps_next: bool = False) -> str:
    span = area.right - area.left + 1
    properties = f'<w:tcW w:w="{sum(widths[area.left - 1 : area.right])}" w:type="dxa"/>'
    if span > 1:
        properties += f'<w:gridSpan w:val="{span}"/>'
    if area.bottom > area.top:
        properties += '<w:vMerge w:val="restart"/>' if number == area.top else "<w:vMerge/>"
    text = area.text if number == area.top else ""
    content = _paragraph(text, "Cell", area.align, area.indent, keeps_next=keeps_next)
    return f'<w:tc><w:tcPr>{properties}<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'


def _paragraph(text: str, style: str, align: str = "", indent: int = 0, *, keeps_next: bool = False) -> str:
    look = f'<w:pStyle w:val="{style}"/>{"<w:keepNext/>" * keeps_next}'
    if indent:
        look += f'<w:ind w:left="{indent * _INDENT}"/>'
    if align:
        look += f'<w:jc w:val="{align}"/>'
    lines = (
        f'<w:t xml:space="preserve">{escape(xml_text(line))}</w:t>' if line else ""
        for line in _LINES.split(text)
    )
    run = f"<w:r>{'<w:br/>'.join(lines)}</w:r>" if text else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{run}</w:p>"
