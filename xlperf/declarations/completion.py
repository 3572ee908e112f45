"""What a ledger gives of a form to what its sheet shows: scores suggested, formulas computed, and
published figures kept apart from computed ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from xlperf.declarations.evaluation import columns, compute, parameters
from xlperf.declarations.model import Field, Form, Profile, Table
from xlperf.declarations.records import Record, Row
from xlperf.expressions import Value


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
    names: dict[str, Any] = {
        **parameters(profile),
        **columns(record, form),
        **dict.fromkeys(form.fields),
        **record.fields,
    }
    for name in given:
        field = form.fields[name]
        assert field.function is not None
        if not _agree(record.fields[name], field.function(names), field.type.digits):
            yield name


def _agree(given: Value, right: Value, digits: int) -> bool:
    """Whether two values are printed alike."""
    if isinstance(given, float) and isinstance(right, float):
        return round(given, digits) == round(right, digits)
    return given == right
