"""Typed-in values → complete records (derived columns, formulas, suggested scores) → what expressions see.

``compute`` completes a record in place; ``complete`` returns a copy that keeps published figures apart from
computed ones. What a whole filing lets expressions see is in ``checks.scopes``.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from xlperf.declarations.fields import formula_of, load_vocabulary, parsed
from xlperf.declarations.form_layout import run_starts
from xlperf.declarations.forms_and_rules import PARAMETERS, Field, Form, LevelOne, Profile, Table
from xlperf.declarations.records import Record, Row
from xlperf.declarations.source import HOLE
from xlperf.expressions import ErrorValue, Evaluator, Value, compile_expression, printed_alike
from xlperf.notation import parse_date, parse_quantity

Weights = Mapping[str, float]
Derivation = Callable[[Sequence[Value], Weights], list[Value]]
_EPOCH = date(1899, 12, 30)


def _quantity_part(part: str) -> Derivation:
    def derive(values: Sequence[Value], _: Weights) -> list[Value]:
        """That part of each quantity; None for what is none."""
        readings = [parse_quantity(value) if isinstance(value, str | float) else None for value in values]
        return [None if reading is None else getattr(reading, part) for reading in readings]

    return derive


def _date_end(values: Sequence[Value], _: Weights) -> list[Value]:
    spans = [parse_date(value) if isinstance(value, str) else None for value in values]
    return [None if span is None else float((span.end - _EPOCH).days) for span in spans]


def _first_of_run(values: Sequence[Value], _: Weights) -> list[Value]:
    starts = set(run_starts(values))
    return [index in starts for index in range(len(values))]


def _level_weight(values: Sequence[Value], weights: Weights) -> list[Value]:
    return [weights.get(value) if isinstance(value, str) else None for value in values]


DERIVATIONS: Mapping[str, Derivation] = {
    "comparator": _quantity_part("comparator"),
    "number": _quantity_part("value"),
    "unit": _quantity_part("unit"),
    "date_end": _date_end,
    "first_of_run": _first_of_run,
    "level_weight": _level_weight,
}
"""Readings that a column may declare; each takes the whole source column and the level weights."""


Names = MutableMapping[str, Any]


@cache
def parameters(profile: Profile) -> Mapping[str, float | str]:
    """``参数!名称`` → value, as expressions name them."""
    return {f"{PARAMETERS}!{name}": value for name, value in profile.parameters.items()}


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


@dataclass(frozen=True, slots=True)
class Completed:
    """A record with a value in every formula field.

    ``published`` are the formula fields whose given value is not, as printed, what their formula
    yields: the figures as a unit published them, which no formula may replace.
    """

    record: Record
    published: frozenset[str]


def complete(record: Record, profile: Profile) -> Completed:
    """A completed copy of ``record``, which holds only what was given and stays as it is.

    Empty cells of a column with ``suggest`` take that column's number. A given value that is printed
    as the formula's gives way to it: its cell holds the formula. A record that is complete already
    gives itself, and nothing published.
    """
    form = profile.forms[record.form]
    full = Record(record.form, record.sheet, dict(record.fields), dict(record.tables), record.provenance)
    for table in form.tables.values():
        if _unscored(full, table):
            full.tables[table.id] = _suggested(full, table, profile)
    given = [name for name in form.computed if full.fields.get(name) is not None]
    compute(full, profile, virtual=False)
    published = frozenset(_contradicted(full, form, given, profile)) if given else frozenset()
    if len(published) < len(given):
        full.fields |= dict.fromkeys(full.fields.keys() & set(form.computed) - published)
        compute(full, profile, virtual=False)
    return Completed(full, published)


def _suggestions(table: Table) -> Iterator[Field]:
    return (column for column in table.columns.values() if column.suggest)


def _unscored(record: Record, table: Table) -> bool:
    rows = record.tables.get(table.id, ())
    return any(row.get(column.id) is None for column in _suggestions(table) for row in rows)


def _suggested(record: Record, table: Table, profile: Profile) -> list[Row]:
    rows = [dict(row) for row in record.tables[table.id]]
    scratch = Record(record.form, record.sheet, tables={table.id: [dict(row) for row in rows]})
    compute(scratch, profile)
    for column in _suggestions(table):
        for row, computed in zip(rows, scratch.tables[table.id], strict=True):
            suggestion = computed.get(column.suggest)
            if row.get(column.id) is None and isinstance(suggestion, float):
                row[column.id] = suggestion
    return rows


def _contradicted(record: Record, form: Form, given: list[str], profile: Profile) -> Iterator[str]:
    names = _RecordNames(record, form, parameters(profile))
    for name in given:
        field = form.fields[name]
        assert field.function is not None
        if not printed_alike(record.fields[name], field.function(names), field.type.digits):
            yield name


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio: its group (预算执行, …), the names of its figures, and what to know when reading it.

    ``formula`` is in Excel syntax over ``names``; a rate is a fraction (98.49 % is 0.9849).
    """

    id: str
    group: str
    names: tuple[str, ...]
    formula: str
    basis: str
    caution: str
    function: Evaluator

    def value(self, figures: Mapping[str, Value], profile: Profile) -> float | str | None:
        """The ratio of ``figures`` (name → number; absent or None is blank).

        None where a figure is missing or unusable, the profile's word (不适用) for a denominator of 0.
        """
        known = {name: figures.get(name) for name in self.names}
        result = self.function({**parameters(profile), **known})
        return None if result == "" or isinstance(result, ErrorValue | bool) else result


@cache
def declared_ratios() -> Mapping[str, Ratio]:
    """Every ratio of schemas/ratios.json by its id, in the declared order."""
    return {name: _ratio(name) for name in load_vocabulary().ratios}


def _ratio(name: str) -> Ratio:
    words = load_vocabulary()
    spec = words.ratios[name]
    names = tuple(
        dict.fromkeys(
            found[1] for part in ("numerator", "denominator") for found in HOLE.finditer(spec[part])
        )
    )
    place = f"ratios.json：{name}"
    formula, basis = formula_of({"ratio": name, "with": {each: each for each in names}}, words, place)
    function = compile_expression(parsed(formula, place))
    return Ratio(name, spec["group"], names, formula, basis, spec.get("caution", ""), function)
