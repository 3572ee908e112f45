"""schemas/styles.json to the looks of cells: fonts, borders, alignment, number format, lock."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.borders import DEFAULT_BORDER

from xlperf.core.errors import DeclarationError
from xlperf.declarations.model import Cell, Field, Row
from xlperf.declarations.source import texts_of

_GENERAL = "General"
_TEXT = "@"


@dataclass(frozen=True, slots=True)
class Look:
    """How one cell looks; ``border`` is "" for none, ``indent`` counts steps of about one letter.

    ``color`` of the letters and ``fill`` behind them are six hexadecimal digits, "" for black and none.
    """

    font: str
    size: float
    bold: bool
    horizontal: str
    vertical: str
    wrap: bool
    border: str
    indent: int = 0
    number_format: str = _GENERAL
    color: str = ""
    fill: str = ""
    underline: bool = False


def look_of(row: Row, cell: Cell, field: Field | None) -> Look:
    """The look of a layout cell: its own style, else its row's, else that of labels or values.

    ``field`` is what the cell holds, None for static text and for lines. Raises DeclarationError
    for a style that styles.json does not declare.
    """
    if field is None:
        indent = cell.indent if cell.style else cell.indent or row.indent
        return Look(**_style(cell.style or row.style or "label"), indent=indent)
    style = _style(cell.style or "value")
    horizontal = field.align or style["horizontal"] or field.type.align
    return Look(
        **{**style, "horizontal": horizontal},
        indent=cell.indent or field.indent,
        number_format=_number_format(field),
    )


def _style(name: str) -> dict[str, Any]:
    declared = texts_of("styles")
    if name not in declared["styles"]:
        raise DeclarationError("styles.json", f"没有样式“{name}”，可用：{'、'.join(declared['styles'])}")
    return {**declared["base"], **declared["styles"][name]}


def _number_format(field: Field) -> str:
    """A formula in a cell formatted as text would turn into text when edited."""
    computed_text = field.formula is not None and field.type.format == _TEXT
    return _GENERAL if computed_text else field.type.format


def paint(cell: SheetCell | MergedCell, look: Look, *, locked: bool) -> None:
    """Give a sheet cell its look; cells hidden inside a merge take it too, so that borders close."""
    cell.font = Font(
        name=look.font,
        size=look.size,
        bold=look.bold,
        color=f"FF{look.color}" if look.color else None,
        underline="single" if look.underline else None,
    )
    if look.fill:
        cell.fill = PatternFill("solid", fgColor=f"FF{look.fill}")
    cell.alignment = Alignment(
        horizontal=look.horizontal, vertical=look.vertical, wrap_text=look.wrap, indent=look.indent
    )
    cell.border = _border(look.border)
    cell.number_format = look.number_format
    cell.protection = Protection(locked=locked)


@cache
def _border(kind: Any) -> Border:
    if not kind:
        return DEFAULT_BORDER
    side = Side(style=kind, color=f"FF{texts_of('styles')['border_color']}")
    return Border(left=side, right=side, top=side, bottom=side)
