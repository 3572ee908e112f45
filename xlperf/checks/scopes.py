"""A filing as received → flat dictionaries of the names that expressions see.

Values are as they were filed; only what no cell shows (virtual fields, derived columns) is
computed here, and a formula whose result was not saved.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from xlperf.checks.unit_naming import spelt_alike
from xlperf.declarations.evaluation import columns, derive_columns, parameters
from xlperf.declarations.forms_and_rules import Field, Form, LevelOne, Profile, Table
from xlperf.declarations.records import Filing, Record
from xlperf.expressions import Evaluator, Value

Scope = dict[str, Any]
_DIGITS = "digits!"


class Scopes:
    """The names of one filing. The scopes it gives are its own: read them, do not keep or change them."""

    def __init__(self, filing: Filing, profile: Profile) -> None:
        self._profile = profile
        self._common: Scope = dict(parameters(profile))
        for form in profile.single_forms():
            self._common.update(_blank(form.fields))
            self._common.update({f"{t.id}_{c}": [] for t in form.tables.values() for c in t.columns})
        self._own: dict[int, Scope] = {}
        for repeated in (False, True):
            for record in filing.records:
                form = profile.forms[record.form]
                if form.repeated is repeated:
                    own = self._own[id(record)] = self._complete(record, form)
                    if repeated:
                        own.update(spelt_alike(record, self._common, profile))
                    if not repeated:
                        self._common.update(own)
            if not repeated:
                continue
            for form in profile.forms.values():
                if form.repeated:
                    self._common.update(_lists(filing.of(form.alias), form))
        self._scopes: dict[int, Scope] = {}

    @property
    def filing(self) -> Scope:
        """Scopes for a rule on the whole filing: single forms' fields and ``项目!x`` lists."""
        return self._common

    def record(self, record: Record) -> Scope:
        """Scopes for a rule on one record: its own before the single forms'."""
        scope = self._scopes.get(id(record))
        if scope is None:
            scope = self._scopes[id(record)] = {**self._common, **self._own[id(record)]}
        return scope

    def rows(self, record: Record, table: Table) -> Iterator[tuple[int, Scope]]:
        """Scopes for a rule on each row of ``table``: the row's columns before everything else.

        One dictionary serves all rows: a scope is good until the next is asked for.
        """
        scope = {**self.record(record), **_blank(table.columns)}
        standard = {f"{_DIGITS}{name}": column.type.digits for name, column in table.columns.items()}
        shown: dict[int, Scope] = {}
        for at, place in record.provenance.items():
            if place.digits is not None and not isinstance(at, str) and at[0] == table.id:
                shown.setdefault(at[1], {})[f"{_DIGITS}{at[2]}"] = place.digits
        for index, row in enumerate(record.tables.get(table.id, ())):
            scope.update(row)
            scope.update(standard)
            if index in shown:
                scope.update(shown[index])
            yield index, scope

    def _complete(self, record: Record, form: Form) -> Scope:
        """The record's own names, its virtual values computed into the record on the way."""
        for table in form.tables.values():
            self._complete_rows(record, table)
        own: Scope = {**_blank(form.fields), **record.fields, **columns(record, form)}
        for at, place in record.provenance.items():
            if place.digits is not None and isinstance(at, str):
                own[f"{_DIGITS}{at}"] = place.digits
        scope = {**self._common, **own} if form.computed else own
        for name in form.computed:
            field = form.fields[name]
            found = record.provenance.get(name)
            if field.function and (
                field.virtual or (found and found.formula is not None and found.raw is None)
            ):
                own[name] = scope[name] = record.fields[name] = _kept(field.function(scope))
        return own

    def _levels(self, record: Record) -> Sequence[LevelOne]:
        if record.weights is None:
            return self._profile.indicators.get(record.form, ())
        return [LevelOne(name, points, ()) for name, points in record.weights.items()]

    def _complete_rows(self, record: Record, table: Table) -> None:
        rows = record.tables.setdefault(table.id, [])
        derive_columns(rows, table, self._levels(record))
        functions = _functions(table)
        scope = {**self._common, **dict.fromkeys(table.columns)}
        for row in rows:
            scope.update(dict.fromkeys(table.computed))
            scope.update(row)
            for name, function in functions:
                scope[name] = row[name] = _kept(function(scope))


@cache
def _functions(table: Table) -> list[tuple[str, Evaluator]]:
    """The virtual columns of ``table`` that have a formula, in order; found once."""
    shown = [(name, table.columns[name]) for name in table.computed if table.columns[name].virtual]
    return [(name, column.function) for name, column in shown if column.function]


def _blank(fields: Mapping[str, Field]) -> Scope:
    blank: Scope = dict.fromkeys(fields)
    blank.update({f"{_DIGITS}{name}": field.type.digits for name, field in fields.items()})
    return blank


def _lists(records: list[Record], form: Form) -> Scope:
    lists: Scope = {
        f"{form.alias}!{name}": [record.fields.get(name) for record in records] for name in form.fields
    }
    for table in form.tables.values():
        for name in table.columns:
            lists[f"{form.alias}!{table.id}_{name}"] = [
                row.get(name) for record in records for row in record.tables.get(table.id, ())
            ]
    return lists


def _kept(value: Value) -> Value:
    return None if value == "" else value
