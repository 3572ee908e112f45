"""Each cell by itself: filled where it must be, of the right type, within limits, with printed decimals."""

from collections.abc import Iterator

from xlperf.checks.printing import exactly, printed
from xlperf.checks.subject import At, Subject
from xlperf.codes import finding
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.rounding import round_half_up
from xlperf.findings import Finding
from xlperf.forms import Field
from xlperf.notation import parse_date
from xlperf.receive import SheetFacts
from xlperf.receive.values import AS_TEXT
from xlperf.records import Provenance

_DATE = "date"
_WHOLE = "whole"
_PRINTED_ALIKE = 1e-9


def check_cells(subject: Subject) -> Iterator[Finding]:
    """What is wrong with single cells, whatever stands in the others."""
    for sheet, at, field, found in subject.values():
        value = _value(sheet, at)
        if value is None:
            if field.required and found.formula is None:
                yield finding("C301", subject.place(sheet.record, at))
            elif not isinstance(at, str) and field.placeholder and found.raw == field.placeholder:
                yield finding("C310", subject.place(sheet.record, at), field.placeholder)
        elif isinstance(value, ErrorValue):
            yield finding("C308", subject.place(sheet.record, at), str(value))
        elif field.type.number:
            yield from _number(subject, sheet, at, field, found, value)
        elif field.type.id == _DATE and isinstance(value, str) and parse_date(value) is None:
            yield finding("C309", subject.place(sheet.record, at), value)


def _value(sheet: SheetFacts, at: At) -> Value:
    if isinstance(at, str):
        return sheet.record.fields.get(at)
    return sheet.record.tables[at[0]][at[1]].get(at[2])


def _number(
    subject: Subject, sheet: SheetFacts, at: At, field: Field, found: Provenance, value: Value
) -> Iterator[Finding]:
    if not isinstance(value, float):
        if field.formula is None or found.formula is None:
            yield from _text(subject, sheet, at, field, found, value)
        return
    if found.note:
        code = "C303" if found.note == AS_TEXT else "C304"
        yield finding(code, subject.place(sheet.record, at), _raw(found), printed(value, field.type))
    yield from _limits(subject, sheet, at, field, value)
    typed = found.formula is None and field.formula is None
    if typed and abs(value - round_half_up(value, field.type.digits)) > _PRINTED_ALIKE:
        yield finding(
            "C306",
            subject.place(sheet.record, at),
            exactly(value, field.type),
            printed(value, field.type),
            digits=field.type.digits,
        )


def _text(
    subject: Subject, sheet: SheetFacts, at: At, field: Field, found: Provenance, value: Value
) -> Iterator[Finding]:
    words = {text for text in subject.profile.parameters.values() if isinstance(text, str)}
    if field.formula is None or value not in words:
        yield finding("C302", subject.place(sheet.record, at), _raw(found))


def _limits(subject: Subject, sheet: SheetFacts, at: At, field: Field, value: float) -> Iterator[Finding]:
    limit = field.type.limit
    if limit is None:
        return
    if not limit.min <= value <= limit.max:
        bounds = {"min": printed(limit.min, field.type), "max": printed(limit.max, field.type)}
        yield finding("C305", subject.place(sheet.record, at), printed(value, field.type), **bounds)
    elif limit.kind == _WHOLE and not value.is_integer():
        yield finding("C307", subject.place(sheet.record, at), exactly(value, field.type))


def _raw(found: Provenance) -> str:
    return " ".join(str(found.raw).split())
