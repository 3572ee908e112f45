"""A file and a cell of a form in it → how the figure there comes about, as text lines for people."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from xlperf.checks.context import CheckContext
from xlperf.checks.derivation import Derivation, derivation, is_parameter
from xlperf.checks.file_check import result_of
from xlperf.checks.file_reading import read_file
from xlperf.core.errors import InputError
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Field, Profile
from xlperf.declarations.records import Provenance, Record
from xlperf.declarations.source import text_of
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.intake.received import ValueAddress
from xlperf.ooxml.limits import LIMITS, Limits


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell of a form: the record and key of its value, what is declared of it, how it is calculated.

    ``suggested``: the calculation is that of the value proposed for a cell that has no formula.
    """

    context: CheckContext
    record: Record
    at: ValueAddress
    field: Field
    calculation: Derivation | None
    suggested: bool

    @property
    def found(self) -> Provenance:
        """Where the value was found."""
        return self.record.provenance[self.at]

    @property
    def value(self) -> Value:
        """The value as read."""
        return self.record.value(self.at)


def why(path: str | Path, cell: str, profile: Profile | None = None, limits: Limits = LIMITS) -> list[str]:
    """The lines that explain ``cell`` (``F4`` or ``表名!F4``) of the file.

    Raises InputError for a file without forms and a cell that holds no value of one.
    """
    received = read_file(path, profile, limits).received
    context = CheckContext.of(received)
    if context is None:
        reasons = "".join(found.message for found in received.findings)
        raise InputError(text_of("why", "errors", "no_form", path=path) + reasons)
    found = figure(context, cell)
    return list(_lines(found, result_of(context).findings))


def figure(context: CheckContext, cell: str) -> Figure:
    """What is known of ``cell``, of its first value where it holds several, as a line of signatures does.

    Raises InputError for a cell that holds no value of a form.
    """
    sheet, _, address = cell.replace("$", "").rpartition("!")
    sheet, address = sheet.strip("'").replace("''", "'"), address.upper()
    places = [
        (record, at)
        for record in context.filing.records
        for at, found in record.provenance.items()
        if found.cell == address and sheet in ("", found.sheet)
    ]
    if not places:
        known = "、".join(dict.fromkeys(record.sheet for record in context.filing.records))
        raise InputError(text_of("why", "errors", "no_cell", cell=cell, sheets=known))
    sheets = dict.fromkeys(record.provenance[at].sheet for record, at in places)
    if len(sheets) > 1:
        choices = "、".join(f"{sheet}!{address}" for sheet in sheets)
        raise InputError(text_of("why", "errors", "several", choices=choices))
    return _figure(context, *places[0])


def _figure(context: CheckContext, record: Record, at: ValueAddress) -> Figure:
    field = context.field(record, at)
    if isinstance(at, str):
        fields, names = context.form(record).fields, context.scopes.record(record)
    else:
        table = context.form(record).tables[at[0]]
        rows = context.scopes.rows(record, table)
        fields, names = table.columns, dict(next(scope for index, scope in rows if index == at[1]))
    computed = field if field.formula else fields.get(field.suggest) if field.suggest else None
    calculation = derivation(computed, fields, names) if computed and computed.formula else None
    return Figure(context, record, at, field, calculation, calculation is not None and not field.formula)


def _lines(figure: Figure, findings: list[Finding]) -> Iterator[str]:
    field, found = figure.field, figure.found
    place = f"{found.sheet}!{found.cell}"
    shown = _shown(figure.value, field)
    yield text_of(
        "why", "heading", place=place, label=field.label, value=shown + _note(figure, figure.at, figure.value)
    )
    if found.formula:
        yield text_of("why", "file_formula", formula=found.formula)
    if figure.calculation is None:
        yield text_of("why", "typed")
    else:
        yield from _calculation(figure, figure.calculation)
    yield from _judged(figure, findings)


def _calculation(figure: Figure, calculation: Derivation) -> Iterator[str]:
    field = figure.field
    source = _fields(figure)[field.suggest] if figure.suggested else field
    if figure.suggested:
        yield text_of("why", "suggested")
    yield text_of("why", "formula", formula=source.formula_text)
    if source.basis:
        yield text_of("why", "basis", basis=source.basis)
    yield text_of("why", "operands")
    yield from (_operand(figure, name) for name in calculation.operands)
    yield text_of("why", "steps")
    for step in calculation.steps:
        label = f"{step.label}·{text_of('why', step.kind)}" if step.kind else step.label
        value = text_of("why", "empty") if step.value in (None, "") else printed(step.value)
        yield text_of("why", "step", label=label, formula=step.formula, value=value)
    expected = calculation.value
    if not figure.suggested and _shown(expected, field) != _shown(figure.value, field):
        yield text_of("why", "differs", value=_shown(figure.value, field), expected=_shown(expected, field))


