"""From typed-in values to complete records, and from records to what expressions can see.

``compute`` fills in every formula and derived column of a record; ``Scope`` gives expressions
the names of a record, of the single forms beside it, of all project sheets, and the parameters.
"""

from collections import ChainMap
from collections.abc import Callable, Mapping, MutableMapping
from functools import cache
from typing import Any

from xlperf.expressions import Node, Value, compile_expression
from xlperf.forms.derive import DERIVATIONS
from xlperf.forms.lint import PARAMETERS
from xlperf.forms.model import Form, Profile, Table
from xlperf.records import Filing, Record, Row

Names = MutableMapping[str, Any]
Compiled = Callable[[Mapping[str, Any]], Value]

compiled: Callable[[Node], Compiled] = cache(compile_expression)
"""The Python function of an expression, made once."""


@cache
def _parameters(profile_id: str, items: tuple[tuple[str, float | str], ...]) -> dict[str, float | str]:
    return {f"{PARAMETERS}!{name}": value for name, value in items}


def parameters(profile: Profile) -> Mapping[str, float | str]:
    """``参数!名称`` → value, as expressions name them."""
    return _parameters(profile.id, tuple(profile.parameters.items()))


def compute(record: Record, profile: Profile) -> None:
    """Complete ``record`` in place: defaults, derived columns, and every formula left empty.

    Values that are given stay as they are, also in formula cells. A formula that yields "" leaves
    the value None.
    """
    form = profile.forms[record.form]
    for table in form.tables.values():
        _compute_table(record, table, profile)
    names: Names = {name: record.fields.get(name) for name in form.fields}
    scope = ChainMap(names, columns(record, form), dict(parameters(profile)))
    for name, field in form.fields.items():
        if field.default is not None and names[name] is None:
            names[name] = record.fields[name] = compiled(field.default)(scope)
    for name in form.computed:
        formula = form.fields[name].formula
        if formula is not None and names[name] is None:
            names[name] = record.fields[name] = _kept(compiled(formula)(scope))


def _compute_table(record: Record, table: Table, profile: Profile) -> None:
    rows = record.tables.setdefault(table.id, [])
    weights = {level.name: level.weight for level in profile.indicators.get(record.form, ())}
    for name, column in table.columns.items():
        if column.derive:
            values = DERIVATIONS[column.derive]([row.get(column.source) for row in rows], weights)
            for row, value in zip(rows, values, strict=True):
                row[name] = value
    for row in rows:
        scope: Names = ChainMap(row, dict.fromkeys(table.columns), dict(parameters(profile)))
        for name in table.computed:
            formula = table.columns[name].formula
            if formula is not None and row.get(name) is None:
                row[name] = _kept(compiled(formula)(scope))


def _kept(value: Value) -> Value:
    return None if value == "" else value


def columns(record: Record, form: Form) -> dict[str, list[Value]]:
    """``表_列`` → the values of that column, for every table of ``form``."""
    return {
        f"{table.id}_{name}": [row.get(name) for row in record.tables.get(table.id, ())]
        for table in form.tables.values()
        for name in table.columns
    }


class Scopes:
    """The names that expressions see in one filing, built once and shared by all its rules."""

    def __init__(self, filing: Filing, profile: Profile) -> None:
        self.filing = filing
        self.profile = profile
        self._parameters = dict(parameters(profile))
        self._records = {id(record): self._own(record) for record in filing.records}
        singles = [record for record in filing.records if not profile.forms[record.form].repeated]
        absent = {name: None for form in profile.single_forms() for name in form.fields}
        self._singles = ChainMap(*(self._records[id(record)] for record in singles), absent)
        self._sheets = self._sheet_lists()

    def _own(self, record: Record) -> dict[str, Any]:
        form = self.profile.forms[record.form]
        names: dict[str, Any] = columns(record, form)
        for name, field in form.fields.items():
            names[name] = record.fields.get(name)
            found = record.provenance.get(name)
            names[f"digits!{name}"] = field.type.digits if found is None or found.digits is None else found.digits
        return names

    def _sheet_lists(self) -> dict[str, list[Value]]:
        lists: dict[str, list[Value]] = {}
        for form in self.profile.forms.values():
            if form.repeated:
                for name in form.fields:
                    lists[f"{form.alias}!{name}"] = [record.fields.get(name) for record in self.filing.of(form.alias)]
        return lists

    def of_record(self, record: Record) -> Names:
        """Names for a rule on one record: its own first, then the single forms'."""
        return ChainMap({}, self._records[id(record)], self._singles, self._sheets, self._parameters)

    def of_row(self, record: Record, table: Table, index: int) -> Names:
        """Names for a rule on one table row: the row's columns before everything else."""
        row: Row = record.tables[table.id][index]
        own: dict[str, Any] = {name: row.get(name) for name in table.columns}
        for name, column in table.columns.items():
            found = record.provenance.get((table.id, index, name))
            own[f"digits!{name}"] = column.type.digits if found is None or found.digits is None else found.digits
        return self.of_record(record).new_child(own)  # type: ignore[attr-defined, no-any-return]

    def of_filing(self) -> Names:
        """Names for a rule on the whole filing."""
        return ChainMap({}, self._singles, self._sheets, self._parameters)
