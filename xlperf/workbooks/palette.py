"""The looks of schemas/working.json to the style sheet of a workbook: helper cells, coloured findings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from xlperf.core.errors import DeclarationError
from xlperf.declarations.source import Json, texts_of
from xlperf.workbooks.cell_styles import Look, paint

_FILE = "working.json"
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Palette:
    """``looks`` of helper cells, and numbers in a workbook's style sheet: ``cells`` of those looks,
    ``highlights`` of the looks that conditional formats give.
    """

    looks: Mapping[str, Look]
    cells: Mapping[str, int]
    highlights: Mapping[str, int]

    def look(self, style: str) -> Look:
        """A declared look; raises DeclarationError for one that is not declared."""
        return _found(style, self.looks)

    def highlight(self, style: str) -> int:
        """The number of a declared highlight; raises DeclarationError for one that is not declared."""
        return _found(style, self.highlights)


def mix(book: Workbook, *, functions: bool = False) -> Palette:
    """Add the declared looks to the style sheet of ``book``, after what its sheets use.

    Those of the add-in's panel are there with ``functions`` only.
    """
    declared = texts_of("working")
    styles = {**declared["styles"], **(declared["check"]["panel"]["styles"] if functions else {})}
    for used in (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row):
        _number(used)
    scratch = Worksheet(book)
    looks = {name: _look(style) for name, style in styles.items()}
    cells = {}
    for number, (name, look) in enumerate(looks.items(), 1):
        cell = scratch.cell(number, 1)
        paint(cell, look, locked=styles[name].get("locked", True))
        cells[name] = _number(cell)
    known: Any = book._differential_styles  # type: ignore[attr-defined]
    return Palette(
        looks, cells, {name: known.add(_dxf(highlight)) for name, highlight in declared["highlights"].items()}
    )


def colour(sheet: Worksheet, area: str, palette: Palette) -> None:
    """Colour the cells of an official sheet that break a rule, the gravest rule first."""
    for name, declared in texts_of("working")["highlights"].items():
        if "cells" in declared:
            rule = Rule("expression", dxfId=palette.highlight(name), formula=[declared["cells"]])
            sheet.conditional_formatting.add(area, rule)


def _number(cell: Cell | MergedCell) -> int:
    """The number of a cell's format in the style sheet, where it comes when it is first asked for."""
    return cell.style_id


def _look(style: Json) -> Look:
    own = {key: value for key, value in style.items() if key not in ("format", "locked")}
    look = {**texts_of("styles")["base"], **own}
    return Look(**look, number_format=style.get("format", "General"))


def _dxf(style: Json) -> DifferentialStyle:
    fill = PatternFill(bgColor=f"FF{style['fill']}") if "fill" in style else None
    color = f"FF{style['color']}" if "color" in style else None
    return DifferentialStyle(font=Font(bold=style.get("bold"), color=color), fill=fill)


def _found(name: str, declared: Mapping[str, _T]) -> _T:
    if name not in declared:
        raise DeclarationError(_FILE, f"没有样式“{name}”，可用：{'、'.join(declared)}")
    return declared[name]