def _operand(figure: Figure, name: str) -> str:
    if is_parameter(name):
        _, _, label = name.partition("!")
        limit = figure.context.profile.parameters[label]
        return text_of("why", "parameter", label=label, value=printed(limit))
    if column := _column(figure, name):
        return _of_column(figure, *column)
    fields, at = _fields(figure), figure.at
    field = fields.get(name)
    if field is not None and field.source:
        value, source = _read(figure, name), fields[field.source].label
        return text_of("why", "derived", source=source, label=field.label, value=_shown(value, field))
    key: ValueAddress = name if isinstance(at, str) or field is None else (at[0], at[1], name)
    record = figure.record if key in figure.record.provenance else _holder(figure, name)
    found = record.provenance.get(key)
    declared = field or figure.context.form(record).fields[name]
    value = record.fields.get(name) if isinstance(key, str) else _read(figure, name)
    place = f"{found.sheet}!{found.cell}" if found else record.sheet
    note = _note(figure, key, value, record)
    return text_of(
        "why", "operand", place=place, label=declared.label, value=_shown(value, declared), note=note
    )


def _column(figure: Figure, name: str) -> tuple[str, str] | None:
    """Table and column where a name means a whole column."""
    for table in figure.context.form(figure.record).tables.values():
        column = name.removeprefix(f"{table.id}_")
        if column != name and column in table.columns:
            return table.id, column
    return None


def _of_column(figure: Figure, table: str, column: str) -> str:
    record, declared = figure.record, figure.context.form(figure.record).tables[table].columns[column]
    rows = range(len(record.tables.get(table, ())))
    cells = [found.cell for row in rows if (found := record.provenance.get((table, row, column)))]
    values = (_shown(row.get(column), declared) for row in record.tables.get(table, ()))
    place = f"{record.sheet}!{cells[0]}:{cells[-1]}" if cells else record.sheet
    doubtful = any((table, row, column) in record.unknown for row in rows)
    note = text_of("why", "notes", "doubtful") if doubtful else ""
    return text_of("why", "operand", place=place, label=declared.label, value="、".join(values), note=note)


def _judged(figure: Figure, findings: list[Finding]) -> Iterator[str]:
    """What rules say of the cell, and those that say nothing."""
    found = figure.found
    here = [
        problem
        for problem in findings
        if (problem.location.sheet, problem.location.cell) == (found.sheet, found.cell)
    ]
    if here:
        yield text_of("why", "findings")
    for problem in here:
        yield text_of(
            "why",
            "finding",
            severity=problem.severity.value,
            code=problem.code,
            message=problem.message,
            fix=problem.fix,
        )
        yield "  " + text_of("why", "basis", basis=problem.basis)
    name = figure.at if isinstance(figure.at, str) else figure.at[2]
    rules = figure.context.profile.rules.values()
    said = {problem.code for problem in here}
    codes = [rule for rule in rules if rule.code not in said and any(at.at == name for at in rule.instances)]
    if codes:
        yield text_of("why", "no_findings", codes="、".join(f"{rule.code} {rule.name}" for rule in codes))
    elif not here:
        yield text_of("why", "no_rules")


def _fields(figure: Figure) -> Mapping[str, Field]:
    form = figure.context.form(figure.record)
    return form.fields if isinstance(figure.at, str) else form.tables[figure.at[0]].columns


def _read(figure: Figure, name: str) -> Value:
    """The value of another column of the figure's row."""
    assert not isinstance(figure.at, str)
    return figure.record.value((*figure.at[:2], name))


def _holder(figure: Figure, name: str) -> Record:
    """The record of another form that has a field; else the figure's own."""
    context = figure.context
    holders = (record for record in context.filing.records if name in context.form(record).fields)
    own = name in context.form(figure.record).fields
    return figure.record if own else next(holders, figure.record)


def _shown(value: Value, field: Field) -> str:
    return text_of("why", "empty") if value in (None, "") else printed(value, field.type)


def _note(figure: Figure, at: ValueAddress, value: Value, record: Record | None = None) -> str:
    """What people must know of a value: that it was not read, is in doubt, or was written otherwise."""
    owner = record or figure.record
    found = owner.provenance.get(at)
    if at in owner.unknown:
        return text_of("why", "notes", "doubtful")
    if value in (None, ""):
        return text_of("why", "notes", "missing")
    return text_of("why", "notes", "normalised", note=found.note) if found and found.note else ""
