"""Pages read by labels and headings → a total score stated in several places with different figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from xlperf.checks.context import CheckContext
from xlperf.declarations.codes import finding
from xlperf.declarations.findings import Finding
from xlperf.declarations.value_display import printed
from xlperf.intake.filing_reader import SheetReading

if TYPE_CHECKING:
    from xlperf.intake.page_records import PageRecord

_TWICE, _BY_SUM = "C323", "C324"
_SCORE = "总分/得分"
_BETWEEN = "、"


def check_stated_twice(context: CheckContext) -> Iterator[Finding]:
    """The total score where the head and the rows of a form do not say the same."""
    for sheet in context.reading.sheets:
        if sheet.page is not None:
            yield from _scores(context, sheet, sheet.page)


def _scores(context: CheckContext, sheet: SheetReading, page: "PageRecord") -> Iterator[Finding]:
    value, name = page.form.fields.get(_SCORE), page.paths.get(_SCORE)
    if value is None or name is None:
        return
    kind = context.field(sheet.record, name).type
    numbers = [float(other) for other in value.others if isinstance(other, int | float)]
    if not numbers:
        return
    place = context.place(sheet.record, name)
    others = _BETWEEN.join(printed(number, kind) for number in numbers)
    if isinstance(value.value, int | float):
        right = printed(float(value.value), kind)
        yield finding(_BY_SUM, place, others, right)
    else:
        yield finding(_TWICE, place, others)
