"""A record as read → findings where a given value contradicts the formula of its field."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from xlperf.declarations.codes import finding
from xlperf.declarations.evaluation import columns, compute, parameters
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Field, Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.expressions.value_types import general
from xlperf.ledgers.values import percent


def against_formulas(record: Record, profile: Profile, place: Location) -> Iterator[Finding]:
    """Values given for computed fields that their formula, over all that is given, contradicts."""
    form = profile.forms[record.form]
    given = [field for name, field in form.fields.items() if field.function and name in record.fields]
    if not given:
        return
    rows = {table: [dict(row) for row in rows] for table, rows in record.tables.items()}
    complete = Record(record.form, record.sheet, dict(record.fields), rows)
    compute(complete, profile, virtual=False)
    names: dict[str, Any] = dict.fromkeys(form.fields) | complete.fields | columns(complete, form)
    for field in given:
        assert field.function is not None
        value, right = record.fields[field.id], field.function({**parameters(profile), **names})
        if right in ("", None) or _same(value, right, field):
            continue
        origin = record.provenance[field.id]
        location = replace(
            place,
            sheet=origin.sheet,
            cell=origin.cell,
            field=field.id,
            label=field.label,
            row_key=record.sheet,
        )
        formula = field.basis or f"公式：{field.formula_text}"
        texts = (_printed(value, field), _printed(right, field))
        yield finding("L130", location, *texts, name=record.sheet, formula=formula)


def _same(value: Value, right: Value, field: Field) -> bool:
    if isinstance(value, float) and isinstance(right, float):
        return round(value, field.type.digits) == round(right, field.type.digits)
    return value == right


def _printed(value: Value, field: Field) -> str:
    if isinstance(value, float):
        value = round(value, field.type.digits)
        return percent(value) if field.type.unit == "%" else f"{general(value)}{field.type.unit}"
    return str(value)
