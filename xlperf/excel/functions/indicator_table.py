"""A whole table of indicators → the column of their scores, as tall as the table.

Columns are found by their headings, in the words the reader of received files knows, else by how
many there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xlperf.declarations.model import Profile, Table
from xlperf.declarations.records import Row
from xlperf.declarations.worksheet_functions import Function, Problem
from xlperf.excel.functions.cell_reading import value_of, words_of
from xlperf.excel.functions.declared_formulas import table_results
from xlperf.excel.functions.excel_cells import Cell, Grid
from xlperf.expressions import Value
from xlperf.intake.filing_reader import fill_down
from xlperf.intake.label_normaliser import loose
from xlperf.intake.split_columns import parts_among, whole
from xlperf.notation import label_key

_HEADING_ROWS = 10
"""Rows within which a heading is looked for."""
Columns = Mapping[str, int]
"""Column id → its index in a row."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """``heading`` is the index of the row of headings, -1 for none; ``split`` as in intake.split_columns."""

    heading: int
    columns: Columns
    split: Mapping[str, Columns] = field(default_factory=dict)


def indicator_scores(
    function: Function, table: Grid, profile: Profile, blank_is_zero: bool = False
) -> list[list[Value]]:
    """One score a row; the declared heading in the row of headings, "" above it and in rows without a score.

    ``blank_is_zero`` takes a level that is 0 for blank, and target and result that are both 0. Raises
    Problem where the columns are not recognised.
    """
    declared = profile.forms[function.options["form"]].tables[function.options["table"]]
    layout = _layout(function, table, declared, profile.year)
    rows = table[layout.heading + 1 :]
    if blank_is_zero:
        rows = [_with_blanks(row, layout.columns, declared) for row in rows]
    scores = table_results(function.options, _rows(rows, layout, declared, words_of(profile)), profile)
    above = [""] * layout.heading
    headings: list[Value] = [*above, function.options["heading"]] if layout.heading >= 0 else []
    return [[value] for value in (*headings, *scores)]


def _layout(function: Function, table: Grid, declared: Table, year: int) -> _Layout:
    """Find the levels and the columns needed, by their headings or by the number of columns."""
    needed = function.options["needed"]
    labels = {loose(declared.columns[name].label, year): name for name in (*declared.levels, *needed)}
    for number, row in enumerate(table[:_HEADING_ROWS]):
        texts = {place: cell for place, cell in enumerate(row) if isinstance(cell, str)}
        found: dict[str, int] = {}
        for place, text in texts.items():
            if name := labels.get(loose(text, year)):
                found.setdefault(name, place)
        if found.keys() >= {*needed}:
            headings = {label_key(text): place for place, text in texts.items()}
            return _Layout(number, found, parts_among(headings))
    names = next((layout for layout in function.options["layouts"] if len(layout) == len(table[0])), None)
    if names is None:
        raise Problem("unknown_columns")
    known = labels.values()
    return _Layout(-1, {name: place for place, name in enumerate(names) if name in known})


def _rows(rows: Grid, layout: _Layout, declared: Table, words: frozenset[str]) -> list[Row | str]:
    """The rows as read, levels filled down; in place of a row with an unusable cell the reason."""
    read: list[Row | str] = []
    above: Row = {}
    levels = [level for level in declared.levels if level in layout.columns]
    for cells in rows:
        try:
            row = _row(cells, layout, declared, words)
        except Problem as problem:
            read.append(str(problem))
            continue
        fill_down(row, above, levels)
        above = dict(row)
        read.append(row)
    return read


def _row(cells: Sequence[Cell], layout: _Layout, declared: Table, words: frozenset[str]) -> Row:
    row: Row = {
        name: value_of(cells[place], declared.columns[name], declared.columns[name].label, words)
        for name, place in layout.columns.items()
    }
    for name, parts in layout.split.items():
        sign, unit = (cells[parts[part]] if part in parts else None for part in ("sign", "unit"))
        row[name] = whole(row[name], sign, unit) or row[name]
    return row


def _with_blanks(cells: Sequence[Cell], columns: Columns, declared: Table) -> list[Cell]:
    levels = {place for name, place in columns.items() if name in declared.levels}
    numbers = {place for name, place in columns.items() if declared.columns[name].type.number}
    zeros = {place for place, cell in enumerate(cells) if type(cell) is float and cell == 0}
    texts = set(columns.values()) - levels - numbers
    blank = (levels & zeros) | (texts if texts <= zeros else set())
    return [None if place in blank else cell for place, cell in enumerate(cells)]
