"""A text, its letters and the width of its cell → lines and points: how high rows are in every workbook."""

import math
from functools import cache

from xlperf.declarations.source import texts_of

TALLEST = 409.0
"""The greatest row height that Excel takes, in points."""
_LINE_SPACING, _PADDING, _MARGIN = 1.4, 3.0, 1.0


def text_height(
    text: str, width: float, size: float, *, indent: float = 0, wrap: bool = True, normal: float = 0
) -> float:
    """Points that ``text`` in a font of ``size`` points takes in a column ``width`` units wide.

    A unit is a digit of the default font, which is ``normal`` points, 0 for that of our workbooks. The result
    may be greater than TALLEST.
    """
    count = text_lines(text, width, size, indent, normal) if wrap else text.count("\n") + 1
    return round(size * _LINE_SPACING * count + _PADDING, 1)


def text_lines(text: str, width: float, size: float, indent: float = 0, normal: float = 0) -> int:
    """The lines that ``text`` takes there when it is wrapped."""
    room = (width - _MARGIN - indent) * (normal or _normal_size()) / size
    return sum(max(1, math.ceil(_units(line) / room)) for line in text.split("\n"))


@cache
def _normal_size() -> float:
    size: float = texts_of("styles")["normal"]["size"]
    return size


def _units(text: str) -> int:
    """Width in columns: two for what takes two bytes in a Chinese encoding, as fonts draw it."""
    return len(text.encode("gb18030", "replace"))


def fitting_size(text: str, width: float, size: float, indent: float = 0, normal: float = 0) -> float:
    """``size`` or a smaller one, in points, at which the highest row holds a wrapped ``text``."""
    sizes: list[float] = [size, *texts_of("styles")["smaller"]]
    fitting = (
        tried for tried in sizes if text_height(text, width, tried, indent=indent, normal=normal) <= TALLEST
    )
    return next(fitting, sizes[-1])
