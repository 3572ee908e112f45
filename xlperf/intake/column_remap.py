"""An alignment of a layout that is not ours → the same with rows in another order and columns left out.

In a workbook of ours both are faults to be told; elsewhere they are how the form is printed.
"""

from collections.abc import Mapping

from xlperf.core.cell_addresses import column_index_from_string, get_column_letter
from xlperf.intake.align import Alignment, Labels
from xlperf.intake.label_index import anchors
from xlperf.notation import label_key
from xlperf.ooxml.sheet_cells import Sheet

_WIDEST = 12
"""Columns behind a label in which its value may stand."""
NO_COLUMN = ""
"""The column letter of a field whose heading the sheet does not have."""


def relay(alignment: Alignment, labels: Labels, sheet: Sheet) -> None:
    """Find declared rows and fields that stand elsewhere, and give up columns that hold another heading."""
    texts: dict[int, dict[str, str]] = {}
    for row, letters, text in labels:
        texts.setdefault(row, {})[letters] = text
    _moved_rows(alignment, texts)
    _absent_columns(alignment, texts, sheet)
    _beside_labels(alignment, texts, sheet)


def _moved_rows(alignment: Alignment, texts: Mapping[int, Mapping[str, str]]) -> None:
    known = anchors(alignment.form)
    for index in list(alignment.missing):
        wanted = {label_key(text) for text in known.texts.get(index, {}).values()}
        free = texts.keys() - set(alignment.rows.values())
        for first, last in alignment.spans.values():
            free -= set(range(first, last + 1))
        rows = [row for row in free if wanted and wanted <= set(texts[row].values())]
        if len(rows) == 1:
            alignment.rows[index] = rows[0]
            alignment.missing.remove(index)
            alignment.inserted = [row for row in alignment.inserted if row != rows[0]]


def _absent_columns(alignment: Alignment, texts: Mapping[int, Mapping[str, str]], sheet: Sheet) -> None:
    known = anchors(alignment.form)
    for name, (_, guide) in known.guides.items():
        if guide is None or alignment.rows.get(guide[0]) not in texts:
            continue
        index, letter = guide
        there = texts[alignment.rows[index]]
        headings = {label_key(text) for text in known.texts[index].values()}
        if label_key(known.texts[index][letter]) in there.values():
            continue
        if there.get(letter) in headings or _is_vacant(letter, alignment.rows[index], texts, sheet):
            alignment.shifted[name] = NO_COLUMN


def _is_vacant(letter: str, row: int, texts: Mapping[int, Mapping[str, str]], sheet: Sheet) -> bool:
    """Whether nothing stands in a column from a heading's row down to the next label in it."""
    for below in range(row, max(texts) + 1):
        if below > row and letter in texts.get(below, {}):
            break
        if sheet.value(f"{letter}{below}") is not None:
            return False
    return True


def _beside_labels(alignment: Alignment, texts: Mapping[int, Mapping[str, str]], sheet: Sheet) -> None:
    """Read what stands right behind a label, where nothing stands in the column that the form has for it."""
    known = anchors(alignment.form)
    for (index, letter), name in known.beside.items():
        row = alignment.rows.get(index, 0)
        if row not in texts or name in alignment.in_label or alignment.column(name) == NO_COLUMN:
            continue
        label = label_key(known.texts[index][letter])
        at = next((one for one, text in texts[row].items() if text == label), None)
        if at is None or sheet.value(f"{alignment.column(name)}{row}") is not None:
            continue
        others = tuple(label_key(text) for text in known.texts[index].values())
        found = _first_behind(at, row, others, sheet)
        if found:
            alignment.shifted[name] = found


def _first_behind(letter: str, row: int, labels: tuple[str, ...], sheet: Sheet) -> str:
    """The column of the first content behind ``letter`` in ``row``; "" where one of the ``labels`` follows,
    alone or with its figure, or nothing.
    """
    start = column_index_from_string(letter)
    for column in range(start + 1, start + _WIDEST + 1):
        at = get_column_letter(column)
        value = sheet.value(f"{at}{row}")
        if isinstance(value, str) and label_key(value).startswith(labels):
            break
        if value is not None:
            return at
    return ""
