"""A unit as read → findings on its figures: 元 where 万元 is meant, given values against formulas."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from statistics import median
from typing import Any

from xlperf.declarations.codes import finding
from xlperf.declarations.evaluation import columns, compute, parameters
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.model import Field, Profile
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.expressions.values import general
from xlperf.ledgers.layout import LedgerLayout
from xlperf.ledgers.units import Amount, UnitDraft
from xlperf.ledgers.values import converted, percent


def in_yuan(draft: UnitDraft, layout: LedgerLayout) -> Iterator[Finding]:
    """Amounts that are so many times what they can be compared with that they must be in 元."""
    rule = layout.suspicion
    totals = {place: value for place in rule.total if (value := _given(draft, place)) > 0}
    for amount in draft.amounts:
        others = [value for place, value in totals.items() if place != amount.target]
        total = median(others) if others else None
        like = [other.value for other in draft.amounts if other.group == amount.group and other is not amount]
        comparable = max((value for value in like if value > 0), default=None)
        found = _suspected(amount, comparable, total, layout)
        if found is not None:
            yield found


def _given(draft: UnitDraft, place: tuple[str, str]) -> float:
    alias, name = place
    value = draft.singles[alias].fields.get(name) if alias in draft.singles else None
    return value if isinstance(value, float) else 0.0


def _suspected(
    amount: Amount, comparable: float | None, total: float | None, layout: LedgerLayout
) -> Finding | None:
    rule = layout.suspicion
    within_total = total is not None and amount.value <= total
    if within_total or (comparable is None and total is None):
        return None
    if comparable is not None and amount.value >= rule.times * comparable:
        other = comparable
    elif total is not None and amount.value >= rule.share * total:
        other = total
    else:
        return None
    unit = layout.base_unit
    expected = f"{general(converted(amount.value, rule.factor))}{unit}"
    return finding(
        "L123",
        amount.location,
        f"{general(amount.value)}{unit}",
        expected,
        head=amount.location.label,
        other=f"{general(other)}{unit}",
        times=general(float(round(amount.value / other))),
        amount_unit=unit,
    )


def against_formulas(record: Record, profile: Profile, place: Location) -> Iterator[Finding]:
    """Values given for computed fields that their formula, over all that is given, contradicts."""
    form = profile.forms[record.form]
    given = [field for name, field in form.fields.items() if field.function and name in record.fields]
    if not given:
        return
    complete = deepcopy(record)
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
