"""From typed-in values to complete records, and from records to what expressions can see.

``compute`` fills in every formula and derived column of a record; what a whole filing lets
expressions see is in ``checks.scopes``.
"""

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from functools import cache
from typing import Any

from xlperf.declarations.consistency import PARAMETERS
from xlperf.declarations.derive import DERIVATIONS
from xlperf.declarations.model import (
    Field,
    Form,
    LevelOne,
    Profile,
    Table,
)
from xlperf.declarations.records import Record, Row
from xlperf.expressions import Evaluator, Value

Names = MutableMapping[str, Any]


@cache
def _parameters(items: tuple[tuple[str, float | str], ...]) -> dict[str, float | str]:
    return {f"{PARAMETERS}!{name}": value for name, value in items}


def parameters(profile: Profile) -> Mapping[str, float | str]:
    """``参数!名称`` → value, as expressions name them."""
    return _parameters(tuple(profile.parameters.items()))


def compute(record: Record, profile: Profile, *, virtual: bool = True) -> None:
    """Complete ``record`` in place: defaults, derived columns, and every formula left empty.

    Values that are given stay as they are, also in formula cells. A formula that yields "" leaves
    the value None. ``virtual=False`` leaves out what no cell shows and only rules need.
    """
    form = profile.forms[record.form]
    known = parameters(profile)
    for table in form.tables.values():
        rows = record.tables.setdefault(table.id, [])
        if virtual:
            derive_columns(rows, table, profile.indicators.get(record.form, ()))
            for row in rows:
                _compute_row(row, table, known)
    names = _RecordNames(record, form, known)
    for name, function in _defaults(form):
        if names[name] is None:
            names[name] = record.fields[name] = function(names)
    for name, function in _formulas(form.fields, form.computed, virtual):
        if names[name] is None:
            names[name] = record.fields[name] = _kept(function(names))


class _RecordNames(dict[str, Any]):
    """The names of one record; a column of a table is gathered when a formula asks for it."""

    def __init__(self, record: Record, form: Form, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.update(dict.fromkeys(form.fields))
        self.update(record.fields)
        self._tables = record.tables

    def __missing__(self, name: str) -> list[Value]:
        for table, rows in self._tables.items():
            column = name.removeprefix(f"{table}_")
            if column != name:
                values = self[name] = [row.get(column) for row in rows]
                return values
        raise KeyError(name)


def derive_columns(rows: Sequence[Row], table: Table, levels: Sequence[LevelOne]) -> None:
    """Set every derived column of ``rows`` from the text it is read from."""
    weights = {level.name: level.weight for level in levels}
    for name, column in table.columns.items():
        if column.derive:
            values = DERIVATIONS[column.derive]([row.get(column.source) for row in rows], weights)
            for row, value in zip(rows, values, strict=True):
                row[name] = value


def _compute_row(row: Row, table: Table, known: Mapping[str, Any]) -> None:
    names: Names = {**known, **dict.fromkeys(table.columns), **row}
    for name, function in _formulas(table.columns, table.computed, True):
        if names[name] is None:
            names[name] = row[name] = _kept(function(names))


def _defaults(form: Form) -> Iterator[tuple[str, Evaluator]]:
    for name, field in form.fields.items():
        if field.default_function is not None:
            yield name, field.default_function


def _formulas(
    fields: Mapping[str, Field], order: Sequence[str], virtual: bool
) -> Iterator[tuple[str, Evaluator]]:
    for name in order:
        field = fields[name]
        if field.function is not None and (virtual or not field.virtual):
            yield name, field.function


def _kept(value: Value) -> Value:
    return None if value == "" else value


def columns(record: Record, form: Form) -> dict[str, list[Value]]:
    """``表_列`` → the values of that column, for every table of ``form``."""
    return {
        f"{table.id}_{name}": [row.get(name) for row in record.tables.get(table.id, ())]
        for table in form.tables.values()
        for name in table.columns
    }
