"""Pages read by labels and headings → the values that are not what the form's formulas make of the others."""

from collections.abc import Iterator

from xlperf.checks.context import CheckContext
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.model import Field
from xlperf.declarations.value_display import printed
from xlperf.expressions import Value
from xlperf.expressions.operators import near, round_half_up
from xlperf.expressions.tree import references
from xlperf.intake.page_records import PageRecord

_DIFFERENT, _EMPTY, _UNVERIFIABLE = "M410", "M417", "M409"


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
