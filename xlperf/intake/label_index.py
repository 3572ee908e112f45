"""The static texts of a form's layout, indexed so that a sheet's texts can be matched to its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.form_layout import place
from xlperf.declarations.model import Cell, Form, Row
from xlperf.notation import label_key

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
