"""Each formula cell: whether it still holds its formula, and whether its saved result is what that yields.

Results are recomputed as Excel would on opening: formulas again in their order, typed numbers kept. A row
inserted at the edge of a block lies outside the names that sums speak of: such rows are reported.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from xlperf.checks.context import CheckContext
from xlperf.checks.template_seal import issue_of
from xlperf.checks.typed_formulas import check_typed, recomputed
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding, Location
from xlperf.declarations.forms_and_rules import Field, Form, Profile
from xlperf.declarations.native_formulas import field_formula
from xlperf.declarations.records import Provenance
from xlperf.declarations.source import text_of, texts_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY, bare
from xlperf.declarations.value_display import printed
from xlperf.declarations.worksheet_functions import addin_calls
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.operators import round_half_up
from xlperf.expressions.tree import references
from xlperf.intake.book import Book
from xlperf.intake.received import SheetReading
from xlperf.intake.recompute import Recomputed
from xlperf.intake.trust import area_of

if TYPE_CHECKING:
    from xlperf.checks import page_values
else:
    page_values = LazyModule("xlperf.checks.page_values")


def rows_left_out(book: Book, sheet: SheetReading, field: Field) -> list[int]:
    """The sheet rows with values of a column that ``field`` reads by a name that does not reach them."""
    names = book.names_on(sheet.sheet.name)
    left_out: set[int] = set()
    for at, found in sheet.record.provenance.items():
        name = "" if isinstance(at, str) else f"{at[0]}_{at[2]}"
        if name and found.raw is not None and name in field.formula_text:
            reach, row = area_of(names.get(name, "")), area_of(found.cell)
            if reach and row and not reach[0] <= row[0] <= reach[2]:
                left_out.add(row[0])
    return sorted(left_out)


_FINEST = 8
_REFERENCE = re.compile(r"[A-Za-z]{1,3}\$?[0-9]|[^\x00-\x7f]")
_OTHER_FILE = "["
_MANY = 3
"""Formulas of one sheet that became their results beyond which this is reported once."""
_UNVERIFIABLE = "M409"
_WITHOUT_FORMULA = {"M402": "M410", "M406": "M417"}
"""What is said instead in a file that never had the formula."""


def check_formulas(context: CheckContext) -> Iterator[Finding]:
    """What happened to the formulas of the attachment, and to those that the unit wrote itself."""
    own: dict[str, set[str]] = defaultdict(set)
    for sheet in context.reading.sheets:
        own[sheet.sheet.name] |= _own_cells(context, sheet)
    result = recomputed(context, own)
    for sheet in context.reading.sheets:
        if sheet.page is not None and not _is_issued(context):
            yield from page_values.check_computed(context, sheet.page)
        else:
            yield from _sheet(context, sheet, result)
        yield from check_typed(context, sheet, result)


def _own_cells(context: CheckContext, sheet: SheetReading) -> set[str]:
    """The cells of computed fields; on an altered sheet also those that still hold a formula of ours."""
    provenance = sheet.record.provenance
    cells = {provenance[name].cell for name in sheet.form.computed if name in provenance}
    if sheet.page is not None and _is_issued(context):
        fields = (sheet.form.fields[name] for name in sheet.form.computed)
        ours = {bare(_declared(field, sheet.form, context.profile)) for field in fields}
        formulas = ((at, sheet.sheet.formula(at) or "") for at in sheet.sheet.formulas())
        cells |= {at for at, formula in formulas if bare(formula) in ours}
    return cells


def _sheet(context: CheckContext, sheet: SheetReading, result: Recomputed) -> Iterator[Finding]:
    record, form = sheet.record, sheet.form
    fresh: dict[str, Any] = {**context.scopes.record(record), **_renewed(context, sheet, result)}
    unsaved: list[str] = []
    found_here: list[Finding] = []
    for name in form.computed:
        field = form.fields[name]
        found = record.provenance.get(name)
        if field.function is None or found is None or _is_unsure(context, sheet, field):
            continue
        expected = field.function(fresh)
        if found.formula is not None:
            fresh[name] = None if expected == "" else expected
            if found.raw is None and expected != "":
                unsaved.append(found.cell)
        found_here += _cell(context, sheet, name, field, found, expected)
    alike = [problem for problem in found_here if problem.code == "M401"]
    if len(alike) >= _MANY and all(found.formula is None for found in record.provenance.values()):
        yield finding("M407", context.file_place(record.sheet), count=len(alike))
        found_here = [problem for problem in found_here if problem.code != "M401"]
    yield from found_here
    if unsaved:
        yield finding("M405", context.file_place(record.sheet, unsaved[0]), count=len(unsaved))


def _is_unsure(context: CheckContext, sheet: SheetReading, field: Field) -> bool:
    """Whether a computed value of a page, or one that it is computed from, was not found or is in doubt."""
    if sheet.page is None:
        return False
    known = context.unknown.of(sheet.record)
    inputs = references(field.formula) if field.formula else set()
    return field.id in sheet.page.doubtful or not inputs.isdisjoint(known)


def _renewed(context: CheckContext, sheet: SheetReading, result: Recomputed) -> dict[str, Any]:
    """What the unit's own formulas yield on recalculation, by the names under which others read them."""
    names = context.scopes.record(sheet.record)
    renewed: dict[str, Any] = {}
    for at, found in sheet.record.provenance.items() if result.values else ():
        value = result.values.get((sheet.sheet.name, found.cell))
        if not isinstance(value, float):
            continue
        if isinstance(at, str):
            renewed[at] = value
        else:
            column = renewed.setdefault(f"{at[0]}_{at[2]}", list(names[f"{at[0]}_{at[2]}"]))
            column[at[1]] = value
    return renewed


