"""The file itself: what was noticed when it was opened, and what can be said of a file of its kind."""

from collections.abc import Iterator
from dataclasses import replace

from xlperf.checks.context import CheckContext
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.intake.book import Book
from xlperf.intake.kinds import kinds
from xlperf.notation import parse_number

_OVERWRITTEN, _DIFFERENT = "M402", "M410"
"""A formula typed over with another number; where no formula can be, just another number."""
_CLEARED, _EMPTY = "M406", "M417"
"""A formula cleared; where none can be, an empty cell for what the others add up to."""
_WITH_FORMULAS = "xlsx"


def check_opening(context: CheckContext) -> Iterator[Finding]:
    """What was noticed when the file was opened, under the unit that sent it."""
    filing = context.filing
    for noticed in context.reading.book.findings:
        place = replace(noticed.location, unit_code=filing.unit_code, unit_name=filing.unit_name)
        yield replace(noticed, location=place)
    document = context.document
    is_guessed = filing.is_guessed and filing.unit_name
    if is_guessed and document and document.forms and not document.names_units:
        yield finding("F137", context.file_place(), unit=filing.unit_name)


def as_received(found: Finding, book: Book) -> Finding | None:
    """``found`` with its place as the file counts it, None for what cannot be said of a file of its kind."""
    if book.kind == _WITH_FORMULAS:
        return found
    place = spotted(found.location, book)
    if found.code == _CLEARED and place.cell and parse_number(found.expected):
        return replace(finding(_EMPTY, place, found.value, found.expected), link=found.link)
    if found.code == _OVERWRITTEN:
        return replace(finding(_DIFFERENT, place, found.value, found.expected), link=found.link)
    return None if found.code in kinds()[book.kind].inapplicable else replace(found, location=place)


def spotted(place: Location, book: Book) -> Location:
    """``place`` as a reader of the document would count: 第3行第4列 in place of D3."""
    spot = book.spots.get((place.sheet, place.cell))
    return place if spot is None else replace(place, cell=spot)
