"""The two published units, filled: every reader shows the same values, before and after recalculation."""

from datetime import datetime

import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from tests.engines import ALWAYS, NEVER, CellValues, convert, formualizer_values, stored_values
from tests.long import one_in
from tests.received import good as g
from xlperf.core.paths import workbooks_dir
from xlperf.declarations.profile import load_profile
from xlperf.ledgers.ledger import read_ledger
from xlperf.workbooks.workbook_writer import writer_of

LEDGERS = {"hunan-yueyang-2024": "演示台账.xlsx", "hunan-hengyang-2023": "演示台账-衡阳.xlsx"}


@pytest.fixture(scope="module", params=one_in(2, LEDGERS))
def workbook(request, tmp_path_factory):
    """A filled workbook, and as LibreOffice saves it, in folders next to it."""
    profile = load_profile(request.param)
    filing = read_ledger(workbooks_dir() / LEDGERS[request.param], profile).filings[0]
    path = tmp_path_factory.mktemp("published") / "表.xlsx"
    path.write_bytes(writer_of(profile).workbook(filing))
    for name, mode in (("opened", NEVER), ("recalculated", ALWAYS)):
        convert(path, "xlsx", path.parent / name, mode)
    return path


@pytest.fixture(scope="module")
def stored(workbook) -> CellValues:
    return reported(stored_values(workbook))


def reported(values: CellValues) -> CellValues:
    """Cells with something in them; numbers to twelve digits."""
    return {
        cell: float(f"{value:.12g}") if isinstance(value, int | float) else value
        for cell, value in values.items()
        if value not in (None, "")
    }


def calamine_values(path) -> CellValues:
    book = CalamineWorkbook.from_path(str(path))
    return {
        (name, f"{get_column_letter(column + 1)}{row}"): value
        for name in book.sheet_names
        for row, cells in enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
        for column, value in enumerate(cells)
        if not isinstance(value, datetime)
    }


@pytest.mark.parametrize(
    "shown",
    [
        calamine_values,
        formualizer_values,
        lambda path: stored_values(path.parent / "opened" / path.name),
        lambda path: stored_values(path.parent / "recalculated" / path.name),
    ],
    ids=["calamine", "formualizer", "libreoffice as opened", "libreoffice recalculated"],
)
def test_every_reader_shows_what_openpyxl_reads(workbook, stored, shown):
    assert reported(shown(workbook)) == stored


def test_an_engine_that_does_not_recalculate_would_show_a_planted_value(tmp_path):
    """The comparison means something: LibreOffice shows a wrong cached value only when not recalculating."""
    path = tmp_path / "错.xlsx"
    planted = g.replaced("<v>100</v>", "<v>123456</v>", 1)
    path.write_bytes(g.edited({g.OVERALL: planted}, workbook=g.plain()))
    opened, recalculated = (
        convert(path, "xlsx", tmp_path / name, mode) for name, mode in (("opened", NEVER), ("again", ALWAYS))
    )
    assert 123456 in calamine_values(opened).values()
    assert 123456 not in calamine_values(recalculated).values()
