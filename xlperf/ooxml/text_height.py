"""A text and the width of its column → the row height that shows it whole: the one formula of the program."""

import math

from xlperf.declarations.source import texts_of

TALLEST = 409.0
"""The greatest row height that Excel takes, in points."""
_LINE_SPACING = 1.4
_PADDING = 3.0
_MARGIN = 1.0


def text_height(text: str, width: float, size: float, *, indent: float = 0, wrap: bool = True) -> float:
    """Points that ``text`` in a font of ``size`` points takes in a column ``width`` units wide.

    A unit is a digit of the default font. The result may be greater than TALLEST.
    """
    normal: float = texts_of("styles")["normal"]["size"]
    room = (width - _MARGIN - indent) * normal / size
    lines = text.split("\n")
    count = sum(max(1, math.ceil(_units(line) / room)) for line in lines) if wrap else len(lines)
    return round(size * _LINE_SPACING * count + _PADDING, 1)


def _units(text: str) -> int:
    """Width in columns: two for what takes two bytes in a Chinese encoding, as fonts draw it."""
    return len(text.encode("gb18030", "replace"))
