"""A filing in which some figures are put right → which findings of rules and of the report it still has.

What the unit computed from a figure that is put right follows it: formula cells whose value is what their
formula gives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from xlperf.checks.context import CheckContext
from xlperf.checks.rules_stage import check_rules
from xlperf.checks.text_stage import check_text
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Field, Form
from xlperf.declarations.records import Record
from xlperf.expressions import Value
from xlperf.expressions.operators import round_half_up
from xlperf.intake.received import ValueAddress

Mends = Mapping[int, Mapping[ValueAddress, Value]]
"""The identity of a record → the values that are right."""
STALE = "M404"
Complaint = tuple[str, str, str, str, str, str]


def complaint(found: Finding) -> Complaint:
    """What a finding is about."""
    place = found.location
    return found.code, place.file, place.sheet, place.cell, place.field or place.label, place.row_key


def complaints(context: CheckContext, mends: Mends, *, text: bool) -> set[Complaint]:
    """What rules, and with ``text`` the report, have to say of the filing with ``mends`` made.

    Saved results that are still out of date are among it. A report without forms breaks no rule.
    """
    mended = context.with_records(
        [_mended(context, record, mends.get(id(record), {})) for record in context.filing.records]
    )
    found: set[Complaint] = set()
    if context.reading.sheets:
        found |= {complaint(problem) for problem in (*check_rules(mended), *_stale(mended))}
    return found | {complaint(problem) for problem in check_text(mended)} if text else found


def _stale(context: CheckContext) -> Iterator[Finding]:
    """The results of formulas that are not what the formulas give."""
    for record in context.filing.records:
        names = context.scopes.record(record)
        for name, field in _computed(context.form(record)):
            if name in record.provenance and not _is_result(record.fields.get(name), field, names):
                yield finding(STALE, context.place(record, name))


def _mended(context: CheckContext, record: Record, mends: Mapping[ValueAddress, Value]) -> Record:
    """A copy of ``record`` with ``mends``, and with what the unit computed from them."""
    tables = {name: [dict(row) for row in rows] for name, rows in record.tables.items()}
    made = replace(record, fields=dict(record.fields), tables=tables)
    if not mends:
        return made
    before = context.scopes.record(record)
    after = dict(before)
    for at, value in mends.items():
        if isinstance(at, str):
            made.fields[at] = after[at] = value
        else:
            table, row, column = at
            made.tables[table][row][column] = value
            after[f"{table}_{column}"] = [entry.get(column) for entry in made.tables[table]]
    for name, field in _computed(context.form(record)):
        if name not in mends and _is_result(record.fields.get(name), field, before):
            made.fields[name] = after[name] = _result(field, after)
    return made


def _computed(form: Form) -> Iterator[tuple[str, Field]]:
    for name in form.computed:
        field = form.fields[name]
        if field.function is not None and not field.virtual:
            yield name, field


def _is_result(filed: Value, field: Field, names: Mapping[str, Value]) -> bool:
    """Whether a cell shows what its formula gives."""
    result = _result(field, names)
    if isinstance(filed, float) and isinstance(result, float):
        digits = field.type.digits
        return round_half_up(filed, digits) == round_half_up(result, digits)
    return False


def _result(field: Field, names: Mapping[str, Value]) -> Value:
    result = field.function(names) if field.function else None
    return None if result == "" else result
