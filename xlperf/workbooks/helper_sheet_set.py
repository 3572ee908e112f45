"""Helper sheets planned once → their XML and defined names for the official sheets of each unit."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from openpyxl.utils import quote_sheetname
from openpyxl.utils.cell import absolute_coordinate

from xlperf.declarations.records import Record
from xlperf.declarations.template_fingerprint import HELPER_MARK
from xlperf.workbooks.helper_xml import HelperSheet
from xlperf.workbooks.palette import Palette
from xlperf.workbooks.working.helper_plan import HelperPlan, PlannedSheet, SheetInstance


class HelperSheetSet:
    """The helper sheets of ``plan`` after ``count`` official sheets.

    ``titles`` are their titles in tab order.
    """

    def __init__(self, plan: HelperPlan, count: int, palette: Palette) -> None:
        self._plan = plan
        self._sheets = [HelperSheet(planned, palette) for planned in plan.sheets]
        self.titles = [planned.title for planned in plan.sheets]
        self._names = ["".join(_names(planned, count + at)) for at, planned in enumerate(plan.sheets)]

    def names(self, sites: Sequence[SheetInstance]) -> list[str]:
        """The ``definedName`` elements of helper sheets that go with the official sheets ``sites``."""
        references = self._plan.defined_names(sites).items()
        return [*self._names, *(_name(f'name="{name}"', area) for name, area in references)]

    def fill(self, records: Sequence[Record], sites: Sequence[SheetInstance]) -> list[bytes]:
        """The XML of each helper sheet for completed records, one for each of ``sites``."""
        values, unused = list(self._plan.values(records)), self._plan.unused_rows(sites)
        sheets = zip(self.titles, self._sheets, strict=True)
        return [sheet.fill(values, unused[title]) for title, sheet in sheets]


def _names(sheet: PlannedSheet, index: int) -> Iterator[str]:
    """The names of the ``index``-th sheet of the workbook, counted from 0."""
    own = quote_sheetname(sheet.title)
    for name, reference in sheet.names.items():
        yield _name(f'name="{name}"', reference)
    local = f'localSheetId="{index}"'
    yield _name(f'name="{HELPER_MARK}" {local} hidden="1"', f"{own}!$A$1")
    if sheet.filtered:
        area = absolute_coordinate(sheet.filtered)
        yield _name(f'name="_xlnm._FilterDatabase" {local} hidden="1"', f"{own}!{area}")
    if sheet.printed:
        yield _name(f'name="_xlnm.Print_Area" {local}', f"{own}!{absolute_coordinate(sheet.printed)}")
    if sheet.repeated:
        first, last = sheet.repeated.split(":")
        yield _name(f'name="_xlnm.Print_Titles" {local}', f"{own}!${first}:${last}")


def _name(attributes: str, reference: str) -> str:
    return f"<definedName {attributes}>{escape(reference)}</definedName>"
