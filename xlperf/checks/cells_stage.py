"""Each cell by itself: filled where it must be, of the right type, within limits, with printed decimals.

Prompts of the template that were not deleted, and its rows left unfilled, are found here too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from functools import cache
from typing import TYPE_CHECKING

from xlperf.checks.context import CheckContext, first_of
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Field
from xlperf.declarations.records import Provenance
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import exactly, printed
from xlperf.expressions import ErrorValue, Value
from xlperf.expressions.operators import round_half_up
from xlperf.intake.cell_values import AS_TEXT, IN_LABEL, is_from_yuan
from xlperf.intake.received import SheetReading, ValueAddress
from xlperf.notation import parse_date

if TYPE_CHECKING:
    from xlperf.checks import page_values
else:
    page_values = LazyModule("xlperf.checks.page_values")


_MANY = 8
"""Numbers as text on one sheet beyond which they are reported together."""
_FEW = 3
_DATE = "date"
_WHOLE = "whole"
_NOTED = {AS_TEXT: "C303", IN_LABEL: "C313"}
_PRINTED_ALIKE = 1e-9
_ASKING, _EMPTY_ROW = "C315", "C316"
_TEMPLATE_ROLE = "template"
_LONGEST = 3000
_LONGEST_SHOWN = 40


def check_cells(context: CheckContext) -> Iterator[Finding]:
    """What is wrong with single cells, whatever the others hold."""
    blank = {id(sheet) for sheet in context.reading.sheets if _is_blank(sheet)}
    as_text = _text_numbers(context)
    yield from _sheets(context, blank, as_text)
    yield from doubts(context)
    yield from check_prompts(context)
    if context.document is not None:
        yield from page_values.check_pages_themselves(context)
    for sheet, at, field, found in context.values():
        value = sheet.record.value(at)
        if value is None:
            if id(sheet) not in blank or not isinstance(at, str):
                yield from _missing(context, sheet, at, field, found)
        elif isinstance(value, ErrorValue):
            yield finding("C308", context.place(sheet.record, at), str(value))
        elif field.type.number:
            yield from _number(context, sheet, at, field, found, value, id(sheet) in as_text)
        elif field.type.id == _DATE and isinstance(value, str) and parse_date(value) is None:
            yield finding("C309", context.place(sheet.record, at), value)


def doubts(context: CheckContext) -> Iterator[Finding]:
    """The values that labels and headings leave undecided, each with the reason; many alike together."""
    for sheet in context.reading.sheets:
        alike: dict[str, list[ValueAddress]] = defaultdict(list)
        for at, reason in sheet.page.doubts.items() if sheet.page else ():
            alike[reason].append(at)
        for reason, found in alike.items():
            places = [context.place(sheet.record, at) for at in found]
            if len(places) > _FEW:
                cells = "、".join(place.cell for place in places[:_FEW])
                place = context.file_place(sheet.record.sheet, places[0].cell)
                yield finding("C322", place, reason=reason, cells=cells, count=len(places))
                continue
            yield from (finding("C321", place, reason=reason) for place in places)


def _sheets(context: CheckContext, blank: Set[int], as_text: Mapping[int, list[str]]) -> Iterator[Finding]:
    """What concerns so many cells of a sheet that it is reported once."""
    for sheet in context.reading.sheets:
        if id(sheet) in blank:
            yield finding("C312", context.file_place(sheet.record.sheet))
        if cells := as_text.get(id(sheet)):
            place = context.file_place(sheet.record.sheet, cells[0])
            yield finding("C311", place, count=len(cells), cells=first_of(cells, _FEW, "and_others"))
        converted = [found.cell for found in sheet.record.provenance.values() if is_from_yuan(found.note)]
        if converted:
            yield finding("C314", context.file_place(sheet.record.sheet, converted[0]), count=len(converted))


def _missing(
    context: CheckContext, sheet: SheetReading, at: ValueAddress, field: Field, found: Provenance
) -> Iterator[Finding]:
    """What is wrong where no value could be read."""
    if found.formula is not None or (sheet.page is not None and found.raw is not None):
        return
    formula = sheet.sheet.formula(found.cell) if found.cell in sheet.sheet.cells else None
    if formula and sheet.sheet.is_unsaved(found.cell):
        yield finding("M408", context.place(sheet.record, at), formula, computed="")
    elif field.required:
        if not _continues(sheet, at):
            yield finding("C301", context.place(sheet.record, at))
    elif not isinstance(at, str) and field.placeholder and found.raw == field.placeholder:
        yield finding("C310", context.place(sheet.record, at), field.placeholder)


def _is_blank(sheet: SheetReading) -> bool:
    """Whether all that must be filled in on a sheet, tables and printed defaults aside, is empty."""
    form, provenance = sheet.form, sheet.record.provenance
    required = [
        name
        for name, field in form.fields.items()
        if field.required and not field.default and name in provenance and provenance[name].formula is None
    ]
    return len(required) > 1 and all(sheet.record.fields[name] is None for name in required)


def _text_numbers(context: CheckContext) -> dict[int, list[str]]:
    """The cells with numbers typed as text, of the sheets that have many; by the identity of the reading."""
    cells: dict[int, list[str]] = {}
    for sheet in context.reading.sheets:
        noted = [found.cell for found in sheet.record.provenance.values() if found.note == AS_TEXT]
        if len(noted) > _MANY:
            cells[id(sheet)] = noted
    return cells


def _continues(sheet: SheetReading, at: ValueAddress) -> bool:
    """Whether an empty level cell is below another: the first of them is reported."""
    if isinstance(at, str) or at[2] not in sheet.form.tables[at[0]].levels or at[1] == 0:
        return False
    if sheet.page is not None:
        return any(row.get(at[2]) is not None for row in sheet.record.tables[at[0]][: at[1]])
    return sheet.record.tables[at[0]][at[1] - 1].get(at[2]) is None


def _number(
    context: CheckContext,
    sheet: SheetReading,
    at: ValueAddress,
    field: Field,
    found: Provenance,
    value: Value,
    is_reported: bool,
) -> Iterator[Finding]:
    if not isinstance(value, float):
        if field.formula is None or found.formula is None:
            yield from _text(context, sheet, at, field, found, value)
        return
    in_yuan = is_from_yuan(found.note)
    if found.note and not (is_reported and found.note == AS_TEXT) and not in_yuan:
        code = _NOTED.get(found.note, "C304")
        yield finding(code, context.place(sheet.record, at), _raw(found), printed(value, field.type))
    yield from _limits(context, sheet, at, field, value)
    typed = found.formula is None and field.formula is None and not in_yuan
    if typed and abs(value - round_half_up(value, field.type.digits)) > _PRINTED_ALIKE:
        yield finding(
            "C306",
            context.place(sheet.record, at),
            exactly(value, field.type),
            printed(value, field.type),
            digits=field.type.digits,
        )


def _text(
    context: CheckContext,
    sheet: SheetReading,
    at: ValueAddress,
    field: Field,
    found: Provenance,
    value: Value,
) -> Iterator[Finding]:
    words = {text for text in context.profile.parameters.values() if isinstance(text, str)}
    if field.formula is None or value not in words:
        yield finding("C302", context.place(sheet.record, at), _raw(found))


def _limits(
    context: CheckContext, sheet: SheetReading, at: ValueAddress, field: Field, value: float
) -> Iterator[Finding]:
    limit = field.type.limit
    if limit is None:
        return
    if not limit.min <= value <= limit.max:
        bounds = {"min": printed(limit.min, field.type), "max": printed(limit.max, field.type)}
        yield finding("C305", context.place(sheet.record, at), printed(value, field.type), **bounds)
    elif limit.kind == _WHOLE and not value.is_integer():
        yield finding("C307", context.place(sheet.record, at), exactly(value, field.type))


def _raw(found: Provenance) -> str:
    return " ".join(str(found.raw).split())


def check_prompts(context: CheckContext) -> Iterator[Finding]:
    """Each value with a prompt in it; template rows of a sheet once."""
    empty: dict[str, list[tuple[str, str]]] = {}
    for sheet, at, declared, found in context.values():
        text = found.raw
        if not isinstance(text, str) or declared.type.number or not text.strip():
            continue
        if asked := _asking().search(text[:_LONGEST]):
            yield finding(_ASKING, context.place(sheet.record, at), asked[0][:_LONGEST_SHOWN])
        elif not isinstance(at, str) and sheet.form.tables[at[0]].levels and is_template_row(text):
            empty.setdefault(sheet.sheet.name, []).append((found.cell, text.strip()))
    for name, spot, text in _of_pages(context):
        if (spot, text) not in empty.setdefault(name, []):
            empty[name].append((spot, text))
    for name, cells in empty.items():
        shown = "、".join(cell for cell, _ in cells[:_FEW])
        place = context.file_place(name, cells[0][0])
        yield finding(_EMPTY_ROW, place, cells[0][1], count=len(cells), cells=shown)


def _of_pages(context: CheckContext) -> Iterator[tuple[str, str, str]]:
    """Page, place and text of the template rows of pages read by labels, which give no values.

    Forms without levels print …… themselves, where rows may be added.
    """
    pages = {True: set[str](), False: set[str]()}
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            tables = context.form(sheet.record).tables.values()
            pages[any(table.levels for table in tables)].add(sheet.page.form.page.name)
    listed = pages[True] - pages[False]
    entries = context.document.account.entries.values() if context.document else ()
    for entry in entries:
        if entry.role == _TEMPLATE_ROLE and entry.page.name in listed and is_template_row(entry.cell.text):
            yield entry.page.name, entry.cell.place, entry.cell.text.strip()


def is_template_row(text: str) -> bool:
    """Whether a text is what the template prints in rows to be filled in: 指标1：, ……."""
    return bool(text.strip()) and _empty_row().fullmatch(text) is not None


@cache
def _asking() -> re.Pattern[str]:
    return re.compile("|".join(texts_of("received")["prompts"]["asking"]))


@cache
def _empty_row() -> re.Pattern[str]:
    return re.compile(texts_of("received")["prompts"]["empty_row"])
