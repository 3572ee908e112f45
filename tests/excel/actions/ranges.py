"""Ranges of the engine of tests: values, formats, merged cells, rows, links; see ``engine``."""

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.comments import Comment
from openpyxl.formula.translate import Translator
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.hyperlink import Hyperlink
from xlwings import base_classes

from tests.excel.actions.livebook import ExcelError

if TYPE_CHECKING:
    from tests.excel.actions.engine import Sheet


class Range(base_classes.Range):
    """``area``: first row, first column, number of rows, number of columns."""

    max_cells_per_read = max_cells_per_write = None

    def __init__(self, sheet: "Sheet", area: tuple[int, int, int, int]) -> None:
        self.sheet, self.area = sheet, area
        self.live, self.xl = sheet.live, sheet.xl

    @property
    def api(self) -> "Range":
        return self

    @property
    def row(self) -> int:
        return self.area[0]

    @property
    def column(self) -> int:
        return self.area[1]

    @property
    def shape(self) -> tuple[int, int]:
        return self.area[2:]

    @property
    def address(self) -> str:
        top, left, height, width = self.area
        first = f"${get_column_letter(left)}${top}"
        return first if (height, width) == (1, 1) else f"{first}:{self._last()}"

    def _last(self) -> str:
        top, left, height, width = self.area
        return f"${get_column_letter(left + width - 1)}${top + height - 1}"

    def __len__(self) -> int:
        return self.area[2] * self.area[3]

    def __call__(self, row: int, column: int | None = None) -> "Range":
        if column is None:
            row, column = (row - 1) // self.area[3] + 1, (row - 1) % self.area[3] + 1
        return Range(self.sheet, (self.area[0] + row - 1, self.area[1] + column - 1, 1, 1))

    def places(self) -> list[list[tuple[int, int]]]:
        top, left, height, width = self.area
        return [[(row, column) for column in range(left, left + width)] for row in range(top, top + height)]

    def cells(self) -> list[Any]:
        """The cells of the area as openpyxl has them."""
        return [self.xl.cell(*place) for row in self.places() for place in row]

    @property
    def raw_value(self) -> Any:
        found = tuple(tuple(self.live.value(self.xl, place) for place in row) for row in self.places())
        return found[0][0] if len(self) == 1 else found

    @raw_value.setter
    def raw_value(self, given: Any) -> None:
        for number, row in enumerate(self.places()):
            for column, place in enumerate(row):
                value = (
                    given[number][column]
                    if isinstance(given, Sequence) and given and not isinstance(given, str)
                    else given
                )
                self.live.enter(self.xl, place, value)

    @property
    def formula(self) -> Any:
        found = tuple(tuple(self.xl.cell(*place).value or "" for place in row) for row in self.places())
        return found[0][0] if len(self) == 1 else found

    @property
    def color(self) -> tuple[int, int, int] | None:
        fill = self.xl.cell(*self.area[:2]).fill
        rgb = fill.fgColor.rgb
        if fill.fill_type is None or not isinstance(rgb, str):
            return None
        return int(rgb[2:4], 16), int(rgb[4:6], 16), int(rgb[6:8], 16)

    @color.setter
    def color(self, given: Any) -> None:
        self.live.refuse_protected(self.xl, "formatCells")
        for cell in self.cells():
            cell.fill = PatternFill() if given is None else PatternFill("solid", fgColor=f"FF{given[1:]}")

    @property
    def number_format(self) -> str | None:
        found = {cell.number_format for cell in self.cells()}
        return found.pop() if len(found) == 1 else None

    @property
    def font(self) -> "Font":
        return Font(self)

    wrap_text = property(None, lambda self, given: self._align(wrap_text=given))
    horizontal_alignment = property(None, lambda self, given: self._align(horizontal=given))
    vertical_alignment = property(None, lambda self, given: self._align(vertical=given))

    def _align(self, **given: Any) -> None:
        for cell in self.cells():
            cell.alignment = Alignment(**{**_kept(cell.alignment), **given})

    column_width = property(None, lambda self, given: self._size(given))

    def _size(self, width: float) -> None:
        for column in range(self.area[1], self.area[1] + self.area[3]):
            self.xl.column_dimensions[get_column_letter(column)].width = width

    @property
    def row_height(self) -> float | None:
        found = {self.xl.row_dimensions[row].height or 15.0 for row in self._rows()}
        return found.pop() if len(found) == 1 else None

    @row_height.setter
    def row_height(self, given: float) -> None:
        for row in self._rows():
            self.xl.row_dimensions[row].height = given

    def _rows(self) -> range:
        return range(self.area[0], self.area[0] + self.area[2])

    @property
    def row_hidden(self) -> bool | None:
        found = {bool(self.xl.row_dimensions[row].hidden) for row in self._rows()}
        return found.pop() if len(found) == 1 else None

    def autofit(self, axis: str | None = None) -> None:
        for row in self._rows():
            self.xl.row_dimensions[row].height = None

    @property
    def merge_area(self) -> "Range":
        here = CellRange(min_row=self.row, max_row=self.row, min_col=self.column, max_col=self.column)
        for area in self.xl.merged_cells.ranges:
            if here.issubset(area):
                return Range(
                    self.sheet, (area.min_row, area.min_col, area.size["rows"], area.size["columns"])
                )
        return self(1, 1)

    def merge(self, across: bool = False) -> None:
        self.live.refuse_protected(self.xl)
        self.xl.merge_cells(self.address.replace("$", ""))

    def unmerge(self) -> None:
        self.live.refuse_protected(self.xl)
        mine = CellRange(self.address.replace("$", ""))
        for area in list(self.xl.merged_cells.ranges):
            if not area.isdisjoint(mine):
                self.xl.unmerge_cells(str(area))

    def insert(self, shift: str | None = None, copy_origin: str | None = None) -> None:
        self.live.insert(self.xl, self.area[0], self.area[2])

    def copy(self, destination: "Range | None" = None) -> None:
        """Copy one row onto every row of ``destination``: formats, values, formulas, merged cells."""
        assert destination
        target = destination.api
        if self.area[2] != 1 or target.area[3] != self.area[3]:
            raise NotImplementedError("only one row onto rows of the same width")
        for row in target._rows():
            for cell in self.cells():
                there = self.xl.cell(row, cell.column)
                self.live.refuse_locked(self.xl, there)
                there._style = copy(cell._style)
                there.value = cell.value
                if cell.data_type == "f":
                    there.value = Translator(cell.value, cell.coordinate).translate_formula(there.coordinate)
            for area in list(self.xl.merged_cells.ranges):
                if area.min_row == area.max_row == self.row:
                    self.xl.merge_cells(None, row, area.min_col, row, area.max_col)
        self.live.is_dirty = True

    def select(self) -> None:
        if self.xl.title != self.live.book.active.title:
            raise ExcelError("Select method of Range class failed")
        self.live.selections[self.xl.title] = self.area

    def add_hyperlink(self, address: str, text_to_display: str, screen_tip: str) -> None:
        cell = self.xl.cell(*self.area[:2])
        cell.hyperlink = Hyperlink(
            ref=cell.coordinate, location=address.removeprefix("#"), tooltip=screen_tip
        )


class Font(base_classes.Font):
    def __init__(self, area: Range) -> None:
        self.area = area

    bold = property(None, lambda self, given: self._set(b=given))
    size = property(None, lambda self, given: self._set(sz=given))
    color = property(None, lambda self, given: self._set(color=f"FF{given[1:]}"))

    def _set(self, **given: Any) -> None:
        for cell in self.area.cells():
            font = copy(cell.font)
            cell.font = type(font)(
                **{**{name: getattr(font, name) for name in ("name", "b", "sz", "color")}, **given}
            )


class Note(base_classes.Note):
    """The note on one cell."""

    def __init__(self, cell: Any) -> None:
        self.cell = cell

    @property
    def text(self) -> str:
        return str(self.cell.comment.text)

    @text.setter
    def text(self, given: str) -> None:
        self.cell.comment = Comment(given, self.author)

    @property
    def author(self) -> str:
        return str(self.cell.comment.author)

    def delete(self) -> None:
        self.cell.comment = None


def _kept(alignment: Alignment) -> dict[str, Any]:
    return {name: getattr(alignment, name) for name in ("horizontal", "vertical", "wrap_text", "indent")}
