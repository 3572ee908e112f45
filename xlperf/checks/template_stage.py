"""The layout against the official form: sheets, fixed texts, rows, columns, names, version."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from xlperf.checks.context import CheckContext, first_of, sheet_state
from xlperf.checks.template_seal import check_seal, check_sealed, has_names, is_old, issue_of, lost_line
from xlperf.core.cell_addresses import get_column_letter
from xlperf.core.lazy import LazyModule
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY, VERSION_PROPERTY
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.intake.cell_values import BY_NAME
from xlperf.intake.fixed_texts import helper_titles, near
from xlperf.intake.received import SheetReading
from xlperf.intake.sealed_workbooks import Layout
from xlperf.notation import label_key, level1_label

if TYPE_CHECKING:
    from xlperf.checks import template_pages
else:
    template_pages = LazyModule("xlperf.checks.template_pages")

_FEW = 5
_MOST_HIDDEN = 12
"""Rows and columns that a message names."""


def check_template(context: CheckContext) -> Iterator[Finding]:
    """Everything that makes a file differ from the attachment it should be."""
    if context.document is not None:
        yield from template_pages.check_pages(context)
        return
    yield from missing_forms(context)
    yield from other_sheets(context)
    yield from check_version(context)
    yield from check_sealed(context)
    for sheet in context.reading.sheets:
        if sheet.layout is not None:
            yield from check_tab(context, sheet)
            yield from check_hidden(context, sheet, sheet.layout.placement.last_row)
            yield from check_seal(context, sheet, sheet.layout, issue_of(context, sheet))
            yield from _lost_lines(context, sheet, sheet.layout)
            yield from _strays(context, sheet, sheet.layout)
        yield from _moved_cells(context, sheet)
        yield from check_names(context, sheet)
        yield from _weights(context, sheet)


def missing_forms(context: CheckContext) -> Iterator[Finding]:
    """The forms that the file does not have, and those that it has more than once."""
    seen = Counter(sheet.record.form for sheet in context.reading.sheets)
    for form in context.profile.forms.values():
        if not seen[form.alias]:
            yield finding("T201", context.file_place(label=form.id), form=form.id)
        elif seen[form.alias] > 1 and not form.repeated:
            for sheet in [other for other in context.reading.sheets if other.record.form == form.alias][1:]:
                yield finding("T212", context.file_place(sheet.sheet.name), form=form.id)


def other_sheets(context: CheckContext) -> Iterator[Finding]:
    """Sheets that are no forms; only .xlsx shows whether a helper sheet bears its mark."""
    book = context.reading.book
    unmarked = [sheet.name for sheet in context.reading.unknown if sheet.name in helper_titles()]
    if unmarked and book.kind == "xlsx" and PROFILE_PROPERTY in book.properties:
        sheets = "、".join(f"“{name}”" for name in unmarked)
        yield finding("T220", context.file_place(unmarked[0]), sheets=sheets)
    for sheet in context.reading.unknown:
        if sheet.name not in unmarked:
            yield finding("T203", context.file_place(sheet.name), why=near(sheet, context.profile))
        if sheet.state != "visible":
            treated = text_of("messages", "hidden", "unread")
            yield finding(
                "T204", context.file_place(sheet.name), kind=sheet_state(sheet.state), treated=treated
            )


def check_version(context: CheckContext) -> Iterator[Finding]:
    """A workbook of another version of its profile."""
    if is_old(context):
        version = context.reading.book.properties[VERSION_PROPERTY]
        yield finding("T210", context.file_place(), version, context.profile.version)


def check_tab(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """A tab that is called otherwise than the form; several forms on a tab share its name."""
    name, form = reading.sheet.name, reading.form
    together = [sheet for sheet in context.reading.sheets if sheet.sheet.name == name]
    if not name.startswith(form.sheet) and together[0] is reading:
        alike = [sheet for sheet in context.reading.sheets if sheet.form is form]
        expected = form.sheet_name(alike.index(reading))
        yield finding("T202", context.file_place(name), name, expected, form=form.id)


def check_hidden(context: CheckContext, reading: SheetReading, last_row: int) -> Iterator[Finding]:
    """A hidden sheet; hidden rows of the form, up to ``last_row``, and hidden columns."""
    sheet, place = reading.sheet, context.file_place(reading.sheet.name)
    if sheet.state != "visible":
        treated = text_of("messages", "hidden", "read")
        yield finding("T204", place, kind=sheet_state(sheet.state), treated=treated)
    width = len(reading.form.columns)
    rows = [row for row in sorted(sheet.hidden_rows) if row <= last_row]
    columns = [column for column in sorted(sheet.hidden_columns) if column <= width]
    yield from _hidden(context, reading, rows, columns)


def check_hidden_cells(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """Hidden rows and columns with content of a sheet read by its labels: what nobody sees is not read."""
    if context.document is None or reading.page is None:
        return
    page, sheet = reading.page.form.page, reading.sheet
    cells = [cell for cell in page.filled() if cell.hidden]
    rows = {row for cell in cells for row in range(cell.r0 + 1, cell.r1 + 2)} & sheet.hidden_rows
    columns = {number for cell in cells for number in range(cell.c0 + 1, cell.c1 + 2)} & sheet.hidden_columns
    yield from _hidden(context, reading, sorted(rows), sorted(columns))


def _hidden(
    context: CheckContext, reading: SheetReading, rows: Sequence[int], columns: Sequence[int]
) -> Iterator[Finding]:
    hidden = [text_of("messages", "checks", "hidden_row", row=row) for row in rows]
    letters = map(get_column_letter, columns)
    hidden += [text_of("messages", "checks", "hidden_column", column=letter) for letter in letters]
    if not hidden:
        return
    what = "、".join(hidden[:_MOST_HIDDEN])
    if len(hidden) > _MOST_HIDDEN:
        what += text_of("messages", "hidden", "more", count=str(len(hidden)))
    treated = text_of("messages", "hidden", "read" if reading.page is None else "unread")
    yield finding("T211", context.file_place(reading.sheet.name), what=what, treated=treated)


def _lost_lines(context: CheckContext, reading: SheetReading, layout: Layout) -> Iterator[Finding]:
    """The sentence cells that have none of the declared words."""
    for cell, address in layout.lines:
        yield from lost_line(context, reading, cell, address)


def _strays(context: CheckContext, reading: SheetReading, layout: Layout) -> Iterator[Finding]:
    """Content in no cell of the form: it was not read, and nobody would read it."""
    sheet, placement = reading.sheet, layout.placement
    known = {found.cell for found in reading.record.provenance.values()}
    known |= {
        f"{get_column_letter(cell.first)}{placed.number}"
        for placed in placement.rows
        if placed.index is None
        for cell in placed.row.cells
        if label_key(cell.text)
    }
    known |= {
        f"{letter}{row}"
        for rows in layout.tables
        for row in range(rows.first, rows.last + 1)
        for _, _, letter in rows.columns
    }
    strays = [address for address in sheet.cells if address not in known and _says(sheet.value(address))]
    if strays:
        shown = first_of(strays, _FEW, "more_cells")
        yield finding("T215", context.file_place(sheet.name, strays[0]), cells=shown)


def _says(value: Value) -> bool:
    """Whether a cell is neither empty nor a dash."""
    return not (value is None or (isinstance(value, str) and not label_key(value)))


def _moved_cells(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """The values that were found by the names of their cells alone."""
    for at, found in reading.record.provenance.items():
        if found.note == BY_NAME:
            yield finding("T224", context.place(reading.record, at))


def check_names(context: CheckContext, reading: SheetReading) -> Iterator[Finding]:
    """A sheet that has lost the defined names of its form."""
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
