"""Findings about an old workbook or a Word document → those that apply to such a file, in its words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.kinds import kinds
from xlperf.intake.xlsx_reader import Book
from xlperf.notation import parse_number

_OVERWRITTEN, _DIFFERENT = "M402", "M410"
"""A formula typed over with another number; where no formula can be, just another number."""
_CLEARED, _EMPTY = "M406", "M417"
"""A formula cleared; where none can be, an empty cell for what the others add up to."""
_OURS = "xlsx"


def as_received(findings: Iterable[Finding], book: Book) -> Iterator[Finding]:
    """``findings`` without what cannot be said of a file of the kind, places as the file counts them."""
    if book.kind == _OURS:
        yield from findings
        return
    untold = kinds()[book.kind].untold
    for one in findings:
        place = spotted(one.location, book)
        if one.code == _CLEARED and place.cell and parse_number(one.expected):
            yield finding(_EMPTY, place, one.value, one.expected)
        elif one.code == _OVERWRITTEN:
            yield finding(_DIFFERENT, place, one.value, one.expected)
        elif one.code not in untold:
            yield replace(one, location=place)


def spotted(place: Location, book: Book) -> Location:
    """``place`` as a reader of the document would count: 第3行第4列 in place of D3."""
    spot = book.spots.get((place.sheet, place.cell))
    return place if spot is None else replace(place, cell=spot)
