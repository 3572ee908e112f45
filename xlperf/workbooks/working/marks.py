"""Formulas of lines that are alike: written once with marks for what differs, then finished for each line."""

from collections.abc import Mapping

OWN = "\x01"
"""The row of the line on its helper sheet."""
BLOCK = "\x02"
"""The row of the score sheet that belongs to the table row."""
SLOT = "\x03"
"""The number of the table row, from 1."""
SHEET = "\x04"
"""What stands before the names of a repeated form that belong to the line's own sheet."""
FIRST, LAST = "\x05", "\x06"
"""First and last row of the table's block on the score sheet."""


def finish(text: str, marks: Mapping[str, str]) -> str:
    """``text`` with what stands for its marks."""
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text
