"""A whole table of indicators → the column of their scores, as tall as the table.

Columns are found by their headings, in the words the reader of received files knows, else by how
many there are.
"""

from collections.abc import Mapping, Sequence

from xlperf.expressions import Value
from xlperf.forms import Profile, Table
from xlperf.receive.reader import fill_down
from xlperf.receive.relabel import loose
from xlperf.records import Row
from xlperf.worksheet.cells import Cell, Grid
from xlperf.worksheet.declared import Function, Problem
from xlperf.worksheet.formulas import table_results
from xlperf.worksheet.reading import value_of, words_of

_HEAD_ROWS = 10
"""Rows within which a heading is looked for."""
Columns = Mapping[str, int]
"""Column id → where it stands, from 0."""


def indicator_scores(function: Function, table: Grid, profile: Profile) -> list[list[Value]]:
    """One score a row; the declared heading in the heading's row, "" above it and where none is due.

    Raises Problem where the columns are not recognised.
    """
    declared = profile.forms[function.options["form"]].tables[function.options["table"]]
    head, columns = _columns(function, table, declared, profile.year)
    wanted = {*declared.levels, *function.options["needed"]}
    columns = {name: place for name, place in columns.items() if name in wanted}
    body = _rows(table[head + 1 :], columns, declared, words_of(profile))
    scores = table_results(function.options, body, profile)
    heads: list[Value] = [*[""] * head, function.options["heading"]] if head >= 0 else []
    return [[value] for value in (*heads, *scores)]


def _columns(function: Function, table: Grid, declared: Table, year: int) -> tuple[int, Columns]:
    """The number of the heading's row, -1 for none, and the columns."""
    labels = {loose(column.label, year): name for name, column in declared.columns.items()}
    needed = function.options["needed"]
    for number, row in enumerate(table[:_HEAD_ROWS]):
        found: dict[str, int] = {}
        for place, cell in enumerate(row):
            name = labels.get(loose(cell, year)) if isinstance(cell, str) else None
            if name:
                found.setdefault(name, place)
        if all(name in found for name in needed):
            return number, found
    layout = next((one for one in function.options["layouts"] if len(one) == len(table[0])), None)
    if layout is None:
        raise Problem("unknown_columns")
    return -1, {name: place for place, name in enumerate(layout) if name}


def _rows(rows: Grid, columns: Columns, declared: Table, words: frozenset[str]) -> list[Row | str]:
    """The rows as the reader has them, levels filled down; a row with an unusable cell is the reason."""
    read: list[Row | str] = []
    above: Row = {}
    for cells in rows:
        try:
            row = _row(cells, columns, declared, words)
        except Problem as problem:
            read.append(str(problem))
            continue
        fill_down(row, above, [level for level in declared.levels if level in columns])
        above = dict(row)
        read.append(row)
    return read


def _row(cells: Sequence[Cell], columns: Columns, declared: Table, words: frozenset[str]) -> Row:
    return {
        name: value_of(cells[place], declared.columns[name], declared.columns[name].label, words)
        for name, place in columns.items()
    }
