"""An alignment of a layout that is not ours → the same with rows in another order and columns left out.

In a workbook of ours both are faults to be told; elsewhere they are how the form is printed.
"""

from collections.abc import Mapping

from xlperf.notation import label_key
from xlperf.receive.align import Alignment, Labels
from xlperf.receive.anchors import anchors

NO_COLUMN = ""
"""The column letter of a field whose heading the sheet does not have."""


def relay(alignment: Alignment, labels: Labels) -> None:
    """Find declared rows that stand elsewhere, and give up columns that hold another heading."""
    texts: dict[int, dict[str, str]] = {}
    for row, letters, text in labels:
        texts.setdefault(row, {})[letters] = text
    _moved_rows(alignment, texts)
    _absent_columns(alignment, texts)


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


def _absent_columns(alignment: Alignment, texts: Mapping[int, Mapping[str, str]]) -> None:
    known = anchors(alignment.form)
    for name, (_, guide) in known.guides.items():
        if guide is None or alignment.rows.get(guide[0]) not in texts:
            continue
        index, letter = guide
        there = texts[alignment.rows[index]]
        headings = {label_key(text) for text in known.texts[index].values()}
        if label_key(known.texts[index][letter]) not in there.values() and there.get(letter) in headings:
            alignment.shifted[name] = NO_COLUMN
