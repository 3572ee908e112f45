"""Each formula cell: whether it still holds its formula, and whether its saved result is what that yields.

Results are recomputed as Excel would on opening: formulas anew in their order, typed numbers kept.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from xlperf.checks.subject import Subject
from xlperf.codes import finding
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.rounding import round_half_up
from xlperf.findings import Finding, Location
from xlperf.forms import Field
from xlperf.receive import SheetFacts
from xlperf.records import Provenance, Record
from xlperf.rules.printing import printed
from xlperf.workbook.formulas import field_formula

_BLANKS = re.compile(r"[\s$]")
_SHEET = re.compile(r"(?:'[^']*'|[^\s'!(),+*/=<>&-]+)!")
_FINEST = 8
_MANY = 3
"""Formulas of one sheet that became their results beyond which this is told once."""
_EMPTY = "空"


def check_formulas(subject: Subject) -> Iterator[Finding]:
    """What happened to the formulas of the attachment."""
    for sheet in subject.facts.sheets:
        yield from _sheet(subject, sheet)


def _sheet(subject: Subject, sheet: SheetFacts) -> Iterator[Finding]:
    record, form = sheet.record, sheet.alignment.form
    fresh: dict[str, Any] = dict(subject.names.record(record))
    unsaved: list[str] = []
    found_here: list[Finding] = []
    for name in form.computed:
        field = form.fields[name]
        found = record.provenance.get(name)
        if field.function is None or found is None:
            continue
        expected = field.function(fresh)
        if found.formula is not None:
            fresh[name] = None if expected == "" else expected
            if found.raw is None and expected != "":
                unsaved.append(found.cell)
        found_here += _cell(subject, sheet, name, field, found, expected)
    alike = [one for one in found_here if one.code == "M401"]
    if len(alike) >= _MANY and not _formulas(record):
        yield finding("M407", subject.file_place(record.sheet), count=len(alike))
        found_here = [one for one in found_here if one.code != "M401"]
    yield from found_here
    if unsaved:
        yield finding("M405", subject.file_place(record.sheet, unsaved[0]), count=len(unsaved))


def _formulas(record: Record) -> bool:
    return any(found.formula is not None for found in record.provenance.values())


def _cell(
    subject: Subject, sheet: SheetFacts, name: str, field: Field, found: Provenance, expected: Value
) -> Iterator[Finding]:
    stored = sheet.record.fields.get(name)
    same = _same(stored, expected, field)
    if same and found.formula and _alike(found.formula, _declared(subject, sheet, field)):
        return
    texts = {"value": printed(stored, field.type), "expected": printed(expected, field.type) or _EMPTY}
    place: Location = subject.place(sheet.record, name)
    if found.formula is None:
        if not isinstance(stored, ErrorValue) and not (stored is None and expected == ""):
            texts |= {"formula": _declared(subject, sheet, field)}
            yield finding(_replaced(stored, expected, same), place, **texts)
    elif found.formula and not _alike(found.formula, _declared(subject, sheet, field)):
        result = texts.pop("value") or _EMPTY
        yield finding(
            "M403",
            place,
            found.formula,
            texts["expected"],
            result=result,
            formula=_declared(subject, sheet, field),
        )
    elif not same and found.raw is not None:
        yield finding("M404", place, **texts)


def _replaced(stored: Value, expected: Value, same: bool) -> str:
    """The code for a formula cell that holds ``stored`` itself, where its formula gives ``expected``."""
    if stored is None:
        return "M406"
    if same:
        return "M401"
    return "M409" if expected == "" else "M402"


def _same(stored: Value, expected: Value, field: Field) -> bool:
    if isinstance(stored, float) and isinstance(expected, float):
        digits = min(field.type.digits + 2, _FINEST)
        return abs(stored - round_half_up(expected, digits)) < 0.6 * 10.0**-digits
    return (stored or "") == (expected or "")


def _alike(formula: str, declared: str) -> bool:
    return _bare(formula) == _bare(declared)


@lru_cache(4096)
def _bare(formula: str) -> str:
    """A formula without blanks, $ signs and sheet names, in upper case."""
    return _SHEET.sub("", _BLANKS.sub("", formula)).upper()


def _declared(subject: Subject, sheet: SheetFacts, field: Field) -> str:
    key = (id(subject.profile), id(field))
    if key not in _DECLARED:
        text = field_formula(field, sheet.alignment.form, subject.profile).removeprefix("=")
        _DECLARED[key] = (text, subject.profile, field)
    return _DECLARED[key][0]


_DECLARED: dict[tuple[int, int], tuple[str, object, object]] = {}
"""Texts of declared formulas; the declarations are kept with them so that their ids stay theirs."""
