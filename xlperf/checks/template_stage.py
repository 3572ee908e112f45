"""The layout against the official form: sheets, fixed texts, rows, columns, names, version."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xlperf.checks.context import CheckContext, sheet_state
from xlperf.checks.filing_parts import DOCUMENTS
from xlperf.checks.strays import check_absent, check_columns, check_strays
from xlperf.checks.template_seal import check_seal, check_sealed, has_names, is_old, issue_of
from xlperf.core.cell_addresses import get_column_letter
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Row
from xlperf.declarations.source import text_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY, VERSION_PROPERTY
from xlperf.declarations.value_display import printed
from xlperf.intake.cell_values import BY_NAME
from xlperf.intake.certainty import percent
from xlperf.intake.filing_reader import SheetReading
from xlperf.intake.own_files import helper_titles
from xlperf.intake.unrecognised import near
from xlperf.notation import level1_label

if TYPE_CHECKING:
    from xlperf.checks import template_pages
else:
    template_pages = LazyModule("xlperf.checks.template_pages")

_EMPTIED = "（空白）"


def check_template(context: CheckContext) -> Iterator[Finding]:
    """Everything that makes a workbook differ from the attachment it should be."""
    if context.document is not None:
        yield from template_pages.check_pages(context)
        return
    yield from _missing_forms(context)
    yield from _unknown_sheets(context)
    yield from _version(context)
    yield from check_sealed(context)
    for sheet in context.reading.sheets:
        issue = issue_of(context, sheet)
        yield from check_certainty(context, sheet)
        yield from _tab(context, sheet)
        yield from check_seal(context, sheet, issue)
        if not issue.own_texts:
            yield from _texts(context, sheet)
            yield from _inserted(context, sheet)
        yield from _missing_rows(context, sheet)
        if not issue.own_texts:
            yield from check_columns(context, sheet)
        yield from check_absent(context, sheet)
        yield from check_strays(context, sheet)
        yield from _moved_cells(context, sheet)
        yield from _names(context, sheet)
        yield from _weights(context, sheet)


def _missing_forms(context: CheckContext) -> Iterator[Finding]:
    seen = Counter(sheet.record.form for sheet in context.reading.sheets)
    for form in context.profile.forms.values():
        if not seen[form.alias]:
            yield finding("T201", context.file_place(label=form.id), form=form.id)
        elif seen[form.alias] > 1 and not form.repeated:
            for sheet in [other for other in context.reading.sheets if other.record.form == form.alias][1:]:
                yield finding("T212", context.file_place(sheet.sheet.name), form=form.id)


def _unknown_sheets(context: CheckContext) -> Iterator[Finding]:
    """Sheets that are no forms; only .xlsx shows whether a helper sheet bears its mark."""
    book = context.reading.book
    unmarked = [sheet.name for sheet in context.reading.unknown if sheet.name in helper_titles()]
    ours = book.kind != "xlsx" or PROFILE_PROPERTY in book.properties
    if unmarked and ours and book.kind == "xlsx":
        sheets = "、".join(f"“{name}”" for name in unmarked)
        yield finding("T220", context.file_place(unmarked[0]), sheets=sheets)
    for sheet in context.reading.unknown:
        if not (ours and sheet.name in unmarked):
            yield finding("T203", context.file_place(sheet.name), why=near(sheet, context.profile))
        if sheet.state != "visible":
            yield finding("T204", context.file_place(sheet.name), kind=sheet_state(sheet.state))


def _version(context: CheckContext) -> Iterator[Finding]:
    if is_old(context):
        version = context.reading.book.properties[VERSION_PROPERTY]
        yield finding("T210", context.file_place(), version, context.profile.version)


def check_certainty(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """A sheet of which it is not sure that it is the form that it was read as."""
    sure = context.certainty(reading)
    if sure.is_low:
        place_ = context.file_place(reading.sheet.name)
        named = {"form_name": reading.alignment.form.id, "sure": percent(sure.share), "why": sure.why()}
        yield finding("T225", place_, **named)


def _tab(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    sheet, form = reading.sheet, reading.alignment.form
    place_ = context.file_place(sheet.name)
    if not sheet.name.startswith(form.sheet) and sheet.first_row == 1:
        alike = [other for other in context.reading.sheets if other.alignment.form is form]
        yield finding("T202", place_, sheet.name, form.sheet_name(alike.index(reading)), form=form.id)
    if sheet.state != "visible":
        yield finding("T204", place_, kind=sheet_state(sheet.state))
    bottom = max(reading.alignment.rows.values(), default=0)
    hidden = [f"第 {row} 行" for row in sorted(sheet.hidden_rows) if row <= bottom]
    width = len(form.columns)
    hidden += [
        f"{get_column_letter(column)} 列" for column in sorted(sheet.hidden_columns) if column <= width
    ]
    if hidden:
        yield finding("T211", place_, what="、".join(hidden))


def _texts(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    for address, declared, found in reading.alignment.changed:
        label = "".join(declared.split())
        yield finding(
            "T205",
            context.file_place(reading.sheet.name, address, label),
            " ".join(found.split()) or _EMPTIED,
            label,
        )


def _inserted(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    alignment, sheet = reading.alignment, reading.sheet
    filled = (
        {int(address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for address in sheet.cells}
        if alignment.inserted
        else ()
    )
    for first, last in _runs(alignment.inserted):
        is_filled = any(first <= row <= last for row in filled)
        content = text_of("messages", "content") if is_filled else ""
        rows = str(first) if first == last else f"{first}–{last}"
        yield finding("T207", context.file_place(sheet.name, f"A{first}"), rows=rows, content=content)


def _missing_rows(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    alignment, sheet = reading.alignment, reading.sheet
    for index in alignment.missing:
        row = alignment.form.rows[index]
        if context.reading.book.kind in DOCUMENTS and not _holds_values(row):
            continue
        texts = [cell.text for cell in row.cells if cell.text.strip()]
        label = "".join((texts[0] if texts else row.id).split())
        yield finding("T208", context.file_place(sheet.name, "", label))


def _holds_values(row: Row) -> bool:
    """Whether anything is filled in on a declared row: captions and titles need not be in a document."""
    return any(cell.field or any(name for _, name in cell.line) for cell in row.cells)


def _runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = previous = None
    for number in numbers:
        if previous is None or number != previous + 1:
            if start is not None and previous is not None:
                yield start, previous
            start = number
        previous = number
    if start is not None and previous is not None:
        yield start, previous


def _moved_cells(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The values that were found by the names of their cells alone."""
    for at, found in reading.record.provenance.items():
        if found.note == BY_NAME:
            yield finding("T224", context.place(reading.record, at))


def _names(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    if not has_names(context, reading):
        yield finding("T206", context.file_place(reading.sheet.name))


def _weights(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The points printed behind level-1 names against those of the profile."""
    record = reading.record
    levels = {level.name: level.weight for level in context.profile.indicators.get(record.form, ())}
    reported: set[str] = set()
    for at, found in record.provenance.items():
        if isinstance(at, str) or not isinstance(found.raw, str) or not context.field(record, at).display:
            continue
        name, points = level1_label(found.raw)
        if points is not None and levels.get(name, points) != points and name not in reported:
            reported.add(name)
            place_ = context.file_place(reading.sheet.name, found.cell, name)
            yield finding("T213", place_, printed(points), printed(levels[name]))
