"""A received workbook → a Document: each sheet a page of the cells that a person sees on it.

Merges become spans, numbers are shown as their formats show them, formulas without results are computed.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from xlperf.core.cell_addresses import coordinate_to_tuple, get_column_letter, range_boundaries
from xlperf.expressions import Value
from xlperf.intake.book import Book
from xlperf.intake.page import Document, Page, PageCell
from xlperf.intake.printed_words import note
from xlperf.intake.sheet_asides import aside_pages_of
from xlperf.intake.shown import Face, face
from xlperf.ooxml.sheet_cells import Sheet
from xlperf.ooxml.styles import Format

if TYPE_CHECKING:
    from xlperf.intake.recompute import Recomputed

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column, all from 1."""
_ROWS_BEYOND, _COLUMNS_BEYOND = 10_000, 500
"""How far a merge may reach beyond all content."""
_MOST_MERGED = 500_000
"""Cells that all merges of a sheet may cover together."""
Place = tuple[str, str]
"""Sheet name and A1 address."""
_VISIBLE = "visible"
_LEFTOVERS = 3
_OF_PERCENT = 2
"""Decimals of a share that its percentage does not print."""
_LONGEST_LEFTOVER = 20
_Computed = tuple[Value, str]
"""The result of a formula that was saved without one, and what there is to say about it."""


def merged_spans(
    ranges: Iterable[str], filled: Collection[tuple[int, int]]
) -> tuple[Mapping[tuple[int, int], Span], Collection[tuple[int, int]]]:
    """The spans by their first cell (row, column), and the first cells of those that were left out.

    ``filled`` are the cells with content. A merge that overlaps an earlier one, or that would cover too
    many cells, is left out; one that reaches far beyond the content is cut.
    """
    last_row = max((row for row, _ in filled), default=0)
    last_column = max((column for _, column in filled), default=0)
    spans: dict[tuple[int, int], Span] = {}
    dropped: list[tuple[int, int]] = []
    taken: set[tuple[int, int]] = set()
    for text in ranges:
        left, top, right, bottom = (number or 1 for number in range_boundaries(text))
        bottom = min(bottom, max(last_row, _ROWS_BEYOND, top))
        right = min(right, max(last_column, _COLUMNS_BEYOND, left))
        area = (bottom - top + 1) * (right - left + 1)
        if area <= 1:
            continue
        if len(taken) + area > _MOST_MERGED:
            dropped.append((top, left))
            continue
        places = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
        if places.isdisjoint(taken):
            taken |= places
            spans[top, left] = top, left, bottom, right
        else:
            dropped.append((top, left))
    return spans, dropped


def sheet_pages(book: Book) -> Document:
    """The pages of a workbook; cells of hidden rows and columns are marked, hidden sheets kept apart."""
    computed = _computed(book)
    shown: list[Page] = []
    hidden: list[Page] = []
    for sheet in book.sheets:
        (shown if sheet.state == _VISIBLE else hidden).append(_page(sheet, computed))
    asides = aside_pages_of(book.asides)
    return Document(book.path, shown, book.kind, tuple(book.paragraphs), hidden, asides)


