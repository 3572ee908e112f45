"""Pages read by labels and headings → what their values say against each other and against the form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from xlperf.checks.context import CheckContext
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.forms_and_rules import Field
from xlperf.declarations.source import texts_of
from xlperf.declarations.value_display import printed, type_of
from xlperf.expressions import Value
from xlperf.expressions.operators import near, round_half_up
from xlperf.expressions.tree import references
from xlperf.intake.page import PageCell
from xlperf.intake.printed_labels import PrintedLabels
from xlperf.intake.reading.form_readings import Entry, Role
from xlperf.intake.received import PageRecord, SheetReading
from xlperf.notation import label_key

_DIFFERENT, _EMPTY, _UNVERIFIABLE = "M410", "M417", "M409"
_TWICE, _BY_SUM = "C323", "C324"
_UNEXPLAINED = "C325"
_SCORE = "总分/得分"
_BETWEEN = "、"
_PRINTED = frozenset({Role.HEADING, Role.LABEL})
_RATE_DIGITS = 4


def check_computed(context: CheckContext, page: PageRecord) -> Iterator[Finding]:
    """The computed values of a page against their formulas, as far as the page has all that these speak of.

    A formula says nothing where the page has rows besides those of the form: they may be part of the sum.
    """
    record, form = page.record, context.form(page.record)
    names = dict(context.scopes.record(record))
    for name in form.computed:
        declared = form.fields[name]
        found = record.provenance.get(name)
        if found is None or declared.function is None or declared.formula is None or name in page.doubtful:
            continue
        if not references(declared.formula).isdisjoint(context.unknown.of(record)) or _has_more(page, name):
            continue
        expected = declared.function(names)
        stored = record.fields.get(name)
        texts = {"value": printed(stored, declared.type), "expected": printed(expected, declared.type)}
        if stored is None:
            if isinstance(expected, float) and found.raw is None:
                yield finding(_EMPTY, context.place(record, name), **texts)
        elif expected == "" and isinstance(stored, float):
            yield finding(_UNVERIFIABLE, context.place(record, name), texts["value"], restore="")
        elif not _same(stored, expected, declared, found.digits):
            yield finding(_DIFFERENT, context.place(record, name), **texts)


def _has_more(page: PageRecord, name: str) -> bool:
    column = next((path.rpartition("/")[2] for path, field in page.paths.items() if field == name), "")
    return any(path.rpartition("/")[2] == column for path in page.more)


def _same(stored: Value, expected: Value, declared: Field, digits: int | None) -> bool:
    """Whether a value is what is expected, printed with as many decimals as it is; texts are not compared."""
    if not isinstance(stored, float) or not isinstance(expected, float):
        return True
    shown = declared.type.digits if digits is None else min(digits, declared.type.digits)
    return near(round_half_up(stored, shown), round_half_up(expected, shown))


def check_pages_themselves(context: CheckContext) -> Iterator[Finding]:
    """Totals that the head and the rows of a form state differently; execution rates without a reason."""
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            yield from _scores(context, sheet, sheet.page)
            yield from _unexplained(context, sheet, sheet.page)


def _scores(context: CheckContext, sheet: SheetReading, page: PageRecord) -> Iterator[Finding]:
    value, name = page.form.fields.get(_SCORE), page.paths.get(_SCORE)
    if value is None or name is None:
        return
    kind = context.field(sheet.record, name).type
    numbers = [float(other) for other in value.others if isinstance(other, int | float)]
    if not numbers:
        return
    place = context.place(sheet.record, name)
    written = (
        entry.cell.place
        for entry in page.form.entries
        if entry.role is Role.UNUSED and entry.cell.number in numbers
    )
    others = _BETWEEN.join(printed(number, kind) for number in numbers)
    if isinstance(value.value, int | float):
        right = printed(float(value.value), kind)
        yield finding(_BY_SUM, replace(place, cell=next(written, place.cell)), others, right)
    else:
        yield finding(_TWICE, place, others)


def _unexplained(context: CheckContext, sheet: SheetReading, page: PageRecord) -> Iterator[Finding]:
    """An execution rate below 100 % where the form has cells for the reason and all of them are blank."""
    declared = texts_of("received")["execution"]
    budget, spent = (sheet.record.fields.get(declared[name]) for name in ("budget", "spent"))
    if not isinstance(budget, float) or not isinstance(spent, float) or not 0 < spent < budget:
        return
    rate = round_half_up(spent / budget, _RATE_DIGITS)
    if rate >= 1 or context.document is None:
        return
    labels = PrintedLabels(page.form.page, context.document)
    asking = _reason_cells(sheet, page)
    cells = [labels.found(row, column) for _, row, column in asking]
    if asking and all(cell is None or cell.blank for cell in cells):
        label, row, column = asking[0]
        place = context.file_place(sheet.sheet.name, labels.cell_at(row, column) or label.place, label.text)
        rest = printed(budget - spent, type_of("amount"))
        yield finding(_UNEXPLAINED, place, rate=printed(rate, type_of("rate")), rest=rest)


def _reason_cells(sheet: SheetReading, page: PageRecord) -> Sequence[tuple[PageCell, int, int]]:
    """What is printed for each cell that asks why money was left over; its row and column, from 0.

    It is a heading in line with those over the amounts; where there is none, a label of its own.
    """
    entries = [entry for entry in page.form.entries if entry.role in _PRINTED]
    asking = [entry for entry in entries if _asks_for_reason().fullmatch(label_key(entry.cell.text))]
    spent = sheet.record.provenance.get(texts_of("received")["execution"]["spent"])
    amount = next((cell for cell in page.form.page.cells if spent and cell.place == spent.cell), None)
    line = _heading_over(entries, amount) if amount else None
    if line and amount:
        headings = [entry.cell for entry in asking if entry.cell.r0 <= line.r1 and line.r0 <= entry.cell.r1]
        if headings:
            return [(heading, amount.r0, heading.c0) for heading in headings]
    labels = [entry.cell for entry in asking if entry.role is Role.LABEL]
    return [(label, label.r0, label.c1 + 1) for label in labels]


def _heading_over(entries: Sequence[Entry], amount: PageCell) -> PageCell | None:
    """The nearest heading above an amount."""
    above = [
        entry.cell
        for entry in entries
        if entry.role is Role.HEADING
        and entry.cell.r1 < amount.r0
        and entry.cell.c0 <= amount.c1
        and amount.c0 <= entry.cell.c1
    ]
    return max(above, key=lambda cell: cell.r1, default=None)


@cache
def _asks_for_reason() -> re.Pattern[str]:
    return re.compile(texts_of("received")["execution"]["reason"])