def _cell(
    context: CheckContext, sheet: SheetReading, name: str, field: Field, found: Provenance, expected: Value
) -> Iterator[Finding]:
    stored, declared = sheet.record.fields.get(name), _declared(field, sheet.form, context.profile)
    own = bool(found.formula) and bare(found.formula or "") != bare(declared)
    same = _same(stored, expected, field, found, typed=own or found.formula is None)
    if same and found.formula and not own:
        return
    empty = text_of("messages", "checks", "empty")
    texts = {"value": printed(stored, field.type), "expected": printed(expected, field.type) or empty}
    place: Location = context.place(sheet.record, name)
    if found.formula is None or (own and not _is_issued(context)):
        if not isinstance(stored, ErrorValue) and not (stored is None and _is_nothing(context, expected)):
            code = _replaced(stored, expected, same)
            yield from _typed_over(code, place, texts, declared if _is_issued(context) else "")
    elif own:
        if issue_of(context, sheet).own_formulas or (same and addin_calls(found.formula)):
            return
        code = "M419" if same and _computes_here(found.formula) else "M403"
        result = texts["value"] or empty
        yield finding(code, place, found.formula, texts["expected"], result=result, formula=declared)
    elif not same and found.raw is not None:
        rows = rows_left_out(context.reading.book, sheet, field)
        yield finding("M412" if rows else "M404", place, rows="、".join(map(str, rows)), **texts)


def _is_nothing(context: CheckContext, expected: Value) -> bool:
    """Whether a blank cell says the same as ``expected``: also 不适用, where no formula was issued."""
    return expected == "" or not (_is_issued(context) or isinstance(expected, float))


def _replaced(stored: Value, expected: Value, same: bool) -> str:
    """The code for a formula cell that holds ``stored`` itself, where its formula gives ``expected``."""
    if stored is None:
        return "M406"
    if same:
        return "M401"
    return _UNVERIFIABLE if expected == "" else "M402"


def _is_issued(context: CheckContext) -> bool:
    """Whether the workbook came with formulas of ours that a unit could have changed."""
    return PROFILE_PROPERTY in context.reading.book.properties


def _typed_over(code: str, place: Location, texts: Mapping[str, str], formula: str) -> Iterator[Finding]:
    """What is said of a value where ``formula`` should be, "" where a file never had one.

    A value that nothing yields has no right figure.
    """
    if code == _UNVERIFIABLE:
        restore = texts_of("messages")["restore"].format(formula=formula) if formula else ""
        yield finding(code, place, texts["value"], restore=restore)
    elif formula:
        yield finding(code, place, **texts, formula=formula)
    elif code in _WITHOUT_FORMULA:
        yield finding(_WITHOUT_FORMULA[code], place, **texts)


def _same(stored: Value, expected: Value, field: Field, found: Provenance, *, typed: bool) -> bool:
    """Whether two results agree: as printed where a unit wrote it, else to the last digit saved."""
    if isinstance(stored, float) and isinstance(expected, float):
        if typed:
            digits = field.type.digits if found.digits is None else found.digits
            return round_half_up(stored, digits) == round_half_up(expected, digits)
        digits = min(field.type.digits + 2, _FINEST)
        return abs(stored - round_half_up(expected, digits)) < 0.6 * 10.0**-digits
    return (stored or "") == (expected or "")


def _computes_here(formula: str) -> bool:
    """Whether a formula uses cells of its workbook: one that does not is a number in disguise."""
    return _OTHER_FILE not in formula and _REFERENCE.search(formula) is not None


@cache
def _declared(field: Field, form: Form, profile: Profile) -> str:
    return field_formula(field, form, profile).removeprefix("=")
