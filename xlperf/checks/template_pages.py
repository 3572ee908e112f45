"""Pages read by labels and headings → how each differs from the form, in one line, and what was not used."""

from collections import Counter
from collections.abc import Iterator

from xlperf.checks.context import CheckContext, sheet_state
from xlperf.checks.template_seal import check_sealed
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.value_display import printed
from xlperf.intake.filing_reader import SheetReading
from xlperf.intake.own_files import helper_titles
from xlperf.intake.page_records import PageRecord, unused_numbers, unused_texts
from xlperf.intake.reading.names import FUND_ROOTS
from xlperf.intake.unrecognised import near

_FEW, _LETTERS = 5, 12


def check_pages(context: CheckContext) -> Iterator[Finding]:
    """What there is to report of the layout of a file that is not one of our workbooks."""
    yield from _missing_forms(context)
    yield from _other_sheets(context)
    yield from check_sealed(context)
    yield from _years(context)
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            yield from _hidden(context, sheet)
            yield from _differs(context, sheet, sheet.page)
            if not context.is_guessed:
                yield from _tab(context, sheet)
                yield from _weights(context, sheet, sheet.page)
    yield from _unused(context)


def _missing_forms(context: CheckContext) -> Iterator[Finding]:
    seen = Counter(sheet.record.form for sheet in context.reading.sheets)
    for form in context.profile.forms.values():
        if not seen[form.alias]:
            yield finding("T201", context.file_place(label=form.id), form=form.id)
        elif seen[form.alias] > 1 and not form.repeated:
            for sheet in [other for other in context.reading.sheets if other.record.form == form.alias][1:]:
                yield finding("T212", context.file_place(sheet.sheet.name), form=form.id)


def _other_sheets(context: CheckContext) -> Iterator[Finding]:
    for sheet in context.reading.unknown:
        if sheet.name not in helper_titles():
            yield finding("T203", context.file_place(sheet.name), why=near(sheet, context.profile))
        if sheet.state != "visible":
            yield finding("T204", context.file_place(sheet.name), kind=sheet_state(sheet.state))


def _years(context: CheckContext) -> Iterator[Finding]:
    """The forms whose heading names another year than most of the file."""
    pages = [sheet.page.form for sheet in context.reading.sheets if sheet.page and sheet.page.form.year]
    counted = Counter(form.title_year for form in pages)
    if len(counted) > 1:
        usual = max(counted, key=lambda year: (counted[year], year == context.profile.year, year))
        for form in pages:
            if form.title_year != usual:
                yield finding("T221", context.file_place(form.page.name), str(form.title_year), str(usual))


def _hidden(context: CheckContext, sheet: SheetReading) -> Iterator[Finding]:
    state = sheet.sheet.state
    if state != "visible":
        yield finding("T204", context.file_place(sheet.sheet.name), kind=sheet_state(state))


def _differs(context: CheckContext, sheet: SheetReading, page: PageRecord) -> Iterator[Finding]:
    """The rows and columns of the form that the page does not have, and those that it has besides."""
    form = context.form(sheet.record)
    listed = page.absent - page.signature
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


def _tab(context: CheckContext, sheet: SheetReading) -> Iterator[Finding]:
    """A tab that is called otherwise than the form; several forms on a tab share its name."""
    name, form = sheet.sheet.name, context.form(sheet.record)
    together = [other for other in context.reading.sheets if other.sheet.name == name]
    if not name.startswith(form.sheet) and together[0] is sheet:
        alike = [other for other in context.reading.sheets if other.record.form == form.alias]
        yield finding(
            "T202", context.file_place(name), name, form.sheet_name(alike.index(sheet)), form=form.id
        )


def _listed(labels: list[str]) -> str:
    if not labels:
        return "无"
    shown = "、".join("".join(label.split()) for label in labels[:_FEW])
    return f"{shown}等 {len(labels)} 项" if len(labels) > _FEW else shown


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
    for page, numbers in unused_numbers(context.document).items():
        shown = "；".join(
            f"{place}（{labels}）：{reason}" if labels else f"{place}：{reason}"
            for place, labels, reason in numbers[:_FEW]
        )
        more = "；等" if len(numbers) > _FEW else ""
        place = context.file_place(page, numbers[0][0])
        yield finding("C320", place, count=len(numbers), cells=shown + more)
    for page, texts in unused_texts(context.document).items():
        shown = "；".join(f"{place}“{text[:_LETTERS]}”（{reason}）" for place, text, reason in texts[:_FEW])
        more = "；等" if len(texts) > _FEW else ""
        place = context.file_place(page, texts[0][0])
        yield finding("C326", place, count=len(texts), cells=shown + more)