def _page(sheet: Sheet, computed: Mapping[Place, _Computed]) -> Page:
    places = {coordinate_to_tuple(address): address for address in sheet.cells}
    spans, dropped = merged_spans(sheet.merges, places)
    covered = {
        (row, column): (top, left)
        for top, left, bottom, right in spans.values()
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    cells = {
        place: _cell(sheet, place, address, spans.get(place), computed)
        for place, address in places.items()
        if place not in covered
    }
    for place, span in spans.items():
        if place not in cells:
            cells[place] = _blank(sheet, span)
    _note_leftovers(sheet, cells, {place: covered[place] for place in places if place in covered})
    for place in dropped:
        if place in cells:
            cells[place].notes += (note("merge_dropped"),)
    return Page(sheet.name, list(cells.values()))


def _cell(
    sheet: Sheet,
    place: tuple[int, int],
    address: str,
    span: Span | None,
    computed: Mapping[Place, _Computed],
) -> PageCell:
    value, shown, formula = sheet.stored(address)
    notes: tuple[str, ...] = ()
    if value is None and (found := computed.get((sheet.name, address))):
        value, notes = found[0], (found[1],)
    seen = _face(sheet, value, shown.code)
    top, left, bottom, right = span or (*place, *place)
    is_hidden, why = _hidden(sheet, top, left, bottom, right)
    return PageCell(
        top - 1,
        bottom - 1,
        left - 1,
        right - 1,
        seen.text,
        seen.number,
        seen.percent,
        _decimals(seen, shown),
        address,
        value,
        formula,
        (*notes, *seen.notes, *why),
        is_hidden,
    )


def _face(sheet: Sheet, value: Value, code: str) -> Face:
    """What a cell of ``sheet`` shows."""
    if sheet.hides_zeros and isinstance(value, float) and value == 0:
        return Face("", notes=(note("zero_hidden"),))
    return face(value, code, sheet.from_1904)


def _decimals(seen: Face, shown: Format) -> int | None:
    """The decimals printed; where the shown text is stored with a number, those of that text."""
    has_figure = seen.number is not None and any(letter.isdigit() for letter in seen.text)
    if seen.decimals is not None or not has_figure or shown.digits is None:
        return seen.decimals
    return shown.digits - _OF_PERCENT * shown.percent


def _blank(sheet: Sheet, span: Span) -> PageCell:
    top, left, bottom, right = span
    is_hidden, why = _hidden(sheet, *span)
    place = f"{get_column_letter(left)}{top}"
    return PageCell(top - 1, bottom - 1, left - 1, right - 1, "", place=place, notes=why, hidden=is_hidden)


def _hidden(sheet: Sheet, top: int, left: int, bottom: int, right: int) -> tuple[bool, tuple[str, ...]]:
    """Whether all rows or all columns of a cell are hidden, and the note that says so."""
    if sheet.hidden_rows and all(row in sheet.hidden_rows for row in range(top, bottom + 1)):
        return True, (note("hidden_row"),)
    if sheet.hidden_columns and all(column in sheet.hidden_columns for column in range(left, right + 1)):
        return True, (note("hidden_column"),)
    return False, ()


def _note_leftovers(
    sheet: Sheet,
    cells: Mapping[tuple[int, int], PageCell],
    covered: Mapping[tuple[int, int], tuple[int, int]],
) -> None:
    """Say on a merged cell what is still stored in the cells under it."""
    leftovers: dict[tuple[int, int], list[str]] = {}
    for (row, column), top in covered.items():
        address = f"{get_column_letter(column)}{row}"
        value, shown, _ = sheet.stored(address)
        if text := _face(sheet, value, shown.code).text.strip():
            leftovers.setdefault(top, []).append(f"{address}“{text[:_LONGEST_LEFTOVER]}”")
    for top, texts in leftovers.items():
        cells[top].notes += (note("under_merge", content="、".join(texts[:_LEFTOVERS])),)


def _computed(book: Book) -> Mapping[Place, _Computed]:
    """The formulas that were saved without results, computed."""
    unsaved = [place for sheet in book.sheets for place in _unsaved(sheet)]
    if not unsaved:
        return {}
    from xlperf.intake.recompute import recompute  # noqa: PLC0415 - heavy, and seldom needed

    result = recompute(book, unsaved)
    return {place: _result(place, result) for place in unsaved}


def _unsaved(sheet: Sheet) -> Iterator[Place]:
    return ((sheet.name, address) for address in sheet.formulas() if sheet.is_unsaved(address))


def _result(place: Place, found: "Recomputed") -> _Computed:
    if place in found.values:
        return found.values[place], note("computed")
    reason = note("circular") if place in found.circular else found.left.get(place) or note("volatile")
    return None, note("not_computed", reason=reason)
