"""A table with levels and readings → its columns on the score sheet, and their values for given rows.

What is read of one text is remembered by that text, what is read of the level columns by all of them:
units write much the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from xlperf.declarations.column_readings import ROW_FILLED, native_columns
from xlperf.declarations.form_layout import run_starts
from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.records import Row
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import display
from xlperf.expressions import Node, Value, references
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.value_types import Fault
from xlperf.workbooks.working.cases import Case, nodes_of, on_rows, once
from xlperf.workbooks.working.locate import ROW_NAME, ROW_SLOT, as_filled, row_name

RAW, ABOVE = "原!", "上!"
"""The cell of a level column itself; the same column one row above."""
_KEPT = 4096
ColumnNodes = Mapping[str, Node]
RowValues = dict[str, Any]
Fill = Callable[[RowValues], RowValues]


@dataclass(frozen=True, eq=False)
class ScoreBlock:
    """The table on the score sheet: ``official`` columns as filed, then ``shown`` and ``hidden`` ones.

    ``columns`` have the formulas of level columns, shown and hidden ones, each after what it needs.
    """

    profile: Profile
    form: Form
    table: Table
    columns: ColumnNodes
    official: tuple[str, ...]
    shown: tuple[str, ...]
    hidden: tuple[str, ...]
    listed: frozenset[str] = field(default_factory=frozenset)

    @property
    def order(self) -> tuple[str, ...]:
        """The columns in the order of the sheet, after that of the row number."""
        return *self.official, *self.shown, *self.hidden

    def rows(self, rows: Sequence[Row], scope: RowValues) -> list[RowValues]:
        """What the cells show for ``rows`` of a record; ``scope`` has the names of its sheet."""
        table, (texts, last) = self.table, self._fills
        plain = [name for name in self.official if name not in table.levels]
        made: list[RowValues] = []
        for row in rows:
            cells: RowValues = {name: as_filled(row.get(name)) for name in plain}
            for name, fill in texts:
                cells |= fill(cells[name])
            made.append(cells)
        filled = tuple(any(cells[name] != "" for name in plain) for cells in made)
        keys = tuple(tuple(row.get(level) for level in table.levels) for row in rows)
        names = {**scope}
        for slot, (cells, levels) in enumerate(zip(made, self._levels(keys, filled), strict=True), 1):
            names.update(cells, **levels)
            names[ROW_SLOT] = float(slot)
            cells.update(levels, **last(names))
        return made

    @cached_property
    def _fills(self) -> tuple[list[tuple[str, Callable[[Value], RowValues]]], Fill]:
        """How columns are computed that read one text only, by that text; and those that are left."""
        strands: dict[str, dict[str, Node]] = {}
        last: dict[str, Node] = {}
        for name, bases in self._bases.items():
            official = [base for base in bases if base in self.official]
            if name in self._of_levels:
                continue
            strand = strands.setdefault(official[0], {}) if len(bases) == len(official) == 1 else last
            strand[name] = self.columns[name]
        return [(name, _remembered(name, fill_of(strand))) for name, strand in strands.items()], fill_of(last)

    @cached_property
    def _bases(self) -> Mapping[str, frozenset[str]]:
        """Column → the names its value rests on in the end."""
        found: dict[str, frozenset[str]] = {}
        for name, node in self.columns.items():
            used = references(node)
            found[name] = frozenset().union(
                *(
                    found.get(reference, frozenset()) if reference in found else {reference}
                    for reference in used
                )
            )
        return found

    @cached_property
    def _of_levels(self) -> ColumnNodes:
        """The columns that read level cells, the row above or whether the row is filled, and nothing else."""
        plain = {name for name in self.official if name not in self.table.levels}
        chosen: dict[str, Node] = {}
        for name, node in self.columns.items():
            used = references(node)
            marked = any(reference.startswith((RAW, ABOVE)) for reference in used)
            known = all(
                reference.startswith((RAW, ABOVE)) or reference in chosen or reference == ROW_FILLED
                for reference in used
            )
            if name == ROW_FILLED or (known and (marked or used) and not used & plain):
                chosen[name] = node
        return chosen

    @cached_property
    def _levels(self) -> Callable[[tuple[tuple[Value, ...], ...], tuple[bool, ...]], list[RowValues]]:
        columns = {name: node for name, node in self._of_levels.items() if name != ROW_FILLED}
        fill = fill_of(columns)

        @lru_cache(_KEPT)
        def levels(keys: tuple[tuple[Value, ...], ...], filled: tuple[bool, ...]) -> list[RowValues]:
            """The values of the level columns of each row, which rest on those of the row above it."""
            above: RowValues = dict.fromkeys((*columns, ROW_FILLED), "")
            made = []
            for raw, has in zip(self._labels(keys), filled, strict=True):
                scope = {ROW_FILLED: has, **{f"{ABOVE}{name}": value for name, value in above.items()}, **raw}
                above = {**fill(scope), ROW_FILLED: has}
                made.append(above)
            return made

        return levels

    def _labels(self, keys: Sequence[tuple[Value, ...]]) -> Iterable[RowValues]:
        """What the level cells of each row show: the label where a run begins, else nothing."""
        levels = self.table.levels
        rows: list[Row] = [dict(zip(levels, key, strict=True)) for key in keys]
        labels: list[RowValues] = [{f"{RAW}{level}": None for level in levels} for _ in rows]
        for depth, level in enumerate(levels, 1):
            for start in run_starts([key[:depth] for key in keys]):
                column, row = self.table.columns[level], rows[start]
                labels[start][f"{RAW}{level}"] = display(column, row[level], row, self.profile, self.form)
        return labels


@cache
def block_of(profile: Profile, form: Form, table: Table) -> ScoreBlock | None:
    """The block of ``table`` for ``profile``, made once; None for a table without levels and readings."""
    all_columns = native_columns(form, table, profile)
    if not all_columns:
        return None
    cases = [*once(profile, form), *on_rows(profile, form, table)]
    official = tuple(name for name, column in table.columns.items() if not column.virtual)
    shown = tuple(
        name for name in texts_of("working")["score"]["shown"].get(table.id, ()) if name in all_columns
    )
    needed_first = {*table.levels, *shown, ROW_NAME, *_used(cases, table)}
    columns = _needed({**all_columns, ROW_NAME: row_name(table)}, needed_first)
    hidden = tuple(name for name in columns if name not in official and name not in shown)
    return ScoreBlock(
        profile, form, table, columns, official, shown, hidden, frozenset({*official, *columns})
    )


def _used(cases: Iterable[Case], table: Table) -> set[str]:
    """The columns, of the row or of all rows, that cases speak of."""
    used = {name for case in cases for node in nodes_of(case) for name in references(node)}
    return {name.removeprefix(f"{table.id}_") for name in used}


def _needed(columns: ColumnNodes, needed_first: set[str]) -> ColumnNodes:
    """Those of ``columns`` in ``needed_first``, and those that these refer to."""
    needed, pending = set(), [name for name in columns if name in needed_first]
    while pending:
        name = pending.pop()
        if name not in needed and name in columns:
            needed.add(name)
            pending += [reference.removeprefix(ABOVE) for reference in references(columns[name])]
    return {name: node for name, node in columns.items() if name in needed}


def _remembered(name: str, fill: Fill) -> Callable[[Value], RowValues]:
    @lru_cache(_KEPT, typed=True)
    def read(value: Value) -> RowValues:
        """The columns that rest on the column ``name`` alone, where it holds ``value``."""
        return fill({name: value})

    return read


def fill_of(columns: ColumnNodes) -> Fill:
    """The function that adds the values of ``columns`` to a scope and gives them alone."""
    body: list[str] = []
    for name, node in columns.items():
        key = repr(name)
        body += [" try:", f"  _value = {source_of(node)}", " except Fault as fault: _value = fault.error"]
        body.append(f" _cells[{key}] = scope[{key}] = 0.0 if _value is None else _value")
    lines = ["def fill(scope):", " _cells = {}", *body, " return _cells"]
    space: dict[str, Any] = {**CALLABLE, "Fault": Fault}
    exec(compile("\n".join(lines), "<columns>", "exec"), space)
    made: Fill = space["fill"]
    return made
