"""A number and its format → the cell of a ledger: a date as text, and what the number looks like (001)."""

import re

from xlperf.expressions.value_types import parts_of
from xlperf.intake.shown import show_number
from xlperf.ledgers.grids import Plain, date_text
from xlperf.ooxml.number_formats import GENERAL, Format

_DAYS_FROM_1904 = 1462
_PADDED = re.compile(r"[^#?.,%]*00[^.,%]*")
_LITERAL = re.compile(r'"[^"]+"|\\.')
_CALENDAR = re.compile("[yde年日]", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')


def is_marked(style: Format) -> bool:
    """Whether a number in this format looks like more than its digits: 001, 98%, 第3号."""
    if style.date or style.code == GENERAL.code:
        return False
    first = style.code.partition(";")[0]
    return (
        style.percent
        or _PADDED.fullmatch(first) is not None
        or (not style.digits and bool(_LITERAL.search(first)))
    )


def number_cell(number: float, style: Format, from_1904: bool) -> tuple[Plain, str]:
    """The cell, and the text that it shows where that is more than its digits ("" otherwise)."""
    if not style.date:
        return number, show_number(number, style.code, from_1904).text if is_marked(style) else ""
    has_day = _CALENDAR.search(_QUOTED.sub("", style.code)) is not None
    day = parts_of(int(number) + _DAYS_FROM_1904 * from_1904) if has_day else None
    return (date_text(*day) if day else show_number(number, style.code, from_1904).text), ""
