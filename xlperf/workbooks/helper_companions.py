"""The helper sheets that go with filled official sheets, made once for tables much of a size."""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from openpyxl.utils import quote_sheetname
from openpyxl.utils.cell import absolute_coordinate

from xlperf.declarations.own_marks import HELPER_MARK
from xlperf.declarations.records import Record
from xlperf.workbooks.helper_xml import HelperSheet
from xlperf.workbooks.palette import Palette
from xlperf.workbooks.working.plan_model import PlannedSheet, Site, Working


class Companions:
    """The helper sheets of ``working`` after ``count`` official sheets.

    ``titles`` are theirs in tab order.
    """

    def __init__(self, working: Working, count: int, palette: Palette) -> None:
        self._working = working
        self._sheets = [HelperSheet(planned, palette) for planned in working.sheets]
        self.titles = [planned.title for planned in working.sheets]
        self._names = ["".join(_names(planned, count + at)) for at, planned in enumerate(working.sheets)]

    def names(self, sites: Sequence[Site]) -> list[str]:
        """The ``definedName`` elements of helper sheets that go with the official sheets ``sites``."""
        references = self._working.names(sites).items()
        return [*self._names, *(_name(f'name="{name}"', area) for name, area in references)]

    def fill(self, records: Sequence[Record], sites: Sequence[Site]) -> list[bytes]:
        """The XML of each helper sheet for completed records, one for each of ``sites``."""
        values, idle = list(self._working.values(records)), self._working.idle(sites)
        sheets = zip(self.titles, self._sheets, strict=True)
        return [sheet.fill(values, idle[title]) for title, sheet in sheets]


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
