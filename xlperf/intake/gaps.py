"""Declared rows that no text tells → their sheet rows: by name, by content, or counted from neighbours."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.model import Form
from xlperf.intake.label_index import Anchors
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

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
        for place, index in enumerate(above):
            counted = free[place] if free else top + 1
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
