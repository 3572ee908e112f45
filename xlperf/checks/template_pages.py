"""Pages read by labels and headings → how each differs from the form, in one line, and what was not used."""

from collections import Counter
from collections.abc import Iterator, Set

from xlperf.checks import template_changes
from xlperf.checks.context import CheckContext, first_of
from xlperf.checks.template_seal import check_sealed
from xlperf.checks.template_stage import (
    check_hidden_cells,
    check_tab,
    check_version,
    missing_forms,
    other_sheets,
)
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.source import text_of
from xlperf.declarations.template_fingerprint import PROFILE_PROPERTY
from xlperf.declarations.value_display import printed
from xlperf.intake.reading.names import FUND_ROOTS
from xlperf.intake.received import PageRecord, SheetReading

_FEW, _LETTERS = 5, 12


def check_pages(context: CheckContext) -> Iterator[Finding]:
    """What there is to report of the layout of a file that was read by labels and headings.

    In a workbook of ours that also is what was altered in it since it was issued.
    """
    is_ours = PROFILE_PROPERTY in context.reading.book.properties
    yield from missing_forms(context)
    yield from other_sheets(context)
    if is_ours:
        yield from check_version(context)
    yield from check_sealed(context)
    yield from _years(context)
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            reported: set[str] = set()
            if is_ours and _is_alone(context, sheet):
                changes = template_changes.template_changes(context, sheet)
                yield from template_changes.check_altered(context, sheet, changes)
                reported = {cell.field for row in changes.missing for cell in row.cells}
            else:
                yield from check_hidden_cells(context, sheet)
            yield from _differs(context, sheet, sheet.page, reported)
            if not context.is_guessed:
                yield from check_tab(context, sheet)
                yield from _weights(context, sheet, sheet.page)
    if is_ours:
        yield from _shared_tabs(context)
    yield from _unused(context)


def _years(context: CheckContext) -> Iterator[Finding]:
    """The forms whose heading names another year than most of the file."""
    pages = [sheet.page.form for sheet in context.reading.sheets if sheet.page and sheet.page.form.year]
    counted = Counter(form.title_year for form in pages)
    if len(counted) > 1:
        usual = max(counted, key=lambda year: (counted[year], year == context.profile.year, year))
        for form in pages:
            if form.title_year != usual:
                yield finding("T221", context.file_place(form.page.name), str(form.title_year), str(usual))


def _is_alone(context: CheckContext, sheet: SheetReading) -> bool:
    """Whether no other form is on the same tab."""
    return sum(other.sheet.name == sheet.sheet.name for other in context.reading.sheets) == 1


def _shared_tabs(context: CheckContext) -> Iterator[Finding]:
    """The tabs of a workbook of ours that have several forms."""
    counted = Counter(sheet.sheet.name for sheet in context.reading.sheets)
    for name, count in counted.items():
        if count > 1:
            sheets = [sheet for sheet in context.reading.sheets if sheet.sheet.name == name]
            forms = "、".join(f"《{sheet.form.id}》" for sheet in sheets)
            yield finding("T222", context.file_place(name), sheet=name, count=count, forms=forms)


def _differs(
    context: CheckContext, sheet: SheetReading, page: PageRecord, reported: Set[str]
) -> Iterator[Finding]:
    """The rows and columns of the form that the page does not have, and those that it has besides.

    ``reported`` are fields whose whole row is reported as missing.
    """
    form = context.form(sheet.record)
    listed = page.absent - page.signature - reported
    fields = [field.label for name, field in form.fields.items() if name in listed and not field.virtual]
    columns = [
        column.label
        for table in form.tables.values()
        for name, column in table.columns.items()
        if f"{table.id}_{name}" in listed
    ]
    absent, place = [*fields, *columns], context.file_place(sheet.sheet.name)
    if absent and not context.is_guessed:
        yield finding("T226", place, labels=_listed(absent))
        absent = []
    if absent or page.more:
        root = f"{FUND_ROOTS.get(form.alias)}/"
        more = [path.removeprefix(root).replace("/", "·") for path in page.more]
        texts = {"absent": _listed(absent), "more": _listed(more)}
        yield finding("T227", place, form_name=form.id, **texts)


def _listed(labels: list[str]) -> str:
    if not labels:
        return text_of("messages", "checks", "none")
    return first_of(["".join(label.split()) for label in labels], _FEW, "more_items")


def _weights(context: CheckContext, sheet: SheetReading, page: PageRecord) -> Iterator[Finding]:
    """The points printed behind level-1 names against those of the profile."""
    for level in context.profile.indicators.get(sheet.record.form, ()):
        points = page.form.level_points.get(level.name)
        if points is not None and float(points) != level.weight:
            place = context.file_place(sheet.sheet.name, label=level.name)
            yield finding("T213", place, printed(float(points)), printed(level.weight))


def _unused(context: CheckContext) -> Iterator[Finding]:
    """The numbers of each page that fed nothing, with their labels and the reasons."""
    if context.document is None:
        return
    for page, numbers in context.document.unused_numbers().items():
        shown = [
            f"{place}（{labels}）：{reason}" if labels else f"{place}：{reason}"
            for place, labels, reason in numbers
        ]
        cells = first_of(shown, _FEW, "more", "；")
        yield finding("C320", context.file_place(page, numbers[0][0]), count=len(numbers), cells=cells)
    for page, texts in context.document.unused_texts().items():
        shown = [f"{place}“{text[:_LETTERS]}”（{reason}）" for place, text, reason in texts]
        cells = first_of(shown, _FEW, "more", "；")
        yield finding("C326", context.file_place(page, texts[0][0]), count=len(texts), cells=cells)
