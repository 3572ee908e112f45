"""schemas/styles.json and working.json → the looks of cells: fonts, borders, alignment, number format, lock.

Those of helper sheets and coloured findings go into the style sheet of a workbook.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.borders import DEFAULT_BORDER
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.core.errors import DeclarationError
from xlperf.declarations.forms_and_rules import Cell, Field, Row
from xlperf.declarations.source import Json, text_of, texts_of

_GENERAL = "General"
_TEXT = "@"
_RIGHT = "right"
"""What is aligned so keeps a step from the border."""


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

    ``field`` is what the cell holds, None for static text and for lines. Figures are not wrapped, since
    LibreOffice forgets their indent then. Raises DeclarationError for a style that is not declared.
    """
    if field is None:
        indent = cell.indent if cell.style else cell.indent or row.indent
        return Look(**_style(cell.style or row.style or "label"), indent=indent)
    style = _style(cell.style or "value")
    horizontal = field.align or style["horizontal"] or field.type.align
    return Look(
        **{**style, "horizontal": horizontal, "wrap": style["wrap"] and not field.type.number},
        indent=cell.indent or field.indent or int(horizontal == _RIGHT),
        number_format=_number_format(field),
    )


def _style(name: str) -> dict[str, Any]:
    declared = texts_of("styles")
    return {**declared["base"], **_found(name, declared["styles"], "styles.json")}


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


_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class HelperStyles:
    """``looks`` of helper cells, and numbers in a workbook's style sheet: ``cells`` of those looks,
    ``highlights`` of the looks that conditional formats give.
    """

    looks: Mapping[str, Look]
    cells: Mapping[str, int]
    highlights: Mapping[str, int]

    def look(self, style: str) -> Look:
        """A declared look; raises DeclarationError for one that is not declared."""
        return _found(style, self.looks, "working.json")

    def highlight(self, style: str) -> int:
        """The number of a declared highlight; raises DeclarationError for one that is not declared."""
        return _found(style, self.highlights, "working.json")


def add_helper_styles(book: Workbook) -> HelperStyles:
    """Add the declared looks to the style sheet of ``book``, after what its sheets use."""
    declared = texts_of("working")
    styles = declared["styles"]
    for used in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        _ = used.style_id  # a format comes into the style sheet when its number is first asked for
    scratch = Worksheet(book)
    looks = {name: _look(style) for name, style in styles.items()}
    cells = {}
    for number, (name, look) in enumerate(looks.items(), 1):
        cell = scratch.cell(number, 1)
        paint(cell, look, locked=styles[name].get("locked", True))
        cells[name] = cell.style_id
    known: Any = book._differential_styles  # type: ignore[attr-defined]
    return HelperStyles(
        looks, cells, {name: known.add(_dxf(highlight)) for name, highlight in declared["highlights"].items()}
    )


def colour(sheet: Worksheet, area: str, helper_styles: HelperStyles) -> None:
    """Colour the cells of an official sheet that break a rule, the gravest rule first."""
    for name, declared in texts_of("working")["highlights"].items():
        if "cells" in declared:
            rule = Rule("expression", dxfId=helper_styles.highlight(name), formula=[declared["cells"]])
            sheet.conditional_formatting.add(area, rule)


def _look(style: Json) -> Look:
    own = {key: value for key, value in style.items() if key not in ("format", "locked")}
    look = {**texts_of("styles")["base"], **own}
    return Look(**look, number_format=style.get("format", _GENERAL))


def _dxf(style: Json) -> DifferentialStyle:
    fill = PatternFill(bgColor=f"FF{style['fill']}") if "fill" in style else None
    color = f"FF{style['color']}" if "color" in style else None
    return DifferentialStyle(font=Font(bold=style.get("bold"), color=color), fill=fill)


def _found(name: str, declared: Mapping[str, _T], file: str) -> _T:
    """What ``declared``, read from ``file``, has for ``name``; raises DeclarationError for other names."""
    if name not in declared:
        known = "、".join(declared)
        raise DeclarationError(file, text_of("styles", "errors", "no_style", name=name, known=known))
    return declared[name]
