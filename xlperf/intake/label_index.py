"""The static texts of a form's layout, indexed so that a sheet's texts can be matched to its rows.

Declared rows that no text names are found by name, by content, or counted from their neighbours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.form_layout import place
from xlperf.declarations.model import Cell, Form, Row
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

Spot = tuple[int, str]
"""Index of a declared row in ``Form.rows`` and a column letter."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """``texts``: declared row index → column letter → text. ``by_key``: normalised text → spots.

    ``lines`` are the beginnings of line cells. ``guides`` names, for each field id or (table,
    column), its own column letter and the static text that tells it: the heading above with the
    same columns, else the text to the left in the same row. ``beside`` are the fields whose cell
    follows right after a text. ``names`` are the defined names of the form's own workbook.
    """

    form: Form
    texts: Mapping[int, Mapping[str, str]]
    by_key: Mapping[str, tuple[Spot, ...]]
    lines: Mapping[str, Spot]
    guides: Mapping[str | tuple[str, str], tuple[str, Spot | None]]
    beside: Mapping[Spot, str]
    names: frozenset[str]

    @property
    def count(self) -> int:
        """How many static texts the layout has."""
        return sum(len(columns) for columns in self.texts.values())


def anchors(form: Form) -> Anchors:
    """The anchors of ``form``; made once for each form object, which they keep alive."""
    known = _MADE.get(id(form))
    if known is None:
        known = _MADE[id(form)] = _anchors(form)
    return known


_MADE: dict[int, Anchors] = {}


def _anchors(form: Form) -> Anchors:
    texts: dict[int, dict[str, str]] = {}
    by_key: dict[str, tuple[Spot, ...]] = {}
    lines: dict[str, Spot] = {}
    for index, row in enumerate(form.rows):
        for cell in row.cells:
            letter = get_column_letter(cell.first)
            if label_key(cell.text):
                texts.setdefault(index, {})[letter] = cell.text
                by_key[label_key(cell.text)] = (*by_key.get(label_key(cell.text), ()), (index, letter))
            elif cell.line:
                lines[label_key(cell.line[0][0])] = (index, letter)
    return Anchors(
        form, texts, by_key, lines, _guides(form), dict(_beside(form)), frozenset(place(form).names())
    )


def _beside(form: Form) -> Iterator[tuple[Spot, str]]:
    for index, row in enumerate(form.rows):
        for label, value in pairwise(row.cells):
            if label_key(label.text) and value.field and not row.table:
                yield (index, get_column_letter(label.first)), value.field


def _guides(form: Form) -> Mapping[str | tuple[str, str], tuple[str, Spot | None]]:
    guides: dict[str | tuple[str, str], tuple[str, Spot | None]] = {}
    above: dict[tuple[int, int], Spot] = {}
    for index, row in enumerate(form.rows):
        headings: dict[tuple[int, int], Spot] = {}
        left: Spot | None = None
        for cell in row.cells:
            spot = (index, get_column_letter(cell.first))
            if label_key(cell.text):
                left = headings[cell.first, cell.last] = spot
            elif cell.field:
                guides[_name(row, cell)] = (spot[1], above.get((cell.first, cell.last), left))
        above.update(headings)
    return guides


def _name(row: Row, cell: Cell) -> str | tuple[str, str]:
    return (row.table, cell.field) if row.table else cell.field


_ALIKE = 0.4
_NAMED_ROW = re.compile(r"\$[A-Z]+\$([0-9]+)")


def complete(
    form: Form, rows: dict[int, int], sheet: Sheet, known: Anchors, names: Mapping[str, str]
) -> list[int]:
    """Place into ``rows`` (declared index → sheet row) what its texts did not; return what is lost.

    ``names`` gives the defined names on the sheet → reference.
    """
    missing: list[int] = []
    fixed = sorted(rows)
    for low, high in pairwise([-1, *fixed, len(form.rows)]):
        gap = range(low + 1, high)
        if not gap:
            continue
        table = next((index for index in gap if form.rows[index].table), high)
        below = [index for index in gap if index > table]
        top, bottom = rows.get(low, sheet.first_row - 1), rows.get(high)
        lost = {*_too_many(gap, table, top, bottom, known), *_unlike(form, sheet, known, gap, top, bottom)}
        missing += sorted(lost)
        above = [index for index in gap if index < table and index not in lost]
        free = _free_rows(sheet, top, bottom, len(above)) if table == high else ()
        for offset, index in enumerate(above):
            counted = free[offset] if free else top + 1
            top = rows[index] = _named_row(form, index, names, top, bottom) or counted
        for index in reversed(below):
            if index not in lost and bottom is not None:
                bottom = rows[index] = _named_row(form, index, names, top, bottom) or bottom - 1
    return missing


def _too_many(gap: range, table: int, top: int, bottom: int | None, known: Anchors) -> Sequence[int]:
    """The declared rows of a gap for which the sheet has no room: labelled ones first."""
    unplaced = [index for index in gap if index != table]
    if bottom is None:
        return [index for index in unplaced if index > table]
    surplus = len(unplaced) - (bottom - top - 1)
    return sorted(unplaced, key=lambda index: index not in known.texts)[: max(surplus, 0)]


def _unlike(
    form: Form, sheet: Sheet, known: Anchors, gap: range, top: int, bottom: int | None
) -> Sequence[int]:
    """The rows right above and below a table of the gap where the sheet has table rows instead."""
    table = next((index for index in gap if form.rows[index].table), None)
    if table is None:
        return ()
    lost = []
    if table - 1 in gap and not _resembles(form, sheet, known, table - 1, top + table - gap.start):
        lost.append(table - 1)
    below = bottom - (gap.stop - table - 1) if bottom is not None and table + 1 in gap else 0
    if below and not _resembles(form, sheet, known, table + 1, below):
        lost.append(table + 1)
    return lost


def _resembles(form: Form, sheet: Sheet, known: Anchors, index: int, row: int) -> bool:
    """Whether a sheet row may be a declared row with its label rewritten, rather than a table row.

    It may when its labels are alike, and when its formulas are still there.
    """
    computed = [cell for cell in form.rows[index].cells if cell.field in form.computed]
    if any(sheet.formula(f"{get_column_letter(cell.first)}{row}") is not None for cell in computed):
        return True
    for letter, text in known.texts.get(index, {}).items():
        found = sheet.value(f"{letter}{row}")
        if found is None and computed:
            return False
        if (
            isinstance(found, str)
            and SequenceMatcher(None, label_key(text), label_key(found)).ratio() < _ALIKE
        ):
            return False
    return True


def _free_rows(sheet: Sheet, top: int, bottom: int | None, wanted: int) -> Sequence[int]:
    """The ``wanted`` rows between two neighbours that hold anything, where others between are blank."""
    if not wanted or bottom is None or bottom - top - 1 <= wanted:
        return ()
    filled = {_row_of(address) for address in sheet.cells if sheet.value(address) is not None}
    free = [row for row in range(top + 1, bottom) if row in filled]
    return free if len(free) == wanted else ()


def _named_row(form: Form, index: int, names: Mapping[str, str], top: int, bottom: int | None) -> int:
    """The sheet row that names give a declared row, where it lies between its neighbours; else 0."""
    for cell in form.rows[index].cells:
        match = _NAMED_ROW.match(names.get(cell.field, "")) if cell.field else None
        if match and top < int(match[1]) and (bottom is None or int(match[1]) < bottom):
            return int(match[1])
    return 0


def _row_of(address: str) -> int:
    return int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
