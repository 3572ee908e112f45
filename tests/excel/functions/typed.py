"""Arguments as typed in Excel → what Excel hands to a function, and results for comparison."""

import re

_ARRAY_ROW, _ARRAY_CELL = (
    re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)'),
    re.compile(r',(?=(?:[^"]*"[^"]*")*[^"]*$)'),
)


def typed(text: str) -> object:
    """``95``, ``45%``, ``"≥95%"``, ``{1,2;3,4}`` as Excel's formula bar takes them; a blank is None."""
    text = text.strip()
    if text.startswith("{"):
        return [[typed(cell) for cell in _ARRAY_CELL.split(row)] for row in _ARRAY_ROW.split(text[1:-1])]
    if text.startswith('"'):
        return text[1:-1].replace('""', '"')
    if not text:
        return None
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)
