"""A LedgerTable as found → the same with merges filled down and without rows of totals and notes."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import replace
from typing import Any

from xlperf.core.cell_addresses import get_column_letter
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Location
from xlperf.ledgers.grids import Plain, Span, shown
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.reports import Reporter, areas_text
from xlperf.ledgers.tables import LedgerTable

_LONGEST, _LONGEST_NOTE = 20, 2000


def cleaned(
    table: LedgerTable, spans: Sequence[Span], layout: LedgerLayout, reporter: Reporter
) -> LedgerTable:
    """The table to read rows from; what was done to it is reported: a merged heading, a row left out."""
    if spans:
        table = _filled(table, spans, reporter)
    dropped: set[int] = set()
    for code, rows in (("L115", _totals(table, layout)), ("L131", _notes(table, layout))):
        for index, head in rows:
            if index not in dropped:
                dropped.add(index)
                value = shown(table.column(head)[index])[: _LONGEST * 2]
                reporter.cell(code, table, index, head, value)
    return without_rows(table, dropped)


def without_rows(table: LedgerTable, dropped: set[int]) -> LedgerTable:
    """The table without the rows at the places ``dropped``."""
    if not dropped:
        return table
    kept = [index for index in range(len(table.numbers)) if index not in dropped]
    moved = {index: place for place, index in enumerate(kept)}
    return replace(
        table,
        numbers=[table.numbers[index] for index in kept],
        cells={head: [cells[index] for index in kept] for head, cells in table.cells.items()},
        shown={
            head: {moved[index]: text for index, text in texts.items() if index in moved}
            for head, texts in table.shown.items()
        },
        places={(head, moved[index]): at for (head, index), at in table.places.items() if index in moved},
    )


def _filled(table: LedgerTable, spans: Sequence[Span], reporter: Reporter) -> LedgerTable:
    """Merges over several rows: words count for each of them, figures for the first alone."""
    heading_of = {letter: head for head, letter in table.letters.items()}
    cells = {head: list(column) for head, column in table.cells.items()}
    looks = {head: dict(texts) for head, texts in table.shown.items()}
    index_of = {number: index for index, number in enumerate(table.numbers)}
    words: dict[str, list[str]] = {}
    figures: dict[str, list[str]] = {}
    for top, left, bottom, _ in spans:
        head = heading_of.get(get_column_letter(left), "")
        below = [index_of[row] for row in range(top + 1, bottom + 1) if row in index_of] if head else []
        if not below or top not in index_of or head not in cells or cells[head][index_of[top]] is None:
            continue
        column = table.layout.columns.get(head)
        is_figure = column is not None and column.field is not None and column.field.type.number
        letter = table.letters[head]
        (figures if is_figure else words).setdefault(head, []).append(f"{letter}{top}:{letter}{bottom}")
        for index in () if is_figure else below:
            cells[head][index] = cells[head][index_of[top]]
            if text := looks.get(head, {}).get(index_of[top]):
                looks[head][index] = text
    for code, found in (("L118", words), ("L119", figures)):
        for head, merged in found.items():
            place = Location(reporter.file, table.name, merged[0].partition(":")[0], head, head)
            values: dict[str, Any] = {"head": head, "count": len(merged), "areas": areas_text(merged)}
            reporter.findings.append(finding(code, place, **values))
    return replace(table, cells=cells, shown=looks)


def _totals(table: LedgerTable, layout: LedgerLayout) -> Iterator[tuple[int, str]]:
    """Rows whose first cell is a word for totals, or the first after the keys of a detail row.

    A unit's code or name may end with such a word (县直单位小计), and come after others.
    """
    names = {table.layout.head_of("unit"), table.layout.head_of("name")}
    names |= {head for head in table.cells if head not in table.layout.columns}

    def is_total(head: str, text: str) -> bool:
        """Whether ``text`` under ``head`` says that its row adds up others."""
        return layout.is_total(text, ending=head in names)

    passed = names if table.layout.row == "unit" else names.union(table.layout.keys)
    return _found(table, is_total, passed, _LONGEST)


def _notes(table: LedgerTable, layout: LedgerLayout) -> Iterator[tuple[int, str]]:
    """Rows of few cells that begin as notes and signatures do; in the list of units also lone words."""
    code = table.layout.head_of("unit")
    for index, cell in enumerate(table.column(code) if table.layout.row == "unit" else ()):
        is_word = isinstance(cell, str) and not cell.isascii() and not any(map(str.isascii, cell))
        if is_word and sum(column[index] is not None for column in table.cells.values()) == 1:
            yield index, code
    for index, head in _found(table, lambda _, text: text.startswith(layout.notes.starts), (), _LONGEST_NOTE):
        filled = sum(column[index] is not None for column in table.cells.values())
        if filled <= layout.notes.most:
            yield index, head


def _found(
    table: LedgerTable, is_meant: Callable[[str, str], bool], passed: Container[str], longest: int
) -> Iterator[tuple[int, str]]:
    """Places of rows whose first cell is meant, with its heading; those under ``passed`` may be before it."""
    before: list[Sequence[Plain]] = []
    found: dict[int, str] = {}
    for head, column in table.cells.items():
        texts = (cell for cell in set(column) if isinstance(cell, str))
        meant = {text for text in texts if len(text) <= longest and is_meant(head, text)}
        if meant:
            for index, cell in enumerate(column):
                if cell in meant and all(other[index] is None for other in before):
                    found.setdefault(index, head)
        if head not in passed:
            before.append(column)
    for index in sorted(found):
        yield index, found[index]
