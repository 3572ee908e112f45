"""The records of a filing → the names that formulas of the helper sheets see, as the cells show them.

A table with levels and readings → its columns on the score sheet, and their values for given rows.

What is read of one text is remembered by that text, what is read of the level columns by all of them:
units write much the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any

from xlperf.declarations.column_readings import ROW_FILLED, native_columns
from xlperf.declarations.evaluation import parameters
from xlperf.declarations.form_layout import Placement, place, run_starts
from xlperf.declarations.forms_and_rules import Form, Profile, Table
from xlperf.declarations.records import Record, Row
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import display
from xlperf.expressions import Node, Value, references
from xlperf.expressions.compile import CALLABLE, source_of
from xlperf.expressions.value_types import Fault
from xlperf.workbooks.working.cases import Case, nodes_of, on_rows, once
from xlperf.workbooks.working.helper_plan import TableSizes, slots_for
from xlperf.workbooks.working.locate import ROW_NAME, ROW_SLOT, as_filled, row_name

RAW, ABOVE = "原!", "上!"
"""The cell of a level column itself; the same column one row above."""
_KEPT = 4096
ColumnNodes = Mapping[str, Node]
NameValues = dict[str, Any]
Fill = Callable[[NameValues], NameValues]


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

    def rows(self, rows: Sequence[Row], scope: NameValues) -> list[NameValues]:
        """What the cells show for ``rows`` of a record; ``scope`` has the names of its sheet."""
        table, (texts, last) = self.table, self._fills
        plain = [name for name in self.official if name not in table.levels]
        made: list[NameValues] = []
        for row in rows:
            cells: NameValues = {name: as_filled(row.get(name)) for name in plain}
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
    def _fills(self) -> tuple[list[tuple[str, Callable[[Value], NameValues]]], Fill]:
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
            found[name] = frozenset().union(*(found.get(reference, {reference}) for reference in used))
        return found

    @cached_property
    def _of_levels(self) -> ColumnNodes:
        """The columns that read level cells, the row above or whether the row is filled, and nothing else."""
        plain = {name for name in self.official if name not in self.table.levels}
        chosen: dict[str, Node] = {}
        for name, node in self.columns.items():
            used = references(node)
            others = used - chosen.keys() - {ROW_FILLED}
            known = all(reference.startswith((RAW, ABOVE)) for reference in others)
            if name == ROW_FILLED or (used and known and not used & plain):
                chosen[name] = node
        return chosen

    @cached_property
    def _levels(self) -> Callable[[tuple[tuple[Value, ...], ...], tuple[bool, ...]], list[NameValues]]:
        columns = {name: node for name, node in self._of_levels.items() if name != ROW_FILLED}
        fill = fill_of(columns)

        @lru_cache(_KEPT)
        def levels(keys: tuple[tuple[Value, ...], ...], filled: tuple[bool, ...]) -> list[NameValues]:
            """The values of the level columns of each row, which rest on those of the row above it."""
            above: NameValues = dict.fromkeys((*columns, ROW_FILLED), "")
            made = []
            for raw, has in zip(self._labels(keys), filled, strict=True):
                scope = {ROW_FILLED: has, **{f"{ABOVE}{name}": value for name, value in above.items()}, **raw}
                above = {**fill(scope), ROW_FILLED: has}
                made.append(above)
            return made

        return levels

    def _labels(self, keys: Sequence[tuple[Value, ...]]) -> Iterable[NameValues]:
        """What the level cells of each row show: the label where a run begins, else nothing."""
        levels = self.table.levels
        rows: list[Row] = [dict(zip(levels, key, strict=True)) for key in keys]
        labels: list[NameValues] = [{f"{RAW}{level}": None for level in levels} for _ in rows]
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


def _remembered(name: str, fill: Fill) -> Callable[[Value], NameValues]:
    @lru_cache(_KEPT, typed=True)
    def read(value: Value) -> NameValues:
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


_DIGITS = "digits!"


@dataclass(slots=True)
class SheetScope:
    """The names that formulas about one sheet see: ``scope``; ``rows`` by table: what the score sheet shows
    of each row, or the row itself where it shows none; ``placement``: the addresses.
    """

    scope: NameValues
    placement: Placement
    rows: dict[str, list[NameValues]] = field(default_factory=dict)
    _entered: dict[str, NameValues] = field(default_factory=dict)

    def row(self, table: Table, slot: int) -> NameValues:
        """The names of the row ``slot`` (from 1) of ``table``, good until the next row is asked for."""
        scope = self._entered.get(table.id)
        if scope is None:
            digits = {f"{_DIGITS}{name}": column.type.digits for name, column in table.columns.items()}
            scope = {**self.scope, **dict.fromkeys(table.columns), **digits}
            self._entered[table.id] = scope
        scope.update(self.rows[table.id][slot - 1])
        scope[ROW_SLOT] = float(slot)
        return scope


class FilingScopes:
    """The names of filings of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._common: NameValues = dict(parameters(profile))
        for form in profile.single_forms():
            self._common |= _blank(form)

    def scopes(
        self, records: Sequence[Record], lists: Mapping[str, Sequence[Value]]
    ) -> tuple[NameValues, list[SheetScope]]:
        """The names of the whole filing, and those of each record's sheet; ``lists`` are those of 目录."""
        common: NameValues = {**self._common, **lists}
        forms = [self._profile.forms[record.form] for record in records]
        found: dict[int, SheetScope] = {}
        for repeated in (False, True):
            for number, (record, form) in enumerate(zip(records, forms, strict=True)):
                if form.repeated is repeated:
                    sheet = found[number] = self._sheet(record, form, common)
                    if not repeated:
                        common.update(sheet.scope)
        sheets = [found[number] for number in range(len(records))]
        for sheet, form in zip(sheets, forms, strict=True):
            if not form.repeated:
                sheet.scope = {**common, **sheet.scope}
        return common, sheets

    def _sheet(self, record: Record, form: Form, common: NameValues) -> SheetScope:
        """A record's own names; those of a repeated form before all others."""
        own = (
            {**_blank(form), **record.fields}
            if form.repeated
            else {**dict.fromkeys(form.fields), **record.fields}
        )
        scope = {**common, **own}
        for name in form.computed:
            declared = form.fields[name]
            if declared.virtual and declared.function:
                own[name] = scope[name] = declared.function(scope)
        shown = {table.id: rows_shown(record, table) for table in form.tables.values()}
        counts = tuple((name, len(rows)) for name, rows in shown.items())
        sheet = SheetScope(scope, _placement(form, counts))
        for table in form.tables.values():
            rows = shown[table.id]
            block = block_of(self._profile, form, table)
            sheet.rows[table.id] = block.rows(rows, scope) if block else [dict(row) for row in rows]
            own |= self._lists(block, table, sheet.rows[table.id])
        scope |= own
        if not form.repeated:
            sheet.scope = own
        return sheet

    def _lists(self, block: ScoreBlock | None, table: Table, rows: list[NameValues]) -> NameValues:
        if block is None:
            return {f"{table.id}_{name}": [row.get(name) for row in rows] for name in table.columns}
        beyond = [""] * (slots_for(len(rows)) - len(rows))
        return {f"{table.id}_{name}": [row[name] for row in rows] + beyond for name in block.listed}


def rows_shown(record: Record, table: Table) -> Sequence[Row]:
    """The rows of ``table`` on its sheet: those of the blank where the record has none."""
    return record.tables.get(table.id) or [dict(row) for row in table.default_rows] or [{}]


@lru_cache(512)
def _placement(form: Form, counts: TableSizes) -> Placement:
    return place(form, dict(counts))


def _blank(form: Form) -> NameValues:
    return {
        **dict.fromkeys(form.fields),
        **{f"{_DIGITS}{name}": field.type.digits for name, field in form.fields.items()},
    }
