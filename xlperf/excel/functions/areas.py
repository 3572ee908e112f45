"""Ranges as XP_CHECK takes them: values with their sheet, row and column, where Excel gives these.

``AreaReader`` is the converter that xlwings runs on such an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

_MANY_ROWS = 5_000
"""Rows from which on a range is cut down to the used rows of its sheet before it is read: A:I."""
_OPTIONS = {"ndim": 2, "err_to_str": True}


@dataclass(frozen=True, slots=True)
class Area:
    """``values`` as Excel gives them; ``row`` and ``column`` of the first cell count from 1.

    ``sheet`` and ``book`` are "" where the values are on no sheet, or it is not known.
    """

    values: object
    sheet: str = ""
    book: str = ""
    row: int = 1
    column: int = 1


class AreaReader:
    """The converter for xlwings: ranges and plain values alike become an Area."""

    @staticmethod
    def reader(options: dict[str, Any]) -> Any:
        """The stages of the conversion: those of a plain value, before them _cut, after them _placed."""
        standard = import_module("xlwings.conversion.standard")
        stages = standard.ValueAccessor.reader({**options, **_OPTIONS})
        stages.insert(0, _cut)
        stages.append(_placed)
        return stages


def _cut(context: Any) -> None:
    """Cut a tall range, such as a whole column, down to the used rows of its sheet."""
    found = context.range
    if found is None or found.shape[0] < _MANY_ROWS:
        return
    used = found.sheet.used_range
    last = max(min(found.row + found.shape[0], used.row + used.shape[0]) - 1, found.row)
    corners = (found.row, found.column), (last, found.column + found.shape[1] - 1)
    context.range = found.sheet.range(*corners)


def _placed(context: Any) -> None:
    found = context.range
    if found is None:
        context.value = Area(context.value)
    else:
        sheet = found.sheet
        context.value = Area(context.value, sheet.name, sheet.book.name, found.row, found.column)


def shape_of(caller: object) -> tuple[int, int]:
    """Rows and columns of the cells that hold the formula; (1, 1) where that is not known."""
    shape = getattr(caller, "shape", None)
    if isinstance(shape, Sequence) and len(shape) == 2:
        return int(shape[0]), int(shape[1])
    return 1, 1
