"""The fixed texts of a declared form → how many of them stand on a sheet, whatever lies where."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.form_layout import place
from xlperf.declarations.model import Form
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_LONGEST_LABEL = 120

Labels = tuple[tuple[int, str, str], ...]
"""Sheet row, column letters and compared text of every cell whose text is a fixed text of a form."""


@dataclass(frozen=True, slots=True)
class FixedTexts:
    """``rows``: index of a declared row → column letter → text; ``counts``: texts as they are compared → how
    often the form has them; ``names``: the defined names of the form's own workbook. ``form`` is kept so that
    its identity stays its own.
    """

    form: Form
    rows: Mapping[int, Mapping[str, str]]
    counts: Mapping[str, int]
    names: frozenset[str]


def fixed_texts(form: Form) -> FixedTexts:
    """The fixed texts of ``form``, gathered once."""
    known = _MADE.get(id(form))
    if known is None:
        rows: dict[int, dict[str, str]] = {}
        for index, row in enumerate(form.rows):
            for cell in row.cells:
                if label_key(cell.text):
                    rows.setdefault(index, {})[get_column_letter(cell.first)] = cell.text
        counts = Counter(label_key(text) for columns in rows.values() for text in columns.values())
        known = _MADE[id(form)] = FixedTexts(form, rows, counts, frozenset(place(form).names()))
    return known


_MADE: dict[int, FixedTexts] = {}


def labels_of(sheet: Sheet, forms: Iterable[Form]) -> Labels:
    """The cells of ``sheet`` whose text is a fixed text of one of ``forms``."""
    texts = {text for form in forms for text in fixed_texts(form).counts}
    return tuple(
        (row, letters, plain)
        for row, letters, text in sheet.texts()
        if len(text) <= _LONGEST_LABEL and (plain := label_key(text)) in texts
    )


def likeness(labels: Labels, form: Form) -> float:
    """The share of the form's fixed texts that stand anywhere on the sheet, 0 to 1."""
    counts = fixed_texts(form).counts
    present = {text for _, _, text in labels}
    return sum(count for text, count in counts.items() if text in present) / sum(counts.values())
